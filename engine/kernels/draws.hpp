// Keyed, counter-based random draws. A draw is a pure function of (seed, replicate, authority, process,
// entity, occurrence): there is no state, so results cannot depend on threads, on the order of arms or on
// which authorities run. Distributions are inverse transforms, so that a draw is a fixed quantile: under a
// higher hazard the same draw gives the same event sooner.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/elementary.hpp"

namespace hearth {

// What a draw is for. Part of the key: the order is fixed; append only.
enum class Process : std::uint16_t {
  kFamilies,         // composition of families (shared by all replicates)
  kInitialFamily,    // needs and first readings
  kOriginSelection,  // who is in casework and care at the origin
  kOriginCare,       // durations at the origin
  kTransition,       // transitions of quiet families
  kContact,          // referable concerns
  kCaseOpening,      // thresholds when a case opens
  kCaseEvent,        // + lane: outcome of an event and the next threshold
  kCareEntry = kCaseEvent + 8,
  kCareOpening,  // thresholds when a child enters care
  kCareEvent,    // + lane
  kUnaccompanied = kCareEvent + 8,
  kPoliceCallouts,
  kEmergencyAdmissions,
  kDrift,
  kLeadership,   // who leads a service model changes
  kEffects,      // what an effect truly is (mode sampled)
  kPublication,  // noise of published figures that a simulation has not
  kScoring,      // where an observation lies within its simulated ties
  kCalibration,  // draws of parameters from their posterior
  kPrices,       // growth of prices above inflation
  kMigration,    // families that move to or from an authority
  kProjection,   // how far the number of children is from its projection
  kCosts,        // costs that nothing published tells
  kNewborns,     // births after older children were taken into care
};

using Bits = std::array<std::uint32_t, 4>;

// Philox4x32-10 (Salmon and others 2011, Parallel random numbers: as easy as 1, 2, 3).
namespace philox {

using Key = std::array<std::uint32_t, 2>;

inline constexpr std::uint32_t kMultiplier0 = 0xD2511F53U;
inline constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57U;
inline constexpr std::uint32_t kWeyl0 = 0x9E3779B9U;  // added to the key from round to round
inline constexpr std::uint32_t kWeyl1 = 0xBB67AE85U;
inline constexpr int kRounds = 10;

inline constexpr Bits block(Bits counter, Key key) {
  auto [a, b, c, d] = counter;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t p = static_cast<std::uint64_t>(kMultiplier0) * a;
    const std::uint64_t q = static_cast<std::uint64_t>(kMultiplier1) * c;
    a = static_cast<std::uint32_t>(q >> 32) ^ b ^ key[0];
    c = static_cast<std::uint32_t>(p >> 32) ^ d ^ key[1];
    b = static_cast<std::uint32_t>(q);
    d = static_cast<std::uint32_t>(p);
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return {a, b, c, d};
}

}  // namespace philox

// Uniform on (0, 1), never 0 or 1: 23 bits and a half, which a float holds exactly.
inline float uniform(std::uint32_t bits) {
  return (static_cast<float>(bits >> 9) + 0.5F) * 0x1p-23F;
}

// The nine bits of each of three words that uniform() leaves unused, in the place of those that it uses: one
// more draw, independent of the words' own.
inline std::uint32_t unused_bits(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  return a << 23 | (b & 0x1FFU) << 14 | (c & 0x1FFU) << 5;
}

// Natural logarithm of a positive normal float, to two units in the last place: the polynomial of the Cephes
// library's logf (Moshier), without branches so that compilers put eight in a register, and the same on every
// machine.
inline float fast_log(float x) {
  // x = (1 + m) 2^e with 1 + m in [sqrt(1/2), sqrt(2)).
  constexpr std::uint32_t kRootHalf = 0x3F3504F3U;
  const auto shifted = static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(x) - kRootHalf);
  const auto e = static_cast<float>(shifted >> 23);
  const float m =
      std::bit_cast<float>((static_cast<std::uint32_t>(shifted) & 0x007FFFFFU) + kRootHalf) - 1.0F;
  const float z = m * m;
  float y = 7.0376836292e-2F;
  y = y * m - 1.1514610310e-1F;
  y = y * m + 1.1676998740e-1F;
  y = y * m - 1.2420140846e-1F;
  y = y * m + 1.4249322787e-1F;
  y = y * m - 1.6668057665e-1F;
  y = y * m + 2.0000714765e-1F;
  y = y * m - 2.4999993993e-1F;
  y = y * m + 3.3333331174e-1F;
  y = y * m * z - 2.12194440e-4F * e - 0.5F * z;
  return m + y + 0.693359375F * e;
}

