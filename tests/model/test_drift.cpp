// Drift of an authority's rates: its covariance, its mean, how propensities follow, and whose luck it is.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "core/calendar.hpp"
#include "model/practice/drift.hpp"
#include "statistics.hpp"

namespace hearth {
namespace {

using enum Parameter;

constexpr int kCode = 857;
constexpr std::uint32_t kRegion = 5;
constexpr auto kSize = static_cast<int>(kPropensities);
constexpr auto kStates = static_cast<int>(kStateSize);
using StateMatrix = Eigen::Matrix<double, kStates, kStates>;
using StateVector = Eigen::Matrix<double, kStates, 1>;

double sd(const Parameters& p, int k, bool england) {
  return p[rows::kDriftOfRates.at(k, england ? kNationalSd : kAuthoritySd)];
}
double reversion(const Parameters& p, int k, bool england) {
  return p[rows::kDriftOfRates.at(k, england ? kNationalReversion : kAuthorityReversion)];
}
double correlation(const Parameters& p, int a, int b) {
  if (a == b) return 1.0;
  const auto [low, high] = std::minmax(a, b);
  return p[rows::kDriftCorrelation.at(high * (high - 1) / 2 + low)];
}

// Covariance of two rates `years` after both stood at their level.
double closed_form(const Parameters& p, int a, int b, bool england, double years) {
  const double k = reversion(p, a, england);
  const double l = reversion(p, b, england);
  return sd(p, a, england) * sd(p, b, england) * correlation(p, a, b) * 2.0 * std::sqrt(k * l) / (k + l) *
         (1.0 - std::exp(-(k + l) * years));
}

// Alike for all rates, so that they go together in each part as in the whole.
void set_shares(Parameters& p, double share) {
  for (std::size_t k = 0; k < kPropensities; ++k) p[rows::kDriftRegionalShare.at(k)] = share;
}

// A matrix whose inverse is tame, and that treats no two rates alike.
ResponseMatrix mixing_response() {
  ResponseMatrix out = identity_response();
  for (std::size_t a = 0; a < kPropensities; ++a)
    for (std::size_t b = 0; b < kPropensities; ++b)
      out[a][b] += 0.05 * std::sin(static_cast<double>(3 * a + 7 * b + 1));
  return out;
}

// Levels and deviations that are known badly, and together: one that is high is half made up of the other.
StateMatrix doubt() {
  StateMatrix root;
  for (int a = 0; a < kStates; ++a)
    for (int b = 0; b < kStates; ++b) root(a, b) = 0.12 * std::sin(1.0 + 5.0 * a + 11.0 * b * b);
  StateMatrix out = root * root.transpose();
  for (int k = 0; k < kSize; ++k) {
    out(k, k) += 0.1;
    out(kSize + k, kSize + k) += 0.15;
    out(k, kSize + k) -= 0.08;
    out(kSize + k, k) -= 0.08;
  }
  return out;
}

void set_doubt(Scenario& scenario, const StateMatrix& covariance) {
  std::size_t at = 0;
  for (int a = 0; a < kStates; ++a)
    for (int b = 0; b <= a; ++b) scenario.state_covariance[kCode][at++] = covariance(a, b);
}

Scenario with_state() {
  Scenario out;
  out.propensities[kCode] = {0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8};
  out.deviations[kCode] = {0.3, -0.3, 0.2, -0.2, 0.1, -0.1, 0.4, -0.4};
  return out;
}

RateVector of(const PropensityVector& values) {
  return Eigen::Map<const RateVector>(values.data());
}

struct Luck {
  Draws authority;
  Draws england;
  explicit Luck(std::uint32_t replicate, std::uint64_t seed = 1, int code = kCode)
      : authority(seed, replicate, code), england(seed, replicate, 0) {}
};

// The log propensities of months 0 to `months` - 1, and the state after them.
struct Path {
  std::vector<PropensityVector> months;
  DriftState state;
};
Path follow(const DriftTables& tables, const Luck& luck, int months) {
  Path out{{}, start_drift(tables, luck.authority)};
  for (int month = 0; month < months; ++month)
    out.months.push_back(advance_drift(out.state, tables, luck.authority, luck.england, month));
  return out;
}

// An estimated covariance of normal draws with mean zero, entry by entry: each errs beyond the bound by
// chance once in a million.
template <typename Matrix, typename ClosedForm>
void expect_covariance(const Matrix& sum_of_squares, double draws, ClosedForm expected) {
  for (int a = 0; a < sum_of_squares.rows(); ++a)
    for (int b = 0; b <= a; ++b) {
      const double error = std::sqrt((expected(a, a) * expected(b, b) + std::pow(expected(a, b), 2)) / draws);
      EXPECT_NEAR(sum_of_squares(a, b) / draws, expected(a, b), sigmas() * error) << a << " and " << b;
    }
}

TEST(Drift, DrawsTheCovarianceOfTheProcessAtEveryAge) {
  Parameters p;
  // Faster than England's authorities are, so that the long run comes soon; and no two alike.
  for (std::size_t k = 0; k < kPropensities; ++k)
    for (const bool of_england : {false, true}) {
      p[rows::kDriftOfRates.at(k, of_england ? kNationalSd : kAuthoritySd)] =
          0.1 + 0.05 * static_cast<double>(k);
      p[rows::kDriftOfRates.at(k, of_england ? kNationalReversion : kAuthorityReversion)] =
          0.4 + (of_england ? 0.1 : 0.25) * static_cast<double>(k);
    }
  set_shares(p, 0.3);
  const DriftTables tables = make_drift_tables(Scenario{}, p, kCode, kRegion);
  constexpr std::uint32_t kReplicates = 6000;
  for (const int months : {1, 12, 180}) {
    RateMatrix own = RateMatrix::Zero();
    RateMatrix national = RateMatrix::Zero();
    RateMatrix between = RateMatrix::Zero();
    for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
      const DriftState state = follow(tables, Luck(replicate), months).state;
      // As much as without a region's part.
      const RateVector whole = state.deviation + state.region;
      own += whole * whole.transpose();
      national += state.england * state.england.transpose();
      between += whole * state.england.transpose();
    }
    SCOPED_TRACE(std::to_string(months) + " months");
    const double years = months / static_cast<double>(kMonthsPerYear);
    const auto expected = [&](bool england) {
      return [&p, years, england](int a, int b) { return closed_form(p, a, b, england, years); };
    };
    expect_covariance(own, kReplicates, expected(false));
    expect_covariance(national, kReplicates, expected(true));
    for (int a = 0; a < kSize; ++a)
      for (int b = 0; b < kSize; ++b)
        EXPECT_NEAR(between(a, b) / kReplicates, 0.0,
                    sigmas() * std::sqrt(expected(false)(a, a) * expected(true)(b, b) / kReplicates));
  }
}

// Exactly: a month's shocks on top of what is left add up to the covariance of the process.
TEST(Drift, AddsMonthsUpToTheCovarianceOfTheProcess) {
  Parameters p;
  set_shares(p, 0.0);
  const DriftTables tables = make_drift_tables(Scenario{}, p, kCode, kRegion);
  for (const bool england : {false, true}) {
    const DriftProcess& process = england ? tables.england : tables.authority;
    RateMatrix covariance = RateMatrix::Zero();
    for (int month = 0; month < 60; ++month) {
      covariance = process.keep.asDiagonal() * covariance * process.keep.asDiagonal();
      covariance += process.shock * process.shock.transpose();
    }
    for (int a = 0; a < kSize; ++a) {
      for (int b = 0; b < kSize; ++b)
        EXPECT_NEAR(covariance(a, b), closed_form(p, a, b, england, 5.0), 1e-12) << a << " and " << b;
      EXPECT_NEAR(process.stationary_variance[a], closed_form(p, a, a, england, 1e3), 1e-12);
    }
  }
}

// Each share of an authority's variance is the region's, and no share changes the sum.
TEST(Drift, DividesTheVarianceOfAnAuthority) {
  Parameters p;
  for (std::size_t k = 0; k < kPropensities; ++k)
    p[rows::kDriftRegionalShare.at(k)] = 0.1 * static_cast<double>(k);
  const DriftTables tables = make_drift_tables(Scenario{}, p, kCode, kRegion);
  const RateMatrix own = tables.authority.shock * tables.authority.shock.transpose();
  const RateMatrix region = tables.region.shock * tables.region.shock.transpose();
  for (int k = 0; k < kSize; ++k) {
    EXPECT_NEAR(region(k, k), 0.1 * k * (own(k, k) + region(k, k)), 1e-12);
    EXPECT_NEAR(own(k, k) + region(k, k), closed_form(p, k, k, false, 1.0 / 12.0), 1e-12);
    EXPECT_NEAR(tables.authority.stationary_variance[k] + tables.region.stationary_variance[k],
                std::pow(sd(p, k, false), 2), 1e-12);
    EXPECT_EQ(tables.authority.keep[k], tables.region.keep[k]);
  }
  // Of no region: all is its own.
  const DriftTables alone = make_drift_tables(Scenario{}, p, kCode, 0);
  EXPECT_EQ(alone.region.shock, RateMatrix::Zero());
  EXPECT_EQ(follow(alone, Luck(7), 24).state.region, RateVector::Zero());
}

// Two authorities of a region go together by what the region shares and by what England does; two of
// different regions by England alone.
TEST(Drift, OfTwoAuthoritiesGoesTogetherAsRegionAndEnglandSay) {
  Parameters p;
  for (std::size_t k = 0; k < kPropensities; ++k)
    p[rows::kDriftRegionalShare.at(k)] = 0.1 + 0.1 * static_cast<double>(k);
  const DriftTables here = make_drift_tables(Scenario{}, p, kCode, kRegion);
  const DriftTables elsewhere = make_drift_tables(Scenario{}, p, kCode, kRegion + 1);
  constexpr std::uint32_t kReplicates = 6000;
  constexpr int kMonths = 36;
  const auto log_rates = [](const DriftTables& tables, std::uint32_t replicate, int code) {
    const DriftState state = follow(tables, Luck(replicate, 1, code), kMonths).state;
    return RateVector(state.deviation + state.region + state.england);
  };
  RateVector within = RateVector::Zero(), between = RateVector::Zero();
  for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
    const RateVector one = log_rates(here, replicate, kCode);
    within += one.cwiseProduct(log_rates(here, replicate, kCode + 1));
    between += one.cwiseProduct(log_rates(elsewhere, replicate, kCode + 2));
  }
  for (int k = 0; k < kSize; ++k) {
    const double own = closed_form(p, k, k, false, 3.0), england = closed_form(p, k, k, true, 3.0);
    const double shared = p[rows::kDriftRegionalShare.at(static_cast<std::size_t>(k))] * own;
    // Products of two normal numbers of variance v and covariance c have the variance v^2 + c^2. Each errs
    // beyond the bound by chance once in a million.
    const auto error = [&](double covariance) {
      return sigmas() * std::sqrt((std::pow(own + england, 2) + covariance * covariance) / kReplicates);
    };
    EXPECT_NEAR(within[k] / kReplicates, shared + england, error(shared + england)) << k;
    EXPECT_NEAR(between[k] / kReplicates, england, error(england)) << k;
  }
}

