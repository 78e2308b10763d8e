#include "kernels/scan.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "kernels/registers.hpp"

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace hearth {

namespace {

constexpr std::size_t kWord = 64;   // readings, one a bit
constexpr std::size_t kWords = 32;  // at a time

// Bit b of words[w], for w below n: readings[64 w + b] <= limit.
void make_words(const float* readings, std::size_t n, float limit, std::uint64_t* words) {
#ifdef __AVX2__
  const __m256 bound = _mm256_set1_ps(limit);
  auto* const bytes = reinterpret_cast<std::uint8_t*>(words);
  for (std::size_t w = 0; w < n; ++w)
    for (std::size_t i = kWord / 8 * w; i < kWord / 8 * (w + 1); ++i)
      bytes[i] = static_cast<std::uint8_t>(
          _mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(readings + 8 * i), bound, _CMP_LE_OQ)));
#else
  for (std::size_t w = 0; w < n; ++w) {
    words[w] = 0;
    for (std::size_t b = 0; b < kWord; ++b)
      words[w] |= static_cast<std::uint64_t>(readings[kWord * w + b] <= limit) << b;
  }
#endif
}

#ifdef HEARTH_WIDE
HEARTH_WIDE void make_words_wide(const float* readings, std::size_t n, float limit, std::uint64_t* words) {
  const __m512 bound = _mm512_set1_ps(limit);
  for (std::size_t w = 0; w < n; ++w) {
    __mmask16 due[4];
    for (std::size_t k = 0; k < 4; ++k)
      due[k] = _mm512_cmp_ps_mask(_mm512_loadu_ps(readings + kWord * w + 16 * k), bound, _CMP_LE_OQ);
    words[w] = _mm512_kunpackd(_mm512_kunpackw(due[3], due[2]), _mm512_kunpackw(due[1], due[0]));
  }
}
#endif

// The indices of the set bits, the first bit being `first`. Which words have any, and up to three bits of
// each, without a branch, which the processor would guess wrongly half the time. A word takes three places at
// least, of its 64.
std::size_t indices(const std::uint64_t* words, std::size_t n, std::uint32_t first, std::uint32_t* out) {
  std::array<std::uint32_t, kWords> some;
  std::size_t count = 0;
  for (std::uint32_t w = 0; w < n; ++w) {
    some[count] = w;
    count += words[w] != 0 ? 1 : 0;
  }
  std::size_t found = 0;
  for (std::size_t k = 0; k < count; ++k) {
    std::uint64_t word = words[some[k]];
    const auto bits = static_cast<std::size_t>(std::popcount(word));
    const auto put = [&](std::size_t place) {
      out[found + place] = first + static_cast<std::uint32_t>(kWord) * some[k] +
                           static_cast<std::uint32_t>(std::countr_zero(word));
      word &= word - 1;
    };
    put(0);
    put(1);
    put(2);
    for (std::size_t place = 3; place < bits; ++place) put(place);
    found += bits;
  }
  return found;
}

}  // namespace

std::size_t find_due(const float* readings, std::size_t begin, std::size_t end, float limit,
                     std::uint32_t* out) {
#ifdef HEARTH_WIDE
  const auto make = wide_registers() ? make_words_wide : make_words;
#else
  const auto make = make_words;
#endif
  std::array<std::uint64_t, kWords> words;
  std::size_t found = 0;
  std::size_t i = begin;
  while (i + kWord <= end) {
    const std::size_t n = std::min(kWords, (end - i) / kWord);
    make(readings + i, n, limit, words.data());
    found += indices(words.data(), n, static_cast<std::uint32_t>(i), out + found);
    i += kWord * n;
  }
  for (; i < end; ++i)
    if (readings[i] <= limit) out[found++] = static_cast<std::uint32_t>(i);
  return found;
}

}  // namespace hearth
