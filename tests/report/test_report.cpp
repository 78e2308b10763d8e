// The page: what it works out, and that nothing in a result can break out of its place in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/csv.hpp"
#include "core/error.hpp"
#include "folder.hpp"
#include "published/england_reader.hpp"
#include "report/answer.hpp"
#include "report/assets.hpp"
#include "report/assumptions.hpp"
#include "report/data.hpp"
#include "report/numbers.hpp"
#include "report/page.hpp"
#include "report/places.hpp"
#include "report/track_record.hpp"
#include "report/uncertainty.hpp"
#include "report/ways.hpp"
#include "results/content/memory_result.hpp"
#include "results/file/result_reader.hpp"
#include "results/file/result_writer.hpp"
#include "results/saving.hpp"
#include "scenario/files/recorded.hpp"
#include "small_result.hpp"
#include "source_dir.hpp"

namespace hearth {
namespace {

using Costs = std::vector<std::vector<double>>;

// Cheaper from the second year, and what was spent more comes back in the third: 5, 5 - 3, 5 - 3 - 3.
TEST(Saving, BreaksEvenOnceItHasAllComeBack) {
  const Saving found = saving(Costs{{15.0, 7.0, 7.0}}, Costs{{10.0, 10.0, 10.0}});
  ASSERT_EQ(found.years.size(), 3U);
  EXPECT_EQ(found.years[0].cumulative.mean, 5.0);
  EXPECT_EQ(found.years[1].cumulative.mean, 2.0);
  EXPECT_EQ(found.years[2].cumulative.mean, -1.0);
  EXPECT_EQ(found.years[1].saved, 0.0);
  EXPECT_EQ(found.years[2].saved, 1.0);
  ASSERT_TRUE(found.break_even.has_value());
  EXPECT_EQ(*found.break_even, 2U);
}

// A future that saves at first and loses later has saved for a while but never broken even.
TEST(Saving, ToBreakEvenIsForGood) {
  const Saving found = saving(Costs{{8.0, 15.0}, {8.0, 8.0}}, Costs{{10.0, 10.0}, {10.0, 10.0}});
  EXPECT_EQ(found.years[0].saved, 1.0);
  EXPECT_EQ(found.years[0].broken_even, 0.5);
  EXPECT_EQ(found.years[1].saved, 0.5);
  EXPECT_EQ(found.years[1].broken_even, 0.5);
  EXPECT_EQ(found.break_even, std::optional<std::size_t>(0));  // half of the futures, as soon as that
}

TEST(Saving, NoDifferenceIsNoSaving) {
  const Costs same = {{10.0, 10.0}, {12.0, 9.0}};
  const Saving found = saving(same, same);
  for (const auto& year : found.years) {
    EXPECT_EQ(year.cumulative.mean, 0.0);
    EXPECT_EQ(year.saved, 0.0);
    EXPECT_EQ(year.broken_even, 0.0);
  }
  EXPECT_FALSE(found.break_even.has_value());
}

// ---- the answer

// A difference whose replicates are known.
PairedDifference difference_of(const std::vector<double>& differences) {
  return paired_difference(differences, std::vector<double>(differences.size()), {});
}
// `fewer` replicates at -a, the others at +b, with the error that they have.
PairedDifference two_values(std::size_t fewer, double a, std::size_t more, double b) {
  std::vector<double> values(fewer, -a);
  values.insert(values.end(), more, b);
  return difference_of(values);
}

TEST(Answer, NoSignWithinTwoErrors) {
  EXPECT_EQ(direction_of(difference_of({5.0})), Direction::kNone);
  EXPECT_EQ(direction_of(difference_of({0.0, 0.0, 0.0})), Direction::kSame);
  // Mean 1, standard deviation 2, error 2 / sqrt(n): at 16 replicates the mean is exactly two errors away.
  const auto of = [](std::size_t pairs) {
    std::vector<double> values;
    for (std::size_t k = 0; k < pairs; ++k) values.insert(values.end(), {-1.0, 3.0});
    return difference_of(values);
  };
  EXPECT_EQ(direction_of(of(7)), Direction::kUnclear);
  EXPECT_EQ(direction_of(of(10)), Direction::kMore);
  EXPECT_EQ(direction_of(two_values(30, 2.0, 10, 1.0)), Direction::kFewer);
}

TEST(Answer, ChancesInWords) {
  constexpr int kMany = 1'000'000;
  const std::vector<std::pair<double, std::string_view>> expected = {
      {1.0, "almost certainly"},
      {0.951, "almost certainly"},
      {0.949, "very probably"},
      {0.801, "very probably"},
      {0.799, "probably"},
      {0.601, "probably"},
      {0.599, "slightly more probably than not"},
      {0.551, "slightly more probably than not"},
      {0.549, ""},
      {0.1, ""}};
  for (const auto& [share, word] : expected) EXPECT_EQ(chance_word(share, kMany), word) << share;
  // That a few replicates agree makes nothing certain.
  EXPECT_EQ(chance_word(1.0, 2), "probably");
  EXPECT_EQ(chance_word(1.0, 4), "very probably");
  EXPECT_EQ(chance_word(1.0, 17), "very probably");
  EXPECT_EQ(chance_word(1.0, 18), "almost certainly");
  // The share that a scale names belongs to it, however it was added up: (58.4 + 1) / 99.
  double sum = 0.0;
  for (int k = 0; k < 584; ++k) sum += 0.1;
  EXPECT_EQ(chance_word(sum / 97.0, 97), "probably");
}

TEST(Answer, SharesAndSizes) {
  EXPECT_EQ(share_text(0.68, 50), "34 of 50 replicates");
  EXPECT_EQ(share_text(0.675, 400), "68% of replicates");
  EXPECT_EQ(noticeable(1115.0), 50.0);
  EXPECT_EQ(noticeable(86310.0), 5000.0);
  EXPECT_EQ(noticeable(4.0), 1.0);
  const Tails tails = tails_of({40.0, 50.0, 100.0, 160.0}, {100.0, 100.0, 100.0, 100.0}, {}, 50.0);
  EXPECT_EQ(tails.fewer, 0.5);
  EXPECT_EQ(tails.more, 0.25);
}

// Norfolk's result of the main scenario, in round numbers.
AnswerFacts norfolk() {
  AnswerFacts out;
  out.place = "Norfolk";
  out.payer = "the council";
  out.baseline = "Business as usual";
  out.replicates = 50;
  out.dates = {{"March 2027", 5, 60}, {"March 2032", 10, 120}};
  out.baseline_in_care = 1207.2;
  out.baseline_cost = 1670.3e6;
  out.in_care = {"children", 1.0, 0, 0};
  out.cost = {"£ million", 1e6, 0, 0};
  out.model = {"£ million", 1e6, 1, 1};
  AnswerFacts::ArmFacts arm;
  arm.label = "Support is protection (Family Safeguarding)";
  arm.in_care = {two_values(36, 60.0, 14, 29.0), two_values(37, 120.0, 13, 70.0)};
  arm.net_cost = {two_values(26, 10e6, 24, 15e6), two_values(31, 60e6, 19, 70e6)};
  arm.tails = Tails{50.0, 0.6, 0.14};
  arm.first_year_cost = 2.695e6;
  arm.model_cost = 9.741e6;
  arm.practitioners = 29.67;
  arm.practitioners_in = "the year to 31 March 2024";
  out.arms = {arm};
  return out;
}

// Nobody saves by looking away without its being said: in the headline, and beside the cost.
TEST(Answer, SaysWhereChildrenAreLeftInUnmetNeed) {
  AnswerFacts facts = norfolk();
  facts.last_period = "year to 31 March 2032";
  facts.baseline_unmet_need = 251300.0;
  facts.unmet_need = {"child-months", 1.0, -2, -2};
  facts.arms[0].unmet_need = two_values(13, 500.0, 37, 4000.0);
  Answer found = answer(facts);
  EXPECT_TRUE(found.headline.ends_with("; it would probably leave children longer in unmet need."))
      << found.headline;
  ASSERT_EQ(found.arms[0].points.size(), 4U);
  EXPECT_TRUE(found.arms[0].points[2].text().starts_with(
      "Probably more months of children in unmet need: on average 2,800 more (error "))
      << found.arms[0].points[2].text();
  EXPECT_NE(found.arms[0].points[2].details.find(
                "in the year to 31 March 2032 than the 251,300 under business as usual. More in 37 of 50"),
            std::string::npos)
      << found.arms[0].points[2].details;
  EXPECT_TRUE(found.arms[0].points[2].details.ends_with("more. A child in care counts none."))
      << found.arms[0].points[2].details;
  // Cheaper alone.
  facts.arms[0].in_care.back() = two_values(25, 100.0, 25, 100.0);
  facts.arms[0].net_cost.back() = two_values(40, 60e6, 10, 20e6);
  EXPECT_NE(answer(facts).headline.find("less and probably leave children longer in unmet need; whether"),
            std::string::npos)
      << answer(facts).headline;
  // No sign where the replicates do not tell.
  facts.arms[0].unmet_need = two_values(25, 4000.0, 25, 4000.0);
  found = answer(facts);
  EXPECT_EQ(found.headline.find("unmet"), std::string::npos) << found.headline;
  EXPECT_EQ(found.arms[0].points[2].verdict, "Children's months in unmet need unclear");
}

TEST(Answer, SaysHowProbableHowMuchAndAtWhatCost) {
  const Answer found = answer(norfolk());
  EXPECT_EQ(found.headline,
            "Norfolk by March 2032: Support is protection (Family Safeguarding) would probably mean fewer "
            "children in care; whether it would cost the council more or less is unclear.");
  ASSERT_EQ(found.arms.size(), 1U);
  const auto& points = found.arms[0].points;
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(
      points[0].text(),
      "Probably fewer children in care: on average 71 fewer (error 12) by March 2032 than the 1,207 under "
      "business as usual. Fewer in 37 of 50 replicates (50 or more fewer in 30, 50 or more extra in 7); nine "
      "in ten lie between 120 fewer and 70 more. By March 2027: 35 fewer on average, fewer in 36.");
  EXPECT_EQ(points[1].text(),
            "Net cost to the council unclear: over the 10 years to March 2032, compared with the £1,670 "
            "million under business as usual, less in 31 of 50 replicates; nine in ten lie between £60 "
            "million less and £70 million more. By March 2027: unclear, less in 26.");
  EXPECT_EQ(points[2].text(),
            "Spending on the model itself: £9.7 million in the first 5 years (£2.7 million in the first "
            "year), whoever pays; "
            "it is part of the net cost. 30 practitioners are needed in the year to 31 March 2024.");
  AnswerFacts many = norfolk();
  many.replicates = 500;
  EXPECT_NE(answer(many).arms[0].points[0].details.find(
                "Fewer in 74% of replicates (50 or more fewer in 60%, 50 or more extra in 14%)"),
            std::string::npos);
  // One who is so far apart is told of; that nobody is, in fewer words.
  AnswerFacts near = norfolk();
  near.arms[0].tails = Tails{50.0, 0.02, 0.0};
  EXPECT_NE(answer(near).arms[0].points[0].details.find("(50 or more fewer in 1, 50 or more extra in 0)"),
            std::string::npos);
  near.arms[0].tails = Tails{50.0, 0.0, 0.0};
  EXPECT_NE(
      answer(near).arms[0].points[0].details.find("Fewer in 37 of 50 replicates (by 50 or more in none); "),
      std::string::npos);
}

// A sign is said of nothing that the replicates cannot tell, and that they cannot is said once for all of it.
TEST(Answer, WhatCannotBeToldIsSaidOnce) {
  AnswerFacts facts = norfolk();
  facts.arms[0].in_care.back() = two_values(27, 100.0, 23, 100.0);
  facts.arms.push_back(facts.arms[0]);
  facts.arms[1].label = "Protection only";
  const Answer found = answer(facts);
  EXPECT_EQ(
      found.headline,
      "Norfolk by March 2032: 50 replicates do not tell whether Support is protection (Family Safeguarding) "
      "or Protection only would mean fewer or more children in care, or cost the council more or less.");
  for (const auto& arm : found.arms) {
    EXPECT_EQ(arm.points[0].verdict, "Children in care unclear");
    EXPECT_TRUE(arm.points[0].details.starts_with(
        "by March 2032, compared with the 1,207 under business as usual, fewer in 27 of 50 replicates"))
        << arm.points[0].details;
    EXPECT_EQ(arm.points[0].text().find("robably"), std::string::npos);
  }
  facts.arms[1].net_cost.back() = two_values(5, 10e6, 45, 30e6);
  EXPECT_TRUE(answer(facts).headline.starts_with(
      "Norfolk by March 2032: Protection only would very probably cost the council more; whether it would "
      "mean fewer or more children in care is unclear. 50 replicates do not tell whether Support is "
      "protection"))
      << answer(facts).headline;
}

TEST(Answer, MoreOnAverageThoughNotInMostReplicates) {
  AnswerFacts facts = norfolk();
  facts.arms[0].in_care.back() = two_values(28, 20.0, 22, 200.0);  // a long tail
  const Answer found = answer(facts);
  EXPECT_NE(found.headline.find("would mean more children in care on average;"), std::string::npos)
      << found.headline;
  EXPECT_EQ(found.arms[0].points[0].verdict,
            "More children in care on average, though in fewer than half of the replicates");
}

TEST(Answer, OneReplicateOneWayOrNoDifference) {
  AnswerFacts facts = norfolk();
  facts.replicates = 1;
  EXPECT_TRUE(answer(facts).headline.starts_with("This result has one replicate"));
  EXPECT_TRUE(answer(facts).arms.empty());
  facts = norfolk();
  facts.arms[0].in_care.back() = facts.arms[0].net_cost.back() = difference_of({0.0, 0.0});
  EXPECT_EQ(answer(facts).headline,
            "Norfolk by March 2032: Support is protection (Family Safeguarding) would make no difference to "
            "children in care.");
  EXPECT_EQ(answer(facts).arms[0].points[0].text(),
            "Children in care: the same as under business as usual in every replicate.");
  facts.arms.clear();
  EXPECT_EQ(answer(facts).headline,
            "This result has one way of working, so there is nothing to compare it with.");
}

TEST(Answer, WhatIsGivenIsACondition) {
  AnswerFacts facts = norfolk();
  facts.arms[0].effects_given = true;
  EXPECT_TRUE(
      answer(facts).headline.starts_with("Norfolk by March 2032: Support is protection (Family "
                                         "Safeguarding), if its effects are as given, would probably "
                                         "mean fewer children in care;"));
  EXPECT_EQ(answer(facts).arms[0].points[0].text(),
            "If its effects are as given: this says what follows, not whether they are.");
}

TEST(Answer, APlaceThatWorksSoAlreadyIsTold) {
  AnswerFacts facts = norfolk();
  facts.arms[0].practised_already = true;
  EXPECT_EQ(answer(facts).arms[0].points[0].text(), "Nothing new: Norfolk works this way already.");
}

// ---- numbers

SummaryMeasure measure(const char* key) {
  return find_summary_measures({key}).front();
}

TEST(Numbers, DigitsFollowTheWidthOfTheInterval) {
  const auto of = [](const char* key, double width, double largest) {
    const Rounding how = rounding_by_width(measure(key), width, largest);
    EXPECT_EQ(how.decimals, how.difference_decimals);
    return how.decimals;
  };
  EXPECT_EQ(of("looked_after", 31000.0, 86000.0), -2);
  EXPECT_EQ(of("looked_after", 531.0, 1200.0), 0);
  EXPECT_EQ(of("looked_after", 40.0, 1200.0), 0);   // no parts of children
  EXPECT_EQ(of("looked_after", 6.0, 12.0), 1);      // but where there are few
  EXPECT_EQ(of("looked_after", 0.0, 86000.0), -2);  // one replicate: three digits of the number
  EXPECT_EQ(of("caseload", 3.1, 17.0), 1);
  EXPECT_EQ(of("caseload", 14.0, 17.0), 1);
  EXPECT_EQ(of("social_workers_fte", 21.0, 460.0), 1);
  EXPECT_EQ(of("fidelity", 0.31, 0.8), 1);
  EXPECT_EQ(of("cost_authority", 296e6, 1.6e9), 0);
  EXPECT_EQ(of("cost_authority", 71e6, 1.6e9), 1);
  EXPECT_EQ(of("cost_authority", 12.8e9, 1e11), -2);
  EXPECT_EQ(of("cost_authority", 1e5, 1e6), 2);
}

TEST(Numbers, RoundedOnceForTextAndForThePage) {
  EXPECT_EQ(rounded(-1598.8, -2), -1600.0);
  EXPECT_EQ(rounded(84710.85, -2), 84700.0);
  EXPECT_EQ(rounded(-0.04, 1), 0.0);
  EXPECT_FALSE(std::signbit(rounded(-0.04, 1)));
  EXPECT_EQ(rounded_text(-1598.8, -2, true), "-1,600");
  EXPECT_EQ(rounded_text(49.0, -2), "0");
  EXPECT_EQ(number_json(84710.85, -2).dump(), "84700");
  EXPECT_EQ(number_json(5.44, 1).dump(), "5.4");
  EXPECT_EQ(more_or_fewer(-1598.8, -2), "1,600 fewer");
  EXPECT_EQ(more_or_fewer(0.04, 1), "no difference");
  const Rounding how{"children", 1.0, 0, 0};
  EXPECT_EQ(difference_json(two_values(37, 120.0, 13, 70.0), how).dump(), "[-71,-120,70,12,74,1]");
  EXPECT_EQ(difference_json(two_values(1, 1.0, 1, 1.0), how).dump(), "[0,-1,1,1,50]");
  EXPECT_EQ(difference_json(difference_of({0.0, 0.0}), how).dump(), "[0,0,0,0,0,2]");
  EXPECT_EQ(difference_json(difference_of({3.0}), how).dump(), "[3,null,null,null,null]");
}

// ---- ways of working

ResultHeader header_of(const std::string& scenario) {
  ResultHeader out;
  out.arms = {{"usual", "Business as usual"}, {"new", "Support is protection"}};
  out.scenario_json = scenario;
  return out;
}

TEST(Ways, NamesTheModelsOfArmsAndOfThePlace) {
  const WaysOfWorking ways(header_of(R"({
    "arms": {"usual": {"adoption": []},
             "new": {"adoption": [{"service_model": "fs", "authorities": "all", "start": "2022-04", "grant_end": "2026-03"},
                                  {"service_model": "nwd", "authorities": [1], "start": "2023-01"}]}},
    "service_models": {"fs": {"title": "Family Safeguarding", "components": {}},
                       "nwd": {"title": "No Wrong Door", "components": {}}},
    "history": [{"service_model": "nwd", "authorities": [2, 3], "start": "2021-04"},
                {"service_model": "fs", "authorities": [3], "start": "2015-04"}]})"));
  EXPECT_EQ(ways.label(0, {1}), "Business as usual");
  EXPECT_EQ(ways.label(1, {1}), "Support is protection (Family Safeguarding and No Wrong Door)");
  EXPECT_EQ(ways.label(1, {2}), "Support is protection (Family Safeguarding)");
  EXPECT_EQ(
      ways.adoptions(1, {2}),
      std::vector<std::string>{
          "Family Safeguarding from April 2022, as in every other authority of England at the same time: "
          "all recruit at once; its grant ends in March 2026"});
  EXPECT_EQ(ways.adoptions(1, {2, 3}).front(),
            "Family Safeguarding from April 2022, in every authority of England at once; its grant ends in "
            "March 2026");
  EXPECT_EQ(ways.before_text({1}, "Here"), "");
  EXPECT_EQ(ways.before_text({3}, "There"),
            "There already works with Family Safeguarding and No Wrong Door: this goes on under every way of "
            "working.");
  EXPECT_EQ(ways.before_text({1, 2, 3}, "All"),
            "Of the 3 authorities some already work with a service model, which goes on under every way of "
            "working: No Wrong Door in 2 and Family Safeguarding in 1.");
  EXPECT_FALSE(ways.is_practised_already(1, {2}));
  EXPECT_TRUE(WaysOfWorking(header_of("")).label(1, {1}) == "Support is protection");
}

// ---- where the uncertainty comes from

TEST(SplitShares, AreNeverBelowNoneOrAboveAll) {
  EXPECT_EQ(split_share_text({-0.12, 0.09}), "about none (error 9)");
  EXPECT_EQ(split_share_text({1.08, 0.12}), "nearly all (error 12)");
  EXPECT_EQ(split_share_text({0.04, 0.001}), "about none (error 1)");
  EXPECT_EQ(split_share_text({0.853, 0.052}), "85% (error 5)");
  EXPECT_EQ(split_share_text({std::nullopt, std::nullopt}), "not known");
}

TEST(SplitShares, SayWhichSourceDominates) {
  Split split;
  split.sources = {UncertaintySource::kProcess, UncertaintySource::kDrift, UncertaintySource::kEffects};
  split.periods = {{{2023, 3}}};
  split.measures = {measure("looked_after")};
  split.arms = {{"usual", "Business as usual"}, {"new", "New"}};
  SplitCell level;
  level.shares = {{0.03, 0.01}, {0.89, 0.04}, {0.08, 0.03}};
  SplitCell difference;
  difference.shares = {{-0.12, 0.09}, {0.02, 0.05}, {1.08, 0.12}};
  split.levels = {level, level};
  split.differences = {difference, difference};
  const std::vector<std::string> names = {"Looked-after children"};
  const auto found = uncertainty_json(split, names);
  const std::vector<std::string> expected = {
      "Looked-after children in March 2023, Business as usual: 89% of the spread comes from drift (how "
      "practice and demand change over time for reasons outside the model).",
      "Looked-after children in March 2023, difference under new: nearly all of the spread comes from what "
      "is not known about how well the service models work.",
      "So evidence on whether the effects repeat elsewhere would change the answer most; a better forecast "
      "would not."};
  EXPECT_EQ(found["sentences"].get<std::vector<std::string>>(), expected);
  EXPECT_EQ(found["rows"].size(), 2U);
  split.differences[1].shares = {{0.3, 0.2}, {0.3, 0.2}, {0.6, 0.2}};  // more than half, but not surely
  EXPECT_EQ(uncertainty_json(split, names)["sentences"].size(), 1U);
}

// ---- places

TEST(Places, NeighboursAreThoseThatTheDepartmentPublishes) {
  const England england = load_england(source_dir() / "scenarios/england", {2025, 3});
  const England before = load_england(source_dir() / "scenarios/england", {2022, 3});
  EXPECT_EQ(neighbours_json(england, 926).dump(), "[935,908,878,830,929,886,933,925,891,887]");
  EXPECT_EQ(neighbours_json(before, 909).dump(), "[]");  // Cumbria: the list is of after its end
  for (const England* then : {&england, &before})
    for (const auto& authority : then->authorities)
      EXPECT_EQ(neighbours_json(*then, authority.code).size(), authority.code == 909 ? 0U : 10U)
          << authority.name << ' ' << then->origin.year;
}

TEST(Places, AreNamedByWhatTheResultHolds) {
  const England england = load_england(source_dir() / "scenarios/england", {2022, 3});
  const auto of = [&](const std::vector<int>& codes) {
    ResultHeader header;
    for (const int code : codes) {
      const AuthorityOrigin& a = england.at(code);
      header.authorities.push_back({a.code, a.ons_code, a.name, a.region});
    }
    return place_name(header, england);
  };
  std::vector<int> all;
  std::vector<int> north_east;
  for (const auto& authority : england.authorities) {
    all.push_back(authority.code);
    if (authority.region == "North East") north_east.push_back(authority.code);
  }
  EXPECT_EQ(of(all), "England");
  EXPECT_EQ(of(north_east), "North East");
  north_east.pop_back();
  EXPECT_EQ(of(north_east), std::to_string(north_east.size()) + " authorities");
  EXPECT_EQ(of({926}), "Norfolk");
  EXPECT_EQ(of({919, 305, 926}), "Bromley, Hertfordshire and Norfolk");
}

// ---- the result itself

class PageInMemory : public InFolder {};

TEST_F(PageInMemory, IsThatOfTheFile) {
  const ResultHeader header = small_header(false);
  ResultWriter writer(path(), header);
  MemoryResult memory(header);
  for (std::size_t r = 0; r < 12; ++r) {
    write_replicate(writer, header, r);
    write_replicate(memory, header, r);
  }
  writer.commit(12.5, 2);
  memory.finish(12.5, 2);
  const std::filesystem::path data = source_dir() / "scenarios/england";
  const England england = load_england(data, header.origin);
  const PublishedFigures published(data);
  const std::string of_file = report_data({ResultReader(path()), england, published, data}).dump();
  EXPECT_GT(of_file.size(), 10'000U);
  EXPECT_TRUE(report_data({memory, england, published, data}).dump() == of_file);
}

TEST(Tiles, EveryAuthorityHasOneOfItsOwn) {
  const England england = load_england(source_dir() / "scenarios/england", {2025, 3});
  CsvRecords records(assets::kTiles);
  std::vector<std::string> fields;
  records.next(fields);
  std::vector<int> codes;
  std::vector<std::string> places;
  std::vector<std::string> letters;
  while (records.next(fields)) {
    if (fields.at(1) == "Cumbria") continue;  // replaced: it has the tile of Cumberland
    codes.push_back(std::stoi(fields.at(0)));
    EXPECT_EQ(england.at(codes.back()).name, fields.at(1));
    places.push_back(fields.at(2) + " " + fields.at(3));
    letters.push_back(fields.at(4));
  }
  EXPECT_EQ(codes.size(), england.authorities.size());
  for (auto* column : {&places, &letters}) {
    std::ranges::sort(*column);
    EXPECT_EQ(std::ranges::adjacent_find(*column), column->end());
  }
}

TEST(TrackRecord, HasEveryFigureLevelAndHorizon) {
  const auto record = track_record();
  const auto& rows = record["rows"];
  EXPECT_EQ(rows.size(), 7U * 3U * 3U);
  EXPECT_EQ(record["kinds"], 7 * 3);
  EXPECT_LE(record["better"], record["kinds"]);
  EXPECT_GT(record["inside_90"].get<double>(), 50.0);
  EXPECT_LE(record["inside_90"].get<double>(), 100.0);
  for (const auto& row : rows) {
    EXPECT_GT(row["forecasts"].get<double>(), 0.0);
    EXPECT_GT(row["error"].get<double>(), 0.0);
    EXPECT_LE(row["coverage_50"].get<double>(), row["coverage_90"].get<double>());
  }
}

TEST(Assumptions, OnlyWhatArmsAdopt) {
  const auto scenario = read_recorded(R"({
    "arms": {"a": {"title": "A", "adoption": []},
             "b": {"title": "B", "adoption": [{"service_model": "m", "only": ["used"]}]}},
    "service_models": {"m": {"title": "M", "components": {
      "used": {"title": "U", "effects": {"threshold.care": {"ratio": 1.2, "low": 0.9, "high": 1.6, "grade": "expert",
                                                            "source": "no such key"}}},
      "unused": {"title": "V", "effects": {"direct_time": {"ratio": 2.0, "low": 1.0, "high": 4.0, "grade": "expert",
                                                           "source": "no such key"}}}}}}})");
  const auto rows = effects_json(scenario, source_dir() / "scenarios/england");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["component"], "U");
  EXPECT_EQ(rows[0]["arms"].dump(), R"(["B"])");
  EXPECT_FALSE(rows[0]["claim"].contains("evidence"));
  EXPECT_TRUE(effects_json({}, source_dir() / "scenarios/england").empty());
}

// A claim and a repetition that did not show the effect: what is used lies between, and nearer no effect.
TEST(Assumptions, TheValueUsedCountsWhatElseWasFound) {
  const auto scenario_of = [](const std::string& mode, const std::string& besides) {
    return read_recorded(R"({"arms": {"a": {"title": "A", "effects": ")" + mode + R"(",
        "adoption": [{"service_model": "m", "only": ["c"]}]}},
      "service_models": {"m": {"title": "M", "components": {"c": {"title": "C", "effects": {"threshold.care":
        {"ratio": 1.24, "low": 0.88, "high": 1.75, "grade": "quasi_experimental", "source": "x", "besides": [)" +
                         besides + R"(]}}}}}}})");
  };
  const std::string repetition =
      R"({"ratio": 0.94, "low": 0.8, "high": 1.11, "grade": "quasi_experimental", "source": "y"})";
  const auto used = [&](const std::string& mode, const std::string& besides) {
    return effects_json(scenario_of(mode, besides), source_dir() / "scenarios/england")[0];
  };
  const auto both = used("sampled", repetition);
  EXPECT_EQ(both["claim"]["ratio"].dump(), "[1.24,0.88,1.75]");
  ASSERT_EQ(both["also_found"].size(), 1U);
  EXPECT_EQ(both["also_found"][0]["ratio"].dump(), "[0.94,0.8,1.11]");
  const double alone = used("sampled", "")["used"][0];
  EXPECT_GT(alone, 1.0);
  EXPECT_LT(alone, 1.24);
  EXPECT_LT(both["used"][0].get<double>(), alone);
  EXPECT_LT(both["used"][1].get<double>(), both["used"][0].get<double>());
  EXPECT_EQ(used("claimed", repetition)["used"].dump(), "[1.24,1.24,1.24]");
  EXPECT_EQ(used("zero", repetition)["used"].dump(), "[1,1,1]");
  EXPECT_EQ(used("evidence_weighted", repetition)["used"][0], both["used"][0]);
}

TEST(Page, NoTextOfAResultBecomesMarkup) {
  if (assets::kCharts.empty()) {
    EXPECT_THROW(report_page({{"title", ""}}), DataError);
    GTEST_SKIP() << "built without Apache ECharts";
  }
  const std::string evil = "</script><script>alert('&')</script>";
  const std::string page = report_page({{"title", evil}, {"question", evil + " /*SCRIPT*/ @TITLE@"}});
  EXPECT_EQ(page.find(evil), std::string::npos);
  EXPECT_NE(page.find("<title>&lt;/script>"), std::string::npos);
  EXPECT_NE(page.find(R"(\u003c/script>\u003cscript>alert('&'))"), std::string::npos);
  EXPECT_EQ(page.find("http-equiv=\"Content-Security-Policy\""),
            page.rfind("http-equiv=\"Content-Security-Policy\""));
  for (const char* outside : {"src=\"http", "href=\"http", "@import"})
    EXPECT_EQ(page.find(outside), std::string::npos);
}

// The data that a page holds.
nlohmann::json data_of(const std::string& page) {
  const std::string_view open = R"(<script type="application/json" id="data">)";
  const auto start = page.find(open) + open.size();
  return nlohmann::json::parse(page.substr(start, page.find("</script>", start) - start));
}

TEST(Page, LeavesOutPartsOfAuthoritiesUntilItFits) {
  if (assets::kCharts.empty()) GTEST_SKIP() << "built without Apache ECharts";
  const std::string much(100000, 'x');
  nlohmann::ordered_json place = {{"kind", "authority"}, {"rates", "kept"},      {"mix", much},
                                  {"gains", much},       {"published", nullptr}, {"saving", nullptr}};
  place["practice"] = much;
  place["compared"] = "kept for longer";
  nlohmann::ordered_json everywhere = place;
  everywhere["kind"] = "all";
  nlohmann::ordered_json data = {{"title", "Made up"}};
  data["areas"] = nlohmann::ordered_json::array({everywhere, place});

  const std::string whole = report_page(data);
  EXPECT_TRUE(data_of(whole)["left_out"].empty());
  EXPECT_EQ(data_of(whole)["areas"][1]["mix"], much);

  const auto less = data_of(report_page(data, whole.size() - 1));
  EXPECT_EQ(less["left_out"].size(), 1U);
  EXPECT_FALSE(less["areas"][1].contains("mix"));
  EXPECT_EQ(less["areas"][1]["practice"], data["areas"][1]["practice"]);
  EXPECT_EQ(less["areas"][0], data["areas"][0]);  // all of England keeps everything

  const auto least = data_of(report_page(data, 1));  // cannot be reached: as short as it gets
  EXPECT_EQ(least["left_out"].size(), 4U);
  EXPECT_EQ(least["areas"][1].dump(), R"({"kind":"authority","rates":"kept"})");
  EXPECT_EQ(least["areas"][0], data["areas"][0]);
}

}  // namespace
}  // namespace hearth
