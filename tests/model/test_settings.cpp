// What a user sets takes effect: every parameter, shock, lever and number of a service model moves a result,
// or is refused; and what is set to the value that it has moves nothing.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "model/outcomes/costs.hpp"
#include "scenario/beliefs.hpp"
#include "scenario/uncertainty.hpp"
#include "trial.hpp"

namespace hearth {
namespace {

// Everything that the model can do, in two authorities: models with grants and partners, every kind of shock,
// peer learning, effects drawn.
class Settings : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string name = (std::filesystem::temp_directory_path() / "hearth_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    std::string shocks;
    for (const auto& kind : kShockTable) {
      // While a service is reorganised or its leaders leave, nothing embeds: late.
      const bool stops_practice =
          kind.id == ShockKind::kReorganisation || kind.id == ShockKind::kLeadershipChange;
      shocks += std::string(shocks.empty() ? "" : ", ") + R"({"kind": ")" + std::string(kind.name) +
                (stops_practice ? R"(", "start": "2027-03", "end": "2027-06", )"
                                : R"(", "start": "2025-07", "end": "2026-06", )") +
                (kind.is_ratio ? R"("ratio": 1.2})" : R"("strength": 1})");
    }
    scenario_ = new Scenario(load(R"(
      "authorities": [202, 810, 926], "horizon_months": 30, "replicates": 1, "seed": 4,
      "uncertainty": {"parameters": false},
      "parameters": {"feedback.posts": true, "feedback.placement_prices": true,
        "proceedings.after_removal_share": 0.5, "care.guardianship_breakdown": 0.3, "care.adoption_breakdown": 0.3,
        "origin.left_for_good_ratio": 1, "ages.between_bands": true},
      "arms": {"business_as_usual": null, "protection_only": null, "support_is_protection": null,
        "usual": {"shocks": [)" + shocks +
                                  R"(]},
        "changed": {"effects": "sampled", "shocks": [)" +
                                  shocks + R"(],
          "peer_learning": {"members": [810, 926], "start": "2025-06"},
          "adoption": [
            {"service_model": "family_safeguarding", "start": "2025-05", "grant_end": "2026-09", "partners_agree": "2027-01"},
            {"service_model": "family_valued", "start": "2025-05", "only": ["family_group_conferences"]},
            {"service_model": "protection_only", "start": "2025-06"}]}},
      "baseline": "usual")"));
    scenario_->sampling_fraction = 0.25;
    results_ = new Results(results_of(*scenario_));
  }
  static void TearDownTestSuite() {
    delete scenario_;
    delete results_;
    std::filesystem::remove_all(folder_);
  }

  // england.json with these keys.
  static Scenario load(const std::string& keys) {
    std::ofstream(folder_ / "s.json") << "{\"extends\": \"" << (kRoot / "scenarios" / "england.json").string()
                                      << "\", \"name\": \"s\", " << keys << "}";
    return load_scenario(folder_ / "s.json").scenario;
  }
  // What is wrong with it.
  static std::string mistake(const std::string& keys) {
    try {
      load(keys);
    } catch (const ScenarioError& error) {
      return error.what();
    }
    return "";
  }

  static double another(const ParameterInfo& row) {
    if (row.certainty == Certainty::kSwitch) return 1.0 - scenario_->arms[0].parameters[row.id];
    const double value = scenario_->arms[0].parameters[row.id];
    // Rare events need a large step to be seen.
    const double step = std::max(0.4 * std::abs(value), 0.05 * (row.upper - row.lower));
    return value + step <= row.upper ? value + step : value - step;
  }

  static std::filesystem::path folder_;
  static Scenario* scenario_;
  static Results* results_;
};
std::filesystem::path Settings::folder_;
Scenario* Settings::scenario_ = nullptr;
Results* Settings::results_ = nullptr;

TEST_F(Settings, EveryParameterMovesAResult) {
  for (const ParameterInfo& row : parameter_registry()) {
    Scenario changed = *scenario_;
    for (Arm& arm : changed.arms) arm.parameters[row.id] = another(row);
    EXPECT_NE(difference(results_of(changed), *results_), "") << row.name << " = " << another(row);
  }
}

TEST_F(Settings, AnArmsOwnParameterMovesThatArmAlone) {
  for (const ParameterInfo& row : parameter_registry()) {
    if (row.name.starts_with("population.")) continue;  // refused: see below
    Scenario changed = *scenario_;
    changed.arms[1].parameters[row.id] = another(row);
    const Results results = results_of(changed);
    for (std::size_t a = 0; a < 2; ++a)
      EXPECT_EQ(difference(results.at({"usual", 0})[a], results_->at({"usual", 0})[a]), "") << row.name;
    EXPECT_NE(difference(results, *results_), "") << row.name << " = " << another(row);
  }
}

TEST_F(Settings, EveryShockAndEveryNumberOfAServiceModelMovesAResult) {
  const auto moves = [&](const std::string& what, const std::function<void(Scenario&)>& change) {
    Scenario changed = *scenario_;
    change(changed);
    EXPECT_NE(difference(results_of(changed), *results_), "") << what;
  };
  for (std::size_t i = 0; i < kShockKinds; ++i)
    moves(std::string(kShockTable[i].name), [&](Scenario& s) { s.arms[1].shocks[i].size = 1.4; });
  const auto adopted = [](const Scenario& s, std::size_t model) {
    return std::ranges::find(s.arms[1].adoption, model, &Adoption::service_model);
  };
  for (std::size_t m = 0; m < scenario_->service_models.size(); ++m) {
    const auto adoption = adopted(*scenario_, m);
    if (adoption == scenario_->arms[1].adoption.end()) continue;
    const ServiceModel& model = scenario_->service_models[m];
    moves(model.name + " training", [&](Scenario& s) { s.service_models[m].training_months += 2; });
    for (const std::size_t c : adoption->components) {
      const PracticeComponent& component = model.components[c];
      const auto name = model.name + "/" + component.name;
      const auto one = [&](Scenario& s) -> PracticeComponent& { return s.service_models[m].components[c]; };
      moves(name + " reach", [&](Scenario& s) { one(s).reach *= 0.5; });
      moves(name + " months to embed", [&](Scenario& s) { one(s).months_to_embed = 6.0; });
      moves(name + " set-up", [&](Scenario& s) { one(s).setup_gbp_per_case += 50.0; });
      moves(name + " running", [&](Scenario& s) { one(s).running_gbp_per_case += 50.0; });
      if (component.staffing) {
        moves(name + " posts", [&](Scenario& s) { one(s).staffing->posts_per_100_cases *= 2.0; });
        moves(name + " pay", [&](Scenario& s) { one(s).staffing->gbp_per_post *= 2.0; });
        moves(name + " months to recruit", [&](Scenario& s) { one(s).staffing->months_to_recruit *= 2.0; });
      }
      for (std::size_t e = 0; e < component.effects.size(); ++e) {
        const std::string lever(kLeverTable[static_cast<std::size_t>(component.effects[e].lever)].name);
        if (component.effects[e].from_outcomes) continue;  // it has no number of its own
        moves(name + " " + lever, [&](Scenario& s) { one(s).effects[e].ratio *= 1.5; });
        LeverEffect wider = component.effects[e];  // too little to see in so few families
        wider.high *= 4.0;
        if (wider.grade == EvidenceGrade::kDecision) {  // it holds as written
          EXPECT_EQ(belief(wider, scenario_->arms[1].parameters).sd, 0.0) << name;
          continue;
        }
        EXPECT_LT(belief(wider, scenario_->arms[1].parameters).weight,
                  belief(component.effects[e], scenario_->arms[1].parameters).weight)
            << name << " " << lever;
      }
    }
  }
}

TEST_F(Settings, WhatAnArmWouldNotGetIsRefused) {
  EXPECT_NE(mistake(R"("arms": {"protection_only": {"parameters": {"population.birth_spacing": 30}}})")
                .find("all arms have the same families"),
            std::string::npos);
  EXPECT_NE(mistake(R"("parameters": {"population.completed_family_size.1": 0.5})").find("add up to 1.16"),
            std::string::npos);
  EXPECT_NE(mistake(R"("parameters": {"care.foster_kin_share": 0.9})").find("at most 1"), std::string::npos);
  EXPECT_NE(mistake(R"("parameters": {"drift.correlation.section_47.referral": -0.99})").find("together"),
            std::string::npos);
}

// ---- Draws: what an arm sets stands against what the others draw.

TEST_F(Settings, TheValueThatAParameterHasMovesNothing) {
  const Scenario plain = load(R"("authorities": [810])");
  const Arm& base = plain.arms[plain.baseline];
  for (const Parameter parameter : plain.draws.parameters) {
    Arm own = base;
    const double value = base.parameters[parameter];
    own.own_parameters = {{parameter, OwnParameter::Draws::kMoved, value, value, 1.0}};
    for (std::size_t r = 0; r < plain.draws.values.size(); ++r)
      EXPECT_EQ(arm_in_replicate(plain, own, r).parameters, arm_in_replicate(plain, base, r).parameters)
          << info(parameter).name;
  }
  // From the file: the value that resolve prints.
  const Scenario same =
      load(R"("authorities": [810], "horizon_months": 12, "replicates": 3,
    "arms": {"support_is_protection": null, "protection_only": {"parameters":
      {"care.placement_weight.childrens_home": )" +
           std::to_string(base.parameters[Parameter::care_placement_weight_childrens_home]) +
           R"(}, "adoption": []}})");
  const Results results = results_of(same);
  for (std::size_t r = 0; r < 3; ++r)
    EXPECT_EQ(difference(results.at({"protection_only", r})[0], results.at({"business_as_usual", r})[0]), "");
}

TEST_F(Settings, AnOwnValueMovesEachDrawTheSameWayAndStaysWithinTheBounds) {
  const Scenario s = load(R"("authorities": [810], "arms": {"support_is_protection": {"parameters": {
    "accommodation.sibling_share": 0.9, "contact.base": {"times": 0.9}, "engagement.start": {"fixed": 0.4}}}})");
  const Arm& base = s.arms[s.baseline];
  const Arm& own = s.arms.back();
  ASSERT_EQ(own.name, "support_is_protection");
  for (std::size_t r = 0; r < s.draws.values.size(); ++r) {
    const Parameters theirs = arm_in_replicate(s, base, r).parameters;
    const Parameters mine = arm_in_replicate(s, own, r).parameters;
    EXPECT_GT(mine[Parameter::accommodation_sibling_share], theirs[Parameter::accommodation_sibling_share]);
    EXPECT_LT(mine[Parameter::accommodation_sibling_share], 1.0);
    EXPECT_EQ(mine[Parameter::contact_base], 0.9 * theirs[Parameter::contact_base]);
    EXPECT_EQ(mine[Parameter::engagement_start], 0.4);
  }
  EXPECT_NE(
      mistake(R"("parameters": {"enquiry.plan_share": {"times": 1.17}})").find("a draw of the calibration"),
      std::string::npos);
}

