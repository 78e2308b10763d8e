// Who is simulated, who adopts, what a part of a scenario is called; what the command line sets; and warnings
// of numbers that are probably of the wrong scale.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/words.hpp"
#include "published/authorities.hpp"
#include "scenario/files/scale.hpp"
#include "written.hpp"

namespace hearth {
namespace {

using Codes = std::vector<int>;

Codes adopters(const LoadedScenario& loaded) {
  return arm(loaded.scenario, "adopters").adoption.at(0).authorities;
}

std::string refused(const Written& file, const ScenarioOverrides& overrides) {
  try {
    file.load(overrides);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

// ---- Restricting who is simulated restricts who adopts

const std::string kAllAdopt = R"({"extends": "sound.json", "arms": {"adopters": {"adoption": [
    {"service_model": "family_safeguarding", "start": "2022-04"}]}}})";

TEST(Place, RestrictingWhoIsSimulatedRestrictsWhoAdopts) {
  const Written file(kAllAdopt);
  EXPECT_TRUE(adopters(file.load()).empty());  // all
  const auto norfolk = file.load({.authorities = {"926"}});
  EXPECT_EQ(adopters(norfolk), Codes{926});
  EXPECT_TRUE(norfolk.scenario.adopting_elsewhere.empty());
  EXPECT_TRUE(norfolk.is_part);
  EXPECT_FALSE(file.load().is_part);
  // The same as a file that extends it.
  Written extended(kAllAdopt, "all.json");
  extended.write(R"({"extends": "all.json", "authorities": ["Norfolk"]})", "scenario.json");
  EXPECT_EQ(adopters(extended.load()), adopters(norfolk));
}

TEST(Place, AListOfAdoptersIsNarrowedToThoseSimulated) {
  const Written file(R"({"extends": "sound.json", "arms": {"adopters": {"adoption": [
    {"service_model": "family_safeguarding", "authorities": [{"region": "East of England"}, "383"], "start": "2022-04"}],
    "shocks": [{"kind": "poverty", "start": "2024-01", "ratio": 1.3, "authorities": ["919"]},
               {"kind": "poverty", "start": "2024-01", "ratio": 1.2, "authorities": ["926", "383"]}],
    "peer_learning": {"members": "all"}}}})");
  EXPECT_EQ(adopters(file.load()), (Codes{383, 919, 926}));
  const auto part = file.load({.authorities = {"926", "London"}});
  EXPECT_EQ(adopters(part), Codes{926});
  ASSERT_EQ(arm(part.scenario, "adopters").shocks.size(), 1U);  // that of Hertfordshire happens to nobody
  EXPECT_EQ(arm(part.scenario, "adopters").shocks[0].authorities, Codes{926});
  EXPECT_EQ(arm(part.scenario, "adopters").peer_learning.members, (Codes{201, 202, 212, 304, 926}));
}

TEST(Place, OthersAdoptTooWhereThatIsSaid) {
  const Written file(
      R"({"extends": "sound.json", "authorities": ["926"], "also_adopt": "all", "arms": {"adopters":
    {"adoption": [{"service_model": "family_safeguarding", "authorities": ["383", "926"], "start": "2022-04"}]}}})");
  const auto loaded = file.load();
  EXPECT_EQ(adopters(loaded), (Codes{383, 926}));
  EXPECT_EQ(loaded.scenario.authorities, Codes{926});
  EXPECT_EQ(loaded.scenario.adopting_elsewhere, Codes{383});  // may is not does
  EXPECT_EQ(nlohmann::json::parse(loaded.scenario.resolved_json)["adopting_elsewhere"],
            nlohmann::json({383}));
  EXPECT_TRUE(mentions(value_at(loaded, "/also_adopt").origin, "scenario.json:1"));
  // In an arm for all, all adopt; the command line says as much.
  const Written all(kAllAdopt);
  const auto option = all.load({.authorities = {"926"}, .also_adopt = {"all"}});
  EXPECT_TRUE(adopters(option).empty());
  EXPECT_EQ(option.scenario.adopting_elsewhere.size(), 12U);
  EXPECT_EQ(value_at(option, "/also_adopt").origin, "--also-adopt");
  const auto region = all.load({.authorities = {"926"}, .also_adopt = {"East of England", "383"}});
  EXPECT_EQ(adopters(region), (Codes{383, 919, 926}));
}

