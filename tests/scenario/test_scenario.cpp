#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/categories.hpp"
#include "core/error.hpp"
#include "core/nearest.hpp"
#include "folder.hpp"
#include "published/authorities.hpp"
#include "published/england_tables.hpp"
#include "scenario/files/document.hpp"
#include "scenario/files/keys.hpp"
#include "scenario/files/loader.hpp"
#include "scenario/files/schema.hpp"
#include "scenario/levers.hpp"
#include "source_dir.hpp"
#include "written.hpp"

namespace hearth {
namespace {

// The first parameter that is a quantity, whatever the registry holds.
// That an arm may set: its families are those of every other.
const ParameterInfo* first_quantity() {
  for (const auto& row : parameter_registry())
    if (row.certainty != Certainty::kSwitch && row.lower < row.upper && !row.name.starts_with("population."))
      return &row;
  return nullptr;
}

// ---- The scenarios that come with the program ----

TEST(Scenarios, EnglandHasThreeArmsAndEveryAuthority) {
  const auto loaded = load_scenario(kRoot / "scenarios" / "england.json");
  const Scenario& s = loaded.scenario;
  EXPECT_EQ(s.authorities.size(), 153U);
  EXPECT_TRUE(std::is_sorted(s.authorities.begin(), s.authorities.end()));
  EXPECT_EQ(s.origin, (MonthEnd{2025, 3}));
  EXPECT_EQ(s.horizon_months, 120);
  EXPECT_EQ(s.replicates, 100);
  ASSERT_EQ(s.arms.size(), 3U);
  EXPECT_EQ(s.arms[0].name, "business_as_usual");
  EXPECT_EQ(s.arms[1].name, "protection_only");
  EXPECT_EQ(s.arms[2].name, "support_is_protection");
  EXPECT_EQ(s.baseline, 0U);
  EXPECT_TRUE(s.arms[0].adoption.empty());
  ASSERT_EQ(s.arms[2].adoption.size(), 1U);
  EXPECT_EQ(s.service_models[s.arms[2].adoption[0].service_model].name, "family_safeguarding");
  EXPECT_EQ(s.arms[2].adoption[0].start_month, 0);
  EXPECT_TRUE(s.arms[2].adoption[0].authorities.empty());  // all
  EXPECT_TRUE(s.arms[2].peer_learning.members.empty());
}

TEST(Scenarios, ExamplesAndKnownCasesLoad) {
  for (const auto& [folder, at_least] : {std::pair{"examples", 6}, std::pair{"known", 13}}) {
    int found = 0;
    for (const auto& entry : fs::directory_iterator(kRoot / "scenarios" / folder)) {
      if (entry.path().extension() != ".json") continue;
      ++found;
      try {
        const LoadedScenario loaded = load_scenario(entry.path());
        EXPECT_TRUE(folder == std::string("examples") || !loaded.scenario.targets.empty()) << entry.path();
      } catch (const Error& error) {
        ADD_FAILURE() << error.what();
      }
    }
    EXPECT_GE(found, at_least) << folder;
  }
}

TEST(Scenarios, EveryEffectOfEveryServiceModelHasASource) {
  nlohmann::json scenario = {{"extends", kRoot / "scenarios" / "england.json"},
                             {"data", kRoot / "scenarios" / "england"}};
  std::size_t models = 0;
  for (const auto& entry : fs::directory_iterator(kRoot / "scenarios" / "england" / "service_models")) {
    if (entry.path().extension() != ".json") continue;
    ++models;
    const std::string name = entry.path().stem();
    scenario["arms"]["with_" + name]["adoption"] = {{{"service_model", name}, {"start", "2025-04"}}};
  }
  EXPECT_GE(models, 3U);
  const auto loaded = Written(scenario.dump()).load();
  ASSERT_EQ(loaded.scenario.service_models.size(), models);
  int effects = 0;
  for (const auto& model : loaded.scenario.service_models)
    for (const auto& component : model.components) {
      if (component.staffing) {
        EXPECT_FALSE(component.staffing->source.empty()) << model.name;
      }
      for (const auto& effect : component.effects) {
        ++effects;
        EXPECT_EQ(effect.source.empty(), effect.from_outcomes) << model.name;
        if (effect.from_outcomes) {
          EXPECT_FALSE(model.studies.empty()) << model.name;
        }
        EXPECT_LE(effect.low, effect.ratio);
        EXPECT_LE(effect.ratio, effect.high);
      }
    }
  EXPECT_GT(effects, 10);
}

// ---- Values ----

TEST(Scenario, FillsInDefaults) {
  const Written file(R"({"extends": "sound.json"})");
  const Scenario s = file.load().scenario;
  EXPECT_EQ(s.name, "sound");
  EXPECT_EQ(s.title, "sound");
  EXPECT_EQ(s.replicates, 100);
  EXPECT_EQ(s.seed, 1U);
  EXPECT_EQ(s.sampling_fraction, 1.0);
  EXPECT_EQ(s.output.compression, 1);
  EXPECT_EQ(s.output.every_months(), 1);
  EXPECT_EQ(s.output.replicates, OutputReplicates::kAll);
  EXPECT_EQ(s.authorities.front(), 201);
  EXPECT_FALSE(std::binary_search(s.authorities.begin(), s.authorities.end(), 928));  // gone by 2022
  EXPECT_EQ(arm(s, "adopters").effects, EffectsMode::kEvidenceWeighted);
}

TEST(Scenario, CountsMonthsFromTheOrigin) {
  const Written file(R"({"extends": "sound.json",
    "shocks": [{"kind": "poverty", "start": "2022-04", "end": "2023-03", "ratio": 1.2}],
    "arms": {"adopters": {"adoption": [
      {"service_model": "family_safeguarding", "authorities": [919], "start": "2022-05", "grant_end": "2025-03",
       "partners_agree": "2025-01"},
      {"service_model": "protection_only", "authorities": ["norfolk"], "start": "2032-03"}]}}})");
  const Scenario s = file.load().scenario;
  const Arm& adopters = arm(s, "adopters");
  EXPECT_EQ(adopters.adoption[0].start_month, 1);
  EXPECT_EQ(adopters.adoption[0].grant_end_month, 36);  // April 2025 is the first month without
  EXPECT_EQ(adopters.adoption[0].partners_agree_month, 33);
  EXPECT_EQ(adopters.adoption[0].authorities, std::vector<int>{919});
  EXPECT_EQ(adopters.adoption[1].start_month, 119);  // the last month of ten years
  EXPECT_EQ(adopters.adoption[1].authorities, std::vector<int>{926});
  ASSERT_EQ(adopters.shocks.size(), 1U);
  EXPECT_EQ(adopters.shocks[0].start_month, 0);
  EXPECT_EQ(adopters.shocks[0].end_month, 12);
}

TEST(Scenario, TakesAuthoritiesByCodeOnsCodeNameAndRegion) {
  const auto chosen = [](const std::string& authorities) {
    const Written file(R"({"extends": "sound.json", "authorities": )" + authorities + "}");
    return file.load().scenario.authorities;
  };
  EXPECT_EQ(chosen(R"([926, "919", "E10000015"])"), (std::vector<int>{919, 926}));
  EXPECT_EQ(chosen(R"("Dorset")"), std::vector<int>{838});  // not 835, which ended in 2019
  EXPECT_EQ(chosen(R"({"region": "East of England"})"), (std::vector<int>{919, 926}));
  EXPECT_EQ(chosen(R"(["383", {"region": "East of England"}])"), (std::vector<int>{383, 919, 926}));
}

TEST(Scenario, LaysParametersOverEachOther) {
  const ParameterInfo* quantity = first_quantity();
  if (quantity == nullptr) GTEST_SKIP() << "the registry has no quantity";
  const std::string name(quantity->name);
  const double low = quantity->lower + 0.25 * (quantity->upper - quantity->lower);
  const double middle = quantity->lower + 0.5 * (quantity->upper - quantity->lower);
  const double high = quantity->lower + 0.75 * (quantity->upper - quantity->lower);
  const auto assign = [&](double value) { return nlohmann::json{{name, value}}.dump(); };
  Written file("", "england/calibration.json");
  file.write(R"({"format": "hearth calibration", "version": 3, "origin": "2022-03-31", "propensities":
    {"919": {"care_entry": -0.25}}, "parameters": )" +
                 assign(low) + "}",
             "england/calibration.json");

