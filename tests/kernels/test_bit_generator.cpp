// The keyed draws as a stream: its words are those of the blocks, and Boost.Random's distributions accept it.
#include "kernels/bit_generator.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/math/distributions/normal.hpp>
#include <boost/random/beta_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/sobol.hpp>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "statistics.hpp"

namespace hearth {
namespace {

static_assert(std::uniform_random_bit_generator<BitGenerator>);

BitGenerator stream(std::uint32_t entity, std::uint64_t seed = 20) {
  return {Draws(seed, 3, 926), Process::kCalibration, entity};
}

TEST(BitGenerator, GivesTheWordsOfTheBlocksInOrder) {
  BitGenerator bits = stream(7);
  const Draws draws(20, 3, 926);
  for (std::uint32_t occurrence = 0; occurrence < 100; ++occurrence)
    for (const std::uint32_t word : draws.block(Process::kCalibration, 7, occurrence))
      ASSERT_EQ(bits(), word) << occurrence;
}

TEST(BitGenerator, ACopyGoesOnAsTheOriginalDoes) {
  BitGenerator bits = stream(7);
  bits();
  BitGenerator copy = bits;
  for (int i = 0; i < 10; ++i) ASSERT_EQ(bits(), copy());
}

// Philox's own known answers (test_random.cpp) say what the words are; this says what is made of them. Boost
// may change its algorithm with a version: fits made anew would then have other draws, equally good ones.
TEST(BitGenerator, TheFirstNormalDrawsAreKnown) {
  BitGenerator bits = stream(7);
  boost::random::normal_distribution<double> normal;
  for (const double known :
       {-1.5139392355585535, -0.26090202577994159, -1.746289641476571, 0.12107384310408432})
    EXPECT_DOUBLE_EQ(normal(bits), known);
}

// Over many short streams, as they are used: the first of each is as random as the rest of one.
TEST(BitGenerator, StreamsOfManyKeysAreNormal) {
  constexpr int kStreams = 20000;
  constexpr int kEach = 5;
  for (int position = 0; position < kEach; ++position) {
    std::vector<double> sample;
    for (std::uint32_t entity = 0; entity < kStreams; ++entity) {
      BitGenerator bits = stream(entity);
      boost::random::normal_distribution<double> normal;
      for (int i = 0; i < position; ++i) normal(bits);
      sample.push_back(normal(bits));
    }
    const boost::math::normal standard;
    EXPECT_LT(distance(sample, [&](double x) { return boost::math::cdf(standard, x); }),
              distance_bound(kStreams))
        << position;
  }
}

TEST(BitGenerator, DrawsABetaDistribution) {
  constexpr int kDraws = 100000;
  BitGenerator bits = stream(1);
  boost::random::beta_distribution<double> beta(2.0, 6.0);
  double sum = 0.0;
  for (int i = 0; i < kDraws; ++i) sum += beta(bits);
  const double variance = 2.0 * 6.0 / (8.0 * 8.0 * 9.0);
  EXPECT_NEAR(sum / kDraws, 0.25, sigmas() * std::sqrt(variance / kDraws));
}

// Boost's quasi-random points are another generator for the same distributions.
TEST(BitGenerator, SobolPointsGiveAMeanManyTimesAsExact) {
  constexpr int kPoints = 4096;
  constexpr std::size_t kDimensions = 2;
  const auto mean = [&](auto& generator) {
    boost::random::uniform_01<double> uniform;
    double sum = 0.0;
    for (int i = 0; i < kPoints; ++i) {
      const double x = uniform(generator);
      sum += x * uniform(generator);
    }
    return sum / kPoints;
  };
  boost::random::sobol points(kDimensions);
  BitGenerator bits = stream(2);
  const double standard_error = std::sqrt((1.0 / 9.0 - 1.0 / 16.0) / kPoints);
  EXPECT_NEAR(mean(bits), 0.25, sigmas() * standard_error);
  EXPECT_NEAR(mean(points), 0.25, 0.2 * standard_error);
}

}  // namespace
}  // namespace hearth
