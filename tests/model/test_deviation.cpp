// An authority off its long-run level at the origin: how it returns, and what the switch does; and origins
// before the last.
#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "published/england_reader.hpp"
#include "statistics.hpp"
#include "trial.hpp"

namespace hearth {
namespace {

using enum Parameter;

constexpr double kReversion = 0.5;  // a year
constexpr int kMonths = 60;

// A made-up authority whose families are referred at a constant rate, times the propensity.
Trial referred(double deviation, double sd = 0.0, bool drifts = false) {
  Parameters p = quiet_parameters();
  for (std::size_t k = 0; k < kPriceKinds; ++k) p[rows::kPriceGrowthSd.at(k)] = 0.0;
  p[contact_base] = 2.0;
  p[contact_recent_ratio] = p[contact_first_birth_ratio] = p[contact_no_further_action] = 1.0;
  p[drift_enabled] = drifts ? 1.0 : 0.0;
  set_rows(p, rows::kDriftOfRates, 0.0);
  p[drift_referral_authority_sd] = sd;
  p[drift_referral_authority_reversion] = kReversion;
  AuthorityOrigin authority;
  authority.children = 2000;
  return {authority, p, kMonths, deviation};
}

// Referrals by month, mean of replicates.
std::vector<double> referrals(const Trial& trial, int replicates) {
  std::vector<double> out(kMonths);
  for (int replicate = 0; replicate < replicates; ++replicate) {
    const AuthoritySeries series = trial.run(static_cast<std::uint32_t>(replicate));
    for (std::size_t m = 0; m < out.size(); ++m)
      out[m] += series.counts(Measure::kReferrals, 0)[m] / static_cast<double>(replicates);
  }
  return out;
}

// Sum over a year, and its ratio to that of an authority at its level.
void expect_return(const std::vector<double>& off, const std::vector<double>& level, double deviation,
                   double tolerance) {
  for (std::size_t year = 0; year < kMonths / 12; ++year) {
    double found = 0.0, usual = 0.0, expected = 0.0;
    for (std::size_t m = 12 * year; m < 12 * (year + 1); ++m) {
      found += off[m];
      usual += level[m];
      expected += std::exp(deviation * std::exp(-kReversion * (static_cast<double>(m) + 1.0) / 12.0)) / 12.0;
    }
    EXPECT_NEAR(found / usual, expected, tolerance) << "year " << year;
  }
}

TEST(Deviation, DiesAwayWithoutDrift) {
  const auto level = referrals(referred(0.0), 20);
  expect_return(referrals(referred(0.8), 20), level, 0.8, 0.02);
  expect_return(referrals(referred(-0.8), 20), level, -0.8, 0.02);
}

TEST(Deviation, DiesAwayWithDriftWhoseMeanStays) {
  const auto level = referrals(referred(0.0), 20);
  // Mean of 200 drifts with a variance of at most 0.09, of which months of a year share most.
  expect_return(referrals(referred(0.8, 0.3, true), 200), level, 0.8,
                sigmas() * 2.0 * 0.3 / std::sqrt(200.0));
}

TEST(Deviation, TakesTheSamePathUnderADriftThatStandsStill) {
  EXPECT_EQ(difference(referred(0.8, 0.0, true).run(), referred(0.8).run()), "");
  EXPECT_NE(difference(referred(0.8).run(), referred(0.0).run()), "");
}

// Switched off, the authority keeps the rates it had at the origin, in everything.
TEST(Deviation, SwitchedOffIsALevel) {
  Scenario scenario = main_scenario({857}, 24);
  scenario.arms.resize(1);
  scenario.arms[0].adoption.clear();
  const PropensityVector deviation = {0.4, -0.3, 0.5, 0.1, 0.2, -0.2, -0.1, 0.3};
  scenario.response = identity_response();
  Scenario moved = scenario;
  moved.deviations.clear();
  for (std::size_t k = 0; k < kPropensities; ++k) moved.propensities[857][k] += deviation[k];
  scenario.deviations[857] = deviation;
  const Results returning = results_of(scenario);
  EXPECT_NE(difference(returning, results_of(moved)), "");
  scenario.arms[0].parameters[drift_origin_deviation] = 0.0;
  EXPECT_EQ(difference(results_of(scenario), results_of(moved)), "");
}

// ---- Earlier origins ----

class EarlyOrigin : public testing::TestWithParam<int> {};

// With the calibration of the year, from the tables of the year, boundaries of the time.
TEST_P(EarlyOrigin, StartsWithItsYearsFiguresAndHoldsThem) {
  const int year = GetParam();
  const auto file = std::filesystem::temp_directory_path() /
                    ("hearth_origin_" + std::to_string(::getpid()) + "_" + std::to_string(year) + ".json");
  std::ofstream(file) << R"({"name": "early", "origin": ")" << year << R"(-03-31", "data": ")"
                      << (kRoot / "scenarios" / "england").generic_string()
                      << R"(", "horizon_months": 12, "replicates": 1, "authorities": [420, 919, )"
                      << (year < 2020 ? "836, 837, 928" : "838, 839, 928")
                      << R"(], "uncertainty": {"drift": false, "parameters": false}, "baseline": "usual", )"
                      << R"("arms": {"usual": {}}})";
  const LoadedScenario loaded = load_scenario(file);
  std::filesystem::remove(file);
  EXPECT_EQ(loaded.scenario.deviations.size(), loaded.scenario.propensities.size());
  EXPECT_NE(loaded.scenario.deviations.at(919), PropensityVector{});
  const England then = load_england(kRoot / "scenarios" / "england", {year, 3});
  const Results results = results_of(loaded.scenario, then);
  const auto& series = results.at({"usual", 0});
  for (std::size_t i = 0; i < series.size(); ++i) {
    const AuthorityOrigin& authority = then.at(loaded.scenario.authorities[i]);
    const auto first = [&](Measure measure) { return series[i].counts(measure, 0)[0]; };
    const auto near = [](int stock) { return 8.0 + 0.08 * stock; };  // a month's comings and goings
    EXPECT_NEAR(first(Measure::kLookedAfter), authority.looked_after, near(authority.looked_after))
        << authority.name;
    EXPECT_NEAR(first(Measure::kChildProtectionPlans), authority.child_protection_plans,
                near(authority.child_protection_plans))
        << authority.name;
    EXPECT_NEAR(first(Measure::kChildrenInNeed), authority.children_in_need, near(authority.children_in_need))
        << authority.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Years, EarlyOrigin, testing::Values(2014, 2017, 2020),
                         [](const auto& origin) { return std::to_string(origin.param); });

}  // namespace
}  // namespace hearth
