// Calibration: targets from figures, expectations, and that what the program simulated comes back.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "analysis/calibration/authority_fit.hpp"
#include "analysis/calibration/calibrate.hpp"
#include "analysis/calibration/life_courses.hpp"
#include "core/error.hpp"
#include "published/england_reader.hpp"
#include "scenario/files/loader.hpp"
#include "simulation/ensemble.hpp"
#include "source_dir.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

const fs::path kScenarios = source_dir() / "scenarios";

const NationalSeries& national() {
  static const NationalSeries series(kScenarios / "england/england.csv");
  return series;
}

const Evidence& evidence() {
  static const Evidence found = load_evidence(kScenarios / "england");
  return found;
}

// Business as usual, three years, a tenth of the families. All authorities: a few do not tell how their rates
// answer to eight propensities.
Scenario small_scenario() {
  Scenario out = load_scenario(kScenarios / "business_as_usual.json").scenario;
  out.replicates = 1;
  out.sampling_fraction = 0.1;
  return out;
}

const England& england() {
  static const England loaded = load_england(kScenarios / "england", {2025, 3});
  return loaded;
}

const CalibrationTarget& find(const std::vector<CalibrationTarget>& targets, std::string_view name) {
  const auto found = std::ranges::find(targets, name, &CalibrationTarget::name);
  if (found == targets.end()) throw std::runtime_error("there is no target " + std::string(name));
  return *found;
}

TEST(CalibrationTargets, EntriesLessExitsAreTheGrowthOfTheStock) {
  for (int year = 2014; year <= 2025; ++year) {
    const auto targets = calibration_targets(national(), evidence(), year);
    // Less those who turn 18 beyond the last year's: as many more as there are more of 16 and over.
    const double more = national().value("cla_ceased_age_18plus", year) *
                        (national().required("cla_at31_age_16plus", year) /
                             national().required("cla_at31_age_16plus", year - 1) -
                         1.0);
    const double growth = national().required("cla_at31", year) - national().required("cla_at31", year - 1) -
                          (std::isnan(more) ? 0.0 : more);
    EXPECT_NEAR(find(targets, "care_entries").published - find(targets, "care_exits").published, growth, 1e-6)
        << year;
    EXPECT_NEAR(find(targets, "looked_after").published, national().required("cla_at31", year) + growth, 1e-6)
        << year;
  }
}

// Where flows keep each age as it is, it is the same in ten years; where more of 16 and over leave than come,
// their stock goes towards what comes over the share that leaves.
TEST(CalibrationTargets, StocksOfTheTenthYearAreThoseThatFlowsLeadTo) {
  const fs::path file = fs::temp_directory_path() / "hearth_flows.csv";
  const auto in_ten_years = [&](double older_before) {
    std::ofstream out(file);
    out << "measure,2016,2017\n";
    const std::array<double, kAgeBands> before = {4000, 10000, 15000, 30000, older_before};
    const std::array<double, kAgeBands> now = {4000, 10000, 15000, 30000, 20000};
    const std::array<double, kAgeBands> entries = {5000, 4000, 5000, 9000, 7000};
    // Crossing 3,000, 2,000, 4,000 and 8,000 a year; the last leave all the same.
    const std::array<double, kAgeBands> exits = {2000, 5000, 3000, 5000, 15000 - (20000 - older_before)};
    constexpr std::array kKeys = {"u1", "1to4", "5to9", "10to15", "16plus"};
    double all_before = 0.0, all = 0.0, started = 0.0, ceased = 0.0;
    for (std::size_t i = 0; i < kAgeBands; ++i) {
      out << "cla_at31_age_" << kKeys.at(i) << ',' << before[i] << ',' << now[i] << '\n'
          << "cla_started_age_" << kKeys.at(i) << ",," << entries[i] << '\n'
          << "cla_ceased_age_" << kKeys.at(i) << ",," << exits[i] << '\n';
      all_before += before[i], all += now[i], started += entries[i], ceased += exits[i];
    }
    out << "cla_at31," << all_before << ',' << all << "\ncla_started,," << started << "\ncla_ceased,,"
        << ceased << "\npopulation_0_17,1,1\n";
    out.close();
    const auto targets = calibration_targets(NationalSeries(file), evidence(), 2017);
    double sum = 0.0;
    for (std::size_t i = 1; i < kAgeBands; ++i)
      sum += find(targets, "looked_after." + std::string(kAgeBandNames[i]) + ".tenth_year").published;
    return std::pair{find(targets, "looked_after.tenth_year").published - sum,
                     find(targets, "looked_after.16_plus.tenth_year").published};
  };
  const auto [under_1, older] = in_ten_years(20000.0);
  EXPECT_NEAR(under_1, 4000.0, 1e-6);
  EXPECT_NEAR(older, 20000.0, 1e-6);
  // 13,000 of 19,000 left: with 15,000 a year coming, 21,923 in the end.
  const auto [young, growing] = in_ten_years(18000.0);
  EXPECT_NEAR(young, 4000.0, 1e-6);
  EXPECT_NEAR(growing, 15000.0 / (13000.0 / 19000.0), 20.0);
  fs::remove(file);
}

