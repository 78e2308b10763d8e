// What changes of log rates say of England's drift and of the part that regions share: found again in made-up
// histories.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "analysis/calibration/shared_drift.hpp"
#include "kernels/draws.hpp"
#include "statistics.hpp"

namespace hearth {
namespace {

constexpr ShockPrior kPrior = {0.06, 0.6};

double variance_after(const NationalVolatility& v, double years) {
  return v.sd * v.sd * -std::expm1(-2.0 * v.reversion * years);
}

// One standard normal for each pair of numbers.
double luck(std::uint32_t replicate, std::uint32_t entity, std::uint32_t year) {
  const Bits bits = Draws(1, replicate, 0).block(Process::kDrift, entity, year);
  return normal(bits[0], bits[1]);
}

LogSeries steady(int years, double a_year) {
  LogSeries out;
  for (int i = 0; i < years; ++i) {
    out.years.push_back(2012 + i);
    out.values.push_back(a_year * i);
  }
  return out;
}

TEST(NationalDrift, OfLongWalksHasTheSpreadThatTheyCameFrom) {
  constexpr double kShock = 0.05;
  std::vector<LogSeries> walks(8);
  for (std::uint32_t w = 0; w < walks.size(); ++w) {
    double value = 0.0;
    for (std::uint32_t year = 0; year < 200; ++year) {
      walks[w].years.push_back(year);
      walks[w].values.push_back(value);
      value += kShock * luck(0, w, year);
    }
  }
  const auto found = fit_national(walks, kPrior);
  ASSERT_EQ(found.size(), walks.size());
  // Ten-year changes of 200 years count as some 20, of which a variance errs by a third: beyond three times
  // that by chance about once in 50 runs of all eight, and these draws are the same in every run.
  for (const auto& each : found) {
    EXPECT_NEAR(std::sqrt(variance_after(each, 1.0)), kShock, 0.01);
    EXPECT_LT(variance_after(each, 10.0), 2.0 * 10.0 * kShock * kShock);
    EXPECT_GT(variance_after(each, 10.0), 0.3 * 10.0 * kShock * kShock);
  }
}

// A rate that came far in ten years may do so again, though each year was as the one before it: by chance of
// three standard deviations at most.
TEST(NationalDrift, IsNotTamerThanASteadyRise) {
  const std::vector<LogSeries> series = {steady(14, 0.05), steady(14, 0.0)};
  const auto found = fit_national(series, kPrior);
  EXPECT_GT(3.0 * std::sqrt(variance_after(found[0], 10.0)), 10 * 0.05);
  EXPECT_LT(std::sqrt(variance_after(found[1], 10.0)), 0.5 * std::sqrt(variance_after(found[0], 10.0)));
}

TEST(NationalDrift, WithoutAHistoryIsThatWhichIsExpected) {
  const auto found = fit_national({LogSeries{}, steady(1, 0.0)}, kPrior);
  for (const auto& each : found) {
    EXPECT_GT(std::sqrt(variance_after(each, 1.0)), 0.5 * kPrior.median);
    EXPECT_LT(std::sqrt(variance_after(each, 1.0)), 2.0 * kPrior.median);
  }
}

// Nine regions of 17 authorities over 13 years, some figures missing.
std::vector<AuthorityChanges> made_up(std::uint32_t replicate, const ChangeScale& scale, double share) {
  constexpr std::uint32_t kRegions = 9, kEach = 17, kYears = 13;
  const double keep = std::exp(-scale.reversion);
  const double shock = scale.sd * std::sqrt(1.0 - keep * keep);
  std::vector<AuthorityChanges> out;
  for (std::uint32_t region = 0; region < kRegions; ++region) {
    std::vector<double> common = {scale.sd * luck(replicate, region, 0)};
    for (std::uint32_t year = 1; year < kYears; ++year)
      common.push_back(keep * common.back() + shock * luck(replicate, region, year));
    for (std::uint32_t i = 0; i < kEach; ++i) {
      const std::uint32_t entity = 1000 + region * kEach + i;
      auto& each = out.emplace_back();
      each.region = std::to_string(region);
      double own = scale.sd * luck(replicate, entity, 0);
      for (std::uint32_t year = 0; year < kYears; ++year) {
        if (year > 0) own = keep * own + shock * luck(replicate, entity, year);
        const double noise = scale.transient_sd * luck(replicate, entity, 100 + year);
        const bool known = (entity + year) % 11 != 0;
        each.log_rates.push_back(known
                                     ? std::sqrt(1.0 - share) * own + std::sqrt(share) * common[year] + noise
                                     : std::numeric_limits<double>::quiet_NaN());
        each.sampling.push_back(0.0);
      }
    }
  }
  return out;
}

TEST(RegionalShare, IsFoundAgainWhateverTheNoise) {
  constexpr std::uint32_t kHistories = 60;
  for (const double share : {0.0, 0.2, 0.5})
    for (const double noise : {0.02, 0.1}) {
      const ChangeScale scale{0.25, 0.25, noise};
      double sum = 0.0, squares = 0.0, said = 0.0;
      for (std::uint32_t history = 0; history < kHistories; ++history) {
        const RegionalShare found = estimate_regional_share(made_up(history, scale, share), scale);
        sum += found.share;
        squares += found.share * found.share;
        said += found.standard_error;
      }
      const double mean = sum / kHistories;
      const double spread = std::sqrt((squares - sum * mean) / (kHistories - 1.0));
      // By chance once in a million.
      EXPECT_NEAR(mean, share, sigmas() * spread / std::sqrt(kHistories)) << share << " and " << noise;
      // What it says of its error is of the right size: nine regions tell it to a half at best.
      EXPECT_GT(said / kHistories, 0.5 * spread);
      EXPECT_LT(said / kHistories, 2.0 * spread);
    }
}

TEST(RegionalShare, OfOneRegionIsNotKnown) {
  auto history = made_up(0, {0.25, 0.25, 0.02}, 0.5);
  for (auto& each : history) each.region = "all";
  const RegionalShare found = estimate_regional_share(history, {0.25, 0.25, 0.02});
  EXPECT_GT(found.share, 0.0);
  EXPECT_GE(found.standard_error, found.share);
}

TEST(RegionalShare, IsDrawnTowardsTheOthersByWhatChanceExplains) {
  // All that sets these apart is chance.
  const auto together = shrink_to_pool({{0.1, 0.1}, {0.2, 0.1}, {0.3, 0.1}});
  for (const double share : together) EXPECT_NEAR(share, together.front(), 1e-12);
  EXPECT_GT(together.front(), 0.1);
  EXPECT_LT(together.front(), 0.2 + 1e-12);
  // None of what sets these apart is.
  const auto apart = shrink_to_pool({{0.1, 0.0}, {0.4, 0.0}, {-0.2, 0.0}, {1.4, 0.0}});
  EXPECT_NEAR(apart[0], 0.1, 1e-12);
  EXPECT_NEAR(apart[1], 0.4, 1e-12);
  EXPECT_EQ(apart[2], 0.0);  // a share
  EXPECT_LT(apart[3], 1.0);
}

}  // namespace
}  // namespace hearth