TEST(Drift, OfARegionIsTheSameInAllItsAuthorities) {
  const DriftTables tables = make_drift_tables(Scenario{}, Parameters(), kCode, kRegion);
  const DriftTables elsewhere = make_drift_tables(Scenario{}, Parameters(), kCode, kRegion + 1);
  const DriftState here = follow(tables, Luck(7), 24).state;
  EXPECT_EQ(follow(tables, Luck(7, 1, 926), 24).state.region, here.region);
  EXPECT_GT((follow(elsewhere, Luck(7), 24).state.region - here.region).norm(), 0.01);
  EXPECT_EQ(follow(elsewhere, Luck(7), 24).state.deviation, here.deviation);
}

TEST(Drift, StartsFromWhatIsNotKnownOfTheOrigin) {
  Scenario scenario = with_state();
  const StateMatrix covariance = doubt();
  set_doubt(scenario, covariance);
  const DriftTables tables = make_drift_tables(scenario, Parameters(), kCode, kRegion);
  constexpr std::uint32_t kReplicates = 20000;
  StateMatrix squares = StateMatrix::Zero();
  for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
    const DriftState state = start_drift(tables, Luck(replicate).authority);
    StateVector unknown;
    unknown << state.level, state.deviation - of(scenario.deviations[kCode]);
    squares += unknown * unknown.transpose();
    EXPECT_EQ(state.england, RateVector::Zero());
  }
  expect_covariance(squares, kReplicates, [&](int a, int b) { return covariance(a, b); });
}

