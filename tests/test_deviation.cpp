// An authority off its long-run level at the origin: how it returns, and what the switch does.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

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
  p[contact_base] = 2.0;
  p[contact_recent_ratio] = p[contact_first_birth_ratio] = p[contact_no_further_action] = 1.0;
  p[drift_enabled] = drifts ? 1.0 : 0.0;
  for (std::size_t k = 0; k < kPropensities; ++k)
    set_rows(p, static_cast<Parameter>(static_cast<std::size_t>(drift_referral_authority_sd) + 4 * k), 4,
             0.0);
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
  const PropensityVector deviation = {0.4, -0.3, 0.5, 0.2, -0.1, 0.3};
  Scenario moved = scenario;
  for (std::size_t k = 0; k < kPropensities; ++k) moved.propensities[857][k] += deviation[k];
  scenario.deviations[857] = deviation;
  const Results returning = results_of(scenario);
  EXPECT_NE(difference(returning, results_of(moved)), "");
  scenario.arms[0].parameters[drift_origin_deviation] = 0.0;
  EXPECT_EQ(difference(results_of(scenario), results_of(moved)), "");
}

}  // namespace
}  // namespace hearth
