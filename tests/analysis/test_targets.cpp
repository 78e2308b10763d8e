// Targets: the arithmetic of each form against series written by hand, the verdicts.
#include "analysis/experiments/targets.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "published/england_reader.hpp"
#include "scenario/files/loader.hpp"
#include "source_dir.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = source_dir();

// Two arms, two authorities, three months.
Scenario by_hand(const Target& target) {
  Scenario out;
  out.horizon_months = 3;
  out.replicates = 1;
  out.authorities = {10, 20};
  out.arms.resize(2);
  out.arms[0].name = "before";
  out.arms[1].name = "after";
  out.targets = {target};
  return out;
}

NamedQuantity named(const std::string& name) {
  return {name, quantities_by_name().at(name)};
}

// Of arm "after".
Target target_of(const std::string& measure, int first_month, int end_month) {
  Target out;
  out.name = "target";
  out.measure = named(measure);
  out.span = {1, first_month, end_month};
  return out;
}

using Block = std::vector<AuthoritySeries>;  // by authority
Block empty_block() {
  return {AuthoritySeries(3), AuthoritySeries(3)};
}

void fill(Block& block, Measure measure, const std::vector<std::vector<int>>& by_authority,
          std::size_t category = 0) {
  for (std::size_t a = 0; a < block.size(); ++a)
    for (std::size_t m = 0; m < 3; ++m) block[a].counts(measure, category)[m] = by_authority[a][m];
}
void fill_levels(Block& block, Measure measure, const std::vector<float>& by_authority) {
  for (std::size_t a = 0; a < block.size(); ++a)
    for (auto& value : block[a].levels(measure)) value = by_authority[a];
}

TargetResult result_of(const Scenario& scenario, const Block& before, const Block& after) {
  TargetTally tally(scenario);
  tally.add(1, 0, after);  // in any order
  tally.add(0, 0, before);
  return tally.results().front();
}
double value_of(const Scenario& scenario, const Block& after) {
  const TargetResult result = result_of(scenario, empty_block(), after);
  EXPECT_NE(result.verdict, Verdict::kNotDefined);
  EXPECT_FALSE(result.interval);  // one replicate has none
  return result.median;
}

TEST(Quantities, FlowsAreSummedOverMonthsAndAuthorities) {
  Block block = empty_block();
  fill(block, Measure::kCareEntries, {{1, 2, 4}, {10, 20, 40}});
  EXPECT_EQ(value_of(by_hand(target_of("care_entries", 0, 3)), block), 77);
  EXPECT_EQ(value_of(by_hand(target_of("care_entries", 1, 2)), block), 22);
}

TEST(Quantities, StocksAreOfTheMonthsEndOrTheMeanOfSeveral) {
  Block block = empty_block();
  fill(block, Measure::kLookedAfter, {{100, 110, 150}, {200, 200, 200}});
  EXPECT_EQ(value_of(by_hand(target_of("looked_after", 2, 3)), block), 350);
  EXPECT_DOUBLE_EQ(value_of(by_hand(target_of("looked_after", 0, 3)), block), (300 + 310 + 350) / 3.0);
}

TEST(Quantities, HaveCategories) {
  Block block = empty_block();
  fill(block, Measure::kCareExitsByReason, {{9, 9, 9}, {9, 9, 9}}, index(ExitReason::kReturnedHome));
  fill(block, Measure::kCareExitsByReason, {{1, 2, 3}, {4, 5, 6}}, index(ExitReason::kAdopted));
  EXPECT_EQ(value_of(by_hand(target_of("care_exits_by_reason.adopted", 0, 3)), block), 21);
}

