#include "kernels/draws.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/elementary.hpp"
#include "kernels/registers.hpp"

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace hearth {

namespace {

using philox::kMultiplier0, philox::kMultiplier1, philox::kWeyl0, philox::kWeyl1, philox::kRounds;

constexpr std::size_t kEight = 8;

// What the counters of many blocks are made of.
struct Counters {
  const std::uint32_t* processes;
  std::size_t step;  // 1, or 0: the first sixteen processes, which are one, are those of all
  const std::uint32_t* entities;
  const std::uint32_t* occurrences;
  std::uint32_t authority;
  std::uint32_t replicate;
  philox::Key key;
};

// Kernels go through n numbers in groups of kSize, n at least kSize, the last group moved back so as to end
// with them: its first numbers are made twice, the same.
template <std::size_t kSize>
constexpr std::size_t next_group(std::size_t i, std::size_t n) {
  return i + kSize >= n ? n : std::min(i + kSize, n - kSize);
}

#ifdef __AVX2__
// Blocks of which each word is in the low half of a 64-bit lane, as the widening multiplication wants it. The
// high halves hold leftovers; the multiplication reads the low halves alone.
struct FourBlocks {
  __m256i a, b, c, d;

  void round(__m256i key0, __m256i key1) {
    const __m256i p = _mm256_mul_epu32(a, _mm256_set1_epi64x(kMultiplier0));
    const __m256i q = _mm256_mul_epu32(c, _mm256_set1_epi64x(kMultiplier1));
    a = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(q, 32), b), key0);
    c = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p, 32), d), key1);
    b = q;
    d = p;
  }
};

__m256i load(const std::uint32_t* eight) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(eight));
}
void store(__m256i even, __m256i odd, std::uint32_t* eight) {
  const __m256i both = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(eight), both);
}

struct EightBlocks {
  __m512i a, b, c, d;

  HEARTH_WIDE void round(__m512i key0, __m512i key1) {
    constexpr int kXor = 0x96;  // of three
    const __m512i p = _mm512_mul_epu32(a, _mm512_set1_epi64(kMultiplier0));
    const __m512i q = _mm512_mul_epu32(c, _mm512_set1_epi64(kMultiplier1));
    a = _mm512_ternarylogic_epi64(_mm512_srli_epi64(q, 32), b, key0, kXor);
    c = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p, 32), d, key1, kXor);
    b = q;
    d = p;
  }
};

// From one place on.
struct SixteenBlocks {
  EightBlocks even, odd;

  HEARTH_WIDE SixteenBlocks(const Counters& from, std::size_t i) {
    even.a = _mm512_loadu_si512(from.entities + i);
    even.b = _mm512_or_si512(_mm512_set1_epi32(static_cast<int>(from.authority)),
                             _mm512_loadu_si512(from.processes + from.step * i));
    even.c = _mm512_loadu_si512(from.occurrences + i);
    even.d = _mm512_set1_epi64(from.replicate);
    odd.a = _mm512_srli_epi64(even.a, 32);
    odd.b = _mm512_srli_epi64(even.b, 32);
    odd.c = _mm512_srli_epi64(even.c, 32);
    odd.d = even.d;
  }

  HEARTH_WIDE void round(__m512i key0, __m512i key1) {
    even.round(key0, key1);
    odd.round(key0, key1);
  }

  HEARTH_WIDE static void store(__m512i even, __m512i odd, std::uint32_t* sixteen) {
    _mm512_storeu_si512(sixteen, _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, _MM_PERM_CCAA));
  }
  HEARTH_WIDE void store(const Draws::Words& out, std::size_t i) const {
    store(even.a, odd.a, out[0] + i);
    store(even.b, odd.b, out[1] + i);
    store(even.c, odd.c, out[2] + i);
    store(even.d, odd.d, out[3] + i);
  }
};

// Two groups at a time, since rounds wait for multiplications; a last one alone is made twice.
HEARTH_WIDE void wide_blocks(const Counters& from, std::size_t n, const Draws::Words& out) {
  for (std::size_t i = 0; i < n;) {
    const std::size_t j = std::min(i + 16, n - 16);
    SixteenBlocks first(from, i);
    SixteenBlocks second(from, j);
    __m512i key0 = _mm512_set1_epi64(from.key[0]);
    __m512i key1 = _mm512_set1_epi64(from.key[1]);
    for (int round = 0; round < kRounds; ++round) {
      first.round(key0, key1);
      second.round(key0, key1);
      key0 = _mm512_add_epi32(key0, _mm512_set1_epi64(kWeyl0));
      key1 = _mm512_add_epi32(key1, _mm512_set1_epi64(kWeyl1));
    }
    first.store(out, i);
    second.store(out, j);
    i = next_group<16>(j, n);
  }
}

HEARTH_WIDE void wide_exponentials(const std::uint32_t* bits, std::size_t n, float* out) {
  for (std::size_t i = 0; i < n; i = next_group<16>(i, n))
    for (std::size_t k = i; k < i + 16; ++k) out[k] = exponential(bits[k]);
}
#endif

