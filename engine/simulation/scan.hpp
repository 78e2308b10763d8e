// Finds the readings that a clock has passed.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace hearth {

// The indices i in [begin, end) with readings[i] <= limit, ascending, into `out`, which has room for
// end - begin. How many they are; what is in `out` beyond them is arbitrary. Indices are below 2^32.
std::size_t find_due(const float* readings, std::size_t begin, std::size_t end, float limit,
                     std::uint32_t* out);

// Calls visit(i) for each of them. visit may change reading i.
template <typename Visit>
void for_each_due(const float* readings, std::size_t begin, std::size_t end, float limit, Visit&& visit) {
  std::array<std::uint32_t, 2048> due;
  for (std::size_t from = begin; from < end; from += due.size()) {
    const std::size_t found = find_due(readings, from, std::min(end, from + due.size()), limit, due.data());
    for (std::size_t k = 0; k < found; ++k) visit(static_cast<std::size_t>(due[k]));
  }
}

}  // namespace hearth
