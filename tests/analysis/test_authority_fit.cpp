// Fitting the authorities' propensities: rates counted by hand, steps in a world that answers in a straight
// line, the response of the model, and what a simulation lacks of the noise of published figures.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "analysis/calibration/authority_fit.hpp"
#include "analysis/calibration/minimise.hpp"
#include "analysis/forecasting/samples.hpp"
#include "core/categories.hpp"
#include "core/error.hpp"
#include "threads/threads.hpp"
#include "trial.hpp"

namespace hearth {
namespace {

// ---- Rates ----

// Two made-up authorities: 1 has 1000 children of whom 40 are looked after, 2 has 3000 and 60.
England two_places() {
  England out;
  for (const auto& [code, children, looked_after] : {std::tuple{1, 1000, 40}, std::tuple{2, 3000, 60}}) {
    AuthorityOrigin& a = out.authorities.emplace_back();
    a.code = code;
    a.children = children;
    a.looked_after = looked_after;
  }
  return out;
}
Scenario of_two(double sampling_fraction = 1.0) {
  Scenario out;
  out.authorities = {1, 2};
  out.sampling_fraction = sampling_fraction;
  out.arms.emplace_back();
  return out;
}

// Two years; in every month of year y an authority has y + 1 times these flows, and in month m of the two
// years stocks of m + 1 times these.
AuthoritySeries series_of(int referrals, int young, int old, int exits, int plans, int looked_after) {
  AuthoritySeries out(24);
  for (std::size_t m = 0; m < 24; ++m) {
    const int flow = m < 12 ? 1 : 2;
    const int stock = static_cast<int>(m) + 1;
    out.counts(Measure::kReferrals)[m] = flow * referrals;
    out.counts(Measure::kSection47Enquiries)[m] = flow;
    out.counts(Measure::kChildProtectionPlansStarted)[m] = flow;
    out.counts(Measure::kCareEntriesByAge, index(AgeBand::k1To4))[m] = flow * young;
    out.counts(Measure::kCareEntriesByAge, index(AgeBand::k10To15))[m] = flow * young;
    out.counts(Measure::kCareEntriesByAge, index(AgeBand::k16Plus))[m] = flow * old;
    out.counts(Measure::kCareExits)[m] = flow * exits;
    out.counts(Measure::kChildProtectionPlans)[m] = stock * plans;
    out.counts(Measure::kChildrenInNeed)[m] = stock * 10;
    out.counts(Measure::kLookedAfter)[m] = stock * looked_after;
  }
  return out;
}

double of(const PropensityVector& values, Propensity id) {
  return values[index(id)];
}

TEST(RelativeRates, AreThoseCountedByHand) {
  const std::vector<AuthoritySeries> series = {series_of(5, 1, 1, 2, 3, 10), series_of(5, 2, 1, 3, 1, 5)};
  RelativeRates first(of_two(), two_places(), 0);
  first.add(series);
  const auto rates = first.log_rates();
  ASSERT_EQ(rates.size(), 2U);
  // 60 referrals of 1000 children, over England's 120 of 4000.
  EXPECT_NEAR(of(rates[0], Propensity::kReferral), std::log(0.06 / 0.03), 1e-12);
  EXPECT_NEAR(of(rates[1], Propensity::kReferral), std::log(0.02 / 0.03), 1e-12);
  // 24 of two young ages against 48; one old a month in each.
  EXPECT_NEAR(of(rates[0], Propensity::kCareEntry), std::log((24.0 / 1000) / (72.0 / 4000)), 1e-12);
  EXPECT_NEAR(of(rates[1], Propensity::kCareEntry16Plus), std::log((12.0 / 3000) / (24.0 / 4000)), 1e-12);
  // Stocks are those of the year's end.
  EXPECT_NEAR(of(rates[0], Propensity::kProtectionPlanEnd), std::log((36.0 / 1000) / (48.0 / 4000)), 1e-12);
  EXPECT_NEAR(of(rates[0], Propensity::kCaseClosure), std::log((120.0 / 1000) / (240.0 / 4000)), 1e-12);
  // Exits: over the mean of the looked-after children at the origin and a year later, (40 + 120) / 2 and
  // (60 + 60) / 2.
  EXPECT_NEAR(of(rates[0], Propensity::kCareExit), std::log((24.0 / 80) / (60.0 / 140)), 1e-12);
  EXPECT_EQ(of(first.counts()[0], Propensity::kCareExit), 24.0);

  // The second year starts from the end of the first: (120 + 240) / 2 and (60 + 120) / 2.
  RelativeRates second(of_two(), two_places(), 1);
  second.add(series);
  EXPECT_EQ(of(second.counts()[0], Propensity::kReferral), 120.0);
  EXPECT_NEAR(of(second.log_rates()[0], Propensity::kCareExit), std::log((48.0 / 180) / (120.0 / 270)),
              1e-12);
}

// Of those who arrive alone 88% are 16 or over.
TEST(RelativeRates, At16AreOfThoseWhoDoNotArriveAlone) {
  std::vector<AuthoritySeries> series = {series_of(5, 1, 3, 2, 3, 10), series_of(5, 2, 3, 3, 1, 5)};
  for (std::size_t m = 0; m < 24; ++m) series[0].counts(Measure::kCareEntriesUnaccompanied)[m] = 1;
  RelativeRates rates(of_two(), two_places(), 0);
  rates.add(series);
  EXPECT_NEAR(of(rates.counts()[0], Propensity::kCareEntry16Plus), 36.0 - 0.88 * 12.0, 1e-9);
  EXPECT_EQ(of(rates.counts()[1], Propensity::kCareEntry16Plus), 36.0);
}

TEST(RelativeRates, OfYearsTogetherAreTheirSum) {
  const std::vector<AuthoritySeries> series = {series_of(5, 1, 1, 2, 3, 10), series_of(5, 2, 1, 3, 1, 5)};
  RelativeRates both(of_two(), two_places(), 0, 2);
  both.add(series);
  // 60 and 120 referrals in two years, of 1000 children each year, over England's 120 and 240.
  EXPECT_EQ(of(both.counts()[0], Propensity::kReferral), 90.0);
  EXPECT_NEAR(of(both.log_rates()[0], Propensity::kReferral), std::log((180.0 / 2000) / (360.0 / 8000)),
              1e-12);
  // Exits: of the first year alone.
  EXPECT_EQ(of(both.counts()[0], Propensity::kCareExit), 24.0);
  EXPECT_NEAR(of(both.log_rates()[0], Propensity::kCareExit), std::log((24.0 / 80) / (60.0 / 140)), 1e-12);
}

TEST(RelativeRates, OfReplicatesAreThoseOfTheirSum) {
  const std::vector<AuthoritySeries> a = {series_of(4, 1, 1, 2, 3, 10), series_of(5, 2, 1, 3, 1, 5)};
  const std::vector<AuthoritySeries> b = {series_of(6, 1, 1, 2, 3, 10), series_of(5, 2, 1, 3, 1, 5)};
  const std::vector<AuthoritySeries> mean = {series_of(5, 1, 1, 2, 3, 10), series_of(5, 2, 1, 3, 1, 5)};
  RelativeRates both(of_two(), two_places(), 0);
  both.add(a);
  both.add(b);
  RelativeRates once(of_two(), two_places(), 0);
  once.add(mean);
  EXPECT_EQ(both.counts(), once.counts());
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t k = 0; k < kPropensities; ++k)
      EXPECT_NEAR(both.log_rates()[i][k], once.log_rates()[i][k], 1e-12) << kRateNames[k];
}

TEST(RelativeRates, CountsOfNoneAreHalfAChild) {
  RelativeRates rates(of_two(), two_places(), 0);
  rates.add({series_of(0, 1, 1, 2, 3, 10), series_of(5, 2, 1, 3, 1, 5)});
  EXPECT_NEAR(of(rates.log_rates()[0], Propensity::kReferral), std::log((0.5 / 1000) / (60.5 / 4000)), 1e-12);
  EXPECT_EQ(of(rates.counts()[0], Propensity::kReferral), 0.0);
}

// A sample of families has a sample of looked-after children at the origin.
TEST(RelativeRates, OfASampleAreThoseOfAll) {
  const std::vector<AuthoritySeries> series = {series_of(5, 1, 1, 2, 3, 10), series_of(5, 2, 1, 3, 1, 5)};
  RelativeRates half(of_two(0.5), two_places(), 0);
  half.add(series);
  // Mean stocks: (20 + 120) / 2 and (30 + 60) / 2.
  EXPECT_NEAR(of(half.log_rates()[0], Propensity::kCareExit), std::log((24.0 / 70) / (60.0 / 115)), 1e-12);
  EXPECT_NEAR(of(half.log_rates()[0], Propensity::kReferral), std::log(2.0), 1e-12);
}

AuthorityHistory history_of(const std::vector<int>& codes, double log_rate, double variance) {
  AuthorityHistory out;
  for (const int code : codes) {
    AuthorityExpectation& a = out.authorities.emplace_back();
    a.code = code;
    for (auto& year : a.log_rates) year.fill(log_rate);
    a.variance.fill(variance);
  }
  return out;
}

TEST(ExpectedLogRates, AreRelativeToTheAuthoritiesThatRun) {
  AuthorityHistory history = history_of({1, 2, 3}, 0.0, 0.0);
  for (auto& year : history.authorities[0].log_rates) year.fill(std::log(2.0));
  for (auto& year : history.authorities[1].log_rates) year.fill(std::log(0.5));
  const auto rates = expected_log_rates(of_two(), two_places(), history);
  // (2 x 1000 + 0.5 x 3000) / 4000 of all children; of looked-after ones (2 x 40 + 0.5 x 60) / 100.
  EXPECT_NEAR(of(rates[0], Propensity::kReferral), std::log(2.0 / 0.875), 1e-12);
  EXPECT_NEAR(of(rates[1], Propensity::kCaseClosure), std::log(0.5 / 0.875), 1e-12);
  EXPECT_NEAR(of(rates[0], Propensity::kCareExit), std::log(2.0 / 1.1), 1e-12);
  history.authorities.erase(history.authorities.begin());
  EXPECT_THROW(expected_log_rates(of_two(), two_places(), history), InternalError);
}

// As deviations die away England's rates stay: two authorities, of 1,000 and 3,000 children (40 and 60 looked
// after), each as far from its level as the other, the other way.
TEST(BalancedDeviations, LeaveEnglandWhereItIs) {
  AuthorityHistory history = history_of({1, 2}, 0.0, 0.0);
  history.authorities[0].level.fill(0.3);
  history.authorities[0].deviation.fill(0.5);
  history.authorities[1].deviation.fill(-0.5);
  const auto found = balanced_deviations(of_two(), two_places(), history);
  const auto total = [&](double of_first, double of_second, Propensity rate, bool gone) {
    const double first = gone ? of(found.at(1), rate) : 0.0;
    const double second = gone ? of(found.at(2), rate) : 0.0;
    return of_first * std::exp(0.3 + 0.5 - first) + of_second * std::exp(-0.5 - second);
  };
  EXPECT_NEAR(total(1000, 3000, Propensity::kReferral, true), total(1000, 3000, Propensity::kReferral, false),
              1e-9);
  EXPECT_NEAR(total(40, 60, Propensity::kCareExit, true), total(40, 60, Propensity::kCareExit, false), 1e-9);
  // They are as far apart as they were.
  EXPECT_NEAR(of(found.at(1), Propensity::kReferral) - of(found.at(2), Propensity::kReferral), 1.0, 1e-12);
}

// ---- Steps ----

// A world whose log rates are the response times the log propensities.
struct StraightLine {
  Scenario scenario = of_two();
  StraightLine() {
    for (std::size_t a = 0; a < kPropensities; ++a)
      for (std::size_t b = 0; b < kPropensities; ++b)
        scenario.response[a][b] += 0.1 * std::sin(static_cast<double>(2 * a + 5 * b));
  }
  std::vector<PropensityVector> rates(const std::map<int, PropensityVector>& propensities) const {
    std::vector<PropensityVector> out(2);
    for (std::size_t i = 0; i < 2; ++i)
      if (const auto own = propensities.find(scenario.authorities[i]); own != propensities.end())
        for (std::size_t a = 0; a < kPropensities; ++a)
          for (std::size_t b = 0; b < kPropensities; ++b)
            out[i][a] += scenario.response[a][b] * own->second[b];
    return out;
  }
};

std::vector<PropensityVector> counts_of(double first, double second) {
  std::vector<PropensityVector> out(2);
  out[0].fill(first);
  out[1].fill(second);
  return out;
}

TEST(StepPropensities, HitsTheTargetOfAStraightLineInOne) {
  const StraightLine world;
  const std::vector<PropensityVector> expected = {{0.3, -0.2, 0.1, 0.4, -0.5, 0.2, 0.1, -0.1},
                                                  {-0.3, 0.2, 0.5, 0.1, 0.2, -0.4, 0.3, 0.2}};
  std::map<int, PropensityVector> propensities;
  propensities[1] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
  step_propensities(propensities, world.scenario, world.rates(propensities), counts_of(1e12, 1e12), expected,
                    1.0);
  const auto reached = world.rates(propensities);
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t k = 0; k < kPropensities; ++k) EXPECT_NEAR(reached[i][k], expected[i][k], 1e-9);
  // Half a step goes half of the way.
  std::map<int, PropensityVector> half;
  step_propensities(half, world.scenario, world.rates(half), counts_of(1e12, 1e12), expected, 0.5);
  for (std::size_t k = 0; k < kPropensities; ++k)
    EXPECT_NEAR(world.rates(half)[0][k], 0.5 * expected[0][k], 1e-9);
}

