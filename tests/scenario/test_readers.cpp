// The readers of the parts of a scenario, each by itself: no file and no tables but those written here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "parameters/price_kinds.hpp"
#include "scenario/files/authority_choice.hpp"
#include "scenario/files/bases.hpp"
#include "scenario/files/cost_draws.hpp"
#include "scenario/files/load_context.hpp"
#include "scenario/files/price_reader.hpp"
#include "scenario/files/service_models.hpp"
#include "scenario/files/target_reader.hpp"
#include "scenario/files/timeline.hpp"
#include "written.hpp"

namespace hearth {
namespace {

// A value and where it stands in the text.
class Text {
 public:
  explicit Text(const std::string& text)
      : root_(parse_document(text, "text", context.checker.diagnostics).value()) {}
  Cursor root() const { return {&root_, ""}; }
  Cursor at(std::string_view key) const { return *Checker::child(root(), key); }

  // The only mistake, or none.
  std::string mistake() const {
    EXPECT_LE(context.checker.diagnostics.size(), 1U);
    return context.any_mistake() ? context.checker.diagnostics.front().text() : "";
  }

  LoadContext context;

 private:
  Node root_;
};

KnownAuthorities three_authorities() {
  KnownAuthorities out;
  out.origin = {2022, 3};
  out.table = "authorities.csv";
  out.identities = {{30, "E30", "Northam", "North", 2013, 2022, {}},
                    {10, "E10", "Southam", "South", 2013, 2022, {}},
                    {20, "E20", "Westham", "North", 2013, 2022, {}},
                    {5, "E05", "Oldham", "North", 2013, 2018, {20}}};
  return out;
}

AuthorityChoice chosen(const std::string& text, const ScenarioOverrides& overrides = {}) {
  Text scenario(text);
  AuthorityChoice out = read_authorities(scenario.root(), three_authorities(), overrides, scenario.context);
  EXPECT_EQ(scenario.mistake(), "");
  return out;
}

const Timeline kTenYears{{2022, 3}, 120};

TEST(AuthorityChoice, TheCommandLineRestrictsWhoIsSimulatedAndThenWhoAdopts) {
  EXPECT_EQ(chosen("{}").simulated, (std::vector<int>{10, 20, 30}));  // live ones, in order
  const auto north = chosen(R"({"authorities": {"region": "North"}, "also_adopt": [10]})");
  EXPECT_EQ(north.simulated, (std::vector<int>{20, 30}));
  EXPECT_EQ(north.may_adopt, (std::vector<int>{10, 20, 30}));
  EXPECT_FALSE(north.is_part());
  ScenarioOverrides overrides;
  overrides.authorities = {"westham"};
  const auto one = chosen(R"({"authorities": {"region": "North"}})", overrides);
  EXPECT_EQ(one.simulated, std::vector<int>{20});
  EXPECT_EQ(one.may_adopt, std::vector<int>{20});
  EXPECT_EQ(one.own, (std::vector<int>{20, 30}));
  EXPECT_TRUE(one.is_part());
  EXPECT_EQ(one.others_than_simulated(one.own), std::vector<int>{30});
}

TEST(AuthorityChoice, OneThatIsGoneNamesItsSuccessor) {
  Text scenario(R"({"authorities": "Oldham"})");
  EXPECT_FALSE(read_some(scenario.at("authorities"), three_authorities(), scenario.context.checker));
  EXPECT_NE(scenario.mistake().find("the authority 5 Oldham, which no longer exists"), std::string::npos);
  EXPECT_NE(scenario.mistake().find("use 20 Westham"), std::string::npos);
}

TEST(Timeline, CountsMonthsFromTheFirstAfterTheOrigin) {
  Text object(R"({"start": "2022-04", "end": "2032-03", "before": "2022-03"})");
  Checker& checker = object.context.checker;
  EXPECT_EQ(read_month(object.root(), "start", kTenYears, checker), 0);
  EXPECT_EQ(read_month(object.root(), "end", kTenYears, checker), 119);
  EXPECT_EQ(read_month(object.root(), "before", kTenYears, checker), -1);
  EXPECT_FALSE(read_month(object.root(), "absent", kTenYears, checker));
  EXPECT_EQ(kTenYears.name(0), "2022-04");
  EXPECT_EQ(kTenYears.name(119), "2032-03");
  check_start(object.root(), 119, kTenYears, checker);
  EXPECT_EQ(object.mistake(), "");
  check_start(object.root(), 120, kTenYears, checker);
  EXPECT_NE(object.mistake().find("after the simulation ends"), std::string::npos);
}

TEST(Timeline, AShockOfNobodySimulatedIsLeftOutAndNotRecorded) {
  auto choice = chosen(R"({"authorities": [10]})");
  choice.file = "a base";  // in the same file it would be a mistake to name others
  Text scenario(R"({"shocks": [
    {"kind": "poverty", "start": "2022-06", "ratio": 1.5, "authorities": [20]},
    {"kind": "poverty", "start": "2022-06", "ratio": 1.5, "authorities": [10, 20]}]})");
  const auto shocks = read_shocks(scenario.at("shocks"), kTenYears, choice, scenario.context);
  EXPECT_EQ(scenario.mistake(), "");
  ASSERT_EQ(shocks.size(), 1U);
  EXPECT_EQ(shocks[0].authorities, std::vector<int>{10});
  EXPECT_EQ(shocks[0].start_month, 2);
  EXPECT_EQ(shocks[0].end_month, 3);
  ASSERT_EQ(scenario.context.values.size(), 1U);
  EXPECT_EQ(scenario.context.values[0].pointer, "/shocks/1");
}

