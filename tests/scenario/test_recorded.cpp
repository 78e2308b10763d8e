// The resolved scenario: the text that results carry, byte for byte, and what is read of it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "core/error.hpp"
#include "scenario/files/recorded.hpp"
#include "written.hpp"

namespace hearth {
namespace {

const fs::path kEverything = kRoot / "tests" / "scenario" / "resolved" / "everything.json";

// A scenario that has every key.
LoadedScenario everything() {
  ScenarioOverrides overrides;
  overrides.set = {"needs.domestic_abuse.recovery={\"times\": 1.1}", "feedback.caseload=false",
                   "implementation.reorganisation_decay={\"fixed\": 0.2}"};
  overrides.without = {"drift"};
  return load_scenario(kEverything, overrides);
}

const fs::path kGolden = fs::path(kEverything).replace_extension("txt");

// With the parameters that the command line sets alone: a new one changes no golden.
std::string without_registry(const std::string& text) {
  auto scenario = nlohmann::ordered_json::parse(text);
  auto few = nlohmann::ordered_json::object();
  for (const auto& [name, value] : scenario["set"].items()) few[name] = scenario["parameters"][name];
  scenario["parameters"] = few;
  return scenario.dump(2) + "\n";
}

// What a result carries changes only on purpose: HEARTH_UPDATE_GOLDEN=1 writes the text again.
TEST(Resolved, IsTheSameTextByteForByte) {
  const std::string resolved = everything().scenario.resolved_json;
  EXPECT_EQ(resolved, nlohmann::ordered_json::parse(resolved).dump(2));
  const std::string now = without_registry(resolved);
  if (std::getenv("HEARTH_UPDATE_GOLDEN") != nullptr) std::ofstream(kGolden, std::ios::binary) << now;
  EXPECT_EQ(now, content(kGolden));
}

// The reader knows the keys of the writer and those of results that were written before.
TEST(Recorded, IsWhatTheScenarioIs) {
  const Scenario s = everything().scenario;
  for (const std::string& text : {s.resolved_json, content(kGolden)}) {
    const RecordedScenario r = read_recorded(text);
    EXPECT_EQ(r.name, s.name);
    EXPECT_EQ(r.compression, s.output.compression);
    EXPECT_TRUE(r.summarised);
    ASSERT_TRUE(r.uncertainty);
    EXPECT_FALSE(r.uncertainty->at("drift"));
    EXPECT_TRUE(r.uncertainty->at("process"));
    EXPECT_EQ(r.not_in_intervals.at("drift"), "switched off");
    EXPECT_EQ(r.set.size(), 3U);
    for (const auto& [name, value] : r.parameters)
      EXPECT_EQ(value, s.arms[s.baseline].parameters[*find_parameter(name)]) << name;
    EXPECT_EQ(r.adopting_elsewhere, s.adopting_elsewhere);
    EXPECT_EQ(r.adopting_elsewhere, std::vector<int>{919});
    EXPECT_EQ(r.drawn_parameters.size(), s.draws.parameters.size());
    EXPECT_FALSE(r.drawn_parameters.empty());
    EXPECT_EQ(r.first_cash_year, s.prices.first_year);
    EXPECT_EQ(r.cash, s.prices.cash);
    EXPECT_EQ(r.cash.size(), 8U);
    EXPECT_EQ(r.recording_noise, s.recording_noise);
    EXPECT_NE(r.recording_noise, PropensityVector{});
    ASSERT_EQ(r.history.size(), s.history.size());
    ASSERT_FALSE(r.history.empty());
    EXPECT_EQ(r.history[0].authorities, s.history[0].authorities);
  }
}

TEST(Recorded, HasEveryParameter) {
  EXPECT_EQ(read_recorded(everything().scenario.resolved_json).parameters.size(),
            parameter_registry().size());
}

TEST(Recorded, HasArmsAndModelsInTheirOrder) {
  const Scenario s = everything().scenario;
  const RecordedScenario r = read_recorded(content(kGolden));
  ASSERT_EQ(r.arms.size(), s.arms.size());
  for (std::size_t a = 0; a < s.arms.size(); ++a) {
    const auto& [name, arm] = r.arms[a];
    EXPECT_EQ(name, s.arms[a].name);
    EXPECT_EQ(arm.title, s.arms[a].title);
    EXPECT_EQ(arm.description, s.arms[a].description);
    EXPECT_EQ(arm.effects, s.arms[a].effects);
    ASSERT_EQ(arm.adoption.size(), s.arms[a].adoption.size());
    EXPECT_EQ(arm.parameters.size(), s.arms[a].own_parameters.size());
    for (const OwnParameter& own : s.arms[a].own_parameters) {
      const RecordedParameter* const recorded = arm.parameters.find(std::string(info(own.parameter).name));
      ASSERT_NE(recorded, nullptr);
      EXPECT_EQ(recorded->draws, own.draws);
      EXPECT_DOUBLE_EQ(recorded->value(own.shared), own.value);
    }
  }
  const RecordedAdoption& adoption = r.arms.find("adopters")->adoption.at(0);
  EXPECT_EQ(adoption.start, "2022-05");
  EXPECT_EQ(adoption.grant_end, "2025-03");
  ASSERT_EQ(r.service_models.size(), s.service_models.size());
  for (std::size_t m = 0; m < s.service_models.size(); ++m) {
    EXPECT_EQ(r.service_models[m].first, s.service_models[m].name);
    EXPECT_EQ(r.model_title(s.service_models[m].name), s.service_models[m].title);
    for (std::size_t c = 0; c < s.service_models[m].components.size(); ++c) {
      const PracticeComponent& made = s.service_models[m].components[c];
      const auto& [name, component] = r.service_models[m].second.components.at(c);
      EXPECT_EQ(name, made.name);
      EXPECT_EQ(component.title, made.title);
      EXPECT_EQ(component.reach, made.reach);
      EXPECT_EQ(component.cost_source, made.cost_source);
      EXPECT_EQ(component.setup_gbp_per_case, made.setup_gbp_per_case);
      EXPECT_EQ(component.running_gbp_per_case, made.running_gbp_per_case);
      ASSERT_EQ(component.staffing.has_value(), made.staffing.has_value());
      if (made.staffing) {
        EXPECT_EQ(component.staffing->gbp_per_post, made.staffing->gbp_per_post);
        EXPECT_EQ(component.staffing->posts_per_100_cases, made.staffing->posts_per_100_cases);
        EXPECT_EQ(component.staffing->months_to_recruit, made.staffing->months_to_recruit);
        EXPECT_EQ(component.staffing->source, made.staffing->source);
      }
      ASSERT_EQ(component.effects.size(), made.effects.size());
      for (std::size_t e = 0; e < made.effects.size(); ++e) {
        const auto& [lever, effect] = component.effects[e];
        EXPECT_EQ(find_lever(lever), made.effects[e].lever);
        EXPECT_EQ(effect.ratio, made.effects[e].ratio);
        EXPECT_EQ(effect.low, made.effects[e].low);
        EXPECT_EQ(effect.high, made.effects[e].high);
        EXPECT_EQ(effect.grade, made.effects[e].grade);
        EXPECT_EQ(effect.source, made.effects[e].source);
        EXPECT_EQ(effect.besides.size(), made.effects[e].besides.size());
      }
    }
  }
}

// The page of a result loads the scenario again as it was run.
TEST(Recorded, SaysWhatTheCommandLineChanged) {
  const LoadedScenario first = everything();
  ScenarioOverrides overrides = read_recorded(first.scenario.resolved_json).overrides();
  EXPECT_EQ(overrides.without, std::vector<std::string>{"drift"});
  EXPECT_EQ(overrides.also_adopt, std::vector<std::string>{"919"});
  EXPECT_EQ(overrides.set.size(), 3U);
  EXPECT_EQ(load_scenario(kEverything, overrides).scenario.resolved_json, first.scenario.resolved_json);
}

TEST(Recorded, WithOtherReplicatesDiffersInThatAlone) {
  const std::string text = everything().scenario.resolved_json;
  const std::string fewer = with_replicates(text, 2);
  EXPECT_EQ(difference_of_recorded(text, fewer),
            "in their scenarios /replicates is 7 in one and 2 in the other");
  EXPECT_EQ(with_replicates(fewer, 7), text);
  EXPECT_EQ(with_replicates("", 7), "");
}

TEST(Recorded, SettingsAreWhatIsAskedForAndNoTables) {
  std::set<std::string> roots;
  for (const auto& [pointer, value] : recorded_settings(content(kGolden)))
    roots.insert(pointer.substr(1, pointer.find('/', 1) - 1));
  EXPECT_TRUE(roots.contains("arms"));
  EXPECT_TRUE(roots.contains("seed"));
  for (const char* table : {"parameters", "service_models", "history", "propensities", "deviations",
                            "response", "recording_noise", "state_covariance", "draws"})
    EXPECT_FALSE(roots.contains(table)) << table;
}

std::string problem_of(const std::string& text) {
  try {
    read_recorded(text);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

// A result may be damaged, or made to do harm.
TEST(Recorded, WhatIsNotAsPromisedIsRefused) {
  EXPECT_EQ(problem_of(""), "");  // nothing was recorded
  EXPECT_EQ(problem_of("{}"), "");
  EXPECT_EQ(problem_of("{"), "it is not JSON");
  EXPECT_EQ(problem_of("[]"), "it is a list; an object is promised");
  EXPECT_EQ(problem_of(R"({"name": "../other"})"), "/name is a text; a text without / is promised");
  EXPECT_EQ(problem_of(R"({"output": {"compression": 10}})"),
            "/output/compression is the number 10; a whole number from 0 to 9 is promised");
  EXPECT_EQ(problem_of(R"({"arms": {"a": {"title": "A"}}})"), "/arms/a has no adoption");
  EXPECT_EQ(problem_of(R"({"arms": {"a": {"adoption": [], "effects": "magic"}}})"),
            "/arms/a/effects is a text; one of claimed, evidence_weighted, sampled, zero is promised");
  EXPECT_EQ(problem_of(R"({"set": {"x": {"times": 1, "fixed": 2}}})"),
            "/set/x is an object; a number, times or fixed is promised");
  EXPECT_EQ(problem_of(R"({"prices": {"first_year": 2020, "cash": [1, 0]}})"),
            "/prices/cash/1 is the number 0; a number above 0 is promised");
  EXPECT_EQ(problem_of(R"({"recording_noise": [1, 2]})"),
            "/recording_noise is a list; a list of 8 numbers is promised");
  EXPECT_EQ(problem_of(R"({"history": [{"service_model": "x", "start": "spring"}]})"),
            "/history/0/start is a text; a month such as 2022-04 is promised");
  EXPECT_EQ(problem_of(R"({"service_models": {}, "arms": {"a": {"adoption": [{"service_model": "x"}]}}})"),
            "arm a adopts the service model x, which is not described");
  EXPECT_EQ(problem_of("{\"title\": \"a\\u001bb\"}"), "/title holds control characters");
  EXPECT_EQ(problem_of(std::string(40, '[') + std::string(40, ']')),
            "objects and lists lie more than 32 deep in each other");
}

}  // namespace
}  // namespace hearth