TEST(Place, NamingWhoIsNeitherSimulatedNorAdoptsElsewhereIsAMistake) {
  const std::string adoption = R"("arms": {"adopters": {"adoption": [
      {"service_model": "family_safeguarding", "authorities": ["383"], "start": "2022-04"}]}}})";
  const Written file(R"({"extends": "sound.json", "authorities": ["926"], )" + adoption);
  EXPECT_TRUE(mentions(file.mistakes(), "383 Leeds, not simulated in this scenario")) << file.mistakes();
  EXPECT_TRUE(mentions(file.mistakes(), "name them in \"also_adopt\""));
  const Written said(R"({"extends": "sound.json", "authorities": ["926"], "also_adopt": ["Leeds"], )" +
                     adoption);
  EXPECT_EQ(said.mistakes(), "");
  EXPECT_TRUE(mentions(refused(said, {.also_adopt = {"Norflok"}}),
                       "--also-adopt: the unknown authority \"Norflok\""));
}

TEST(Place, AnArmInWhichNobodyAdoptsIsWarnedOf) {
  const Written file(R"({"extends": "sound.json"})");
  const auto loaded = file.load({.authorities = {"383"}});
  EXPECT_TRUE(arm(loaded.scenario, "adopters").adoption.empty());
  ASSERT_EQ(loaded.warnings.size(), 1U);
  EXPECT_TRUE(
      mentions(loaded.warnings[0].text(), "sound.json:10:19: warning: /arms/adopters/adoption: no authority"))
      << loaded.warnings[0].text();
  EXPECT_TRUE(file.load({.authorities = {"926"}}).warnings.empty());
}

// ---- Names

TEST(Place, HasTheNameOfItsAuthorities) {
  const auto all = load_authority_identities(kBroken / "england");
  const auto name = [&](Codes codes) { return place_name(all, codes, 2022); };
  EXPECT_EQ(name({926}), "Norfolk");
  EXPECT_EQ(name({383}), "Leeds");  // the only one of its region, and still an authority
  EXPECT_EQ(name({919, 926}), "East of England");
  EXPECT_EQ(name({838, 926}), "Dorset and Norfolk");
  EXPECT_EQ(name({201, 202, 212, 304, 926}), "London and Norfolk");
  EXPECT_EQ(name({201, 202, 383, 919}), "City of London, Camden and 2 other authorities");
  EXPECT_EQ(name({201, 202, 212, 304, 383, 420, 801, 838, 839, 919, 926, 940, 941}), "England");
}

TEST(Place, NamesTheTitleOfAPart) {
  const Written plain(
      R"({"extends": "sound.json", "title": "All of it", "question": "What happens in {place}?"})");
  EXPECT_EQ(plain.load().scenario.title, "All of it");
  const auto part = plain.load({.authorities = {"926"}});
  EXPECT_EQ(part.scenario.title, "Norfolk: All of it");
  EXPECT_EQ(part.scenario.question, "What happens in Norfolk?");
  EXPECT_EQ(nlohmann::json::parse(value_at(part, "/title").value), "Norfolk: All of it");
  const Written filled(R"({"extends": "sound.json", "title": "{place}, and {place} alone"})");
  EXPECT_EQ(filled.load().scenario.title, "England, and England alone");
  EXPECT_EQ(filled.load({.authorities = {"East of England"}}).scenario.title,
            "East of England, and East of England alone");
  // A file that chooses authorities for a title that is another file's.
  Written extended(R"({"extends": "sound.json", "title": "All of it"})", "titled.json");
  extended.write(R"({"extends": "titled.json", "authorities": ["926"]})", "scenario.json");
  EXPECT_EQ(extended.load().scenario.title, "Norfolk: All of it");
  // And a title that is its own.
  Written own(R"({"extends": "sound.json", "authorities": ["926"]})", "chosen.json");
  own.write(R"({"extends": "chosen.json", "title": "Ours"})", "scenario.json");
  EXPECT_EQ(own.load().scenario.title, "Ours");
  // A name alone.
  own.write(R"({"extends": "chosen.json", "name": "ours"})", "scenario.json");
  EXPECT_EQ(own.load().scenario.title, "Norfolk: ours");
}

