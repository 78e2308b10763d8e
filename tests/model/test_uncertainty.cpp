// Sources of uncertainty: each can be on or off, each moves something, and draws of parameters are the same
// in every arm. The draws here are made up: log-normal about the calibration's values.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/error.hpp"
#include "parameters/price_kinds.hpp"
#include "scenario/uncertainty.hpp"
#include "trial.hpp"

namespace hearth {
namespace {

using enum UncertaintySource;

// Draws of three parameters, a tenth about their values.
ParameterDraws made_up_draws(const Parameters& centre, std::size_t number) {
  ParameterDraws out;
  out.parameters = {Parameter::contact_base, Parameter::child_in_need_closure_scale,
                    Parameter::care_return_home_5_to_9};
  const Draws draws(7, 0, 0);
  for (std::size_t i = 0; i < number; ++i) {
    auto& row = out.values.emplace_back();
    for (std::size_t k = 0; k < out.parameters.size(); ++k) {
      const Bits bits =
          draws.block(Process::kDrift, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(k));
      row.push_back(centre[out.parameters[k]] * std::exp(0.1 * normal(bits[0], bits[1])));
    }
  }
  return out;
}

// The main scenario in two small authorities, with draws; its arms draw the effects of their models.
Scenario with_draws(int replicates, int months = 24) {
  Scenario s = main_scenario({857, 926}, months, replicates);
  s.draws = made_up_draws(s.arms[0].parameters, 4);
  return s;
}

bool replicates_differ(const Scenario& scenario) {
  const Results results = results_of(scenario);
  for (const auto& [key, authorities] : results)
    if (authorities != results.at({key.first, 0})) return true;
  return false;
}

TEST(Uncertainty, ReplicatesAreTheSameToTheBitWithoutAnySource) {
  EXPECT_FALSE(replicates_differ(with_sources(with_draws(3), SourceSet{})));
}

TEST(Uncertainty, EachSourceAloneMovesSomething) {
  for (const auto& source : kUncertaintySourceTable)
    EXPECT_TRUE(replicates_differ(with_sources(with_draws(3), only(source.id)))) << source.name;
}

// All sources on is the run as it always was; off, the source has the draws of replicate 0.
TEST(Uncertainty, AFrozenSourceHasTheDrawsOfTheFirstReplicate) {
  const Scenario s = with_draws(3);
  const Results all = results_of(s);
  const Results none = results_of(with_sources(s, SourceSet{}));
  const Results chance = results_of(with_sources(s, only(kProcess)));
  EXPECT_EQ(
      difference(chance.at({"business_as_usual", 0}).front(), none.at({"business_as_usual", 0}).front()), "");
  EXPECT_NE(all, chance);
}

TEST(Uncertainty, DriftOffIsTheParameterOff) {
  Scenario off = main_scenario({857}, 24, 2);
  for (auto& arm : off.arms) arm.parameters[Parameter::drift_enabled] = 0.0;
  Scenario without = main_scenario({857}, 24, 2);
  without.uncertainty.reset(index(kDrift));
  EXPECT_EQ(difference(results_of(off), results_of(without)), "");
}

TEST(Uncertainty, EffectsOffAreTheirMeans) {
  Scenario means = main_scenario({857}, 36, 2);
  for (auto& arm : means.arms) arm.effects = EffectsMode::kEvidenceWeighted;
  Scenario without = main_scenario({857}, 36, 2);
  without.uncertainty.reset(index(kEffects));
  EXPECT_EQ(difference(results_of(means), results_of(without)), "");
}

// Replicate r is the run whose parameters are draw r, to the bit; after the last draw comes the first.
TEST(Uncertainty, AReplicateIsARunWithItsDraw) {
  const Scenario drawn = with_draws(6);
  const Results results = results_of(drawn);
  for (const std::size_t r : {std::size_t{0}, std::size_t{3}, std::size_t{5}}) {
    Scenario one = drawn;
    one.draws = {};
    const auto& draw = drawn.draws.values[r % 4];
    for (auto& arm : one.arms)
      for (std::size_t k = 0; k < draw.size(); ++k) arm.parameters[drawn.draws.parameters[k]] = draw[k];
    const Results plain = results_of(one);
    for (const auto& arm : drawn.arms)
      for (std::size_t a = 0; a < 2; ++a)
        EXPECT_EQ(difference(results.at({arm.name, r})[a], plain.at({arm.name, r})[a]), "");
  }
}

TEST(Uncertainty, AnArmWithoutEffectsDiffersByNothingWhenParametersAreDrawn) {
  Scenario s = with_draws(4, 36);
  for (auto& arm : s.arms) arm.effects = EffectsMode::kZero;
  const Results results = results_of(s);
  for (std::size_t r = 0; r < 4; ++r)
    for (std::size_t a = 0; a < 2; ++a)
      for (std::size_t m = 0; m < 36; ++m)
        for (const Measure measure : {Measure::kReferrals, Measure::kCareEntries, Measure::kLookedAfter})
          EXPECT_EQ(results.at({"support_is_protection", r})[a].counts(measure)[m],
                    results.at({"business_as_usual", r})[a].counts(measure)[m]);
}

TEST(Uncertainty, WhatAnArmFixesIsNotDrawn) {
  Scenario s = with_draws(4);
  Arm& own = s.arms[1];
  own.own_parameters = {{Parameter::contact_base, OwnParameter::Draws::kFixed, 0.0169, 0.02, 1.0}};
  own.parameters[Parameter::contact_base] = 0.02;
  for (std::size_t r = 0; r < 4; ++r) {
    EXPECT_EQ(arm_in_replicate(s, own, r).parameters[Parameter::contact_base], 0.02);
    EXPECT_EQ(arm_in_replicate(s, s.arms[0], r).parameters[Parameter::contact_base], s.draws.values[r][0]);
    EXPECT_EQ(arm_in_replicate(s, own, r).parameters[Parameter::care_return_home_5_to_9],
              s.draws.values[r][2]);
  }
}

TEST(Uncertainty, DrawnRunsAreTheSameForAnyNumberOfThreads) {
  Scenario s = with_draws(5);
  EXPECT_EQ(difference(results_of(s, england(), 1), results_of(s, england(), 4)), "");
  // The same with meetings, for which authorities advance together.
  for (auto& arm : s.arms) arm.peer_learning.members = s.authorities;
  const Results coupled = results_of(s, england(), 1);
  EXPECT_EQ(difference(coupled, results_of(s, england(), 4)), "");
  EXPECT_NE(coupled.at({"business_as_usual", 0}), coupled.at({"business_as_usual", 1}));
}

TEST(Uncertainty, CoverageSaysWhatIsLeftOutAndWhy) {
  Scenario s = main_scenario({857}, 12);
  s.draws = {};
  EXPECT_EQ(coverage(s).left_out[index(kParameters)], "the calibration has no draws");
  EXPECT_EQ(
      coverage_sentence(coverage(s)),
      "It covers chance (random events in each family), how practice and prices drift and uncertainty "
      "about the effects of service models; it does not cover uncertainty about parameters (not included: "
      "the calibration has no draws) or what the model leaves out: true uncertainty is wider.");
  s.draws = made_up_draws(s.arms[0].parameters, 1);
  EXPECT_EQ(coverage(s).sources(), kAllSources);
  s.uncertainty.reset(index(kProcess));
  for (auto& arm : s.arms) {
    arm.parameters[Parameter::drift_enabled] = 0.0;
    arm.effects = EffectsMode::kClaimed;
  }
  EXPECT_EQ(coverage(s).sources(), only(kParameters));
  EXPECT_EQ(coverage(s).left_out[index(kProcess)], "switched off");
  EXPECT_EQ(coverage_sentence(coverage(with_sources(s, SourceSet{}))).substr(0, 29),
            "Replicates are all the same; ");
}

// From files: the scenario's own value wins, the command line switches off.
class DrawsFromAFile : public testing::Test {
 protected:
  void SetUp() override { write_calibration("0.0169"); }
  // `about`: what contact.base was drawn about.
  void write_calibration(const std::string& about_) {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "calibration.json") << R"({
      "format": "hearth calibration", "version": 3, "origin": "2025-03-31",
      "parameters": {"contact.base": 0.0169, "contact.recent_ratio": 4}, "propensities": {},
      "draws": {"parameters": ["contact.base", "contact.recent_ratio"], "about": [)"
                                                << about_ << R"(, 4],
        "values": [[0.016, 4.1], [0.018, 4.9]]}})";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  Scenario load(const std::string& more, const ScenarioOverrides& overrides = {}) {
    std::ofstream(folder_ / "s.json")
        << "{\"extends\": \"" << (kRoot / "scenarios" / "england.json").string()
        << "\", \"name\": \"s\", \"calibration\": \"calibration.json\"" << more << "}";
    return load_scenario(folder_ / "s.json", overrides).scenario;
  }
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      (std::string("hearth_draws_") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(DrawsFromAFile, AreReadAndWhatTheScenarioSetsIsNotDrawn) {
  // Those of the file come first; costs that nothing published tells are drawn with them.
  const auto of_file = [](const Scenario& scenario, std::size_t columns) {
    ParameterDraws out = scenario.draws;
    EXPECT_EQ(out.parameters.size(), columns + kDrawnCosts.size());
    out.parameters.resize(columns);
    for (auto& row : out.values) row.resize(columns);
    return out;
  };
  const ParameterDraws all = of_file(load(""), 2);
  EXPECT_EQ(all.parameters, (std::vector{Parameter::contact_base, Parameter::contact_recent_ratio}));
  EXPECT_EQ(all.values, (std::vector<std::vector<double>>{{0.016, 4.1}, {0.018, 4.9}}));
  const ParameterDraws own = of_file(load(R"(, "parameters": {"contact.base": 0.02})"), 1);
  EXPECT_EQ(own.parameters, std::vector{Parameter::contact_recent_ratio});
  EXPECT_EQ(own.values, (std::vector<std::vector<double>>{{4.1}, {4.9}}));
  std::string every = R"(, "parameters": {"contact.base": 0.02, "contact.recent_ratio": 4)";
  for (const Parameter cost : kDrawnCosts)
    every += fmt::format(", \"{}\": {}", info(cost).name, info(cost).value);
  const Scenario both = load(every + "}");
  EXPECT_EQ(coverage(both).left_out[index(kParameters)], "the scenario sets all that the calibration draws");
  const Scenario arm =
      load(R"(, "arms": {"protection_only": {"parameters": {"contact.base": {"fixed": 0.02}}}})");
  EXPECT_EQ(arm_in_replicate(arm, arm.arms[1], 1).parameters[Parameter::contact_base], 0.02);
  EXPECT_EQ(arm_in_replicate(arm, arm.arms[0], 1).parameters[Parameter::contact_base], 0.018);
}

// Somebody has changed the value in the file since: the draws go along, in odds between the bounds 0.001 and
// 0.2.
TEST_F(DrawsFromAFile, AChangedValueTakesTheDrawsAlong) {
  write_calibration("0.0132");
  const Scenario s = load("");
  EXPECT_NEAR(s.draws.values[0][0], 0.02046, 1e-5);
  EXPECT_NEAR(s.draws.values[1][0], 0.02298, 1e-5);
  EXPECT_EQ(s.draws.values[0][1], 4.1);
}

TEST_F(DrawsFromAFile, SourcesAreSwitchedOffByTheScenarioAndByTheCommandLine) {
  EXPECT_EQ(load("").uncertainty, kAllSources);
  ScenarioOverrides overrides;
  overrides.without = {"parameters", "effects"};
  const Scenario s = load(R"(, "uncertainty": {"process": false, "effects": true})", overrides);
  EXPECT_EQ(s.uncertainty, only(kDrift));
  overrides.without = {"chance"};
  EXPECT_THROW(load("", overrides), UsageError);
}

}  // namespace
}  // namespace hearth