// A covariance that rounding or few figures have left without full rank is no reason to fail.
TEST(Drift, TakesADoubtOfAnyRank) {
  Scenario scenario;
  StateVector direction;
  for (int i = 0; i < kStates; ++i) direction[i] = 0.1 * (i - 7);
  set_doubt(scenario, direction * direction.transpose());
  const DriftTables tables = make_drift_tables(scenario, Parameters(), kCode, kRegion);
  for (std::uint32_t replicate = 0; replicate < 10; ++replicate) {
    const DriftState state = start_drift(tables, Luck(replicate).authority);
    StateVector unknown;
    unknown << state.level, state.deviation;
    const double size = direction.dot(unknown) / direction.squaredNorm();
    EXPECT_NE(size, 0.0);
    EXPECT_NEAR((unknown - size * direction).norm(), 0.0, 1e-6);
  }
}

// Doubt and drift widen the future of each rate about the same mean: that of a deviation that dies away.
TEST(Drift, LeavesTheMeanOfRatesWhereItWas) {
  Scenario scenario = with_state();
  const StateMatrix covariance = doubt();
  set_doubt(scenario, covariance);
  const Parameters p;
  const DriftTables tables = make_drift_tables(scenario, p, kCode, kRegion);
  constexpr std::uint32_t kReplicates = 20000;
  constexpr int kMonths = 36;
  std::vector<RateVector> sums(kMonths, RateVector::Zero());
  for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
    const Path path = follow(tables, Luck(replicate), kMonths);
    for (std::size_t m = 0; m < sums.size(); ++m)
      sums[m] += (of(path.months[m]) - of(tables.level)).array().exp().matrix();
  }
  for (const int month : {0, 11, kMonths - 1})
    for (int k = 0; k < kSize; ++k) {
      const double years = (month + 1) / static_cast<double>(kMonthsPerYear);
      const double left = std::exp(-reversion(p, k, false) * years);
      const double variance = covariance(k, k) + 2.0 * left * covariance(k, kSize + k) +
                              left * left * covariance(kSize + k, kSize + k) +
                              closed_form(p, k, k, false, years) + closed_form(p, k, k, true, years);
      const double expected = std::exp(left * tables.deviation[k]);
      // A log-normal of mean one has the variance exp(variance) - 1.
      EXPECT_NEAR(sums[static_cast<std::size_t>(month)][k] / kReplicates, expected,
                  sigmas() * expected * std::sqrt(std::expm1(variance) / kReplicates))
          << "rate " << k << ", month " << month;
    }
}