// e^x to one unit in the last place and a half, for x from -87 to 88 (below, and above: that of the nearest):
// the polynomial of the Cephes library's expf (Moshier), without branches too.
inline float fast_exp(float x) {
  x = x < -87.0F ? -87.0F : x;
  x = x > 88.0F ? 88.0F : x;
  // x = n log(2) + r with r in [-log(2) / 2, log(2) / 2]; adding 1.5 * 2^23 rounds.
  constexpr float kRound = 12582912.0F;
  const float n = (x * 1.44269504088896341F + kRound) - kRound;
  const float r = x - n * 0.693359375F + n * 2.12194440e-4F;
  float y = 1.9875691500e-4F;
  y = y * r + 1.3981999507e-3F;
  y = y * r + 8.3334519073e-3F;
  y = y * r + 4.1665795894e-2F;
  y = y * r + 1.6666665459e-1F;
  y = y * r + 5.0000001201e-1F;
  y = y * (r * r) + r + 1.0F;
  const auto scale = static_cast<std::uint32_t>(static_cast<std::int32_t>(n) + 127) << 23;
  return y * std::bit_cast<float>(scale);
}

// Unit exponential.
inline float exponential(std::uint32_t bits) {
  return -fast_log(uniform(bits));
}

// As many as there are bits, the same as one by one. Spans are of one length and do not overlap.
void exponentials(std::span<const std::uint32_t> bits, std::span<float> out);

// Index drawn from weights by one uniform; the last index with weight takes rounding.
template <typename Weights>
std::size_t pick(const Weights& weights, float total, float u) {
  float target = u * total;
  std::size_t last = 0;
  std::size_t i = 0;
  for (const float w : weights) {
    if (w > 0.0F) {
      last = i;
      if (target < w) return i;
      target -= w;
    }
    ++i;
  }
  return last;
}

// Draws of one authority (or of England: code 0) in one replicate.
class Draws {
 public:
  static constexpr std::uint32_t kAllReplicates = 0xFFFFFFFFU;

  Draws(std::uint64_t seed, std::uint32_t replicate, int authority_code)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        replicate_(replicate),
        authority_(static_cast<std::uint32_t>(authority_code) << 16) {}

  Bits block(Process process, std::uint32_t entity, std::uint32_t occurrence) const {
    return block(static_cast<std::uint32_t>(process), entity, occurrence);
  }
  // The process of a lane of an event kind.
  Bits block(Process process, std::size_t lane, std::uint32_t entity, std::uint32_t occurrence) const {
    return block(static_cast<std::uint32_t>(process) + static_cast<std::uint32_t>(lane), entity, occurrence);
  }
  std::uint32_t replicate() const { return replicate_; }

  // As many blocks as entities, the same bits as block(): word w of block i is out[w][i]. Spans are of one
  // length and do not overlap; each array of `out` has room for as many.
  using Words = std::array<std::uint32_t*, 4>;
  void blocks(Process process, std::span<const std::uint32_t> entities,
              std::span<const std::uint32_t> occurrences, const Words& out) const;
  void blocks(std::span<const std::uint32_t> processes, std::span<const std::uint32_t> entities,
              std::span<const std::uint32_t> occurrences, const Words& out) const;

 private:
  // The process of block i is processes[step * i].
  void blocks(const std::uint32_t* processes, std::size_t step, std::span<const std::uint32_t> entities,
              std::span<const std::uint32_t> occurrences, const Words& out) const;

  Bits block(std::uint32_t process, std::uint32_t entity, std::uint32_t occurrence) const {
    return philox::block({entity, authority_ | process, occurrence, replicate_}, key_);
  }

  philox::Key key_;
  std::uint32_t replicate_;
  std::uint32_t authority_;
};

// Standard normal, by Box and Muller.
inline double normal(std::uint32_t first, std::uint32_t second) {
  const double u = (static_cast<double>(first) + 0.5) * 0x1p-32;
  const double v = (static_cast<double>(second) + 0.5) * 0x1p-32;
  return std::sqrt(-2.0 * elementary::log(u)) * elementary::cos(6.283185307179586 * v);
}

// Poisson count of the given mean at quantile u: never falls when the mean rises. Exact inversion up to a
// mean of 60, beyond that the Cornish-Fisher expansion (error under half a count;
// tests/kernels/test_random.cpp).
int poisson_quantile(double mean, double u);

}  // namespace hearth