  file.write(R"({"extends": "sound.json"})", "a.json");
  auto loaded = file.load();
  EXPECT_EQ(arm(loaded.scenario, "adopters").parameters[quantity->id], low);
  EXPECT_EQ(loaded.scenario.propensities.at(919)[index(Propensity::kCareEntry)], -0.25);
  EXPECT_TRUE(mentions(value_at(loaded, "/parameters/" + name).origin, "calibration.json:2"));
  EXPECT_EQ(value_at(loaded, "/parameters/feedback.caseload").origin, "registry default");

  file.write(R"({"extends": "sound.json", "parameters": )" + assign(middle) + R"(,
    "arms": {"adopters": {"parameters": )" +
                 assign(high) + "}}}",
             "b.json");
  loaded = file.load();
  EXPECT_EQ(arm(loaded.scenario, "as_usual").parameters[quantity->id], middle);
  EXPECT_EQ(arm(loaded.scenario, "adopters").parameters[quantity->id], high);
  const auto& row = value_at(loaded, "/arms/adopters/parameters/" + name);
  EXPECT_TRUE(mentions(row.origin, "b.json:2"));
  EXPECT_EQ(row.unit, quantity->unit);
  EXPECT_EQ(row.source, quantity->source);
  EXPECT_EQ(row.certainty, hearth::name(quantity->certainty));

  file.write(R"({"extends": "sound.json", "calibration": "none"})", "c.json");
  EXPECT_EQ(file.load().scenario.arms[0].parameters, Parameters());
}

// Beside calibration.json, which is of one origin, others have a file by year.
TEST(Scenario, FindsTheCalibrationOfItsOrigin) {
  const std::string early = R"({"extends": "sound.json", "origin": "2020-03-31"})";
  Written file(early, "a.json");
  const auto of_origin = [](const std::string& date, const std::string& rest) {
    return R"({"format": "hearth calibration", "version": 3, "origin": ")" + date +
           R"(", "parameters": {}, "propensities": {"919": {"referral": 0.5}})" + rest + "}";
  };
  EXPECT_TRUE(file.load().scenario.propensities.empty());  // the tables come without any calibration

  file.write(of_origin("2022-03-31", ""), "england/calibration.json");
  file.write(early, "a.json");
  try {
    file.load();
    FAIL();
  } catch (const ScenarioError& error) {
    const std::string text = error.diagnostics().front().text();
    EXPECT_TRUE(mentions(text, "/origin: the origin 2020-03-31, for which there is no calibration")) << text;
    EXPECT_TRUE(mentions(text, "2022-03-31")) << text;
    EXPECT_TRUE(mentions(text, R"("calibration": "none")")) << text;
  }

  file.write(of_origin("2020-03-31", R"(, "deviations": {"919": {"care_exit": -0.25}})"),
             "england/calibrations/2020.json");
  file.write(early, "a.json");
  const auto loaded = file.load();
  EXPECT_EQ(loaded.scenario.propensities.at(919)[index(Propensity::kReferral)], 0.5);
  EXPECT_EQ(loaded.scenario.deviations.at(919)[index(Propensity::kCareExit)], -0.25);
  EXPECT_TRUE(mentions(value_at(loaded, "/calibration").value, "calibrations/2020.json"));
  EXPECT_TRUE(mentions(loaded.scenario.resolved_json, "deviations"));

  file.write(R"({"extends": "sound.json"})", "b.json");
  EXPECT_TRUE(file.load().scenario.deviations.empty());  // 2022 has calibration.json
}