TEST(Bases, KnowHowManyFilesAreExtendedToWhereAKeyStands) {
  const Written file(R"({"extends": "sound.json", "title": "Mine"})");
  LoadContext context;
  const MergedDocument document = read_with_bases(file.file(), std::nullopt, context);
  ASSERT_TRUE(document.readable);
  EXPECT_EQ(context.files.size(), 2U);
  EXPECT_EQ(document.depth(*Checker::child(document.cursor(), "title")), 0U);
  EXPECT_EQ(document.depth(*Checker::child(document.cursor(), "arms")), 1U);
  LoadContext in_memory;
  read_with_bases(file.file(), R"({"extends": "sound.json"})", in_memory);
  EXPECT_EQ(in_memory.files.size(), 1U);  // the base alone is read from a file
}

// What cannot be measured is refused where the scenario is read, whoever reads it.
TEST(Targets, NamesThatAreUnknownGetTheNearestAndTheirPlace) {
  const auto targets = [](const std::string& measure, const std::string& per) {
    return Text("{\"targets\": [{\"name\": \"a\", \"measure\": \"" + measure + "\",\n\"per\": \"" + per +
                "\", \"arm\": \"usual\", \"months\": \"2022-04\", \"published\": {\"value\": 1}, "
                "\"unit\": \"1\", \"source\": \"england.csv\"}]}");
  };
  const auto choice = chosen("{}");
  const std::vector<std::string> arms = {"usual"};
  const auto hints = [&](const std::string& measure, const std::string& per) {
    Text text = targets(measure, per);
    read_targets(text.at("targets"), {kTenYears, arms, {}, choice}, text.context);
    std::vector<std::string> out;
    for (const auto& mistake : text.context.checker.diagnostics)
      out.push_back(mistake.pointer + " " + std::to_string(mistake.line) + " " + mistake.hint);
    return out;
  };
  EXPECT_TRUE(hints("care_entries", "cost").empty());
  const auto near = hints("care_entry", "cost_authority");
  ASSERT_EQ(near.size(), 2U);
  EXPECT_EQ(near[0].find("/targets/0/measure 1 did you mean \"care_entries\""), 0U) << near[0];
  EXPECT_EQ(near[1].find("/targets/0/per 2 did you mean \"cost.authority\""), 0U) << near[1];
  const auto categories = hints("care_exits_by_reason", "cost.police.placements");
  ASSERT_EQ(categories.size(), 2U);
  EXPECT_TRUE(mentions(categories[0], "there are care_exits_by_reason.adopted")) << categories[0];
  EXPECT_TRUE(mentions(categories[1], "there are cost.police.police_callouts, cost.police.service_model"));
}

TEST(Prices, OfTheRegistryAreBroughtToTheOrigin) {
  using enum Parameter;
  Text nothing("{}");
  const Parameters registry;
  const auto read = [&](int year, Parameters& into) {
    return read_prices(nothing.root(), kRoot / "scenarios" / "england", {year, 3}, 24, into, nothing.context);
  };
  Parameters own_year;
  read(2022, own_year);
  EXPECT_EQ(own_year, registry);

  Parameters earlier;
  const PricePaths paths = read(2016, earlier);
  // A week: 3,240 pounds in a home in 2015-16 and 5,025 in 2021-22, 580 and 630 of fostering;
  // deflator 74.8148, 85.5914.
  EXPECT_NEAR(earlier[cost_placement_childrens_home], 3240.0, 1.0);
  EXPECT_NEAR(earlier[cost_placement_kin_foster] / registry[cost_placement_kin_foster], 580.0 / 630.0, 1e-3);
  EXPECT_NEAR(earlier[cost_court] / registry[cost_court], 74.8148 / 85.5914, 1e-4);
  EXPECT_EQ(earlier[cost_agency_ratio], registry[cost_agency_ratio]);
  EXPECT_EQ(paths.first_year, 2008);
  ASSERT_EQ(paths.cash.size(), 24U);  // to the last that is forecast
  EXPECT_EQ(paths.cash[8], 1.0);
  EXPECT_NEAR(paths.cash[17], 100.0 / 74.8148, 1e-4);
  EXPECT_EQ(nothing.mistake(), "");
}