TEST(Drift, MovesPropensitiesSoThatRatesMoveAsTheyShould) {
  Scenario scenario = with_state();
  set_doubt(scenario, doubt());
  const DriftTables plain = make_drift_tables(scenario, Parameters(), kCode, kRegion);
  scenario.response = mixing_response();
  const DriftTables mixed = make_drift_tables(scenario, Parameters(), kCode, kRegion);
  RateMatrix response;
  for (int a = 0; a < kSize; ++a)
    response.row(a) = of(scenario.response[static_cast<std::size_t>(a)]).transpose();
  const RateVector level = of(scenario.propensities[kCode]);
  const auto expect_rates = [&](const PropensityVector& propensities, const RateVector& log_rates) {
    EXPECT_NEAR((response * (of(propensities) - level) - log_rates).norm(), 0.0, 1e-12);
    EXPECT_GT((of(propensities) - level - log_rates).norm(), 1e-3);
  };
  expect_rates(propensities_at_origin(mixed), of(scenario.deviations[kCode]));
  const Path as_rates = follow(plain, Luck(3), 24);
  const Path path = follow(mixed, Luck(3), 24);
  for (std::size_t m = 0; m < path.months.size(); ++m)
    expect_rates(path.months[m], of(as_rates.months[m]) - level);
}

TEST(Drift, SwitchedOffIsADeviationThatDiesAwayWithoutLuck) {
  Scenario scenario = with_state();
  set_doubt(scenario, doubt());
  scenario.response = mixing_response();
  Parameters p;
  p[drift_enabled] = 0.0;
  const DriftTables tables = make_drift_tables(scenario, p, kCode, kRegion);
  const Path path = follow(tables, Luck(0), 120);
  for (const Luck& other : {Luck(1), Luck(0, 2), Luck(0, 1, 926)})
    EXPECT_EQ(follow(tables, other, 120).months, path.months);
  for (std::size_t m = 0; m < path.months.size(); ++m) {
    RateVector log_rates;
    for (int k = 0; k < kSize; ++k)
      log_rates[k] =
          tables.deviation[k] * std::exp(-reversion(p, k, false) * (static_cast<double>(m) + 1.0) / 12.0);
    EXPECT_NEAR((of(path.months[m]) - of(tables.level) - tables.propensities_of_rates * log_rates).norm(),
                0.0, 1e-12);
  }
}

// What brings a draw of parameters to the level of the fit is added to the level of every authority, for
// good.
TEST(Drift, LevelsOfADrawAreAddedToPropensities) {
  Scenario scenario = with_state();
  scenario.response = mixing_response();
  Parameters p;
  p[drift_enabled] = 0.0;
  const Path before = follow(make_drift_tables(scenario, p, kCode, kRegion), Luck(0), 12);
  for (std::size_t k = 0; k < kPropensities; ++k) p[rows::kLevel.at(k)] = 0.1 * static_cast<double>(k + 1);
  const Path after = follow(make_drift_tables(scenario, p, kCode, kRegion), Luck(0), 12);
  for (std::size_t m = 0; m < after.months.size(); ++m)
    for (std::size_t k = 0; k < kPropensities; ++k)
      EXPECT_NEAR(after.months[m][k] - before.months[m][k], 0.1 * static_cast<double>(k + 1), 1e-12);
}