TEST(Words, MakeNamesOfFiles) {
  EXPECT_EQ(identifier_of("Norfolk"), "norfolk");
  EXPECT_EQ(identifier_of("Bristol, City of"), "bristol_city_of");
  EXPECT_EQ(identifier_of("  St. Helens "), "st_helens");
  EXPECT_EQ(joined({}), "");
  EXPECT_EQ(joined({"a"}), "a");
  EXPECT_EQ(joined({"a", "b", "c"}), "a, b and c");
}

// ---- What the command line sets

TEST(Set, LaysAParameterOverTheScenariosOwn) {
  const Written file(R"({"extends": "sound.json", "parameters": {"needs.poverty_ratio": 1.5},
    "arms": {"adopters": {"parameters": {"support.recovery_ratio": 2.5}}}})");
  const auto loaded = file.load(
      {.set = {"needs.poverty_ratio=2.25", "support.recovery_ratio=1.25", "feedback.caseload=false"}});
  const auto& usual = arm(loaded.scenario, "as_usual").parameters;
  EXPECT_EQ(usual[Parameter::needs_poverty_ratio], 2.25);
  EXPECT_EQ(usual[Parameter::support_recovery_ratio], 1.25);
  EXPECT_FALSE(usual.on(Parameter::feedback_caseload));
  EXPECT_EQ(value_at(loaded, "/parameters/needs.poverty_ratio").origin, "--set");
  EXPECT_EQ(
      nlohmann::json::parse(loaded.scenario.resolved_json)["set"],
      nlohmann::json(
          {{"needs.poverty_ratio", 2.25}, {"support.recovery_ratio", 1.25}, {"feedback.caseload", 0.0}}));
  // An arm's own value stays, and that is said.
  EXPECT_EQ(arm(loaded.scenario, "adopters").parameters[Parameter::support_recovery_ratio], 2.5);
  ASSERT_EQ(loaded.warnings.size(), 1U);
  EXPECT_TRUE(mentions(loaded.warnings[0].text(), "the arm adopters sets support.recovery_ratio itself"))
      << loaded.warnings[0].text();
}

TEST(Set, IsNotDrawn) {
  const Written file(
      R"({"format": "hearth calibration", "version": 3, "origin": "2022-03-31", "propensities": {},
    "parameters": {}, "draws": {"parameters": ["needs.poverty_ratio", "support.recovery_ratio"], "about": [2, 1.5], "values": [[2, 1.5]]}})",
      "england/calibration.json");
  const auto scenario = file.file().parent_path().parent_path() / "sound.json";
  const std::vector<Parameter> drawn = load_scenario(scenario).scenario.draws.parameters;
  const auto set = load_scenario(scenario, {.set = {"support.recovery_ratio=1.25"}});
  ASSERT_EQ(drawn[1], Parameter::support_recovery_ratio);
  auto others = drawn;
  others.erase(others.begin() + 1);
  EXPECT_EQ(set.scenario.draws.parameters, others);
}

TEST(Set, SaysWhatIsWrong) {
  const Written file(R"({"extends": "sound.json"})");
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"needs.poverty_ratio"}, "--set: found \"needs.poverty_ratio\"; allowed: NAME=VALUE"},
      {{"needs.povrty_ratio=2"}, "did you mean \"needs.poverty_ratio\"?"},
      {{"needs.poverty_ratio=20"}, "the number 20; allowed: a number from 1 to 6 (ratio)"},
      {{"needs.poverty_ratio=high"}, "found the text \"high\"; allowed: a number from 1 to 6 (ratio)"},
      {{"feedback.caseload=2"}, "allowed: true (on) or false (off)"},
      {{"needs.poverty_ratio=2", "needs.poverty_ratio=3"}, "given twice"},
  };
  for (const auto& [given, message] : cases)
    EXPECT_TRUE(mentions(refused(file, {.set = given}), message)) << refused(file, {.set = given});
}