TEST(Prices, WithoutATableStayAndHaveNoInflation) {
  Text nothing("{}");
  Parameters parameters;
  const PricePaths paths = read_prices(nothing.root(), {}, {2016, 3}, 24, parameters, nothing.context);
  EXPECT_EQ(parameters, Parameters());
  EXPECT_TRUE(paths.cash.empty());
}

// A variant by name, or a table that has the authorities and the year after the origin.
TEST(PopulationKey, IsAVariantOrATable) {
  const auto of = [](const std::string& value) {
    return Written(R"({"extends": "sound.json", "population": ")" + value + "\"}");
  };
  EXPECT_EQ(Written(R"({"extends": "sound.json"})").load().scenario.population, PopulationChoice{});
  for (std::size_t i = 0; i < kPopulationVariantNames.size(); ++i)
    EXPECT_EQ(of(std::string(kPopulationVariantNames[i])).load().scenario.population.variant,
              static_cast<PopulationVariant>(i));
  EXPECT_TRUE(mentions(of("medium").mistakes(), "/population"));
  const std::string header = "code,mid_year,age_0_to_4,age_5_to_17\n";
  Written own = of("own.csv");
  const auto with = [&own](const std::string& table) -> Written& {
    own.write(table, "own.csv");
    own.write(R"({"extends": "sound.json", "population": "own.csv"})", "scenario.json");
    return own;
  };
  EXPECT_TRUE(mentions(own.mistakes(), "own.csv"));  // there is none
  EXPECT_TRUE(mentions(with(header + "1,2022,5,13\n").mistakes(), "none of the authorities simulated"));
  EXPECT_TRUE(
      mentions(with(header + "919,2021,5,13\n").mistakes(), "no row for mid_year 2022 of authority 919"));
  EXPECT_TRUE(
      mentions(with("code,mid_year,age_0_to_4\n919,2022,5\n").mistakes(), "do not cover ages 0 to 17"));
  with(header + "919,2022,5,13\n");
  const LoadedScenario loaded = own.load();
  EXPECT_TRUE(loaded.scenario.population.own.ends_with("own.csv"));
  EXPECT_TRUE(mentions(loaded.scenario.resolved_json, "\"population\": \"own.csv\""));
}

TEST(Loader, RefusesATargetThatNothingMeasures) {
  const Written file(R"({"extends": "sound.json", "targets": [
    {"name": "a", "measure": "no_such_measure", "arm": "adopters", "months": "2022-04",
     "published": {"value": 1}, "unit": "1", "source": "england.csv"}]})");
  EXPECT_TRUE(mentions(file.mistakes(), "/targets/0/measure: the unknown measure \"no_such_measure\""));
}

// ---- Draws of costs

TEST(CostDraws, HaveTheirMiddleAtTheValueAndStayWithinBounds) {
  const Parameters p;
  ParameterDraws draws;
  draw_costs(p, draws);
  EXPECT_TRUE(draws.parameters.empty());  // nothing is drawn, so costs are not

  draws = {{Parameter::needs_poverty_ratio, Parameter::cost_court}, {}};
  constexpr std::size_t kDraws = 51;
  for (std::size_t draw = 0; draw < kDraws; ++draw)
    draws.values.push_back({2.0, 100.0 + static_cast<double>(draw)});
  draw_costs(p, draws);
  ASSERT_EQ(draws.parameters.size(), 1 + kDrawnCosts.size());
  EXPECT_EQ(std::ranges::count(draws.parameters, Parameter::cost_court), 1);
  EXPECT_EQ(draws.values[7][1], 107.0);  // what the draws had stays
  for (std::size_t column = 2; column < draws.parameters.size(); ++column) {
    const ParameterInfo& row = info(draws.parameters[column]);
    std::vector<double> values;
    for (const auto& draw : draws.values) {
      values.push_back(draw[column]);
      EXPECT_TRUE(values.back() > row.lower && values.back() < row.upper) << row.name;
    }
    std::ranges::sort(values);
    EXPECT_NEAR(values[kDraws / 2], row.value, 1e-5 * row.value) << row.name;
    EXPECT_GT(std::log(values[kDraws - 1] / row.value), 0.05 * row.spread) << row.name;
  }
  // Each in an order of its own.
  std::set<std::size_t> largest;
  for (std::size_t column = 2; column < draws.parameters.size(); ++column)
    largest.insert(static_cast<std::size_t>(
        std::ranges::max_element(draws.values, {}, [&](const auto& row) { return row[column]; }) -
        draws.values.begin()));
  EXPECT_GT(largest.size(), 6U);
}

}  // namespace
}  // namespace hearth
