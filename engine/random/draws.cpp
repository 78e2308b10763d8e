#include "random/draws.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>

#include "core/registers.hpp"

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace hearth {

namespace {

// Philox4x32-10 (Salmon et al. 2011).
constexpr std::uint32_t kMultiplier0 = 0xD2511F53U;
constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57U;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9U;
constexpr std::uint32_t kWeyl1 = 0xBB67AE85U;
constexpr int kRounds = 10;

// What the counters of many blocks are made of.
struct Counters {
  const std::uint32_t* processes;
  std::size_t step;  // from the process of a block to the next one's
  const std::uint32_t* entities;
  const std::uint32_t* occurrences;
  std::uint32_t authority;
  std::uint32_t replicate;
  std::array<std::uint32_t, 2> key;
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
__m256i odd(__m256i eight) {
  return _mm256_srli_epi64(eight, 32);
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

HEARTH_WIDE __m512i wide_odd(__m512i sixteen) {
  return _mm512_srli_epi64(sixteen, 32);
}
HEARTH_WIDE void wide_store(__m512i even, __m512i odd, std::uint32_t* sixteen) {
  _mm512_storeu_si512(sixteen, _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, _MM_PERM_CCAA));
}

HEARTH_WIDE void wide_blocks(const Counters& from, std::size_t n, const Draws::Words& out) {
  for (std::size_t i = 0; i < n; i = next_group<16>(i, n)) {
    const __m512i entities = _mm512_loadu_si512(from.entities + i);
    const __m512i seconds = _mm512_or_si512(_mm512_set1_epi32(static_cast<int>(from.authority)),
                                            _mm512_loadu_si512(from.processes + from.step * i));
    const __m512i occurrences = _mm512_loadu_si512(from.occurrences + i);
    const __m512i replicate = _mm512_set1_epi64(from.replicate);
    EightBlocks even{entities, seconds, occurrences, replicate};
    EightBlocks odd{wide_odd(entities), wide_odd(seconds), wide_odd(occurrences), replicate};
    std::uint32_t key0 = from.key[0];
    std::uint32_t key1 = from.key[1];
    for (int round = 0; round < kRounds; ++round) {
      const __m512i k0 = _mm512_set1_epi64(key0);
      const __m512i k1 = _mm512_set1_epi64(key1);
      even.round(k0, k1);
      odd.round(k0, k1);
      key0 += kWeyl0;
      key1 += kWeyl1;
    }
    wide_store(even.a, odd.a, out[0] + i);
    wide_store(even.b, odd.b, out[1] + i);
    wide_store(even.c, odd.c, out[2] + i);
    wide_store(even.d, odd.d, out[3] + i);
  }
}

HEARTH_WIDE void wide_exponentials(const std::uint32_t* bits, std::size_t n, float* out) {
  for (std::size_t i = 0; i < n; i = next_group<16>(i, n))
    for (std::size_t k = i; k < i + 16; ++k) out[k] = exponential(bits[k]);
}
#endif

// At least eight blocks.
void blocks_by_eights(const Counters& from, std::size_t n, const Draws::Words& out) {
  for (std::size_t i = 0; i < n; i = next_group<8>(i, n)) {
    const std::uint32_t* const processes = from.processes + from.step * i;
    const std::uint32_t* const entities = from.entities + i;
    const std::uint32_t* const occurrences = from.occurrences + i;
    std::uint32_t key0 = from.key[0];
    std::uint32_t key1 = from.key[1];
#ifdef __AVX2__
    const __m256i first = load(entities);
    const __m256i second =
        _mm256_or_si256(_mm256_set1_epi32(static_cast<int>(from.authority)), load(processes));
    const __m256i third = load(occurrences);
    const __m256i replicate = _mm256_set1_epi64x(from.replicate);
    FourBlocks low{first, second, third, replicate};
    FourBlocks high{odd(first), odd(second), odd(third), replicate};
    for (int round = 0; round < kRounds; ++round) {
      const __m256i k0 = _mm256_set1_epi64x(key0);
      const __m256i k1 = _mm256_set1_epi64x(key1);
      low.round(k0, k1);
      high.round(k0, k1);
      key0 += kWeyl0;
      key1 += kWeyl1;
    }
    store(low.a, high.a, out[0] + i);
    store(low.b, high.b, out[1] + i);
    store(low.c, high.c, out[2] + i);
    store(low.d, high.d, out[3] + i);
#else
    Eight<std::uint32_t> a, b, c, d;
    for (std::size_t k = 0; k < a.size(); ++k) {
      a[k] = entities[k];
      b[k] = from.authority | processes[from.step * k];
      c[k] = occurrences[k];
      d[k] = from.replicate;
    }
    for (int round = 0; round < kRounds; ++round) {
      for (std::size_t k = 0; k < a.size(); ++k) {
        const std::uint64_t p = static_cast<std::uint64_t>(kMultiplier0) * a[k];
        const std::uint64_t q = static_cast<std::uint64_t>(kMultiplier1) * c[k];
        a[k] = static_cast<std::uint32_t>(q >> 32) ^ b[k] ^ key0;
        c[k] = static_cast<std::uint32_t>(p >> 32) ^ d[k] ^ key1;
        b[k] = static_cast<std::uint32_t>(q);
        d[k] = static_cast<std::uint32_t>(p);
      }
      key0 += kWeyl0;
      key1 += kWeyl1;
    }
    std::copy(a.begin(), a.end(), out[0] + i);
    std::copy(b.begin(), b.end(), out[1] + i);
    std::copy(c.begin(), c.end(), out[2] + i);
    std::copy(d.begin(), d.end(), out[3] + i);
#endif
  }
}

}  // namespace

void exponentials(std::span<const std::uint32_t> bits, std::span<float> out) {
  const std::size_t n = bits.size();
#ifdef HEARTH_WIDE
  if (n >= 16 && wide_registers()) return wide_exponentials(bits.data(), n, out.data());
#endif
  if (n >= 8) {
    for (std::size_t i = 0; i < n; i = next_group<8>(i, n))
      for (std::size_t k = i; k < i + 8; ++k) out[k] = exponential(bits[k]);
  } else {
    for (std::size_t i = 0; i < n; ++i) out[i] = exponential(bits[i]);
  }
}

void uniforms(std::span<const std::uint32_t> bits, std::span<float> out) {
  for (std::size_t i = 0; i < bits.size(); ++i) out[i] = uniform(bits[i]);
}

Draws::Batch Draws::blocks(Process process, const Eight<std::uint32_t>& entities,
                           const Eight<std::uint32_t>& occurrences) const {
  Eight<std::uint32_t> processes;
  processes.fill(static_cast<std::uint32_t>(process));
  return blocks(processes, entities, occurrences);
}

Draws::Batch Draws::blocks(const Eight<std::uint32_t>& processes, const Eight<std::uint32_t>& entities,
                           const Eight<std::uint32_t>& occurrences) const {
  Batch out;
  auto& [a, b, c, d] = out.words;
  blocks_by_eights(
      {processes.data(), 1, entities.data(), occurrences.data(), authority_, replicate_, {key_[0], key_[1]}},
      kBatch, {a.data(), b.data(), c.data(), d.data()});
  return out;
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
  const Counters from{processes,  step,       entities.data(),   occurrences.data(),
                      authority_, replicate_, {key_[0], key_[1]}};
#ifdef HEARTH_WIDE
  if (n >= 16 && wide_registers()) return wide_blocks(from, n, out);
#endif
  if (n >= kBatch) return blocks_by_eights(from, n, out);
  Eight<std::uint32_t> of{}, entity{}, occurrence{};
  for (std::size_t i = 0; i < n; ++i) {
    of[i] = processes[step * i];
    entity[i] = entities[i];
    occurrence[i] = occurrences[i];
  }
  const Batch few = blocks(of, entity, occurrence);
  for (std::size_t w = 0; w < out.size(); ++w) std::copy_n(few.words[w].begin(), n, out[w]);
}

int poisson_quantile(double mean, double u) {
  if (!(mean > 0.0)) return 0;
  constexpr double kExactUpTo = 60.0;
  if (mean <= kExactUpTo) {
    double term = std::exp(-mean);
    double cumulative = term;
    int k = 0;
    while (u > cumulative && k < 400) {
      ++k;
      term *= mean / k;
      cumulative += term;
    }
    return k;
  }
  const double z = -1.4142135623730951 * boost::math::erfc_inv(2.0 * u);
  const double s = std::sqrt(mean);
  const double x = mean + s * z + (z * z - 1.0) / 6.0 + (z - z * z * z) / (72.0 * s);
  return static_cast<int>(std::max(0.0, std::floor(x + 0.5)));
}

}  // namespace hearth
