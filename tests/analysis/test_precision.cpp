// The goals of --until: what they mean, and when they are met. The series are synthetic.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "analysis/experiments/precision.hpp"
#include "core/error.hpp"

namespace hearth {
namespace {

const std::vector<std::string> kArms = {"usual", "first", "second"};

PrecisionGoal parsed(const std::string& text) {
  return parse_precision_goal(text, kArms, 0);
}

std::string mistake(const std::string& text) {
  try {
    parsed(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(PrecisionGoal, IsReadFromItsText) {
  PrecisionGoal goal = parsed("difference(care_entries).mcse < 1%");
  EXPECT_TRUE(goal.difference);
  EXPECT_EQ(goal.measure.key, "care_entries");
  EXPECT_EQ(goal.arms, (std::vector<std::size_t>{1, 2}));
  EXPECT_TRUE(goal.relative);
  EXPECT_DOUBLE_EQ(goal.limit, 0.01);
  goal = parsed("  total( looked_after_by_age.under_1 , second ) .mcse<25.5");
  EXPECT_FALSE(goal.difference);
  EXPECT_EQ(goal.measure.key, "looked_after_by_age.under_1");
  EXPECT_EQ(goal.arms, (std::vector<std::size_t>{2}));
  EXPECT_FALSE(goal.relative);
  EXPECT_DOUBLE_EQ(goal.limit, 25.5);
  EXPECT_EQ(parsed("total(cost_total).mcse < 1e6").arms.size(), 3U);
}

TEST(PrecisionGoal, MistakesAreNamedWithTheirPlace) {
  const auto says = [](const std::string& text, const std::string& part) {
    const std::string found = mistake(text);
    EXPECT_NE(found.find(part), std::string::npos) << text << ": " << found;
  };
  says("", "character 1: found the end; allowed: difference or total");
  says("mean(care_entries).mcse < 1", "character 1: found mean(");
  says("difference care_entries", "character 12: found care_entries; allowed: \"(\"");
  says("difference(care_entry).mcse < 1%", "character 12: found care_entry");
  says("difference(care_entry).mcse < 1%", "care_entries");
  says("difference(care_entries, third).mcse < 1", "character 26: found third");
  says("difference(care_entries, usual).mcse < 1", "other than the baseline");
  says("difference(care_entries).sd < 1", "character 25: found .sd < 1; allowed: \".mcse\"");
  says("difference(care_entries).mcse > 1", "character 31: found > 1; allowed: \"<\"");
  says("difference(care_entries).mcse < 0", "allowed: a number above 0");
  says("difference(care_entries).mcse < 1 children", "character 35: found children; allowed: the end");
}

// Two authorities, 14 months: the last year is the last two. In arm a and replicate r an authority has
// 100 + 10 a + r (a + 1) entries a month.
std::vector<AuthoritySeries> block(std::size_t arm, std::size_t replicate) {
  std::vector<AuthoritySeries> out(2, AuthoritySeries(14));
  for (auto& series : out)
    for (std::size_t m = 0; m < 14; ++m)
      series.counts(Measure::kCareEntries)[m] =
          m < 12 ? 999 : static_cast<std::int32_t>(100 + 10 * arm + replicate * (arm + 1));
  return out;
}

ResultHeader header() {
  ResultHeader out;
  for (const auto& arm : kArms) out.arms.push_back({arm, arm});
  out.replicates = 4;
  out.authorities.resize(2);
  out.origin = {2022, 3};
  out.months = 14;
  return out;
}

TEST(PrecisionTally, IsTheStandardErrorOfTheLastYear) {
  const auto state = [](const std::string& goal) {
    PrecisionTally tally(parsed(goal), header());
    for (std::size_t arm = 0; arm < 3; ++arm)
      for (std::size_t r = 0; r < 4; ++r) tally.add(arm, r, block(arm, r));
    return tally.state(4);
  };
  // Two months of two authorities: differences are 4 (10 arm + r arm); r = 0 .. 3 has variance 5/3.
  const double error = std::sqrt(5.0 / 3.0 / 4.0);
  EXPECT_NEAR(state("difference(care_entries, first).mcse < 3").error, 4.0 * error, 1e-12);
  EXPECT_NEAR(state("difference(care_entries).mcse < 3").error, 8.0 * error, 1e-12);  // the arm furthest off
  EXPECT_FALSE(state("difference(care_entries).mcse < 5.1").met());
  EXPECT_TRUE(state("difference(care_entries).mcse < 5.2").met());
  // A share of the baseline: 4 (100 + 1.5).
  EXPECT_NEAR(state("difference(care_entries).mcse < 1%").limit, 4.06, 1e-12);
  EXPECT_NEAR(state("total(care_entries, second).mcse < 1%").limit, 0.04 * (120.0 + 4.5), 1e-12);
  EXPECT_NEAR(state("total(care_entries, second).mcse < 1%").error, 12.0 * error, 1e-12);
}

TEST(PrecisionTally, OneReplicateIsNeverEnoughAndNoDifferenceAlwaysIs) {
  PrecisionTally tally(parsed("difference(care_entries, first).mcse < 1000000"), header());
  for (std::size_t r = 0; r < 2; ++r)
    for (std::size_t arm = 0; arm < 3; ++arm) tally.add(arm, r, block(0, r));
  EXPECT_FALSE(tally.state(1).met());
  EXPECT_EQ(tally.state(2).error, 0.0);
  EXPECT_TRUE(tally.state(2).met());
}

}  // namespace
}  // namespace hearth
