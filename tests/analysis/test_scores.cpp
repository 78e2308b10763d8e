// Scores against closed forms: one interval by hand, certainty, the normal distribution, and that no forecast
// scores better in expectation than the truth.
#include "analysis/forecasting/scores.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "core/error.hpp"
#include "results/summary.hpp"

namespace hearth {
namespace {

using boost::math::cdf;
using boost::math::pdf;
using boost::math::quantile;
using Normal = boost::math::normal;

// Mean over the levels of twice the quantile (pinball) loss: another way to write the weighted interval
// score.
double pinball(const Quantiles& quantiles, double observed) {
  double sum = 0.0;
  for (std::size_t i = 0; i < kQuantiles; ++i) {
    const double error = observed - quantiles[i];
    sum += 2.0 * std::max(kQuantileLevels[i] * error, (kQuantileLevels[i] - 1.0) * error);
  }
  return sum / kQuantiles;
}

Quantiles normal_quantiles(double mean, double sd) {
  Quantiles out;
  for (std::size_t i = 0; i < kQuantiles; ++i) out[i] = quantile(Normal(mean, sd), kQuantileLevels[i]);
  return out;
}

double normal_crps(double mean, double sd, double observed) {
  const double z = (observed - mean) / sd;
  const Normal unit;
  return sd * (z * (2.0 * cdf(unit, z) - 1.0) + 2.0 * pdf(unit, z) - 1.0 / std::sqrt(std::numbers::pi));
}

// n values that lie as a normal distribution does.
std::vector<double> normal_grid(int n, double mean, double sd) {
  std::vector<double> out;
  for (int i = 0; i < n; ++i) out.push_back(quantile(Normal(mean, sd), (i + 0.5) / n));
  return out;
}

TEST(WeightedIntervalScore, OneIntervalByHand) {
  const std::array<double, 3> levels = {0.1, 0.5, 0.9};
  const std::array<double, 3> quantiles = {2.0, 5.0, 10.0};
  // Weights 1/2 for the median and 0.2 / 2 for the interval, over 1.5 in all.
  const IntervalScore above = weighted_interval_score(levels, quantiles, 12.0);
  EXPECT_DOUBLE_EQ(above.dispersion, 0.1 * 8.0 / 1.5);
  EXPECT_DOUBLE_EQ(above.underprediction, (0.5 * 7.0 + 2.0) / 1.5);
  EXPECT_DOUBLE_EQ(above.overprediction, 0.0);
  EXPECT_DOUBLE_EQ(above.total, 6.3 / 1.5);
  const IntervalScore below = weighted_interval_score(levels, quantiles, 1.0);
  EXPECT_DOUBLE_EQ(below.overprediction, (0.5 * 4.0 + 1.0) / 1.5);
  EXPECT_DOUBLE_EQ(below.underprediction, 0.0);
}

TEST(WeightedIntervalScore, PartsAddUpAndItIsTheMeanOfQuantileLosses) {
  for (const double observed : {-3.0, 90.0, 100.0, 104.5, 250.0}) {
    const Quantiles quantiles = normal_quantiles(100.0, 7.0);
    const IntervalScore score = weighted_interval_score(quantiles, observed);
    EXPECT_NEAR(score.total, pinball(quantiles, observed), 1e-12 * score.total);
    EXPECT_DOUBLE_EQ(score.total, score.dispersion + score.underprediction + score.overprediction);
  }
}

TEST(WeightedIntervalScore, OfCertaintyIsTheAbsoluteError) {
  Quantiles certain;
  certain.fill(40.0);
  EXPECT_DOUBLE_EQ(weighted_interval_score(certain, 47.0).total, 7.0);
  EXPECT_DOUBLE_EQ(weighted_interval_score(certain, 31.0).total, 9.0);
  EXPECT_DOUBLE_EQ(weighted_interval_score(certain, 40.0).total, 0.0);
}

TEST(WeightedIntervalScore, BecomesTheCrpsAsQuantilesGetDense) {
  const auto dense = [](int n, double observed) {
    std::vector<double> levels;
    std::vector<double> quantiles;
    for (int i = 1; i <= n; ++i) {
      levels.push_back(static_cast<double>(i) / (n + 1));
      quantiles.push_back(quantile(Normal(3.0, 2.0), levels.back()));
    }
    return weighted_interval_score(levels, quantiles, observed).total;
  };
  for (const double observed : {-2.0, 2.5, 3.0, 8.0}) {
    const double limit = normal_crps(3.0, 2.0, observed);
    EXPECT_NEAR(dense(9999, observed), limit, 1e-3);
    EXPECT_LT(std::abs(dense(999, observed) - limit), std::abs(dense(9, observed) - limit));
  }
}

TEST(WeightedIntervalScore, NeedsTheMedian) {
  const std::array<double, 2> two = {0.1, 0.9};
  EXPECT_THROW(weighted_interval_score(two, two, 0.0), InternalError);
}

TEST(Crps, OfTheNormalDistribution) {
  const auto samples = normal_grid(20000, 3.0, 2.0);
  for (const double observed : {-2.0, 2.5, 3.0, 8.0})
    EXPECT_NEAR(crps(samples, observed), normal_crps(3.0, 2.0, observed), 2e-4);
}

TEST(Crps, IsTheDoubleSumOfItsDefinition) {
  const std::vector<double> samples = {1.0, 1.0, 2.0, 5.0, 11.0};
  for (const double observed : {0.0, 1.0, 4.0, 20.0}) {
    double near = 0.0;
    double between = 0.0;
    for (const double a : samples) {
      near += std::abs(a - observed) / 5.0;
      for (const double b : samples) between += std::abs(a - b) / 50.0;
    }
    EXPECT_NEAR(crps(samples, observed), near - between, 1e-12);
  }
  EXPECT_DOUBLE_EQ(crps(std::vector<double>(7, 4.0), 9.0), 5.0);
}

TEST(Scores, NobodyGainsBySayingOtherThanTheTruth) {
  const auto outcomes = normal_grid(4000, 0.0, 1.0);
  const auto expected = [&](double mean, double sd) {
    const Quantiles quantiles = normal_quantiles(mean, sd);
    const auto samples = normal_grid(500, mean, sd);
    std::array<double, 2> sum{};
    for (const double outcome : outcomes) {
      sum[0] += weighted_interval_score(quantiles, outcome).total;
      sum[1] += crps(samples, outcome);
    }
    return sum;
  };
  const auto truth = expected(0.0, 1.0);
  for (const auto& [mean, sd] : std::vector<std::pair<double, double>>{
           {0.2, 1.0}, {-0.2, 1.0}, {0.0, 1.3}, {0.0, 0.75}, {0.1, 0.9}, {0.0, 0.01}}) {
    const auto other = expected(mean, sd);
    EXPECT_GT(other[0], truth[0]) << mean << " " << sd;
    EXPECT_GT(other[1], truth[1]) << mean << " " << sd;
  }
}

TEST(Scores, IntervalsHoldTheirEnds) {
  Quantiles quantiles;
  std::iota(quantiles.begin(), quantiles.end(), 0.0);  // 0.05 is at 2, 0.95 at 20, 0.25 at 6, 0.75 at 16
  EXPECT_TRUE(covers(quantiles, 0.9, 2.0));
  EXPECT_TRUE(covers(quantiles, 0.9, 20.0));
  EXPECT_FALSE(covers(quantiles, 0.9, 20.5));
  EXPECT_FALSE(covers(quantiles, 0.9, 1.5));
  EXPECT_TRUE(covers(quantiles, 0.5, 6.0));
  EXPECT_FALSE(covers(quantiles, 0.5, 16.1));
  EXPECT_DOUBLE_EQ(quantiles[kMedian], quantiles[quantile_position(0.5)]);
  EXPECT_THROW(quantile_position(0.33), InternalError);
}

TEST(Scores, QuantilesAreThoseOfSummaries) {
  const std::vector<double> values = {9.0, 1.0, 4.0, 4.0, 30.0, 2.0, 8.0};
  const Quantiles found = quantiles_of(values);
  for (std::size_t i = 0; i < kQuantiles; ++i)
    EXPECT_DOUBLE_EQ(found[i], hearth::quantile(values, kQuantileLevels[i]));
  EXPECT_TRUE(std::ranges::is_sorted(found));
  EXPECT_DOUBLE_EQ(quantiles_of({5.0})[0], 5.0);
}

TEST(Pit, LiesAmongTies) {
  const std::vector<double> samples = {0.0, 1.0, 1.0, 2.0};
  EXPECT_DOUBLE_EQ(randomised_pit(samples, 1.0, 0.0), 0.2);
  EXPECT_DOUBLE_EQ(randomised_pit(samples, 1.0, 1.0), 0.8);
  EXPECT_DOUBLE_EQ(randomised_pit(samples, -1.0, 0.5), 0.1);
  EXPECT_DOUBLE_EQ(randomised_pit(samples, 3.0, 0.5), 0.9);
}

TEST(Pit, IsUniformWhereTheForecastIsRight) {
  // Each of the equally likely values 0 to 4 observed, each at an even grid of places among its ties.
  std::vector<double> samples;
  for (int i = 0; i < 1000; ++i) samples.push_back(i % 5);
  std::ranges::sort(samples);
  std::vector<double> pits;
  for (int value = 0; value < 5; ++value)
    for (int i = 0; i < 200; ++i) pits.push_back(randomised_pit(samples, value, (i + 0.5) / 200.0));
  for (const int count : pit_histogram(pits)) EXPECT_NEAR(count, 100, 1);
  EXPECT_EQ(pit_histogram(std::vector<double>{0.0, 1.0})[0], 1);
  EXPECT_EQ(pit_histogram(std::vector<double>{0.0, 1.0})[kPitBins - 1], 1);
}

}  // namespace
}  // namespace hearth
