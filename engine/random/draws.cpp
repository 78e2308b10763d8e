#include "random/draws.hpp"

#include <boost/math/special_functions/erf.hpp>
#include <cmath>

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

#ifdef __AVX2__
// Four blocks, each word in the low half of a 64-bit lane, as the widening multiplication wants it.
struct FourBlocks {
  __m256i a, b, c, d;

  void round(__m256i key0, __m256i key1) {
    const __m256i p = _mm256_mul_epu32(a, _mm256_set1_epi64x(kMultiplier0));
    const __m256i q = _mm256_mul_epu32(c, _mm256_set1_epi64x(kMultiplier1));
    // The high halves of b and d hold leftovers of products; multiplications read the low halves alone.
    a = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(q, 32), b), key0);
    c = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p, 32), d), key1);
    b = q;
    d = p;
  }
};

__m256i widened(const std::uint32_t* four) {
  return _mm256_cvtepu32_epi64(_mm_loadu_si128(reinterpret_cast<const __m128i*>(four)));
}

void narrow(__m256i from, std::uint32_t* four) {
  const __m256i packed = _mm256_permutevar8x32_epi32(from, _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(four), _mm256_castsi256_si128(packed));
}
#endif

}  // namespace

Draws::Batch Draws::blocks(Process process, const Eight<std::uint32_t>& entities,
                           const Eight<std::uint32_t>& occurrences) const {
  Eight<std::uint32_t> processes;
  processes.fill(static_cast<std::uint32_t>(process));
  return blocks(processes, entities, occurrences);
}

Draws::Batch Draws::blocks(const Eight<std::uint32_t>& processes, const Eight<std::uint32_t>& entities,
                           const Eight<std::uint32_t>& occurrences) const {
  std::uint32_t key0 = key_[0];
  std::uint32_t key1 = key_[1];
  Batch out;
  auto& [a, b, c, d] = out.words;
#ifdef __AVX2__
  const __m256i authority = _mm256_set1_epi64x(authority_);
  const __m256i replicate = _mm256_set1_epi64x(replicate_);
  const auto second = [&](const std::uint32_t* four) { return _mm256_or_si256(authority, widened(four)); };
  FourBlocks low{widened(entities.data()), second(processes.data()), widened(occurrences.data()), replicate};
  FourBlocks high{widened(entities.data() + 4), second(processes.data() + 4), widened(occurrences.data() + 4),
                  replicate};
  for (int round = 0; round < kRounds; ++round) {
    const __m256i k0 = _mm256_set1_epi64x(key0);
    const __m256i k1 = _mm256_set1_epi64x(key1);
    low.round(k0, k1);
    high.round(k0, k1);
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
  narrow(low.a, a.data());
  narrow(low.b, b.data());
  narrow(low.c, c.data());
  narrow(low.d, d.data());
  narrow(high.a, a.data() + 4);
  narrow(high.b, b.data() + 4);
  narrow(high.c, c.data() + 4);
  narrow(high.d, d.data() + 4);
#else
  a = entities;
  for (std::size_t i = 0; i < kBatch; ++i) b[i] = authority_ | processes[i];
  c = occurrences;
  d.fill(replicate_);
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      const std::uint64_t p = static_cast<std::uint64_t>(kMultiplier0) * a[i];
      const std::uint64_t q = static_cast<std::uint64_t>(kMultiplier1) * c[i];
      a[i] = static_cast<std::uint32_t>(q >> 32) ^ b[i] ^ key0;
      c[i] = static_cast<std::uint32_t>(p >> 32) ^ d[i] ^ key1;
      b[i] = static_cast<std::uint32_t>(q);
      d[i] = static_cast<std::uint32_t>(p);
    }
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
#endif
  return out;
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