TEST(Quantities, RatiosAreWeightedByStaffAndFteAdded) {
  Block block = empty_block();
  fill_levels(block, Measure::kSocialWorkersFte, {30.0F, 90.0F});
  fill_levels(block, Measure::kCaseload, {10.0F, 20.0F});
  fill_levels(block, Measure::kVacancyRate, {0.5F, 0.25F});
  fill_levels(block, Measure::kPractitionersFte, {4.0F, 8.0F});
  EXPECT_DOUBLE_EQ(value_of(by_hand(target_of("social_workers_fte", 0, 3)), block), 120.0);
  EXPECT_DOUBLE_EQ(value_of(by_hand(target_of("practitioners_fte", 0, 1)), block), 12.0);
  EXPECT_DOUBLE_EQ(value_of(by_hand(target_of("caseload", 2, 3)), block), (300.0 + 1800.0) / 120.0);
  // 30 + 30 of 60 + 120 posts are vacant.
  EXPECT_DOUBLE_EQ(value_of(by_hand(target_of("vacancy_rate", 0, 3)), block), 60.0 / 180.0);
  Target one = target_of("vacancy_rate", 0, 1);
  one.authorities = {20};
  EXPECT_DOUBLE_EQ(value_of(by_hand(one), block), 0.25);
}

TEST(Quantities, CostsAreInPoundsByPayerAndCategory) {
  Block block = empty_block();
  for (std::size_t line = 0; line < kCostLines.size(); ++line)
    for (std::size_t m = 0; m < 3; ++m) {
      const Pence pounds = kCostLines[line].payer == Payer::kAuthority ? 1000 : 1;
      block[0].cost(line)[m] = 100 * pounds;
    }
  // Seven lines are the authority's, the others another's.
  const double all = 7000.0 + static_cast<double>(kCostLines.size() - 7);
  EXPECT_DOUBLE_EQ(value_of(by_hand(target_of("cost", 0, 3)), block), 3 * all);
  EXPECT_DOUBLE_EQ(value_of(by_hand(target_of("cost.authority", 0, 3)), block), 21000.0);
  EXPECT_DOUBLE_EQ(value_of(by_hand(target_of("cost.authority.placements", 0, 1)), block), 1000.0);
  EXPECT_DOUBLE_EQ(value_of(by_hand(target_of("cost.courts", 0, 1)), block), 1.0);
}

TEST(Quantities, AreOfTheAuthoritiesChosen) {
  Block block = empty_block();
  fill(block, Measure::kCareEntries, {{1, 2, 4}, {10, 20, 40}});
  Target target = target_of("care_entries", 0, 3);
  target.authorities = {20};
  EXPECT_EQ(value_of(by_hand(target), block), 70);
}

// As the result file has them: each authority's month is a whole number.
TEST(Quantities, OfASampleAreScaledUpButLevelsAndCostsAreNot) {
  Block block = empty_block();
  fill(block, Measure::kCareEntries, {{1, 2, 4}, {10, 20, 40}});
  fill_levels(block, Measure::kSocialWorkersFte, {30.0F, 90.0F});
  block[0].cost(0)[0] = 500;
  Scenario scenario = by_hand(target_of("care_entries", 0, 3));
  scenario.sampling_fraction = 0.3;
  EXPECT_EQ(value_of(scenario, block), 3 + 7 + 13 + 33 + 67 + 133);
  scenario.targets = {target_of("social_workers_fte", 0, 1)};
  EXPECT_DOUBLE_EQ(value_of(scenario, block), 120.0);
  scenario.targets = {target_of("cost", 0, 1)};
  EXPECT_DOUBLE_EQ(value_of(scenario, block), 5.0);
}

// 60 of 200 in arm "before", 30 of 300 in "after".
struct Forms : testing::Test {
  Forms() {
    fill(before, Measure::kReReferrals, {{20, 20, 20}, {0, 0, 0}});
    fill(before, Measure::kReferrals, {{50, 50, 100}, {0, 0, 0}});
    fill(after, Measure::kReReferrals, {{10, 10, 10}, {0, 0, 0}});
    fill(after, Measure::kReferrals, {{100, 100, 100}, {0, 0, 0}});
    target = target_of("re_referrals", 0, 3);
    target.per = named("referrals");
  }
  double as(TargetForm form) {
    target.form = form;
    return result_of(by_hand(target), before, after).median;
  }
  Block before = empty_block();
  Block after = empty_block();
  Target target;
};

