// Finds the readings that a clock has passed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hearth {

// The indices i in [begin, end) with readings[i] <= limit, ascending, into `out`, which has room for
// end - begin. How many they are; what is in `out` beyond them is arbitrary. Indices are below 2^32.
std::size_t find_due(const float* readings, std::size_t begin, std::size_t end, float limit,
                     std::uint32_t* out);

}  // namespace hearth