TEST(Scenario, RefusesAParameterOutOfBoundsWithItsUnit) {
  const ParameterInfo* quantity = first_quantity();
  if (quantity == nullptr) GTEST_SKIP() << "the registry has no quantity";
  const std::string name(quantity->name);
  const Written file(R"({"extends": "sound.json", "parameters": )" +
                     nlohmann::json{{name, quantity->upper + 1.0}}.dump() + "}");
  const std::string mistakes = file.mistakes();
  EXPECT_TRUE(mentions(mistakes, "scenario.json:1:")) << mistakes;
  EXPECT_TRUE(mentions(mistakes, "/parameters/" + name)) << mistakes;
  EXPECT_TRUE(mentions(mistakes, quantity->unit)) << mistakes;
  EXPECT_TRUE(mentions(mistakes, quantity->meaning)) << mistakes;
}

TEST(Scenario, SwitchesTakeTrueAndFalse) {
  const Written file(
      R"({"extends": "sound.json", "arms": {"adopters": {"parameters": {"feedback.caseload": false}}}})");
  const Scenario s = file.load().scenario;
  EXPECT_FALSE(arm(s, "adopters").parameters.on(Parameter::feedback_caseload));
  EXPECT_TRUE(arm(s, "as_usual").parameters.on(Parameter::feedback_caseload));
}

TEST(Scenario, ArmsShareShocksAndAddTheirOwn) {
  const Written file(R"({"extends": "sound.json",
    "shocks": [{"kind": "referrals", "start": "2023-01", "end": "2023-12", "ratio": 1.1}],
    "peer_learning": {"members": ["919", "926"]},
    "arms": {
      "adopters": {"shocks": [{"kind": "poverty", "start": "2024-01", "end": "2024-12", "ratio": 1.3, "authorities": ["919"]}]},
      "as_usual": {"peer_learning": {"members": []}}}})");
  const Scenario s = file.load().scenario;
  EXPECT_EQ(arm(s, "as_usual").shocks.size(), 1U);
  EXPECT_TRUE(arm(s, "as_usual").peer_learning.members.empty());
  ASSERT_EQ(arm(s, "adopters").shocks.size(), 2U);
  EXPECT_EQ(arm(s, "adopters").shocks[1].kind, ShockKind::kPoverty);
  EXPECT_EQ(arm(s, "adopters").shocks[1].authorities, std::vector<int>{919});
  EXPECT_EQ(arm(s, "adopters").peer_learning.members, (std::vector<int>{919, 926}));
}

TEST(Scenario, ShocksAreRatiosOrEvents) {
  const Written file(R"({"extends": "sound.json", "shocks": [
    {"kind": "budget", "start": "2023-04", "ratio": 0.8},
    {"kind": "inadequate_judgement", "start": "2023-04", "end": "2024-03"},
    {"kind": "reorganisation", "start": "2023-04", "strength": 0.5}]})");
  const Scenario s = file.load().scenario;
  const auto& shocks = s.arms[0].shocks;
  ASSERT_EQ(shocks.size(), 3U);
  EXPECT_EQ(shocks[0].size, 0.8);
  EXPECT_EQ(shocks[0].end_month, shocks[0].start_month + 1);  // without an end it lasts one month
  EXPECT_EQ(shocks[1].size, 1.0);                             // an event as estimated
  EXPECT_EQ(shocks[1].end_month, 24);
  EXPECT_EQ(shocks[2].size, 0.5);
  const auto resolved = nlohmann::json::parse(s.resolved_json)["arms"]["as_usual"]["shocks"];
  EXPECT_EQ(resolved[0]["ratio"], 0.8);
  EXPECT_FALSE(resolved[0].contains("strength"));
  EXPECT_EQ(resolved[2]["strength"], 0.5);
}

TEST(Scenario, NetworksHaveATimeAndChannels) {
  const Written file(R"({"extends": "sound.json", "peer_learning": {"members": ["919", "926"]}, "arms": {
    "adopters": {"peer_learning": {"members": ["919", "383"], "start": "2023-04", "every_months": 3,
                                   "channels": ["practice"]}}}})");
  const Scenario s = file.load().scenario;
  const PeerNetwork& shared = arm(s, "as_usual").peer_learning;
  EXPECT_EQ(shared.start_month, 0);
  EXPECT_EQ(shared.every_months, 2);
  EXPECT_TRUE(shared.leadership && shared.practice);
  const PeerNetwork& own = arm(s, "adopters").peer_learning;
  EXPECT_EQ(own.members, (std::vector<int>{383, 919}));
  EXPECT_EQ(own.start_month, 12);
  EXPECT_EQ(own.every_months, 3);
  EXPECT_TRUE(!own.leadership && own.practice);
}

