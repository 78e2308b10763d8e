// Children in unmet need: what the panel of families counts, and that looking away shows in it.
#include "model/outcomes/unmet_need.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "statistics.hpp"
#include "trial.hpp"

namespace hearth {
namespace {

using enum Parameter;

TEST(UnmetNeed, EveryBlockHasItsMonthInEveryRound) {
  for (std::uint32_t round = 0; round < 500; ++round) {
    for (const int start : {0, 5, 119}) {
      std::set<std::uint32_t> seen;
      for (int month = start; month < start + static_cast<int>(kPanelMonths); ++month)
        seen.insert(panel_block(round, month));
      ASSERT_EQ(seen.size(), kPanelMonths);
      ASSERT_EQ(*seen.begin(), round * kPanelMonths);
      ASSERT_EQ(*seen.rbegin(), (round + 1) * kPanelMonths - 1);
    }
  }
}

// Two children a family, of whom none is born or grows up; needs and cases stay as they are put here.
TEST(UnmetNeed, IsCountedExactlyOverARoundInWhichNothingHappens) {
  AuthorityOrigin authority;
  authority.children = 500;
  constexpr std::uint32_t kFamilies = 1003;  // no whole number of blocks
  const Trial trial(authority, quiet_parameters(), kPanelMonths, kFamilies, {-100, -50});
  AuthorityState s = trial.start(0);
  int one = 0, more = 0, with_case = 0;  // children
  for (std::uint32_t i = 0; i < kFamilies; ++i) {
    FamilyState& f = s.family[i];
    f = FamilyState{};
    f.family_class = static_cast<std::uint8_t>(i % kFamilyClasses);
    f.state = kPoverty | kRecentCase | kHadPlan;  // none of these is an adult's need
    if (i % 3 == 0) f.state |= kMentalIllHealth;
    if (i % 15 == 0) f.state |= kSubstanceMisuse;
    if (i % 7 == 0) f.case_index = 0;
    if (i % 11 == 0) f.in_care = 1;
    const int children = i % 11 == 0 ? 1 : 2;
    if (i % 3 != 0) continue;
    if (i % 7 == 0)
      with_case += children;
    else
      (i % 15 == 0 ? more : one) += children;
  }
  constexpr int kRound = static_cast<int>(kPanelMonths);
  for (int month = 0; month < kRound; ++month) count_unmet_need(s, month);
  const auto counted = [&](Measure measure, std::size_t category = 0) {
    return s.counts[index(measure)][category];
  };
  EXPECT_EQ(counted(Measure::kMonthsInUnmetNeed), kRound * (one + more));
  EXPECT_EQ(counted(Measure::kMonthsInUnmetNeedTwoOrMore), kRound * more);
  EXPECT_EQ(counted(Measure::kMonthsInNeedWithCase), kRound * with_case);
  int of_fifths = 0;
  for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth) {
    const int here = counted(Measure::kMonthsInUnmetNeedByDeprivation, fifth);
    EXPECT_NEAR(here, kRound * (one + more) / 5.0, kRound * 12.0) << fifth;
    of_fifths += here;
  }
  EXPECT_EQ(of_fifths, kRound * (one + more));
}

// While families come, go and change, the panel is near what a look at all of them in every month gives.
TEST(UnmetNeed, IsNearALookAtAllFamilies) {
  constexpr int kMonths = 60;
  for (const int code : {857, 926}) {
    const Scenario scenario = main_scenario({code}, kMonths);
    const Arm& arm = scenario.arms[scenario.baseline];
    const AuthorityOrigin& authority = england().at(code);
    const Families families = make_families(authority, arm.parameters, scenario.seed, 1.0, kMonths);
    const CareHistory history = make_care_history(arm.parameters, england());
    const Setting setting = setting_of(scenario, arm, authority, families, history);
    AuthorityState s = start_authority(setting, scenario.seed, 0);
    AuthoritySeries series(kMonths);
    double unmet = 0.0;
    double with_case = 0.0;
    for (int month = 0; month < kMonths; ++month) {
      advance(s, month + 1, series);
      const auto m = static_cast<std::size_t>(month);
      for (auto i = families.alive_begin[m]; i < families.alive_end[m]; ++i)
        if (adult_needs(s.family[i].state) > 0)
          (s.family[i].case_index == kNoCase ? unmet : with_case) += children_at_home(s, i, month).children;
    }
    // Brothers and sisters are seen together, and count as many times as a round has months.
    const auto error = [](double months) { return std::sqrt(2.5 * kPanelMonths * months); };
    EXPECT_NEAR(sum(series, Measure::kMonthsInUnmetNeed), unmet, sigmas() * error(unmet)) << code;
    EXPECT_NEAR(sum(series, Measure::kMonthsInNeedWithCase), with_case, sigmas() * error(with_case)) << code;
  }
}

TEST(UnmetNeed, EntriesInAnEmergencyAreThoseOutsideCourt) {
  for (const double share : {0.0, 1.0}) {
    Scenario scenario = main_scenario({812}, 24);
    scenario.arms.resize(1);
    scenario.arms[0].parameters[accommodation_emergency_share] = share;
    scenario.draws = {};
    const Results results = results_of(scenario);
    const auto of = [&](Measure measure) { return sum(results, scenario.arms[0].name, measure); };
    const double outside =
        of(Measure::kCareEntries) - of(Measure::kCareEntriesByCourt) - of(Measure::kCareEntriesUnaccompanied);
    EXPECT_GT(outside, 0.0);
    EXPECT_EQ(of(Measure::kCareEntriesEmergency), share * outside);
  }
}

// Closing early saves money, for a while; children's months in unmet need and repeat harm say at what price.
TEST(UnmetNeed, LookingAwayShows) {
  Scenario scenario = main_scenario({812}, 36, 4);
  scenario.arms.resize(1);
  const std::string usual = scenario.arms[0].name;
  add_arm_with(scenario, "closes_early", Lever::kPrematureClosure, 2.0);
  const Results results = results_of(scenario);
  const auto more = [&](Measure measure) {
    return sum(results, "closes_early", measure) - sum(results, usual, measure);
  };
  EXPECT_LT(more(Measure::kMonthsInNeedWithCase), 0.0);
  EXPECT_GT(more(Measure::kMonthsInUnmetNeed), 0.0);
  EXPECT_GT(more(Measure::kMonthsInUnmetNeedTwoOrMore), 0.0);
  EXPECT_GT(more(Measure::kReReferralsToPlanOrCare), 0.0);
}

}  // namespace
}  // namespace hearth
