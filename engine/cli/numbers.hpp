// Lists of whole numbers on the command line.
#pragma once

#include <string>
#include <vector>

namespace hearth {

// "2016,2018" or "1..3" or both, separated by commas: ascending, without repeats. `option` is for messages.
// Throws UsageError for anything but whole numbers from `least` to `greatest`.
std::vector<int> parse_numbers(const std::string& text, const std::string& option, int least, int greatest);

}  // namespace hearth