// ---- Adoption ----

// tests/scenario/broken with a service model of two usual components (0: outreach, 1: team) and an optional
// one (2).
class Hub : public Written {
 public:
  Hub() : Written(content(kBroken / "models" / "hub.json"), "england/service_models/hub.json") {}
  LoadedScenario load_adoption(const std::string& adoption) {
    write(R"({"extends": "sound.json", "arms": {"adopters": {"adoption": )" + adoption + "}}}",
          "scenario.json");
    return load();
  }
  std::vector<std::size_t> components(const std::string& keys) {
    const auto loaded = load_adoption(
        R"([{"service_model": "hub", "start": "2022-04", "authorities": ["926"])" + keys + "}]");
    return arm(loaded.scenario, "adopters").adoption.at(0).components;
  }
};

TEST(Adoption, ChoosesComponents) {
  using Chosen = std::vector<std::size_t>;
  Hub hub;
  EXPECT_EQ(hub.components(""), (Chosen{0, 1}));
  EXPECT_EQ(hub.components(R"(, "with": ["beds"])"), (Chosen{0, 1, 2}));
  EXPECT_EQ(hub.components(R"(, "without": ["outreach"])"), Chosen{1});
  EXPECT_EQ(hub.components(R"(, "without": ["team"], "with": ["beds"])"), (Chosen{0, 2}));
  EXPECT_EQ(hub.components(R"(, "only": ["beds", "outreach"])"), (Chosen{0, 2}));
}

TEST(Adoption, ReadsWhatAComponentNeeds) {
  Hub hub;
  const auto loaded = hub.load_adoption(R"([{"service_model": "hub", "start": "2022-04"}])");
  const ServiceModel& model = loaded.scenario.service_models.at(0);
  ASSERT_EQ(model.name, "hub");
  EXPECT_EQ(model.training_months, 3.0);
  EXPECT_EQ(model.months_to_embed, 24.0);
  EXPECT_FALSE(model.components[0].optional);
  EXPECT_TRUE(model.components[2].optional);
  EXPECT_FALSE(model.components[0].months_to_embed);
  EXPECT_EQ(model.components[1].months_to_embed, 12.0);
  ASSERT_TRUE(model.components[0].staffing);
  EXPECT_EQ(model.components[0].staffing->posts_per_100_cases, 2.0);
  EXPECT_EQ(model.components[0].staffing->gbp_per_post, 50000.0);
  EXPECT_EQ(model.components[0].staffing->months_to_recruit, 9.0);
  EXPECT_FALSE(model.components[1].staffing);
}

TEST(Adoption, CanBeATable) {
  Hub hub;
  hub.write(
      "service_model,authorities,start,with,without,grant_end,partners_agree,note\n"
      "hub,Norfolk,2022-04,beds,outreach; team,2024-03,2023-10,\"first, of two\"\n"
      "family_safeguarding,383,2023-04,,,,,\n",
      "waves.csv");
  const auto table = hub.load_adoption(R"("waves.csv")");
  const auto list = hub.load_adoption(R"([
    {"service_model": "hub", "authorities": ["Norfolk"], "start": "2022-04", "with": ["beds"],
     "without": ["outreach", "team"], "grant_end": "2024-03", "partners_agree": "2023-10"},
    {"service_model": "family_safeguarding", "authorities": [383], "start": "2023-04"}])");
  EXPECT_EQ(nlohmann::json::parse(table.scenario.resolved_json)["arms"]["adopters"],
            nlohmann::json::parse(list.scenario.resolved_json)["arms"]["adopters"]);
  EXPECT_TRUE(mentions(value_at(table, "/arms/adopters/adoption/1").origin, "waves.csv:3"));
  EXPECT_TRUE(std::any_of(table.files.begin(), table.files.end(),
                          [](const fs::path& file) { return file.filename() == "waves.csv"; }));
}

// A table in another folder than the scenario's, named relative to it.
TEST(Adoption, ATableIsFoundBesideTheScenarioThatNamesIt) {
  Hub hub;
  hub.write("service_model,start\nhub,2022-04\n", "tables/all.csv");
  const auto loaded = hub.load_adoption(R"("tables/all.csv")");
  EXPECT_TRUE(arm(loaded.scenario, "adopters").adoption.at(0).authorities.empty());  // all
  hub.write("service_model,authorities,start\nhub,all,2022-04\n", "tables/said.csv");
  const auto said = hub.load_adoption(R"("tables/said.csv")");
  EXPECT_TRUE(arm(said.scenario, "adopters").adoption.at(0).authorities.empty());
}

TEST(Adoption, OfTwoModelsMaySharePlacesButNotComponents) {
  Hub hub;
  EXPECT_NO_THROW(hub.load_adoption(R"([
    {"service_model": "family_safeguarding", "start": "2022-04"},
    {"service_model": "hub", "authorities": ["926"], "without": ["team"], "start": "2022-04"},
    {"service_model": "hub", "authorities": ["383"], "only": ["beds"], "start": "2023-04"}])"));
  EXPECT_THROW(hub.load_adoption(R"([
    {"service_model": "family_safeguarding", "start": "2022-04"},
    {"service_model": "hub", "authorities": ["926"], "start": "2022-04"}])"),
               ScenarioError);
}