// ---- Numbers of the wrong scale

std::vector<std::string> warnings_of(const std::string& keys) {
  const Written file(R"({"extends": "sound.json", )" + keys + "}");
  std::vector<std::string> out;
  for (const auto& warning : file.load().warnings) {
    EXPECT_TRUE(warning.is_warning);
    EXPECT_GT(warning.line, 0);
    out.push_back(warning.text().substr(warning.text().find("warning: ")));
  }
  return out;
}

// Each says what is usual, what the value would do, and what may have been meant.
TEST(Scale, WarnsOfNumbersThatAreAllowedAndProbablyNotMeant) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"("parameters": {"support.recovery_ratio": 6})",
       "warning: /parameters/support.recovery_ratio: support.recovery_ratio = 6, 3.3 prior standard "
       "deviations above its default 1.6; usual: 1 to 3.5 (95% of the prior), ratio; that is 3.75 times the "
       "default: Recovery is multiplied by this under a fully engaged open case at the origin caseload"},
      {R"("parameters": {"engagement.growth": 0.72})",
       "warning: /parameters/engagement.growth: engagement.growth = 0.72, 6.2 prior standard deviations "
       "above its default 0.06; usual: 0.0274 to 0.131 (95% of the prior), 1/month; that is 12 times the "
       "default: Rate at which the missing engagement is gained at the origin caseload: 1 - exp(-rate) of it "
       "in a month; if you meant a rate for a year, write 0.06"},
      {R"("parameters": {"cost.placement.authority_foster": 15000})",
       "warning: /parameters/cost.placement.authority_foster: cost.placement.authority_foster = 15000, 11.2 "
       "prior standard deviations above its default 520; usual: 289 to 936 (95% of the prior), GBP/week; "
       "that is 28.8 times the default: "},
      {R"("parameters": {"cost.placement.childrens_home": 5.2})",
       "if you meant thousands of pounds, write 5,200"},
      {R"("shocks": [{"kind": "referrals", "start": "2023-04", "ratio": 20}])",
       "warning: /shocks/0/ratio: ratio = 20; usual: 0.25 to 4; it multiplies how often concerns are raised "
       "by 20; for 20% more write 1.2"},
      {R"("shocks": [{"kind": "budget", "start": "2023-04", "ratio": 0.1}])",
       "warning: /shocks/0/ratio: ratio = 0.1; usual: 0.25 to 4; it multiplies posts of social workers and "
       "money for family support by 0.1; for 10% less write 0.9, for 10% more 1.1"},
      {R"("shocks": [{"kind": "recruitment", "start": "2023-04", "ratio": 0}])",
       "so that there is none of it; for no "
       "change write 1"},
      {R"("shocks": [{"kind": "pandemic", "start": "2023-04", "strength": 10}])",
       "10 times as strong as estimated"},
      {R"("horizon_months": 10)",
       "warning: /horizon_months: horizon_months = 10; usual: 12 to 600, months; there is no "
       "whole year to look at; if you meant years, write 120"},
  };
  for (const auto& [keys, expected] : cases) {
    const auto found = warnings_of(keys);
    ASSERT_EQ(found.size(), 1U) << keys;
    EXPECT_TRUE(mentions(found[0], expected)) << found[0];
  }
}