TEST_F(Forms, AreValuesPercentagesDifferencesAndChanges) {
  EXPECT_DOUBLE_EQ(as(TargetForm::kValue), 0.1);
  EXPECT_DOUBLE_EQ(as(TargetForm::kPercent), 10.0);
  target.reference = TargetSpan{0, 0, 3};
  EXPECT_DOUBLE_EQ(as(TargetForm::kDifference), 0.1 - 0.3);
  EXPECT_DOUBLE_EQ(as(TargetForm::kPercentChange), 100.0 * (0.1 - 0.3) / 0.3);
  target.reference = TargetSpan{0, 2, 3};  // other months of the other arm
  EXPECT_DOUBLE_EQ(as(TargetForm::kDifference), 0.1 - 0.2);
  target.per.reset();
  target.span = {1, 2, 3};
  target.reference = TargetSpan{1, 0, 3};  // the same arm
  EXPECT_DOUBLE_EQ(as(TargetForm::kDifference), 10.0 - 30.0);
}

TEST_F(Forms, HaveAGapToThePublishedFigure) {
  target.published.value = 0.4;
  EXPECT_DOUBLE_EQ(result_of(by_hand(target), before, after).gap, 0.1 - 0.4);
}

TEST_F(Forms, AreNotDefinedWhereAnythingDividesByZero) {
  fill(after, Measure::kReferrals, {{0, 0, 0}, {0, 0, 0}});
  EXPECT_EQ(result_of(by_hand(target), before, after).verdict, Verdict::kNotDefined);
  target.per.reset();
  target.form = TargetForm::kPercentChange;
  target.reference = TargetSpan{0, 0, 3};
  EXPECT_NE(result_of(by_hand(target), before, after).verdict, Verdict::kNotDefined);
  fill(before, Measure::kReReferrals, {{0, 0, 0}, {0, 0, 0}});
  EXPECT_EQ(result_of(by_hand(target), before, after).verdict, Verdict::kNotDefined);
  target.form = TargetForm::kDifference;  // needs no division
  EXPECT_EQ(result_of(by_hand(target), before, after).median, 30.0);
}

TEST(Replicates, MakeAMedianAndAnIntervalPairedWithTheirOwnReference) {
  Target target = target_of("care_entries", 0, 1);
  target.form = TargetForm::kDifference;
  target.reference = TargetSpan{0, 0, 1};
  Scenario scenario = by_hand(target);
  scenario.replicates = 21;
  TargetTally tally(scenario);
  for (int r = 0; r < scenario.replicates; ++r) {
    Block before = empty_block();
    Block after = empty_block();
    const int luck = 1000 * (r * r % 7);  // both arms have it
    before[0].counts(Measure::kCareEntries)[0] = luck;
    after[0].counts(Measure::kCareEntries)[0] = luck + r;
    tally.add(0, static_cast<std::size_t>(r), before);
    tally.add(1, static_cast<std::size_t>(r), after);
  }
  const TargetResult result = tally.results().front();
  EXPECT_EQ(result.median, 10.0);
  ASSERT_TRUE(result.interval);
  EXPECT_NEAR(result.interval->low, 1.0, 1e-9);
  EXPECT_NEAR(result.interval->high, 19.0, 1e-9);
}

TEST(Replicates, WithoutAValueLeaveTheTargetUndefined) {
  Target target = target_of("re_referrals", 0, 1);
  target.per = named("referrals");
  target.expect = Verdict::kNotReached;
  Scenario scenario = by_hand(target);
  scenario.replicates = 3;
  TargetTally tally(scenario);
  for (std::size_t r = 0; r < 3; ++r) {
    Block after = empty_block();
    after[0].counts(Measure::kReferrals)[0] = static_cast<int>(r);
    tally.add(1, r, after);
  }
  const TargetResult result = tally.results().front();
  EXPECT_EQ(result.verdict, Verdict::kNotDefined);
  EXPECT_EQ(result.undefined_replicates, 1);
  EXPECT_EQ(result.as_expected(), false);
}