// What began in a calendar year before that of the origin, in authorities that are simulated, of models that
// have a file. Optional components are not in it.
TEST(History, IsWhatBeganBeforeTheOrigin) {
  Hub hub;
  hub.write(
      "code,name,service_model,start_year\n"
      "919,Hertfordshire,family_safeguarding,2015\n"
      "926,Norfolk,hub,2021\n"
      "383,Leeds,hub,2022\n"
      "202,Camden,no_such_model,2015\n"
      "304,Brent,hub,2020\n",
      "england/adoption.csv");
  const auto history = [&](const std::string& keys) {
    hub.write(
        R"({"extends": "sound.json", "authorities": ["383", "919", "926"], "arms": {"adopters": null})" +
            keys + "}",
        "scenario.json");
    return hub.load();
  };
  const auto now = history("");
  const Scenario& s = now.scenario;
  ASSERT_EQ(s.history.size(), 2U);
  EXPECT_EQ(s.service_models.at(s.history[0].service_model).name, "family_safeguarding");
  EXPECT_EQ(s.history[0].authorities, std::vector<int>{919});
  EXPECT_EQ(s.history[0].start_month, -84);
  EXPECT_EQ(s.service_models.at(s.history[1].service_model).name, "hub");
  EXPECT_EQ(s.history[1].authorities, std::vector<int>{926});
  EXPECT_EQ(s.history[1].start_month, -12);
  EXPECT_EQ(s.history[1].components, (std::vector<std::size_t>{0, 1}));
  EXPECT_TRUE(mentions(value_at(now, "/history/926/hub").origin, "adoption.csv"));
  EXPECT_TRUE(std::any_of(now.files.begin(), now.files.end(),
                          [](const fs::path& file) { return file.filename() == "adoption.csv"; }));
  // Later adopters are not known at an earlier origin.
  const auto earlier = history(R"(, "origin": "2021-03-31")");
  ASSERT_EQ(earlier.scenario.history.size(), 1U);
  EXPECT_EQ(earlier.scenario.history[0].start_month, -72);
}

TEST(History, AComponentIsNotTakenUpAgainThroughAnotherModel) {
  Hub hub;
  hub.write(
      "code,name,service_model,start_year\n919,Hertfordshire,family_safeguarding,2015\n"
      "926,Norfolk,hub,2020\n383,Leeds,hub,2020\n",
      "england/adoption.csv");
  // The model itself goes on, and others may come that have nothing in common with it.
  EXPECT_NO_THROW(hub.load_adoption(R"([
    {"service_model": "family_safeguarding", "authorities": ["919"], "start": "2022-04"},
    {"service_model": "hub", "authorities": ["926"], "with": ["beds"], "start": "2022-04"},
    {"service_model": "hub", "authorities": ["919"], "without": ["team"], "start": "2022-04"}])"));
  const std::string everywhere = R"([{"service_model": "family_safeguarding", "start": "2022-04"}])";
  try {
    hub.load_adoption(everywhere);
    ADD_FAILURE() << "no error";
  } catch (const ScenarioError& error) {
    EXPECT_TRUE(mentions(error.what(),
                         "the component team of family_safeguarding in 383 Leeds, 926 Norfolk, already "
                         "practised there with hub before the origin"))
        << error.what();
  }
  // It is what will run that counts, wherever it is said.
  ScenarioOverrides only;
  only.authorities = {"919"};
  EXPECT_NO_THROW(hub.load(only));
  only.authorities = {"383"};
  hub.write(R"({"extends": "sound.json", "authorities": ["919"], "arms": {"adopters": {"adoption": )" +
                everywhere + "}}}",
            "scenario.json");
  EXPECT_NO_THROW(hub.load());
  EXPECT_THROW(hub.load(only), ScenarioError);
}

TEST(History, OfEnglandIsInTheMainScenario) {
  const auto took_up = [](const Scenario& s, int code) {
    std::vector<std::string> out;
    for (const auto& adoption : s.history)
      if (adoption.authorities == std::vector<int>{code})
        out.push_back(s.service_models.at(adoption.service_model).name);
    return out;
  };
  const Scenario s = load_scenario(kRoot / "scenarios" / "england.json").scenario;
  EXPECT_EQ(took_up(s, 919), std::vector<std::string>{"family_safeguarding"});
  EXPECT_EQ(took_up(s, 212), std::vector<std::string>{"family_safeguarding"});  // Wandsworth, 2021
  EXPECT_TRUE(took_up(s, 812).empty());
}

// ---- Extending and overriding ----

TEST(Scenario, ExtendsChainsMergeObjectsReplaceListsAndRemoveWithNull) {
  Written file(R"({"extends": "sound.json", "replicates": 5, "title": "Middle",
    "arms": {"third": {"title": "Third"}, "adopters": {"title": "Adopters"}}})",
               "middle.json");
  file.write(R"({"extends": "../middle.json", "title": "Top", "baseline": "adopters",
    "arms": {"as_usual": null, "adopters": {"adoption": []}}})",
             "deeper/top.json");
  const Scenario s = file.load().scenario;
  EXPECT_EQ(s.title, "Top");
  EXPECT_EQ(s.replicates, 5);
  ASSERT_EQ(s.arms.size(), 2U);
  EXPECT_EQ(s.arms[0].name, "adopters");  // the order of first appearance
  EXPECT_EQ(s.arms[1].name, "third");
  EXPECT_EQ(s.arms[0].title, "Adopters");
  EXPECT_TRUE(s.arms[0].adoption.empty());
}

