// Children who were taken from their families: births that follow, and children who left care for good and
// come back.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "statistics.hpp"
#include "trial.hpp"

namespace hearth {
namespace {

using enum Parameter;

constexpr int kFamilies = 4000;

// So many families of which an older child, of 5 to 9, is in foster care; another is born in month 6.
constexpr int kBirth = 6;
AuthorityOrigin with_older_children_in_care() {
  AuthorityOrigin authority;
  authority.children = kFamilies;
  authority.looked_after_by_placement_and_age[AuthorityOrigin::kFoster][index(AgeBand::k5To9)] = kFamilies;
  authority.children_in_need = kFamilies;
  return authority;
}
// Pre-proceedings that ran before a birth lead to a court, and there to an entry.
Parameters met_births(double share) {
  Parameters p = quiet_parameters();
  p[proceedings_after_removal_share] = share;
  p[pre_proceedings_court_share] = p[proceedings_interim_order_share_infant] =
      p[proceedings_engagement_ratio] = 1.0;
  return p;
}
AuthoritySeries born_later(const Parameters& p) {
  return Trial(with_older_children_in_care(), p, 12, kFamilies, {-70, kBirth}).run();
}
double binomial_error(double n, double share) {
  return sigmas() * std::sqrt(n * share * (1.0 - share));
}

TEST(BirthsAfterRemoval, AreMetInTheirMonthAndShare) {
  const AuthoritySeries series = born_later(met_births(0.4));
  const double met = sum(series, Measure::kCareApplications);
  EXPECT_NEAR(met, 0.4 * kFamilies, binomial_error(kFamilies, 0.4));
  EXPECT_EQ(sum(series, Measure::kCareApplications, kBirth, kBirth + 1), met);
  EXPECT_EQ(sum(series, Measure::kPreProceedingsStarted), met);
  EXPECT_EQ(sum(series, Measure::kCareEntriesByCourt), met);
  EXPECT_EQ(sum(series, Measure::kCareEntries), met);
  EXPECT_EQ(sum(series, Measure::kReferrals), 0.0);
  for (std::size_t month = 0; month < 12; ++month)
    EXPECT_EQ(series.counts(Measure::kCareEntriesByAge, index(AgeBand::kUnder1))[month],
              month == kBirth ? met : 0.0);
}

// Those whose end is another are children in need.
TEST(BirthsAfterRemoval, EndAsPreProceedingsDo) {
  Parameters p = met_births(1.0);
  p[pre_proceedings_court_share] = 0.3;
  const AuthoritySeries series = born_later(p);
  EXPECT_EQ(sum(series, Measure::kPreProceedingsStarted), kFamilies);
  const double applied = sum(series, Measure::kCareApplications);
  EXPECT_NEAR(applied, 0.3 * kFamilies, binomial_error(kFamilies, 0.3));
  EXPECT_EQ(sum(series, Measure::kCareApplications, kBirth, kBirth + 1), applied);
  const auto in_need = series.counts(Measure::kChildrenInNeed);
  const auto looked_after = series.counts(Measure::kLookedAfter);
  EXPECT_EQ(in_need[kBirth] - looked_after[kBirth], kFamilies - applied);
}

TEST(BirthsAfterRemoval, OfFamiliesOfTheOriginAShareCounts) {
  Parameters p = met_births(1.0);
  p[origin_births_after_removal_share] = 0.6;
  EXPECT_NEAR(sum(born_later(p), Measure::kCareApplications), 0.6 * kFamilies,
              binomial_error(kFamilies, 0.6));
}

TEST(BirthsAfterRemoval, ConcernNobodyWhoseOlderChildIsHomeOrWasNeverAway) {
  Parameters p = met_births(1.0);
  set_rows(p, rows::kCareReturnHome, 200.0);  // a year: all are home in the first months
  EXPECT_EQ(sum(born_later(p), Measure::kCareEntries), 0.0);
  AuthorityOrigin nobody;
  nobody.children = kFamilies;
  const AuthoritySeries series = Trial(nobody, met_births(1.0), 12, kFamilies, {-70, kBirth}).run();
  EXPECT_EQ(sum(series, Measure::kCareEntries), 0.0);
}

// With guardians and adopters too; and each birth after another.
TEST(BirthsAfterRemoval, FollowThoseWhoLeftForGood) {
  Parameters p = met_births(1.0);
  set_rows(p, rows::kCareGuardianship, 200.0);
  const AuthoritySeries series =
      Trial(with_older_children_in_care(), p, 24, kFamilies, {-70, kBirth, kBirth + 11}).run();
  EXPECT_EQ(sum(series, Measure::kCareApplications, kBirth, kBirth + 1), kFamilies);
  EXPECT_EQ(sum(series, Measure::kCareApplications, kBirth + 11, kBirth + 12), kFamilies);
  EXPECT_EQ(sum(series, Measure::kCareEntries), 2.0 * kFamilies);
}

// A real authority under business as usual, with some parameters changed.
class Changed {
 public:
  template <typename Change>
  Changed(int code, int months, Change&& change)
      : scenario_(main_scenario({code}, months)), families_(changed(change, code, months)) {
    const Arm& arm = scenario_.arms[0];
    history_ = make_care_history(arm.parameters, england());
    setting_ = setting_of(scenario_, arm, england().at(code), families_, history_);
  }
  Changed(const Changed&) = delete;
  Changed& operator=(const Changed&) = delete;

