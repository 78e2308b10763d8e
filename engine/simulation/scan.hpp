// Finds the readings that a clock has passed: a plain scan, eight at a time where the processor can.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace hearth {

#ifdef __AVX2__
// Bit i: readings[i] <= bound, for 32 readings.
inline std::uint32_t due_of_32(const float* readings, __m256 bound) {
  const auto due = [&](std::size_t at) {
    return static_cast<std::uint32_t>(
        _mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(readings + at), bound, _CMP_LE_OQ)));
  };
  return due(0) | due(8) << 8 | due(16) << 16 | due(24) << 24;
}
#endif

// Calls visit(i) for each i in [begin, end) with readings[i] <= limit, ascending. visit may change reading i.
template <typename Visit>
void for_each_due(const float* readings, std::size_t begin, std::size_t end, float limit, Visit&& visit) {
  std::size_t i = begin;
#ifdef __AVX2__
  // First which groups of 32 have any, without a branch, which the processor would guess wrongly half the
  // time.
  constexpr std::size_t kGroups = 64;
  struct Group {
    std::size_t first;
    std::uint32_t due;
  };
  std::array<Group, kGroups> groups;
  const __m256 bound = _mm256_set1_ps(limit);
  while (i + 32 <= end) {
    std::size_t found = 0;
    for (const std::size_t stop = std::min(end, i + 32 * kGroups); i + 32 <= stop; i += 32) {
      const std::uint32_t due = due_of_32(readings + i, bound);
      groups[found] = {i, due};
      found += due != 0 ? 1 : 0;
    }
    for (std::size_t g = 0; g < found; ++g)
      for (std::uint32_t due = groups[g].due; due != 0; due &= due - 1)
        visit(groups[g].first + static_cast<std::size_t>(__builtin_ctz(due)));
  }
#endif
  for (; i < end; ++i)
    if (readings[i] <= limit) visit(i);
}

// The same indices into `out`, ascending, and how many they are. `out` has room for end - begin.
inline std::size_t find_due(const float* readings, std::size_t begin, std::size_t end, float limit,
                            std::uint32_t* out) {
  std::size_t found = 0;
  for_each_due(readings, begin, end, limit,
               [&](std::size_t i) { out[found++] = static_cast<std::uint32_t>(i); });
  return found;
}

}  // namespace hearth