TEST(Scenario, AnotherNameDoesNotTakeOverTheTitleAndTheQuestion) {
  Written titled(R"({"extends": "sound.json", "title": "Sound", "question": "Is it?"})", "titled.json");
  titled.write(R"({"extends": "titled.json", "replicates": 5})", "same.json");
  EXPECT_EQ(titled.load().scenario.title, "Sound");
  titled.write(R"({"extends": "titled.json", "name": "other"})", "other.json");
  const Scenario other = titled.load().scenario;
  EXPECT_EQ(other.title, "other");
  EXPECT_EQ(other.question, "");
  titled.write(R"({"extends": "titled.json", "name": "other", "question": "Why?"})", "asks.json");
  EXPECT_EQ(titled.load().scenario.question, "Why?");
}

TEST(Scenario, ServiceModelsKeepTheirNumbersAndSources) {
  const Written file(R"({"extends": "sound.json"})");
  const auto loaded = file.load();
  ASSERT_EQ(loaded.scenario.service_models.size(), 1U);  // only those that an arm uses
  const ServiceModel& model = loaded.scenario.service_models[0];
  ASSERT_EQ(model.components.size(), 1U);
  const PracticeComponent& component = model.components[0];
  EXPECT_EQ(component.reach, 0.5);
  EXPECT_EQ(component.running_gbp_per_case, 200.0);
  ASSERT_EQ(component.effects.size(), 1U);
  EXPECT_EQ(component.effects[0].lever, Lever::kThresholdProtectionPlan);
  EXPECT_EQ(component.effects[0].ratio, 1.5);
  EXPECT_EQ(component.effects[0].grade, EvidenceGrade::kBeforeAfter);
  const auto& row = value_at(
      loaded, "/service_models/family_safeguarding/components/team/effects/threshold.protection_plan/ratio");
  EXPECT_EQ(row.value, "1.5");
  EXPECT_EQ(row.source, "TEST.plans");
  EXPECT_EQ(row.certainty, "before_after");
  EXPECT_TRUE(mentions(row.origin, "family_safeguarding.json:11")) << row.origin;
}

TEST(Scenario, TheCommandLineOverridesAndIsRecorded) {
  const Written file(R"({"extends": "sound.json", "authorities": ["383", "919", "926"]})");
  const auto loaded = file.load(
      {.seed = 18446744073709551615ULL, .replicates = 3, .months = 24, .authorities = {"E09000001", "919"}});
  const Scenario& s = loaded.scenario;
  EXPECT_EQ(s.seed, 18446744073709551615ULL);
  EXPECT_EQ(s.replicates, 3);
  EXPECT_EQ(s.horizon_months, 24);
  EXPECT_EQ(s.authorities, (std::vector<int>{201, 919}));
  EXPECT_EQ(value_at(loaded, "/seed").origin, "--seed");
  EXPECT_EQ(value_at(loaded, "/seed").value, "18446744073709551615");
  EXPECT_EQ(value_at(loaded, "/replicates").origin, "--replicates");
  EXPECT_EQ(value_at(loaded, "/horizon_months").origin, "--months");
  EXPECT_EQ(value_at(loaded, "/authorities").origin, "--authorities");
  const auto resolved = nlohmann::json::parse(s.resolved_json);
  EXPECT_EQ(resolved["seed"], 18446744073709551615ULL);
  EXPECT_EQ(resolved["authorities"], nlohmann::json({201, 919}));
}

TEST(Scenario, TheCommandLineIsChecked) {
  const Written file(R"({"extends": "sound.json"})");
  EXPECT_THROW(file.load({.seed = {}, .replicates = 0, .months = {}, .authorities = {}}), UsageError);
  EXPECT_THROW(file.load({.seed = {}, .replicates = {}, .months = -1, .authorities = {}}), UsageError);
  try {
    file.load({.seed = {}, .replicates = {}, .months = {}, .authorities = {"Herfordshire", "928"}});
    FAIL() << "unknown authorities were taken";
  } catch (const UsageError& error) {
    EXPECT_TRUE(mentions(error.what(), "did you mean \"Hertfordshire\"?")) << error.what();
    EXPECT_TRUE(mentions(error.what(), "use 940 North Northamptonshire and 941 West Northamptonshire"));
  }
}

TEST(Scenario, ResolvedJsonIsCompleteAndTheSameEveryTime) {
  const Written file(R"({"extends": "sound.json"})");
  const auto once = file.load();
  EXPECT_EQ(once.scenario.resolved_json, file.load().scenario.resolved_json);
  const auto resolved = nlohmann::json::parse(once.scenario.resolved_json);
  EXPECT_EQ(resolved["data"], "england");
  EXPECT_EQ(resolved["parameters"].size(), kParameterCount);
  EXPECT_EQ(resolved["arms"]["adopters"]["adoption"][0]["grant_end"], "2025-03");
  EXPECT_EQ(resolved["service_models"]["family_safeguarding"]["components"]["team"]["reach"], 0.5);
  // Every file that has a say is listed, for checksums.
  std::vector<std::string> names;
  for (const auto& path : once.files) names.push_back(path.filename().string());
  for (const char* name : {"scenario.json", "sound.json", "authorities.csv", "england.csv", "evidence.csv",
                           "family_safeguarding.json"})
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
}