  const Families& families() const { return families_; }
  Setting& setting() { return setting_; }
  AuthorityState start() const { return start_authority(setting_, scenario_.seed, 0); }

 private:
  template <typename Change>
  Families changed(Change&& change, int code, int months) {
    change(scenario_.arms[0].parameters);
    return make_families(england().at(code), scenario_.arms[0].parameters, scenario_.seed, 1.0, months);
  }

  Scenario scenario_;
  Families families_;
  CareHistory history_;
  Setting setting_;
};

// In a real authority, where families have cases of their own: of each family of which a child was away
// before the month and did not come home in it, a newborn is met that month, or joins proceedings.
TEST(BirthsAfterRemoval, AreAllMetWhereTheShareIsOne) {
  Changed here(812, 60, [](Parameters& p) { p[proceedings_after_removal_share] = 1.0; });
  const Families& families = here.families();
  EventLog log;
  here.setting().log = &log;
  AuthorityState s = here.start();
  AuthoritySeries series(60);
  int births = 0, met = 0, with_a_case = 0;
  for (int month = 0; month < 60; ++month) {
    const std::vector<FamilyState> before = s.family;
    std::vector<Stage> stage(before.size(), Stage::kAssessment);
    for (const Case& c : s.cases) stage[c.family] = c.stage;
    const std::size_t from = log.events.size();
    advance(s, month + 1, series);
    std::vector<std::uint8_t> seen(before.size(), 0);
    std::vector<std::uint8_t> home(before.size(), 0);
    for (std::size_t e = from; e < log.events.size(); ++e) {
      const FamilyEvent& event = log.events[e];
      if (event.kind == EventKind::kPreProceedingsStart || event.kind == EventKind::kApplication ||
          event.kind == EventKind::kPreProceedingsEnd)
        seen[event.family] = 1;
      if (event.kind == EventKind::kLeavesCare || event.kind == EventKind::kMovesAway) home[event.family] = 1;
    }
    for (auto f = families.alive_begin[static_cast<std::size_t>(month)];
         f < families.alive_end[static_cast<std::size_t>(month)]; ++f) {
      const unsigned newborn = families.births[f].born_by(month) & ~families.births[f].born_by(month - 1);
      const auto away = static_cast<unsigned>(before[f].in_care | before[f].left);
      if (newborn == 0 || away == 0 || (away & newborn) != 0 || before[f].left == kMovedAway || home[f])
        continue;
      ++births;
      with_a_case += before[f].case_index != kNoCase ? 1 : 0;
      met += seen[f] || (before[f].case_index != kNoCase && stage[f] == Stage::kProceedings) ? 1 : 0;
    }
  }
  EXPECT_GT(births, 20);
  EXPECT_GT(with_a_case, 3);
  EXPECT_EQ(met, births);
}

// ---- Breakdown of guardianship and adoption ----

// Children with guardians from the first months on: each breakdown is an event of a Poisson process, as a
// child who enters again is with guardians soon.
TEST(LeftForGood, BreakdownsComeAtTheirRate) {
  Parameters p = quiet_parameters();
  set_rows(p, rows::kCareGuardianship, 200.0);
  const double rate = 0.05;  // a year
  p[care_guardianship_breakdown] = rate;
  const AuthoritySeries series = Trial(with_older_children_in_care(), p, 24, kFamilies, {-70}).run();
  const double expected = kFamilies * rate * 23.0 / 12.0;
  const double entries = sum(series, Measure::kCareEntries);
  EXPECT_NEAR(entries, expected, sigmas() * std::sqrt(expected) + 0.01 * expected);
  EXPECT_EQ(sum(series, Measure::kReEntries), entries);
  EXPECT_EQ(sum(series, Measure::kCareEntries, 0, 1), 0.0);
  // Who is adopted is not with guardians.
  p[care_guardianship_breakdown] = 0.0;
  p[care_adoption_breakdown] = rate;
  EXPECT_EQ(sum(Trial(with_older_children_in_care(), p, 24, kFamilies, {-70}).run(), Measure::kCareEntries),
            0.0);
}

TEST(LeftForGood, SomeHadLeftBeforeTheOrigin) {
  Parameters p = quiet_parameters();
  p[origin_left_for_good_ratio] = 0.8;
  p[care_guardianship_breakdown] = p[care_adoption_breakdown] = 0.2;
  AuthorityOrigin authority = with_older_children_in_care();
  authority.looked_after_by_placement_and_age[AuthorityOrigin::kFoster][index(AgeBand::k5To9)] = 1000;
  authority.children_in_need = 1000;
  const Trial trial(authority, p, 24, kFamilies, {-70, -50});
  const AuthorityState s = trial.start(0);
  int left = 0;
  for (const FamilyState& f : s.family) {
    left += std::popcount(f.left);
    EXPECT_EQ(f.left & f.in_care, 0);
  }
  EXPECT_EQ(left, 800);
  const double expected = 800.0 * (1.0 - std::exp(-0.2 * 2.0));
  EXPECT_NEAR(sum(trial.run(), Measure::kCareEntries), expected, binomial_error(800.0, expected / 800.0));
}

// Where needs are no longer those of the time of entry, families with looked-after children have needs like
// other families that services know.
TEST(NeedsKept, MakeTheNeedsOfFamiliesWithChildrenInCare) {
  const auto needs = [](double share) {
    const Changed here(330, 12, [&](Parameters& p) { p[origin_needs_kept_share] = share; });
    const AuthorityState s = here.start();
    double of_families = 0.0, n = 0.0;
    for (const FamilyState& f : s.family)
      if (f.in_care != 0) {
        of_families += adult_needs(f.state);
        n += 1.0;
      }
    return of_families / n;
  };
  const double all = needs(1.0), half = needs(0.5), none = needs(0.0);
  EXPECT_GT(all, half + 0.02);
  EXPECT_GT(half, none + 0.02);
}

// ---- Entries of earlier years ----

// Where twice as many entered a year ago as now, twice as many have been in care for a year.
TEST(CareHistory, ThoseWhoEnteredInOtherYearsWereAsManyAsThen) {
  Parameters p = quiet_parameters();
  const CareHistory level = make_care_history(p, england());
  EXPECT_EQ(make_care_history(p, England{}).months, level.months);
  England falling;
  for (const double entries : {1.0, 2.0, 3.0}) {
    EntriesOfYear& year = falling.care_entries.emplace_back();
    year.by_age.fill(1000.0 * entries);
    year.unaccompanied = 0.0;
  }
  p[origin_entries_of_earlier_years] = 1.0;
  const CareHistory then = make_care_history(p, falling);
  // Nobody leaves: all who entered since birth are still there.
  const auto in_month = [&](const CareHistory& history, std::size_t month, std::size_t age = 180) {
    const auto& months = history.months[age];
    return static_cast<double>(months[month] - (month == 0 ? 0.0F : months[month - 1]));
  };
  for (std::size_t month = 0; month < 60; ++month) {
    const double years = std::min(2.0, std::floor(static_cast<double>(month) / 12.0));
    EXPECT_NEAR(in_month(then, month) / in_month(level, month), 1.0 + years, 0.02 * (1.0 + years)) << month;
  }
  // Those who came alone are no entries of families: where they alone grew, nothing changes but for their
  // share.
  England alone;
  for (const double arrivals : {3000.0, 0.0}) {
    EntriesOfYear& year = alone.care_entries.emplace_back();
    year.by_age = {1000.0, 1000.0, 1000.0, 1000.0 + p[unaccompanied_under_16_share] * arrivals,
                   1000.0 + (1.0 - p[unaccompanied_under_16_share]) * arrivals};
    year.unaccompanied = arrivals;
  }
  const CareHistory same = make_care_history(p, alone);
  for (const std::size_t age : {180UL, 212UL})
    for (std::size_t month = 0; month < 60; ++month)
      EXPECT_NEAR(in_month(same, month, age), in_month(level, month, age), 1e-3 * in_month(level, 0, age));
}

// England's figures of each year up to the origin, as the table has them.
TEST(CareHistory, OfEnglandIsRead) {
  const auto& entries = england().care_entries;
  ASSERT_EQ(entries.size(), 15U);  // 2011 to 2025
  EXPECT_EQ(entries.front().by_age[index(AgeBand::kUnder1)], 5140.0);
  EXPECT_EQ(entries.front().unaccompanied, 6950.0);
  EXPECT_EQ(entries.back().by_age[index(AgeBand::k16Plus)], 3340.0);
  EXPECT_NEAR(entries.back().unaccompanied, 2670.0 * 3490.0 / 5080.0, 1e-9);
}

// The order of the lists of an authority says nothing.
TEST(Removed, TheOrderOfListsChangesNothing) {
  const Changed here(857, 60, [](Parameters& p) {
    p[proceedings_after_removal_share] = 0.7;
    p[care_guardianship_breakdown] = p[care_adoption_breakdown] = 0.3;
    p[origin_left_for_good_ratio] = 0.5;
  });
  AuthoritySeries forward(60), reversed(60);
  AuthorityState one = here.start();
  AuthorityState other = here.start();
  advance(one, 60, forward);
  for (int month = 1; month <= 60; ++month) {
    reverse_lists(other);
    advance(other, month, reversed);
  }
  EXPECT_EQ(difference(forward, reversed), "");
  EXPECT_GT(sum(forward, Measure::kReEntries), 0.0);
}

}  // namespace
}  // namespace hearth