TEST(Scale, IsQuietAboutWhatIsUsual) {
  for (const char* keys :
       {R"("parameters": {"support.recovery_ratio": 3})",
        R"("parameters": {"needs.domestic_abuse.onset": 0.05})",
        R"("parameters": {"cost.placement.childrens_home": 8000})",
        R"("parameters": {"care.adoption_placing.shape.0": 5})",
        R"("parameters": {"implementation.recruitment_crowding": 0})",  // switched off, not mistyped
        R"("shocks": [{"kind": "budget", "start": "2023-04", "ratio": 0.8}])",
        R"("shocks": [{"kind": "pandemic", "start": "2023-04", "strength": 0.5}])",
        R"("horizon_months": 12)"})
    EXPECT_TRUE(warnings_of(keys).empty()) << keys << ": " << warnings_of(keys).front();
}

// What is near the calibration is no surprise, however far from the registry's default.
TEST(Scale, LooksAtTheCalibrationToo) {
  Written file(R"({"format": "hearth calibration", "version": 3, "origin": "2022-03-31", "propensities": {},
    "parameters": {"contact.base": 0.15}})",
               "england/calibration.json");
  file.write(R"({"extends": "sound.json", "parameters": {"contact.base": 0.16}})", "scenario.json");
  EXPECT_TRUE(file.load().warnings.empty());
  file.write(R"({"extends": "sound.json", "calibration": "none", "parameters": {"contact.base": 0.16}})",
             "scenario.json");
  EXPECT_EQ(file.load().warnings.size(), 1U);
}

TEST(Scale, LooksAtServiceModelsAndTargets) {
  const std::string scenario = R"({"extends": "sound.json", "service_models": ["own.json"],
    "targets": [{"name": "t", "measure": "care_entries", "arm": "adopters", "months": "2023-03", "as": "percent_change",
                 "compared_with": {"arm": "as_usual"}, "published": {"value": -0.2}, "unit": "%", "source": "TEST.plans"}]})";
  Written file(
      R"({"name": "own", "title": "Own", "description": "Own.", "months_to_embed": 200, "components": [
      {"name": "team", "title": "Team", "reach": 0.5, "setup_gbp_per_case": 0.45, "cost_source": "TEST.plans",
       "staffing": {"posts_per_100_cases": 300, "gbp_per_post": 45, "months_to_recruit": 60, "source": "TEST.plans"},
       "effects": [{"lever": "retention", "ratio": 30, "low": 20, "high": 40, "grade": "expert", "source": "TEST.plans"}]}]})",
      "own.json");
  file.write(scenario, "scenario.json");
  const auto loaded = file.load();
  std::string all;
  for (const auto& warning : loaded.warnings) all += warning.text() + "\n";
  for (const char* expected :
       {"months_to_embed = 200; usual: 1 to 120, months",
        "posts_per_100_cases = 300; usual: 0.05 to 30, FTE; that is 3 a case",
        "gbp_per_post = 45; usual: 10,000 to 200,000, GBP/year",
        "if you meant thousands of pounds, write 45,000", "months_to_recruit = 60",
        "setup_gbp_per_case = 0.45", "it multiplies staff retention", "for 30% more write 1.3",
        "value = -0.2, in per cent; that is less than one in a hundred; if you meant a share, write -20"})
    EXPECT_TRUE(mentions(all, expected)) << expected << "\nin\n" << all;
  EXPECT_EQ(loaded.warnings.size(), 7U) << all;
}

TEST(Scale, WarnsOfNothingThatComesWithHearth) {
  for (const char* folder : {"", "examples", "known"})
    for (const auto& entry : fs::directory_iterator(kRoot / "scenarios" / folder))
      if (entry.path().extension() == ".json")
        for (const auto& warning : load_scenario(entry.path()).warnings) ADD_FAILURE() << warning.text();
}

TEST(Scale, ShortNumbersHaveThreeFigures) {
  EXPECT_EQ(short_number(0.012345), "0.0123");
  EXPECT_EQ(short_number(3.75), "3.75");
  EXPECT_EQ(short_number(5204.0), "5,200");
  EXPECT_EQ(short_number(999.6), "1,000");
  EXPECT_EQ(short_number(1234567.0), "1,230,000");
}

}  // namespace
}  // namespace hearth