TEST(Scenario, OriginsAreThoseOfTheTables) {
  const Written file(R"({"extends": "sound.json", "origin": "2023-03-31"})");
  const std::string refused = "31 March of a year with tables, \"2014-03-31\" to ";
  EXPECT_TRUE(mentions(file.mistakes(), refused + "\"2022-03-31\""));
  const fs::path tables = file.file().parent_path() / "england";
  std::ofstream(tables / "england.csv") << "measure,2022,2023\ncin_at31,1,1\ncla_at31,1,1\ncpp_at31,1,1\n";
  EXPECT_FALSE(mentions(file.mistakes(), "a year with tables"));
  ScenarioOverrides overrides;
  overrides.origin_year = 2024;
  EXPECT_EQ(message_of<UsageError>([&] { file.load(overrides); }),
            "--origin 2024: allowed: a whole number from 2023 to 2023");
}

TEST(Scenario, AFileThatCannotBeReadIsADataError) {
  EXPECT_THROW(load_scenario(kBroken / "there_is_no_such_file.json"), DataError);
  EXPECT_THROW(load_scenario(kBroken), DataError);
}

// ---- Places and names ----

TEST(Document, CountsLinesAndCharacters) {
  std::vector<Diagnostic> mistakes;
  const auto root = parse_document(
      "// comment, with \"quotes\": {\n{ /* é */ \"é\": [1, -2.5e3,\n\t\"a\\\"b\" ] }", "x", mistakes);
  ASSERT_TRUE(root);
  EXPECT_TRUE(mistakes.empty());
  EXPECT_EQ(root->at.line, 2);
  EXPECT_EQ(root->at.column, 1);
  const Member& member = root->members.at(0);
  EXPECT_EQ(member.at.column, 11);
  EXPECT_EQ(member.value.at.column, 16);
  EXPECT_EQ(member.value.items.at(1).number, -2500.0);
  EXPECT_EQ(member.value.items.at(1).at.column, 20);
  EXPECT_EQ(member.value.items.at(2).text, "a\"b");
  EXPECT_EQ(member.value.items.at(2).at.line, 3);
  EXPECT_EQ(member.value.items.at(2).at.column, 2);
}

TEST(Document, SurvivesDeepNesting) {
  std::vector<Diagnostic> mistakes;
  EXPECT_FALSE(parse_document(std::string(1000000, '['), "x", mistakes));
  ASSERT_EQ(mistakes.size(), 1U);
  EXPECT_EQ(mistakes[0].column, 65);
}

TEST(Nearest, FindsSlipsPartsAndNothingElse) {
  const std::vector<std::string> names = {"horizon_months", "replicates", "seed", "Bristol, City of"};
  EXPECT_EQ(nearest_names("replicate", names), std::vector<std::string>{"replicates"});
  EXPECT_EQ(nearest_names("erplicates", names), std::vector<std::string>{"replicates"});
  EXPECT_EQ(nearest_names("horizon", names), std::vector<std::string>{"horizon_months"});
  EXPECT_EQ(nearest_names("bristol", names), std::vector<std::string>{"Bristol, City of"});
  EXPECT_TRUE(nearest_names("weather", names).empty());
  EXPECT_EQ(did_you_mean({"a", "b", "c"}), "did you mean \"a\", \"b\" or \"c\"?");
}

TEST(AuthorityIdentities, FollowBoundaryChanges) {
  const auto all = load_authority_identities(kRoot / "scenarios" / "england");
  EXPECT_EQ(find_authority(all, "Northamptonshire", 2022)->successors, (std::vector<int>{940, 941}));
  EXPECT_EQ(find_authority(all, "dorset", 2022)->code, 838);
  EXPECT_EQ(find_authority(all, "Dorset", 2019)->code, 835);
  EXPECT_EQ(find_authority(all, "e10000015", 2022)->name, "Hertfordshire");
  EXPECT_EQ(find_authority(all, "", 2022), nullptr);
}

// ---- Schemas and the reference are in step with the program ----

void expect_in_step(const fs::path& file, const std::string& made) {
  if (std::getenv("HEARTH_UPDATE_GOLDEN") != nullptr) std::ofstream(file) << made;
  EXPECT_EQ(content(file), made) << file << " is out of step; `hearth schema` prints what it should be";
}

TEST(Schema, CommittedFilesAreInStep) {
  expect_in_step(kRoot / "scenarios" / "schema" / "scenario.schema.json",
                 scenario_schema(origin_years(kRoot / "scenarios/england")) + "\n");
  expect_in_step(kRoot / "scenarios" / "schema" / "service_model.schema.json", service_model_schema() + "\n");
}

TEST(Schema, HasEveryParameterAndLever) {
  const auto scenario = nlohmann::json::parse(scenario_schema({2016, 2018}));
  const auto& parameters = scenario["definitions"]["parameters"]["properties"];
  EXPECT_EQ(parameters.size(), kParameterCount);
  for (const auto& row : parameter_registry())
    EXPECT_TRUE(mentions(parameters.at(std::string(row.name))["description"], row.meaning)) << row.name;
  for (const auto& row : kLeverTable) EXPECT_TRUE(mentions(service_model_schema(), row.name)) << row.name;
}