TEST(CalibrationTargets, AgesAddUpToTheStockAndToTheExits) {
  for (int year = 2014; year <= 2025; ++year) {
    const auto targets = calibration_targets(national(), evidence(), year);
    double stock = 0.0, exits = 0.0;
    for (const auto age : kAgeBandNames) {
      stock += find(targets, "looked_after." + std::string(age)).published;
      exits += find(targets, "care_exits." + std::string(age)).published;
    }
    EXPECT_NEAR(stock, find(targets, "looked_after").published, 1e-6) << year;
    EXPECT_NEAR(exits, find(targets, "care_exits").published, 1e-6) << year;
  }
}

// Figures known only after an origin do not change what is fitted to it.
TEST(CalibrationTargets, NothingLaterThanTheOriginCounts) {
  std::ifstream in(kScenarios / "england/england.csv");
  const fs::path file = fs::path(testing::TempDir()) / "england_to_2017.csv";
  std::ofstream out(file);
  for (std::string line; std::getline(in, line); out << '\n') {
    std::size_t at = 0;
    for (int column = 0; column < 8; ++column) at = line.find(',', at + 1);  // measure, 2011 to 2017
    out << line.substr(0, at);
  }
  out.close();
  const auto all = calibration_targets(national(), evidence(), 2017);
  const auto early = calibration_targets(NationalSeries(file), evidence(), 2017);
  ASSERT_EQ(early.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(early[i].published, all[i].published) << all[i].name;
  fs::remove(file);
}

TEST(CalibrationTargets, WhatIsNotPublishedIsLeftOutAndNamed) {
  const auto targets = calibration_targets(national(), evidence(), 2014);
  const auto missing = unpublished_targets(targets);
  EXPECT_EQ(targets.size() + missing.size(), target_table().size());
  EXPECT_NE(std::ranges::find(missing, "spend_on_looked_after"), missing.end());
  const Figures childhoods = LifeCourses().figures();
  for (const auto& target : targets) {
    EXPECT_GT(target.published, 0.0) << target.name;
    EXPECT_GT(target.sd(), 0.0) << target.name;
    // What is counted of whole childhoods comes from few children or from another population.
    EXPECT_LT(target.sd(), childhoods.contains(target.name) ? 0.125 : 0.1) << target.name;
  }
}

TEST(CalibrationTargets, EveryOriginHasItsTargets) {
  EXPECT_TRUE(unpublished_targets(calibration_targets(national(), evidence(), 2022)).empty());
  for (int year = 2014; year <= 2025; ++year)
    EXPECT_GE(calibration_targets(national(), evidence(), year).size(), 30U) << year;
}

TEST(CalibrationTargets, ARunGivesEveryTarget) {
  AuthoritySeries series(36);
  SimulatedYears years;
  years.add({series, series});
  Figures figures = years.figures();
  figures.merge(LifeCourses().figures());
  Scenario scenario = small_scenario();
  scenario.authorities = {857};
  figures.merge(tenth_year_figures(scenario_of_ten_years(scenario, england()), england(), {}));
  for (const TargetInfo& row : target_table()) EXPECT_TRUE(figures.contains(row.name)) << row.name;
}

TEST(CalibrationTargets, FlowsAddUpAndStocksAreThoseOfTheYearsEnd) {
  AuthoritySeries series(36);
  for (std::size_t month = 0; month < 36; ++month) {
    series.counts(Measure::kReferrals)[month] = month < 24 ? 1 : 2;
    series.counts(Measure::kChildrenInNeed)[month] = static_cast<int>(month);
    series.counts(Measure::kLookedAfter)[month] = static_cast<int>(month);
  }
  SimulatedYears years;
  years.add({series, series});
  years.add({series, series});
  EXPECT_DOUBLE_EQ(years.figures()["referrals"], 24.0);
  EXPECT_DOUBLE_EQ(years.figures()["looked_after"], 22.0);
  EXPECT_DOUBLE_EQ(years.figures(0.5)["referrals"], 48.0);
  EXPECT_DOUBLE_EQ(years.figures()["referrals.third_year"], 48.0);
  EXPECT_DOUBLE_EQ(years.figures()["children_in_need.third_year"], 70.0);
}

TEST(CalibrationTargets, ALaterYearIsCountedAsTheFirstIs) {
  AuthoritySeries series(120);
  for (std::size_t month = 0; month < 120; ++month) {
    series.counts(Measure::kReferrals)[month] = month < 108 ? 1 : 2;
    series.counts(Measure::kCareApplications)[month] = month < 114 ? 0 : 3;
    series.counts(Measure::kLookedAfter)[month] = static_cast<int>(month);
    for (std::size_t line = 0; line < kCostLines.size(); ++line)
      series.cost(line)[month] = month < 108 ? 0 : Pence{100} << line;
  }
  SimulatedYears years(9);
  years.add({series});
  EXPECT_DOUBLE_EQ(years.figures()["referrals"], 24.0);
  EXPECT_DOUBLE_EQ(years.figures()["care_applications"], 18.0);
  EXPECT_DOUBLE_EQ(years.figures()["care_applications_trend"], 0.0);
  EXPECT_DOUBLE_EQ(years.figures()["looked_after"], 119.0);
  // Placements, care leavers and other services: what authorities report together.
  EXPECT_DOUBLE_EQ(years.figures()["spend_on_looked_after"], 12.0 * (1.0 + 2.0 + 4.0));
}

// ---- The whole ----

// What the scenario itself does, as what is expected of authorities and as targets.
struct KnownWorld {
  explicit KnownWorld(const Scenario& scenario) {
    SimulatedYears years;
    RelativeRates rates(scenario, england(), 0, kFittedYears);
    RunOptions options;
    options.parallel = on_threads(0);
    run_ensemble(scenario, england(), options, [&](std::size_t, std::size_t, const auto& series) {
      years.add(series);
      rates.add(series);
    });
    counts = rates.counts();
    const auto log_rates = rates.log_rates();
    for (std::size_t i = 0; i < log_rates.size(); ++i)
      history.authorities.push_back(
          {.code = scenario.authorities[i], .log_rates = {log_rates[i], log_rates[i], log_rates[i]}});
    history.volatility.rates.fill({.sd = 0.2, .reversion = 0.3, .england_sd = 0.1, .england_reversion = 0.2});
    Figures figures = years.figures(scenario.sampling_fraction);
    figures.merge(
        follow_life_courses(scenario_of_life_courses(scenario, england()), england(), options).figures());
    figures.merge(tenth_year_figures(scenario_of_ten_years(scenario, england()), england(), options));
    for (const TargetInfo& row : target_table()) {
      const double value = figures.find(row.name)->second;
      if (!(value > 0.0)) continue;  // too few children for a share
      targets.push_back({std::string(row.name), value, 0.01, 0.02, row.promised});
    }
  }
  AuthorityHistory history;
  std::vector<PropensityVector> counts;  // children
  std::vector<CalibrationTarget> targets;
};

CalibrationOptions quick(const KnownWorld& world, std::size_t draws, int threads) {
  CalibrationOptions out;
  out.replicates = 1;
  out.draws = draws;
  out.threads = threads;
  out.targets = world.targets;
  return out;
}

// Parameters off the registry's values, as the fit cannot know: it comes back to the figures that they give.
TEST(SlowCalibrate, ComesBackToTheFiguresOfAKnownTruth) {
  Scenario truth = small_scenario();
  for (const auto& [id, ratio] : {std::pair{Parameter::contact_base, 1.2},
                                  {Parameter::enquiry_conference_share, 0.9},
                                  {Parameter::accommodation_age_10_to_15, 0.5},
                                  {Parameter::care_guardianship_5_to_9, 1.5}})
    truth.arms[0].parameters[id] *= ratio;
  const KnownWorld world(truth);
  const Calibration found =
      calibrate(small_scenario(), england(), national(), evidence(), world.history, quick(world, 0, 0));
  // 3%, and four standard deviations of the difference of two counts of the children simulated. Shares and
  // money are taken to be of 1,000.
  int within = 0;
  for (const TargetFit& row : found.fit) {
    const bool is_count = row.target.published > 100.0 && row.target.published < 1e6;
    const double children = is_count ? truth.sampling_fraction * row.target.published : 1000.0;
    within += std::abs(row.log_miss()) < 0.03 + 4.0 * std::sqrt(2.0 * 1.7 / children);
    if (row.target.name == "referrals") {
      EXPECT_LT(std::abs(row.log_miss()), 0.03);
    }
  }
  EXPECT_GE(within, static_cast<int>(found.fit.size()) - 5);
  EXPECT_NEAR(found.parameters[Parameter::enquiry_conference_share],
              truth.arms[0].parameters[Parameter::enquiry_conference_share], 0.02);
  // Propensities are not fitted to one luck: five standard deviations of the difference of two counts of
  // sibling groups, and 5%.
  std::size_t i = 0;
  for (const auto& [code, row] : found.misses) {
    for (std::size_t k = 0; k < kPropensities; ++k) {
      if (world.counts[i][k] < 20.0) continue;
      const double chance = std::sqrt(2.0 * 2.0 / world.counts[i][k]);
      EXPECT_LT(std::abs(row[k]), 0.05 + 5.0 * chance) << code << ' ' << kPropensityNames[k];
    }
    ++i;
  }
}

// What a draw gives of England's figures over what the fit gives, on the sample that draws are run on: the
// first and the third year together.
double over_the_fit(Scenario scenario, const Calibration& fit, std::size_t draw, bool with_levels,
                    Measure measure) {
  scenario.sampling_fraction *= 0.3;
  scenario.propensities = fit.propensities;
  scenario.deviations = fit.deviations;
  scenario.response = fit.response;
  scenario.horizon_months = kFittedYears * kMonthsPerYear;
  const auto log_level = [&](const Parameters& parameters) {
    scenario.arms[0].parameters = parameters;
    double first = 0.0, third = 0.0;
    RunOptions options;
    options.parallel = on_threads(0);
    run_ensemble(scenario, england(), options, [&](std::size_t, std::size_t, const auto& all) {
      for (const AuthoritySeries& one : all)
        for (std::size_t m = 0; m < kMonthsPerYear; ++m) {
          first += one.counts(measure)[m];
          third += one.counts(measure)[2 * kMonthsPerYear + m];
        }
    });
    return 0.5 * (std::log(first) + std::log(third));
  };
  Parameters drawn = fit.parameters;
  for (std::size_t i = 0; i < fit.drawn.size(); ++i) {
    const bool level = info(fit.drawn[i]).name.starts_with("level.");
    if (with_levels || !level) drawn[fit.drawn[i]] = fit.draws[draw][i];
  }
  return log_level(drawn) - log_level(fit.parameters);
}

TEST(SlowCalibrate, SameBitsForAnyNumberOfThreadsAndDrawsAtTheLevelOfTheFit) {
  Scenario scenario = small_scenario();
  scenario.sampling_fraction *= 0.4;
  const KnownWorld world(scenario);
  const auto fitted = [&](int threads) {
    CalibrationOptions options = quick(world, 2, threads);
    for (CalibrationTarget& target : options.targets) target.discrepancy = 0.1;  // draws come soon
    return calibrate(scenario, england(), national(), evidence(), world.history, options);
  };
  const Calibration found = fitted(1);
  const std::string one = calibration_json(found);
  EXPECT_EQ(one, calibration_json(fitted(3)));
  // So few children tell little of how rates answer, so that a draw is brought near and not all the way.
  double with = 0.0, without = 0.0;
  for (std::size_t draw = 0; draw < 2; ++draw)
    for (const Measure measure : {Measure::kReferrals, Measure::kSection47Enquiries, Measure::kCareEntries}) {
      with += std::abs(over_the_fit(scenario, found, draw, true, measure));
      without += std::abs(over_the_fit(scenario, found, draw, false, measure));
    }
  EXPECT_LT(with, 0.5 * without);
  const auto file = nlohmann::json::parse(one, nullptr, true, true);
  EXPECT_EQ(file["version"], 3);
  ASSERT_EQ(file["draws"]["values"].size(), 2U);
  EXPECT_EQ(file["draws"]["values"][0].size(), file["draws"]["parameters"].size());
  EXPECT_EQ(file["draws"]["about"].size(), file["draws"]["parameters"].size());
  EXPECT_EQ(file["fit"].size(), world.targets.size());
}

TEST(Calibrate, RefusesAScenarioThatIsTooShort) {
  Scenario scenario = small_scenario();
  scenario.horizon_months = 12;
  const KnownWorld world(small_scenario());
  EXPECT_THROW(calibrate(scenario, england(), national(), evidence(), world.history, quick(world, 0, 0)),
               UsageError);
}

// Three authorities cannot tell apart what eight propensities do.
TEST(Calibrate, RefusesTooFewChildrenToTellHowRatesAnswer) {
  Scenario scenario = small_scenario();
  scenario.authorities = {301, 857, 926};
  const KnownWorld world(scenario);
  try {
    calibrate(scenario, england(), national(), evidence(), world.history, quick(world, 0, 0));
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("3 authorities, 10% of families"), std::string::npos)
        << error.what();
  }
}

TEST(Calibrate, ThePosteriorLeavesOutWhatItMust) {
  EXPECT_TRUE(in_posterior(Parameter::needs_domestic_abuse_onset));
  EXPECT_TRUE(in_posterior(Parameter::contact_base));
  EXPECT_FALSE(in_posterior(Parameter::population_birth_spacing));
  EXPECT_FALSE(in_posterior(Parameter::drift_referral_authority_sd));
  EXPECT_FALSE(in_posterior(Parameter::feedback_caseload));
  EXPECT_FALSE(in_posterior(Parameter::accommodation_rate));
}

}  // namespace
}  // namespace hearth