// Without a deviation that returns, what it was at the origin is the level.
TEST(Drift, KeepsTheOriginsRatesIfToldTo) {
  Scenario scenario = with_state();
  scenario.response = mixing_response();
  Parameters p;
  const PropensityVector origin = propensities_at_origin(make_drift_tables(scenario, p, kCode, kRegion));
  p[drift_origin_deviation] = p[drift_enabled] = 0.0;
  const DriftTables tables = make_drift_tables(scenario, p, kCode, kRegion);
  EXPECT_EQ(propensities_at_origin(tables), origin);
  EXPECT_EQ(follow(tables, Luck(0), 60).months.back(), origin);
}

// Luck is the authority's and England's, whatever an arm makes of it.
TEST(Drift, IsTheSameLuckInEveryArm) {
  const Parameters p;
  Parameters arm = p;
  arm[support_recovery_ratio] *= 1.5;
  arm[contact_base] *= 0.5;
  const Scenario scenario = with_state();
  const DriftTables tables = make_drift_tables(scenario, p, kCode, kRegion);
  const Path path = follow(tables, Luck(7), 60);
  EXPECT_EQ(follow(make_drift_tables(scenario, arm, kCode, kRegion), Luck(7), 60).months, path.months);
  EXPECT_NE(follow(tables, Luck(8), 60).months, path.months);
  // An arm whose rates drift twice as far has them where they were, at twice the distance.
  for (std::size_t k = 0; k < kPropensities; ++k) arm[rows::kDriftOfRates.at(k, kAuthoritySd)] *= 2.0;
  const DriftTables wider = make_drift_tables(Scenario{}, arm, kCode, kRegion);
  const DriftState narrow = follow(make_drift_tables(Scenario{}, p, kCode, kRegion), Luck(7), 60).state;
  const DriftState wide = follow(wider, Luck(7), 60).state;
  EXPECT_NEAR((wide.deviation - 2.0 * narrow.deviation).norm(), 0.0, 1e-9);
  EXPECT_NEAR((wide.region - 2.0 * narrow.region).norm(), 0.0, 1e-9);
  EXPECT_NEAR((wide.england - narrow.england).norm(), 0.0, 1e-12);
}

TEST(Drift, OfEnglandIsSharedByItsAuthorities) {
  const DriftTables tables = make_drift_tables(Scenario{}, Parameters(), kCode, kRegion);
  const DriftState here = follow(tables, Luck(7), 24).state;
  const DriftState there = follow(tables, Luck(7, 1, 926), 24).state;
  EXPECT_EQ(here.england, there.england);
  EXPECT_GT((here.deviation - there.deviation).norm(), 0.1);
}

TEST(Drift, OfUnaccompaniedChildrenIsEnglandsAndHasMeanOne) {
  Parameters p;
  p[drift_unaccompanied_sd] = 0.4;
  p[drift_unaccompanied_reversion] = 0.5;
  const DriftTables tables = make_drift_tables(Scenario{}, p, kCode, kRegion);
  constexpr std::uint32_t kReplicates = 4000;
  constexpr int kMonths = 30;
  double sum = 0.0, squares = 0.0;
  for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
    const DriftState state = follow(tables, Luck(replicate), kMonths).state;
    sum += unaccompanied_ratio(state, tables, kMonths - 1);
    squares += state.unaccompanied * state.unaccompanied;
  }
  const double variance = 0.4 * 0.4 * (1.0 - std::exp(-2.0 * 0.5 * kMonths / 12.0));
  EXPECT_NEAR(squares / kReplicates, variance, sigmas() * variance * std::sqrt(2.0 / kReplicates));
  EXPECT_NEAR(sum / kReplicates, 1.0, sigmas() * std::sqrt(std::expm1(variance) / kReplicates));
  // The same in every authority, and nothing without drift.
  EXPECT_EQ(follow(tables, Luck(7), kMonths).state.unaccompanied,
            follow(tables, Luck(7, 1, 926), kMonths).state.unaccompanied);
  p[drift_enabled] = 0.0;
  const DriftTables off = make_drift_tables(Scenario{}, p, kCode, kRegion);
  EXPECT_EQ(unaccompanied_ratio(follow(off, Luck(7), kMonths).state, off, kMonths - 1), 1.0);
}

}  // namespace
}  // namespace hearth