TEST(StepPropensities, DrawsAuthoritiesWithFewChildrenTowardsEngland) {
  const Scenario scenario = of_two();  // each rate answers its own propensity alone
  const std::vector<PropensityVector> expected(2, PropensityVector{0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4});
  std::map<int, PropensityVector> propensities;
  propensities[1].fill(-1.0);
  for (int step = 0; step < 60; ++step) {
    std::vector<PropensityVector> simulated;
    for (const int code : scenario.authorities) simulated.push_back(propensities[code]);
    step_propensities(propensities, scenario, simulated, counts_of(0.0, 3.0), expected, 0.5);
  }
  for (std::size_t k = 0; k < kPropensities; ++k) {
    EXPECT_NEAR(propensities[1][k], 0.0, 1e-9);  // nobody is counted
    EXPECT_NEAR(propensities[2][k], 0.2, 1e-9);  // three children tell half
  }
}

TEST(StepPropensities, StaysWithinWhatACalibrationMaySay) {
  const Scenario scenario = of_two();
  const std::vector<PropensityVector> expected(2, PropensityVector{9.0, -9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0});
  std::map<int, PropensityVector> propensities;
  step_propensities(propensities, scenario, std::vector<PropensityVector>(2), counts_of(1e12, 1e12), expected,
                    1.0);
  EXPECT_NEAR(propensities[1][0], 1.0, 1e-9);  // one step goes no further: far off, the line is not straight
  for (int step = 0; step < 10; ++step)
    step_propensities(propensities, scenario, std::vector<PropensityVector>(2), counts_of(1e12, 1e12),
                      expected, 1.0);
  EXPECT_EQ(propensities[1][0], 2.5);
  EXPECT_EQ(propensities[1][1], -2.5);
}

