// Finds the readings that a clock has passed: a plain scan, eight at a time where the processor can.
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace hearth {

// Calls visit(i) for each i in [begin, end) with readings[i] <= limit, ascending. visit may change reading i.
template <typename Visit>
void for_each_due(const float* readings, std::size_t begin, std::size_t end, float limit, Visit&& visit) {
  std::size_t i = begin;
#ifdef __AVX2__
  const __m256 bound = _mm256_set1_ps(limit);
  for (; i + 32 <= end; i += 32) {
    const auto due = [&](std::size_t at) {
      return static_cast<std::uint32_t>(
          _mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(readings + i + at), bound, _CMP_LE_OQ)));
    };
    std::uint32_t mask = due(0) | (due(8) << 8) | (due(16) << 16) | (due(24) << 24);
    while (mask != 0) {
      const auto bit = static_cast<std::size_t>(__builtin_ctz(mask));
      mask &= mask - 1;
      visit(i + bit);
    }
  }
#endif
  for (; i < end; ++i)
    if (readings[i] <= limit) visit(i);
}

}  // namespace hearth