// At least eight blocks.
void blocks_by_eights(const Counters& from, std::size_t n, const Draws::Words& out) {
  for (std::size_t i = 0; i < n; i = next_group<kEight>(i, n)) {
#ifdef __AVX2__
    const FourBlocks counters{load(from.entities + i),
                              _mm256_or_si256(_mm256_set1_epi32(static_cast<int>(from.authority)),
                                              load(from.processes + from.step * i)),
                              load(from.occurrences + i), _mm256_set1_epi64x(from.replicate)};
    FourBlocks even = counters;
    FourBlocks odd{_mm256_srli_epi64(counters.a, 32), _mm256_srli_epi64(counters.b, 32),
                   _mm256_srli_epi64(counters.c, 32), counters.d};
    __m256i key0 = _mm256_set1_epi64x(from.key[0]);
    __m256i key1 = _mm256_set1_epi64x(from.key[1]);
    for (int round = 0; round < kRounds; ++round) {
      even.round(key0, key1);
      odd.round(key0, key1);
      key0 = _mm256_add_epi32(key0, _mm256_set1_epi64x(kWeyl0));
      key1 = _mm256_add_epi32(key1, _mm256_set1_epi64x(kWeyl1));
    }
    store(even.a, odd.a, out[0] + i);
    store(even.b, odd.b, out[1] + i);
    store(even.c, odd.c, out[2] + i);
    store(even.d, odd.d, out[3] + i);
#else
    for (std::size_t k = i; k < i + kEight; ++k) {
      const Bits block =
          philox::block({from.entities[k], from.authority | from.processes[from.step * i + k - i],
                         from.occurrences[k], from.replicate},
                        from.key);
      for (std::size_t w = 0; w < block.size(); ++w) out[w][k] = block[w];
    }
#endif
  }
}

}  // namespace

void exponentials(std::span<const std::uint32_t> bits, std::span<float> out) {
  const std::size_t n = bits.size();
#ifdef HEARTH_WIDE
  if (n >= 16 && wide_registers()) return wide_exponentials(bits.data(), n, out.data());
#endif
  if (n >= kEight) {
    for (std::size_t i = 0; i < n; i = next_group<kEight>(i, n))
      for (std::size_t k = i; k < i + kEight; ++k) out[k] = exponential(bits[k]);
  } else {
    for (std::size_t i = 0; i < n; ++i) out[i] = exponential(bits[i]);
  }
}

void Draws::blocks(Process process, std::span<const std::uint32_t> entities,
                   std::span<const std::uint32_t> occurrences, const Words& out) const {
  std::array<std::uint32_t, 16> processes;
  processes.fill(static_cast<std::uint32_t>(process));
  blocks(processes.data(), 0, entities, occurrences, out);
}

void Draws::blocks(std::span<const std::uint32_t> processes, std::span<const std::uint32_t> entities,
                   std::span<const std::uint32_t> occurrences, const Words& out) const {
  blocks(processes.data(), 1, entities, occurrences, out);
}

void Draws::blocks(const std::uint32_t* processes, std::size_t step, std::span<const std::uint32_t> entities,
                   std::span<const std::uint32_t> occurrences, const Words& out) const {
  const std::size_t n = entities.size();
  const Counters from{processes, step, entities.data(), occurrences.data(), authority_, replicate_, key_};
#ifdef HEARTH_WIDE
  if (n >= 16 && wide_registers()) return wide_blocks(from, n, out);
#endif
  if (n >= kEight) return blocks_by_eights(from, n, out);
  std::array<std::uint32_t, kEight> of{}, entity{}, occurrence{};
  for (std::size_t i = 0; i < n; ++i) {
    of[i] = processes[step * i];
    entity[i] = entities[i];
    occurrence[i] = occurrences[i];
  }
  std::array<std::array<std::uint32_t, kEight>, 4> words;
  const Counters few{of.data(), 1, entity.data(), occurrence.data(), authority_, replicate_, key_};
  blocks_by_eights(few, kEight, {words[0].data(), words[1].data(), words[2].data(), words[3].data()});
  for (std::size_t w = 0; w < out.size(); ++w) std::copy_n(words[w].begin(), n, out[w]);
}

int poisson_quantile(double mean, double u) {
  if (!(mean > 0.0)) return 0;
  constexpr double kExactUpTo = 60.0;
  if (mean <= kExactUpTo) {
    double term = elementary::exp(-mean);
    double cumulative = term;
    int k = 0;
    while (u > cumulative && k < 400) {
      ++k;
      term *= mean / k;
      cumulative += term;
    }
    return k;
  }
  const double z = elementary::normal_quantile(u);
  const double s = std::sqrt(mean);
  const double x = mean + s * z + (z * z - 1.0) / 6.0 + (z - z * z * z) / (72.0 * s);
  return static_cast<int>(std::max(0.0, std::floor(x + 0.5)));
}

}  // namespace hearth
