// effects.json: what is read, what is refused, and where it is told.
#include "scenario/files/effects_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "folder.hpp"
#include "scenario/files/loader.hpp"
#include "source_dir.hpp"

namespace hearth {
namespace {

ServiceModel model_with_study() {
  ServiceModel model;
  model.name = "m";
  PracticeComponent& component = model.components.emplace_back();
  component.name = "c";
  component.effects.resize(2);
  component.effects[0].lever = Lever::kThresholdCare;
  component.effects[1].lever = Lever::kRetention;
  Study& study = model.studies.emplace_back();
  study.name = "s";
  study.authorities = {"Leeds"};
  study.start = {2015, 1};
  study.outcomes.resize(1);
  study.outcomes.front().measure = "care_entries";
  study.outcomes.front().months = {{2015, 4}, {2018, 3}};
  return model;
}

std::string file_text(const std::string& key, const std::string& slopes, const std::string& version = "1") {
  const std::string response = R"({"point": [0.1, 0], "outcomes": [-0.05], "slopes": )" + slopes + "}";
  return R"({"format": "hearth effects", "version": )" + version +
         R"(, "entries_response": {"threshold.care": [-0.4, 0.1]}, "service_models": {"m": {"key": ")" + key +
         R"(", "believed": )" + response + R"(, "claimed": )" + response + R"(, "noise": [0.001], "effects": [
    {"component": "c", "lever": "threshold.care", "prior": 0, "prior_sd": 0.25, "claimed": 0.3, "mean": 0.1, "sd": 0.2},
    {"component": "c", "lever": "retention", "prior": 0, "prior_sd": 0.25, "claimed": 0, "mean": 0, "sd": 0.25}]}}})";
}

class EffectsFile : public InFolder {
 protected:
  // What is read of a file with this text; none where it is empty.
  const ServiceModelFile& read(const std::string& text) {
    const auto file = directory_ / kEffectsFileName;
    std::filesystem::remove(file);
    if (!text.empty()) std::ofstream(file) << text;
    models_ = {};
    models_.by_name["m"].model = model_with_study();
    models_.by_name["m"].file = directory_ / "service_models" / "m.json";
    checker_ = {};
    add_responses(directory_, models_, checker_);
    return models_.by_name["m"];
  }
  std::string key() const { return response_key(model_with_study()); }

  ServiceModelSet models_;
  Checker checker_;
};

TEST_F(EffectsFile, GivesTheResponse) {
  const ServiceModelFile& found = read(file_text(key(), "[[-0.5, 0]]"));
  EXPECT_TRUE(checker_.diagnostics.empty());
  EXPECT_TRUE(found.response_mistakes.empty());
  ASSERT_TRUE(found.model.response);
  EXPECT_EQ(found.model.response->believed.slopes, (std::vector<double>{-0.5, 0.0}));
  EXPECT_EQ(found.model.entries_response[static_cast<std::size_t>(Lever::kThresholdCare)].slope, -0.4);
  EXPECT_EQ(found.model.entries_response[static_cast<std::size_t>(Lever::kThresholdCare)].curvature, 0.1);
  EXPECT_EQ(found.model.entries_response[static_cast<std::size_t>(Lever::kRetention)].slope, 0.0);
}

TEST_F(EffectsFile, MissingIsAWarningWhereTheModelIsAdopted) {
  const ServiceModelFile& found = read("");
  EXPECT_FALSE(found.model.response);
  EXPECT_TRUE(checker_.diagnostics.empty());
  EXPECT_TRUE(found.response_mistakes.empty());
  EXPECT_EQ(found.response_warnings.size(), 1U);
}

TEST_F(EffectsFile, OfAnotherVersionOfTheModelIsRefused) {
  const ServiceModelFile& found = read(file_text("0123456789abcdef", "[[-0.5, 0]]"));
  EXPECT_FALSE(found.model.response);
  ASSERT_EQ(found.response_mistakes.size(), 1U);
  EXPECT_NE(found.response_mistakes[0].text().find("run hearth infer m"), std::string::npos);
}

TEST_F(EffectsFile, WithListsOfAnotherLengthIsRefused) {
  for (const char* slopes : {"[[-0.5]]", "[]", "[[-0.5, 0], [0, 0]]", "3"}) {
    const ServiceModelFile& found = read(file_text(key(), slopes));
    EXPECT_FALSE(found.model.response) << slopes;
    EXPECT_EQ(found.response_mistakes.size(), 2U) << slopes;  // of what is believed, and of what is claimed
  }
}

TEST_F(EffectsFile, OfAnotherFormatIsAMistakeOfEveryScenario) {
  read(file_text(key(), "[[-0.5, 0]]", "2"));
  EXPECT_EQ(checker_.diagnostics.size(), 1U);
  read("{ not JSON");
  EXPECT_FALSE(checker_.diagnostics.empty());
}

// What a result says of effects is what it used, whatever the file was written with.
TEST(InferredEffects, AreOfTheScenariosOwnBeliefs) {
  const auto inferred = [](const std::string& prior) {
    const LoadedScenario loaded = load_scenario(
        ScenarioText{source_dir() / "scenarios" / "test_inferred.json",
                     R"({"name": "t", "origin": "2025-03-31", "horizon_months": 12, "replicates": 1,
      "authorities": ["Rutland"], "baseline": "fs", "parameters": {"evidence.prior_sd": )" +
                         prior +
                         R"(}, "arms": {"fs": {"adoption": [{"service_model":
      "family_safeguarding", "start": "2025-04"}]}}})"});
    const auto json = nlohmann::json::parse(loaded.scenario.resolved_json);
    const auto& effect = json.at("service_models")
                             .at("family_safeguarding")
                             .at("components")
                             .at("co_located_team")
                             .at("effects")
                             .at("threshold.care");
    EXPECT_EQ(effect.at("from_outcomes"), true);
    const auto named = std::ranges::find(
        loaded.values,
        "/service_models/family_safeguarding/components/co_located_team/effects/threshold.care/believed",
        &ResolvedValue::pointer);
    EXPECT_NE(named, loaded.values.end());
    EXPECT_NEAR(std::stod(named->value), std::exp(effect.at("inferred").at(1).get<double>()), 1e-6);
    return effect.at("inferred").at(2).get<double>();
  };
  const double narrow = inferred("0.05"), wide = inferred("0.5");
  EXPECT_LT(narrow, 0.051);
  EXPECT_GT(wide, 3.0 * narrow);
}

// A response is of components, places, dates and what was measured; what was published of them is free to
// change.
TEST_F(EffectsFile, KeyIsOfWhatTheResponseDependsOn) {
  ServiceModel changed = model_with_study();
  changed.studies.front().outcomes.front().ratio = 0.7;
  changed.studies.front().outcomes.front().grade = EvidenceGrade::kRandomised;
  changed.title = "another title";
  EXPECT_EQ(response_key(changed), key());
  changed.components.front().reach = 0.9;
  EXPECT_NE(response_key(changed), key());
  changed = model_with_study();
  changed.studies.front().start = {2015, 2};
  EXPECT_NE(response_key(changed), key());
  changed = model_with_study();
  changed.studies.front().outcomes.front().months.last = {2017, 3};
  EXPECT_NE(response_key(changed), key());
}

}  // namespace
}  // namespace hearth