TEST(Verdicts, FollowFromTheTwoIntervals) {
  const PublishedFigure plain{10.0, std::nullopt};
  const PublishedFigure wide{10.0, PublishedInterval{5.0, 12.0}};
  const Range far{0.0, 1.0};  // a middle half that holds nothing published
  EXPECT_EQ(judge(plain, 8.0, Range{7.0, 10.0}, Range{6.0, 11.0}), Verdict::kReached);  // ends belong to it
  EXPECT_EQ(judge(plain, 8.0, Range{7.0, 9.9}, Range{6.0, 10.0}), Verdict::kOverlaps);  // wide is not enough
  EXPECT_EQ(judge(plain, 8.0, Range{7.0, 9.0}, Range{6.0, 9.9}), Verdict::kNotReached);
  EXPECT_EQ(judge(wide, 6.0, far, Range{5.5, 6.5}), Verdict::kReached);  // the median lies in it
  EXPECT_EQ(judge(wide, 3.0, Range{2.0, 10.0}, Range{1.0, 11.0}), Verdict::kReached);  // the middle holds it
  EXPECT_EQ(judge(wide, 4.0, far, Range{3.0, 6.0}), Verdict::kOverlaps);     // neither, but they meet
  EXPECT_EQ(judge(wide, 13.0, far, Range{12.0, 14.0}), Verdict::kOverlaps);  // in one point
  EXPECT_EQ(judge(wide, 13.0, far, Range{12.1, 14.0}), Verdict::kNotReached);
  EXPECT_EQ(judge(wide, 3.0, far, Range{2.0, 4.9}), Verdict::kNotReached);
  EXPECT_EQ(judge(plain, 10.0, std::nullopt, std::nullopt), Verdict::kReached);  // one replicate
  EXPECT_EQ(judge(plain, 10.1, std::nullopt, std::nullopt), Verdict::kNotReached);
}

// ---- The command line ----

TEST(Targets, WhatTheCommandLineLeavesOutIsAnError) {
  Scenario scenario = by_hand(target_of("care_entries", 0, 3));
  scenario.horizon_months = 2;
  EXPECT_THROW(TargetTally{scenario}, UsageError);
  scenario.horizon_months = 3;
  scenario.targets[0].authorities = {10, 30};
  EXPECT_THROW(TargetTally{scenario}, UsageError);
}

// ---- Whole runs ----

Scenario tested() {
  return load_scenario(kRoot / "tests" / "analysis" / "targets.json").scenario;
}
std::vector<TargetResult> evaluated(const Scenario& scenario, int threads) {
  RunOptions options;
  options.parallel = on_threads(threads);
  return evaluate_targets(
      scenario, load_england(scenario.data_directory, scenario.origin, scenario.population), options);
}

TEST(Evaluation, IsTheSameForAnyNumberOfThreads) {
  const Scenario scenario = tested();
  const auto one = evaluated(scenario, 1);
  const auto three = evaluated(scenario, 3);
  ASSERT_EQ(one.size(), scenario.targets.size());
  ASSERT_EQ(one.size(), three.size());
  for (std::size_t t = 0; t < one.size(); ++t) {
    EXPECT_EQ(one[t].median, three[t].median);
    EXPECT_EQ(one[t].verdict, three[t].verdict);
    ASSERT_EQ(one[t].interval.has_value(), three[t].interval.has_value());
    if (one[t].interval) {
      EXPECT_EQ(one[t].interval->low, three[t].interval->low);
      EXPECT_EQ(one[t].interval->high, three[t].interval->high);
    }
  }
}

TEST(Evaluation, JudgesTheTargetsOfAScenario) {
  const Scenario scenario = tested();
  const auto results = evaluated(scenario, 2);
  ASSERT_EQ(results.size(), 5U);
  EXPECT_EQ(results[0].verdict, Verdict::kReached);
  EXPECT_EQ(results[0].as_expected(), true);
  EXPECT_EQ(results[1].verdict, Verdict::kNotReached);
  EXPECT_EQ(results[1].as_expected(), true);
  EXPECT_EQ(results[2].as_expected(), std::nullopt);
  EXPECT_GT(results[2].median, 0.0);
  EXPECT_LT(results[2].median, 100.0);
  EXPECT_GT(results[3].median, 0.0);
  EXPECT_EQ(results[4].verdict, Verdict::kNotDefined);
  EXPECT_EQ(results[4].undefined_replicates, scenario.replicates);
}

}  // namespace
}  // namespace hearth