TEST(Reference, ExplainsEveryKeyLeverAndChoice) {
  const std::string reference = content(kRoot / "docs" / "reference" / "scenario.md");
  const auto expect_row = [&](std::string_view name) {
    EXPECT_TRUE(mentions(reference, "| `" + std::string(name) + "` |")) << "no row for " << name;
  };
  const auto expect_rows = [&](const auto& keys) {
    for (const auto& key : keys) expect_row(key.name);
  };
  expect_rows(kScenarioKeys);
  expect_rows(kArmKeys);
  expect_rows(kAdoptionKeys);
  expect_rows(kShockKeys);
  expect_rows(kPeerLearningKeys);
  expect_rows(kOutputKeys);
  expect_rows(kTargetKeys);
  expect_rows(kComparisonKeys);
  expect_rows(kPublishedKeys);
  expect_rows(kServiceModelKeys);
  expect_rows(kComponentKeys);
  expect_rows(kStaffingKeys);
  expect_rows(kEffectKeys);
  expect_rows(kEffectFromOutcomesKeys);
  for (const auto& key : kStudyKeys)
    EXPECT_TRUE(mentions(reference, "`" + std::string(key.name) + "`")) << key.name;
  for (const auto& key : kOutcomeKeys)
    EXPECT_TRUE(mentions(reference, "`" + std::string(key.name) + "`")) << key.name;
  expect_rows(kCalibrationKeys);
  expect_rows(kLeverTable);
  for (const auto& kind : kShockTable) expect_row(kind.name);
  for (const auto name : kEffectsModeNames) expect_row(name);
  for (const auto name : kEvidenceGradeNames) expect_row(name);
  for (const auto name : kPropensityNames) expect_row(name);
  for (const auto name : kTargetFormNames) expect_row(name);
  for (const auto name : kVerdictNames) expect_row(name);
}

// ---- No text, however mangled, does worse than give messages ----

// Loads the text; true where the outcome is a scenario or well-formed messages.
bool is_judged(const Written& place, const std::string& text) {
  std::ofstream(place.file(), std::ios::binary) << text;
  try {
    load_scenario(place.file());
  } catch (const ScenarioError& error) {
    for (const auto& mistake : error.diagnostics()) {
      if (mistake.line < 1 || mistake.column < 1 || mistake.found.empty()) return false;
      if (mistake.text().find('\n') != std::string::npos) return false;
      if (!nlohmann::json::accept(nlohmann::json(mistake.text()).dump()))
        return false;  // dump throws unless UTF-8
    }
    return !error.diagnostics().empty();
  }
  return true;
}

std::string full_scenario() {
  return R"({"extends": "sound.json", "authorities": ["919", {"region": "London"}, 926], "seed": 12, // comment
    "parameters": {"feedback.caseload": false}, "sampling_fraction": 0.5,
    "output": {"compression": 3, "every": "quarter", "replicates": "summary"},
    "shocks": [{"kind": "poverty", "start": "2024-01", "end": "2024-12", "ratio": 1.3}],
    "arms": {"adopters": {"effects": "claimed", "peer_learning": {"members": "all"}}, "as_usual": null, "x": {}},
    "targets": [{"name": "a", "measure": "m", "arm": "x", "months": ["2023-01", "2023-12"], "as": "difference",
      "compared_with": {"arm": "adopters"}, "published": {"value": 1, "low": 0, "high": 2}, "unit": "%",
      "source": "TEST.plans", "authorities": ["Norfolk"], "expect": "overlaps"}],
    "baseline": "x", "title": "Füñf"})";
}

TEST(Mutations, OfCharactersAreJudged) {
  const Written place("{}");
  const std::string original = full_scenario();
  ASSERT_TRUE(is_judged(place, original));
  EXPECT_TRUE(rc::check("any characters replaced, removed or added", [&] {
    std::string text = original;
    const auto edits = *rc::gen::inRange(1, 5);
    for (int i = 0; i < edits && !text.empty(); ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      const auto letter = *rc::gen::oneOf(
          rc::gen::arbitrary<char>(), rc::gen::element('"', '{', '}', '[', ']', ',', ':', '/', '\n', '\\'));
      switch (*rc::gen::inRange(0, 3)) {
        case 0:
          text[at] = letter;
          break;
        case 1:
          text.erase(at, *rc::gen::inRange<std::size_t>(1, 20));
          break;
        default:
          text.insert(at, 1, letter);
      }
    }
    RC_ASSERT(is_judged(place, text));
  }));
}

// All places in a JSON document where a value stands.
void collect(nlohmann::json& value, std::vector<nlohmann::json*>& into) {
  into.push_back(&value);
  if (value.is_structured())
    for (auto& child : value) collect(child, into);
}

TEST(Mutations, OfValuesAreJudged) {
  const Written place("{}");
  auto original = nlohmann::json::parse(full_scenario(), nullptr, true, true);
  original.erase("title");
  EXPECT_TRUE(rc::check("any values replaced by others", [&] {
    auto document = original;
    const auto edits = *rc::gen::inRange(1, 4);
    for (int i = 0; i < edits; ++i) {
      std::vector<nlohmann::json*> values;
      collect(document, values);
      auto& target = *values[*rc::gen::inRange<std::size_t>(0, values.size())];
      target = *rc::gen::element<nlohmann::json>(
          nullptr, true, -1, 0, 1e300, 2.5, "", "all", "none", "919", "2022-04", "2031-12", "sound.json",
          "england", ".", "../", "x", nlohmann::json::array(), nlohmann::json::object(),
          nlohmann::json{{"region", "London"}}, nlohmann::json{{"x", nullptr}},
          nlohmann::json::array({"919", "919"}));
    }
    RC_ASSERT(is_judged(place, document.dump()));
  }));
}

}  // namespace
}  // namespace hearth
