// Numbers in words.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hearth {

std::string grouped(double value);                                                       // "11,760,000"
std::string count_text(std::size_t count, std::string_view one, std::string_view many);  // "1 arm", "3 arms"

}  // namespace hearth
