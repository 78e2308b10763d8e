// What a cell that is not published holds in memory: not a number.
#pragma once

#include <limits>

namespace hearth {

inline constexpr double kNotPublished = std::numeric_limits<double>::quiet_NaN();

}  // namespace hearth