// ---- The model's own response ----

Scenario business_as_usual(const std::vector<int>& authorities) {
  Scenario out = main_scenario(authorities, 24);
  out.arms.resize(1);
  out.arms[0].adoption.clear();
  return out;
}

TEST(RateResponse, HasTheSignsOfThePathThroughTheSystem) {
  Scenario scenario = business_as_usual(
      {305, 306, 308, 330, 336, 340, 352, 353, 370, 371, 380, 382, 390, 806, 812, 831, 840, 857, 861, 876});
  scenario.arms[0].parameters[Parameter::drift_enabled] = 0.0;
  RunOptions options;
  options.parallel = on_threads(2);
  const ResponseMatrix found = rate_response(scenario, england(), options, 4);
  const auto at = [&](Propensity rate, Propensity propensity) {
    return found[index(rate)][index(propensity)];
  };
  using enum Propensity;
  EXPECT_NEAR(at(kReferral, kReferral), 1.0, 0.2);
  EXPECT_GT(at(kSection47, kSection47), 0.5);
  EXPECT_GT(at(kProtectionPlan, kProtectionPlan), 0.5);
  EXPECT_GT(at(kCareEntry, kCareEntry), 0.4);
  EXPECT_GT(at(kCareEntry16Plus, kCareEntry16Plus), 0.4);
  EXPECT_GT(at(kCareExit, kCareExit), 0.3);
  // What ends sooner has fewer at the year's end.
  EXPECT_LT(at(kProtectionPlanEnd, kProtectionPlanEnd), -0.2);
  EXPECT_LT(at(kCaseClosure, kCaseClosure), -0.1);
  // More comes of more referrals and more enquiries; not the other way round.
  EXPECT_GT(at(kSection47, kReferral), 0.3);
  EXPECT_GT(at(kProtectionPlan, kSection47), 0.3);
  EXPECT_GT(at(kProtectionPlanEnd, kProtectionPlan), 0.3);
  EXPECT_NEAR(at(kReferral, kCareExit), 0.0, 0.1);
  EXPECT_NEAR(at(kSection47, kCareEntry16Plus), 0.0, 0.1);
}

