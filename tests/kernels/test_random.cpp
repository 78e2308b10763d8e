// Keyed draws: the generator is Philox, keys do not collide, and the transforms have their distributions.
#include "kernels/draws.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <boost/math/distributions/poisson.hpp>
#include <functional>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "kernels/registers.hpp"
#include "statistics.hpp"

namespace hearth {
namespace {

constexpr std::uint32_t kOnes = 0xFFFFFFFFU;

// ---- The generator ----

// Known answers of Philox4x32-10, from the file kat_vectors of Random123 (Salmon and others 2011).
struct KnownAnswer {
  Bits counter;
  std::array<std::uint32_t, 2> key;
  Bits block;
};
const std::array<KnownAnswer, 3> kKnownAnswers = {{
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
}};

TEST(Philox, GivesThePublishedBlocks) {
  for (const auto& known : kKnownAnswers) EXPECT_EQ(philox::block(known.counter, known.key), known.block);
}

// The counter is (entity, authority and process, occurrence, replicate), the key is the seed.
TEST(Draws, GiveThePublishedBlocks) {
  for (const auto& known : kKnownAnswers) {
    const std::uint64_t seed = known.key[0] | static_cast<std::uint64_t>(known.key[1]) << 32;
    const auto authority = static_cast<int>(known.counter[1] >> 16);
    const auto process = static_cast<Process>(known.counter[1] & 0xFFFFU);
    const Draws draws(seed, known.counter[3], authority);
    EXPECT_EQ(draws.block(process, known.counter[0], known.counter[2]), known.block);
    EXPECT_EQ(draws.replicate(), known.counter[3]);
  }
}

// ---- Keys ----

// Every process, those with lanes once a lane.
std::vector<std::uint32_t> all_processes() {
  using enum Process;
  std::vector<std::uint32_t> out;
  for (const Process process :
       {kFamilies, kInitialFamily, kOriginSelection, kOriginCare, kTransition, kContact, kCaseOpening,
        kCareEntry, kCareOpening, kUnaccompanied, kPoliceCallouts, kEmergencyAdmissions, kDrift})
    out.push_back(static_cast<std::uint32_t>(process));
  for (std::uint32_t lane = 0; lane < 8; ++lane)
    for (const Process process : {kCaseEvent, kCareEvent})
      out.push_back(static_cast<std::uint32_t>(process) + lane);
  return out;
}

TEST(Draws, ProcessesAndTheirLanesDoNotCollide) {
  const auto processes = all_processes();
  EXPECT_EQ(std::set<std::uint32_t>(processes.begin(), processes.end()).size(), processes.size());
  for (const auto process : processes) EXPECT_LE(process, 0xFFFFU);  // below the authority's bits
}

TEST(Draws, ALaneIsAProcessOfItsOwn) {
  const Draws draws(7, 3, 857);
  for (std::size_t lane = 0; lane < 8; ++lane) {
    const auto process = static_cast<Process>(static_cast<std::size_t>(Process::kCaseEvent) + lane);
    EXPECT_EQ(draws.block(Process::kCaseEvent, lane, 11, 13), draws.block(process, 11, 13));
  }
}

TEST(Draws, EveryPartOfTheKeyMakesAnotherBlock) {
  std::set<Bits> seen;
  std::size_t drawn = 0;
  for (const std::uint64_t seed : {1ULL, 2ULL, 1ULL << 32})
    for (const std::uint32_t replicate : {0U, 1U, 19U, Draws::kAllReplicates})
      for (const int authority : {0, 201, 857, 919, 941}) {
        const Draws draws(seed, replicate, authority);
        for (const auto process : all_processes())
          for (const std::uint32_t entity : {0U, 1U, 70000U, 0x80000000U, 0xC0000001U})
            for (const std::uint32_t occurrence : {0U, 1U, 256U, 70000U}) {
              seen.insert(draws.block(static_cast<Process>(process), entity, occurrence));
              ++drawn;
            }
      }
  EXPECT_EQ(seen.size(), drawn);
}

// Runs check with registers of every width that this processor has.
void with_every_width(const std::function<void()>& check) {
  const bool wide = wide_registers();
  for (const bool use : {false, true}) {
    use_wide_registers(use);
    SCOPED_TRACE(wide_registers() ? "512 bits" : "as built");
    check();
  }
  use_wide_registers(wide);
}

// Every length up to 70 and some long ones; every word of each block, and nothing beyond the last.
TEST(Draws, ManyAtOnceAreTheSameBlocks) {
  const Draws draws(0x299f31d0a4093822ULL, 0xFFFFFFF7U, 919);
  const auto processes = all_processes();
  std::mt19937 random(20220331);
  with_every_width([&] {
    for (std::size_t n = 0; n < 2000; n += n < 70 ? 1 : 1 + random() % 300) {
      std::vector<std::uint32_t> process(n), entity(n), occurrence(n);
      for (std::size_t i = 0; i < n; ++i) {
        process[i] = processes[random() % processes.size()];
        entity[i] = static_cast<std::uint32_t>(random());
        occurrence[i] = random() % 2 == 0 ? kOnes : static_cast<std::uint32_t>(random());
      }
      std::array<std::vector<std::uint32_t>, 4> words;
      words.fill(std::vector<std::uint32_t>(n + 1, 77));
      const Draws::Words out = {words[0].data(), words[1].data(), words[2].data(), words[3].data()};
      draws.blocks(process, entity, occurrence, out);
      for (std::size_t i = 0; i < n; ++i)
        ASSERT_EQ((Bits{words[0][i], words[1][i], words[2][i], words[3][i]}),
                  draws.block(static_cast<Process>(process[i]), entity[i], occurrence[i]))
            << i << " of " << n;
      draws.blocks(Process::kDrift, entity, occurrence, out);
      for (std::size_t i = 0; i < n; ++i)
        ASSERT_EQ((Bits{words[0][i], words[1][i], words[2][i], words[3][i]}),
                  draws.block(Process::kDrift, entity[i], occurrence[i]))
            << i << " of " << n;
      for (const auto& word : words) ASSERT_EQ(word[n], 77U) << n;
    }
  });
}

TEST(Draws, DependOnTheKeyAlone) {
  const Draws first(5, 2, 857);
  const Draws second(5, 2, 857);
  const Bits once = first.block(Process::kContact, 4, 9);
  first.block(Process::kTransition, 4, 9);
  EXPECT_EQ(first.block(Process::kContact, 4, 9), once);
  EXPECT_EQ(second.block(Process::kContact, 4, 9), once);
}

// ---- Transforms ----

constexpr std::size_t kDraws = 400000;

// All four words of blocks of consecutive entities.
std::vector<std::uint32_t> words(std::size_t n) {
  const Draws draws(20220331, 0, 857);
  std::vector<std::uint32_t> out;
  for (std::uint32_t entity = 0; out.size() < n; ++entity)
    for (const auto word : draws.block(Process::kContact, entity, 0)) out.push_back(word);
  return out;
}

struct Moments {
  double mean = 0.0;
  double variance = 0.0;
};
Moments moments(const std::vector<double>& sample) {
  Moments out;
  const auto n = static_cast<double>(sample.size());
  for (const double x : sample) out.mean += x / n;
  for (const double x : sample) out.variance += (x - out.mean) * (x - out.mean) / n;
  return out;
}

TEST(Uniform, IsNeverZeroNorOne) {
  EXPECT_GT(uniform(0), 0.0F);
  EXPECT_LT(uniform(kOnes), 1.0F);
  EXPECT_GT(exponential(kOnes), 0.0F);
  EXPECT_TRUE(std::isfinite(exponential(0)));
}

TEST(Uniform, NeverFallsAsTheBitsRise) {
  float before = 0.0F;
  for (std::uint64_t bits = 0; bits <= kOnes; bits += 65521) {
    const float u = uniform(static_cast<std::uint32_t>(bits));
    ASSERT_GE(u, before);
    before = u;
  }
}

TEST(Uniform, IsUniform) {
  std::vector<double> sample;
  for (const auto word : words(kDraws)) sample.push_back(static_cast<double>(uniform(word)));
  EXPECT_LT(distance(sample, [](double x) { return x; }), distance_bound(kDraws));
}

// Two units in the last place of a logarithm, or of the draw where the logarithm vanishes.
TEST(Exponential, LogarithmsAreRightToTwoUnits) {
  for (std::uint64_t bits = 0; bits <= kOnes; bits += 99991) {
    const float u = uniform(static_cast<std::uint32_t>(bits));
    const double exact = std::log(static_cast<double>(u));
    ASSERT_NEAR(static_cast<double>(fast_log(u)), exact, 2.0 * 0x1p-23 * std::abs(exact) + 0x1p-26) << u;
  }
}

TEST(Transforms, ExponentialFunctionIsExactToAFewUnitsInTheLastPlace) {
  for (int i = -86999; i <= 88000; i += 7) {
    const float x = static_cast<float>(i) * 1e-3F;
    const double exact = std::exp(static_cast<double>(x));
    ASSERT_NEAR(static_cast<double>(fast_exp(x)), exact, 2.0 * 0x1p-23 * exact) << x;
  }
  EXPECT_EQ(fast_exp(0.0F), 1.0F);
  EXPECT_EQ(fast_exp(-1e30F), fast_exp(-87.0F));
  EXPECT_EQ(fast_exp(1e30F), fast_exp(88.0F));
}

TEST(Exponential, HasItsMomentsAndDistribution) {
  std::vector<double> sample;
  for (const auto word : words(kDraws)) sample.push_back(static_cast<double>(exponential(word)));
  const auto n = static_cast<double>(kDraws);
  EXPECT_NEAR(moments(sample).mean, 1.0, sigmas() * std::sqrt(1.0 / n));
  // The fourth central moment is 9, so the variance of the squared deviation is 8.
  EXPECT_NEAR(moments(sample).variance, 1.0, sigmas() * std::sqrt(8.0 / n));
  EXPECT_LT(distance(sample, [](double x) { return 1.0 - std::exp(-x); }), distance_bound(kDraws));
}

TEST(Transforms, ManyAtOnceAreTheSameFloats) {
  std::mt19937 random(20220331);
  with_every_width([&] {
    for (std::size_t n = 0; n < 100000; n = n < 70 ? n + 1 : 3 * n) {
      std::vector<std::uint32_t> bits(n);
      for (auto& b : bits) b = static_cast<std::uint32_t>(random());
      if (n > 1) bits[0] = 0, bits[n - 1] = kOnes;
      std::vector<float> waits(n + 1, 77.0F);
      exponentials(bits, {waits.data(), n});
      for (std::size_t i = 0; i < n; ++i)
        ASSERT_EQ(std::bit_cast<std::uint32_t>(waits[i]), std::bit_cast<std::uint32_t>(exponential(bits[i])));
      ASSERT_EQ(waits[n], 77.0F);
    }
  });
}

TEST(Normal, HasItsMomentsAndDistribution) {
  const auto bits = words(2 * kDraws);
  std::vector<double> sample;
  for (std::size_t i = 0; i < bits.size(); i += 2) sample.push_back(normal(bits[i], bits[i + 1]));
  const auto n = static_cast<double>(kDraws);
  EXPECT_NEAR(moments(sample).mean, 0.0, sigmas() * std::sqrt(1.0 / n));
  EXPECT_NEAR(moments(sample).variance, 1.0, sigmas() * std::sqrt(2.0 / n));
  const boost::math::normal standard;
  EXPECT_LT(distance(sample, [&](double x) { return boost::math::cdf(standard, x); }),
            distance_bound(kDraws));
  EXPECT_TRUE(std::isfinite(normal(0, 0)));
  EXPECT_TRUE(std::isfinite(normal(kOnes, kOnes)));
}

TEST(Pick, FollowsTheWeights) {
  const std::array<float, 5> weights = {0.0F, 2.0F, 0.0F, 1.0F, 5.0F};
  std::vector<double> counts(5);
  for (const auto word : words(kDraws)) counts[pick(weights, 8.0F, uniform(word))] += 1.0;
  EXPECT_EQ(counts[0], 0.0);
  EXPECT_EQ(counts[2], 0.0);
  std::vector<double> expected;
  for (const float w : weights) expected.push_back(static_cast<double>(w) / 8.0 * kDraws);
  EXPECT_LT(chi_squared(counts, expected), chi_squared_bound(2));
}

TEST(Pick, GivesWhatRoundingLeavesToTheLastWithWeight) {
  const std::array<float, 4> weights = {0.1F, 0.2F, 0.3F, 0.0F};
  EXPECT_EQ(pick(weights, 0.7F, 0.9999F), 2U);
  EXPECT_EQ(pick(weights, 0.6F, uniform(0)), 0U);
}

// ---- Poisson counts ----

using RoundUp = boost::math::policies::policy<
    boost::math::policies::discrete_quantile<boost::math::policies::integer_round_up>>;
int exact_quantile(double mean, double u) {
  return static_cast<int>(boost::math::quantile(boost::math::poisson_distribution<double, RoundUp>(mean), u));
}

// Every draw of `step`, from the smallest to the largest uniform.
std::vector<double> quantiles(std::uint64_t step) {
  std::vector<double> out;
  for (std::uint64_t bits = 0; bits < kOnes; bits += step)
    out.push_back(static_cast<double>(uniform(static_cast<std::uint32_t>(bits))));
  out.push_back(static_cast<double>(uniform(kOnes)));
  return out;
}

TEST(PoissonQuantile, IsExactForSmallMeans) {
  for (const double mean : {0.001, 0.1, 0.7, 1.0, 3.3, 10.0, 31.4, 60.0})
    for (const double u : quantiles(10000019))
      ASSERT_EQ(poisson_quantile(mean, u), exact_quantile(mean, u)) << mean << " at " << u;
}

TEST(PoissonQuantile, IsWithinACountForLargeMeans) {
  for (const double mean : {60.1, 75.0, 100.0, 500.0, 2500.0, 40000.0})
    for (const double u : quantiles(10000019))
      ASSERT_NEAR(poisson_quantile(mean, u), exact_quantile(mean, u), 1.0) << mean << " at " << u;
}

TEST(PoissonQuantile, HasItsMeanOverTheDraws) {
  for (const double mean : {0.4, 12.0, 60.0, 61.0, 900.0}) {
    double sum = 0.0;
    const auto at = quantiles(40009);
    for (const double u : at) sum += poisson_quantile(mean, u);
    EXPECT_NEAR(sum / static_cast<double>(at.size()), mean, 0.002 * std::sqrt(mean)) << mean;
  }
}

TEST(PoissonQuantile, NeverFallsWhenTheMeanRises) {
  for (const double u : quantiles(40000003)) {
    int before = 0;
    for (double mean = 0.0; mean < 200.0; mean += 0.05) {
      const int now = poisson_quantile(mean, u);
      ASSERT_GE(now, before) << mean << " at " << u;
      before = now;
    }
  }
}

TEST(PoissonQuantile, NeverFallsWhenTheDrawRises) {
  for (const double mean : {0.3, 5.0, 59.9, 60.1, 300.0, 10000.0}) {
    int before = 0;
    for (const double u : quantiles(1000003)) {
      const int now = poisson_quantile(mean, u);
      ASSERT_GE(now, before) << mean << " at " << u;
      before = now;
    }
  }
}

TEST(PoissonQuantile, OfNothingIsNothing) {
  for (const double u : quantiles(400000009)) {
    EXPECT_EQ(poisson_quantile(0.0, u), 0);
    EXPECT_EQ(poisson_quantile(-1.0, u), 0);
  }
}

}  // namespace
}  // namespace hearth
