// Numbers in words.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

std::string grouped(double value);                                                         // "11,760,000"
std::string listed(const std::vector<std::string>& items, std::string_view last = "and");  // "a, b and c"
// The first letter small, for the middle of a sentence, unless an abbreviation starts there; and as a
// capital.
std::string lower_first(std::string text);
std::string upper_first(std::string text);
std::string count_text(std::size_t count, std::string_view one, std::string_view many);  // "1 arm", "3 arms"

std::string bytes_text(double bytes);          // "34.5 MB"
std::string duration_text(double seconds);     // "0.8 s", "3 min 2 s", "2 h 5 min"
std::string family_months_text(double count);  // "412 million"

std::string joined(const std::vector<std::string>& names);  // "a, b and c"
// Lower-case letters, digits and single underscores, as names in files are: "north_east".
std::string identifier_of(std::string_view text);

}  // namespace hearth