// ---- Recording ----

TEST(RecordingNoise, IsWhatASimulationLacks) {
  const std::vector<int> codes = {305, 353, 926};
  const Scenario scenario = business_as_usual(codes);
  RunOptions options;
  options.parallel = on_threads(2);
  const auto noise = [&](double variance) {
    return recording_noise(scenario, england(), history_of(codes, 0.0, variance), options, 8);
  };
  EXPECT_EQ(noise(0.0), PropensityVector{});  // a simulation is more uncertain already
  const PropensityVector some = noise(1.0);
  const PropensityVector more = noise(2.0);
  for (std::size_t k = 0; k < kPropensities; ++k) {
    EXPECT_LT(some[k], 1.0) << kRateNames[k];
    EXPECT_GT(some[k], 0.7) << kRateNames[k];
    EXPECT_NEAR(more[k] * more[k], some[k] * some[k] + 1.0, 1e-9) << kRateNames[k];
  }
}

TEST(RecordingNoise, BelongsToTheFigureOfItsRate) {
  Scenario scenario;
  EXPECT_EQ(publication_noise(scenario).log_sd, PublicationNoise{}.log_sd);
  for (std::size_t k = 0; k < kPropensities; ++k)
    scenario.recording_noise[k] = 0.01 * static_cast<double>(k + 1);
  scenario.seed = 7;
  const PublicationNoise noise = publication_noise(scenario);
  const auto of_figure = [&](Figure figure) { return noise.log_sd[index(figure)]; };
  EXPECT_EQ(noise.seed, 7U);
  EXPECT_EQ(of_figure(Figure::kReferrals), 0.01);
  EXPECT_EQ(of_figure(Figure::kChildProtectionPlansStarted), 0.03);
  EXPECT_EQ(of_figure(Figure::kChildProtectionPlans), 0.04);
  EXPECT_EQ(of_figure(Figure::kCareEntries), 0.05);
  EXPECT_EQ(of_figure(Figure::kCareEntriesUnder16), 0.05);
  EXPECT_EQ(of_figure(Figure::kChildrenInNeed), 0.08);
  EXPECT_EQ(of_figure(Figure::kLookedAfter), 0.0);  // children known one by one
}