TEST_F(Settings, ASharedFactorKeepsTheDrawsAndASharedValueDoesNot) {
  const Scenario plain = load(R"("authorities": [810])");
  const Scenario times = load(R"("authorities": [810], "parameters": {"contact.base": {"times": 1.1}})");
  const Scenario fixed = load(R"("authorities": [810], "parameters": {"contact.base": 0.02})");
  const auto in = [](const Scenario& s, std::size_t r) {
    return arm_in_replicate(s, s.arms[0], r).parameters[Parameter::contact_base];
  };
  for (std::size_t r = 0; r < 5; ++r) {
    EXPECT_EQ(in(times, r), in(plain, r) * 1.1);
    EXPECT_EQ(in(fixed, r), 0.02);
  }
}

// A copy of a service model under another name differs by nothing, once it says whose draws it has.
TEST_F(Settings, AVariantOfAServiceModelHasItsDraws) {
  const auto run = [](const std::string& line) {
    std::ifstream original(kRoot / "scenarios/england/service_models/protection_only.json");
    std::string text{std::istreambuf_iterator<char>(original), {}};
    const std::string name = "\"name\": \"protection_only\",";
    text.replace(text.find(name), name.size(), "\"name\": \"ours\", " + line);
    std::ofstream(folder_ / "ours.json") << text;
    const Scenario s = load(R"("authorities": [810], "horizon_months": 30, "replicates": 2,
      "service_models": ["ours.json"],
      "arms": {"protection_only": {"effects": "sampled", "adoption": [{"service_model": "ours", "start": "2025-04"}]},
               "support_is_protection": {"effects": "sampled",
                 "adoption": [{"service_model": "protection_only", "start": "2025-04"}]}})");
    const Results results = results_of(s);
    return difference(results.at({"protection_only", 1})[0], results.at({"support_is_protection", 1})[0]);
  };
  EXPECT_EQ(run("\"same_draws_as\": \"protection_only\","), "");
  EXPECT_NE(run(""), "");
}

// ---- Prices

TEST_F(Settings, APriceThatIsDoubledCostsDouble) {
  const auto cost = [](const std::string& parameters) {
    const Scenario s =
        load(R"("authorities": [810], "horizon_months": 12, "replicates": 1, "parameters": {)" + parameters +
             R"(}, "arms": {"protection_only": null, "support_is_protection": null})");
    const Results results = results_of(s);
    double out = 0.0;
    for (const Pence pence : results.at({"business_as_usual", 0})[0].cost(0)) out += gbp_from_pence(pence);
    return out;
  };
  std::string all;
  for (const ParameterInfo& row : parameter_registry())
    if (row.name.starts_with("cost.placement."))
      all += std::string(all.empty() ? "\"" : ", \"") + std::string(row.name) + "\": {\"times\": 2}";
  const double usual = cost("");
  EXPECT_NEAR(cost(all), 2.0 * usual, 1e-6 * usual);
  EXPECT_GT(cost("\"cost.placement.childrens_home\": 12000"), usual);
  // In pounds as they are given, where they are not brought to what the authority reported.
  EXPECT_NE(cost("\"cost.outturn\": false"), usual);
}

}  // namespace
}  // namespace hearth