// ---- Minimum ----

double square(double x) {
  return x * x;
}

TEST(Minimise, FindsAKnownMinimum) {
  const auto valley = [](const std::vector<double>& x) {
    return square(x[0] - 0.7) + 3.0 * square(x[1] + 0.2 + 0.5 * x[0]) + 4.0;
  };
  const Minimum found = minimise(valley, {-1.0, 1.0}, {{-2.0, 2.0}, {-2.0, 2.0}}, 0.3, 1e-10);
  EXPECT_NEAR(found.at[0], 0.7, 1e-3);
  EXPECT_NEAR(found.at[1], -0.55, 1e-3);
  EXPECT_NEAR(found.value, 4.0, 1e-6);
  EXPECT_EQ(found.value, valley(found.at));
}

TEST(Minimise, StopsAtABoundAndStartsWithinThem) {
  const auto slope = [](const std::vector<double>& x) {
    EXPECT_GE(x[0], -0.5);
    EXPECT_LE(x[0], 1.0);
    return x[0] + square(x[1] - 0.25);
  };
  const Minimum found = minimise(slope, {9.0, 0.0}, {{-0.5, 1.0}, {-1.0, 1.0}}, 0.2, 1e-10);
  EXPECT_EQ(found.at[0], -0.5);
  EXPECT_NEAR(found.at[1], 0.25, 1e-3);
  EXPECT_NEAR(found.value, -0.5, 1e-6);
}

TEST(Minimise, AsksNoMoreOftenThanItMay) {
  int asked = 0;
  const auto count = [&](const std::vector<double>& x) {
    ++asked;
    return std::cos(30.0 * x[0]) + std::sin(20.0 * x[1]) + square(x[0]);
  };
  minimise(count, {0.1, 0.1}, {{-5.0, 5.0}, {-5.0, 5.0}}, 0.5, 0.0, 25);
  EXPECT_LE(asked, 25);
}

}  // namespace
}  // namespace hearth
