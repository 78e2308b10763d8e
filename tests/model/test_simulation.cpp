// The simulation: against closed forms where nothing feeds back, in its sums, and in what must not change it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "core/error.hpp"
#include "kernels/registers.hpp"
#include "kernels/scan.hpp"
#include "statistics.hpp"
#include "threads/threads.hpp"
#include "trial.hpp"

namespace hearth {
namespace {

using enum Parameter;

int at(const AuthoritySeries& series, Measure measure, int month, std::size_t category = 0) {
  return series.counts(measure, category)[static_cast<std::size_t>(month)];
}

// ---- Closed forms: nothing feeds back, rates are constant ----

// Unaccompanied children arrive as a Poisson process and leave at a constant rate or at 18: an infinite
// server, whose stock is Poisson.
TEST(ClosedForm, UnaccompaniedChildrenAreAnInfiniteServer) {
  Parameters p = quiet_parameters();
  p[unaccompanied_entry_ratio] = 1.0;
  p[unaccompanied_under_16_share] = 0.3;
  p[unaccompanied_leaving] = 0.6;
  AuthorityOrigin authority;
  authority.children = 500;
  authority.care_entries_unaccompanied = 600.0;
  constexpr int kMonths = 121;
  const Trial trial(authority, p, kMonths);

  const double arrivals = 600.0 / kMonthsPerYear;
  const double leaving = 0.6 / kMonthsPerYear;
  // Arrivals come evenly within a month; those of age a have their 18th birthday 216 - a months later.
  const double first_month = (1.0 - std::exp(-leaving)) / leaving;
  const auto expected = [&](int from, int to) {  // by ages in months, evenly
    double sum = 0.0;
    for (int age = from; age < to; ++age)
      for (int months = 0; age + months + 1 < kAdultMonths; ++months)
        sum += first_month * std::exp(-leaving * months) / (to - from);
    return sum;
  };
  const double stock = arrivals * (0.3 * expected(180, 192) + 0.7 * expected(192, kAdultMonths));

  double n = 0.0;
  double total = 0.0;
  double squares = 0.0;
  double entries = 0.0;
  constexpr int kReplicates = 60;
  for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
    const AuthoritySeries series = trial.run(replicate);
    entries += sum(series, Measure::kCareEntriesUnaccompanied);
    for (const int month : {60, 120}) {  // no child stays for 60 months
      const double now = at(series, Measure::kLookedAfterUnaccompanied, month);
      ASSERT_EQ(now, at(series, Measure::kLookedAfter, month));
      total += now;
      squares += (now - stock) * (now - stock);
      n += 1.0;
    }
  }
  // A newcomer within a month of 18 is counted once more: one in 24 of the older arrivals of a month.
  const double a_month_late = arrivals * 0.7 / 24.0;
  EXPECT_NEAR(total / n, stock, sigmas() * std::sqrt(stock / n) + a_month_late);
  EXPECT_LT(squares / stock, chi_squared_bound(n) * 1.05);
  EXPECT_GT(squares / stock, n - sigmas() * std::sqrt(2.0 * n));
  EXPECT_NEAR(entries, arrivals * kMonths * kReplicates,
              sigmas() * std::sqrt(arrivals * kMonths * kReplicates));
}

// Counts of events of `n` by month against a constant hazard; the rest outlast the months.
double against_exponential(const std::vector<double>& events, double n, double hazard) {
  std::vector<double> counts = events;
  counts.push_back(n - std::accumulate(events.begin(), events.end(), 0.0));
  std::vector<double> expected;
  for (std::size_t m = 0; m < events.size(); ++m)
    expected.push_back(n * std::exp(-hazard * static_cast<double>(m)) * (1.0 - std::exp(-hazard)));
  expected.push_back(n * std::exp(-hazard * static_cast<double>(events.size())));
  return chi_squared(counts, expected);
}

TEST(ClosedForm, StaysInCareAreExponentialAndReasonsHaveTheirShares) {
  Parameters p = quiet_parameters();
  const double home = 0.3, guardianship = 0.2, leaving = 0.1;  // a year
  set_rows(p, rows::kCareReturnHome, home);
  set_rows(p, rows::kCareGuardianship, guardianship);
  set_rows(p, rows::kCareLeaving, leaving);
  AuthorityOrigin authority;
  authority.children = 30000;
  authority.looked_after_by_placement_and_age[AuthorityOrigin::kFoster][index(AgeBand::k5To9)] = 4000;
  authority.children_in_need = 4000;
  constexpr int kMonths = 60;  // nobody turns 18
  const AuthoritySeries series = Trial(authority, p, kMonths).run();
  std::vector<double> exits;
  for (int m = 0; m < kMonths; ++m) exits.push_back(at(series, Measure::kCareExits, m));
  const double all = home + guardianship + leaving;
  EXPECT_LT(against_exponential(exits, 4000.0, all / kMonthsPerYear), chi_squared_bound(kMonths));
  const double left = std::accumulate(exits.begin(), exits.end(), 0.0);
  std::vector<double> reasons, expected;
  for (const auto& [reason, rate] :
       {std::pair{ExitReason::kReturnedHome, home}, std::pair{ExitReason::kGuardianship, guardianship},
        std::pair{ExitReason::kOther, leaving}}) {
    double count = 0.0;
    for (int m = 0; m < kMonths; ++m) count += at(series, Measure::kCareExitsByReason, m, index(reason));
    reasons.push_back(count);
    expected.push_back(left * rate / all);
  }
  EXPECT_EQ(std::accumulate(reasons.begin(), reasons.end(), 0.0), left);
  EXPECT_LT(chi_squared(reasons, expected), chi_squared_bound(2));
  EXPECT_EQ(sum(series, Measure::kCareEntries), 0.0);
}

// Often several in one month.
TEST(ClosedForm, MovesOfPlacementAreAPoissonProcess) {
  Parameters p = quiet_parameters();
  const double rate = 10.0;  // a year
  set_rows(p, rows::kCareMove, rate);
  AuthorityOrigin authority;
  authority.children = 30000;
  authority.looked_after_by_placement_and_age[AuthorityOrigin::kFoster][index(AgeBand::k5To9)] = 4000;
  authority.children_in_need = 4000;
  constexpr int kMonths = 24;
  Trial trial(authority, p, kMonths);
  EventLog log;
  trial.setting().log = &log;
  trial.run();
  std::map<std::tuple<std::uint32_t, int, int>, std::size_t> moves;  // by child and month
  for (const FamilyEvent& event : log.events)
    if (event.kind == EventKind::kMoves) ++moves[{event.family, event.child, event.month}];
  constexpr double kChildMonths = 4000.0 * kMonths;
  std::vector<double> counts(5, 0.0);  // of months with none, one, two, three, and more
  counts[0] = kChildMonths - static_cast<double>(moves.size());
  for (const auto& [of, n] : moves) ++counts[std::min<std::size_t>(n, 4)];
  std::vector<double> expected;
  double chance = std::exp(-rate / kMonthsPerYear);
  double left = 1.0;
  for (int n = 0; n < 4; ++n) {
    expected.push_back(kChildMonths * chance);
    left -= chance;
    chance *= rate / kMonthsPerYear / (n + 1);
  }
  expected.push_back(kChildMonths * left);
  EXPECT_LT(chi_squared(counts, expected), chi_squared_bound(4));
}

TEST(ClosedForm, CasesOfChildrenInNeedCloseExponentially) {
  Parameters p = quiet_parameters();
  set_rows(p, rows::kChildInNeedClosure, 0.08);
  AuthorityOrigin authority;
  authority.children = 4000;
  authority.children_in_need = 4000;
  constexpr int kMonths = 36;
  const AuthoritySeries series = Trial(authority, p, kMonths, 4000, {-60}).run();
  std::vector<double> closed;
  int before = 4000;
  for (int m = 0; m < kMonths; ++m) {
    const int now = at(series, Measure::kChildrenInNeed, m);
    closed.push_back(before - now);
    before = now;
  }
  EXPECT_LT(against_exponential(closed, 4000.0, 0.08), chi_squared_bound(kMonths));
}

TEST(ClosedForm, PlansEndExponentially) {
  Parameters p = quiet_parameters();
  set_rows(p, rows::kProtectionPlanEnd, 0.1);
  AuthorityOrigin authority;
  authority.children = 4000;
  authority.child_protection_plans = 4000;
  authority.children_in_need = 4000;
  constexpr int kMonths = 36;
  const AuthoritySeries series = Trial(authority, p, kMonths, 2000, {-90, -60}).run();
  std::vector<double> ended;  // families: two children each
  for (int m = 0; m < kMonths; ++m) ended.push_back(at(series, Measure::kChildProtectionPlansEnded, m) / 2.0);
  EXPECT_LT(against_exponential(ended, 2000.0, 0.1), chi_squared_bound(kMonths));
  // Those who step down stay in need.
  const double stepped_down = at(series, Measure::kChildrenInNeed, kMonths - 1) -
                              at(series, Measure::kChildProtectionPlans, kMonths - 1);
  const double share = p[protection_plan_step_down_share];
  const double over = std::accumulate(ended.begin(), ended.end(), 0.0);
  EXPECT_NEAR(stepped_down / 2.0, over * share, sigmas() * std::sqrt(over * share * (1.0 - share)));
}

// A propensity of an authority, as a factor.
void set_propensity(Trial& trial, Propensity id, double factor) {
  trial.setting().drift.level[index(id)] = std::log(factor);
}

TEST(ClosedForm, PlansEndSoonerByThePropensityToEndThem) {
  Parameters p = quiet_parameters();
  set_rows(p, rows::kProtectionPlanEnd, 0.1);
  constexpr int kFamilies = 40000;
  AuthorityOrigin authority;
  authority.children = authority.child_protection_plans = authority.children_in_need = 2 * kFamilies;
  constexpr int kMonths = 24;
  const AuthoritySeries usual = Trial(authority, p, kMonths, kFamilies, {-90, -60}).run();
  for (const double factor : {0.5, 1.0, 2.0}) {
    Trial trial(authority, p, kMonths, kFamilies, {-90, -60});
    set_propensity(trial, Propensity::kProtectionPlanEnd, factor);
    const AuthoritySeries series = trial.run();
    std::vector<double> ended;  // families: two children each
    for (int m = 0; m < kMonths; ++m) {
      ended.push_back(at(series, Measure::kChildProtectionPlansEnded, m) / 2.0);
      EXPECT_EQ(at(series, Measure::kChildProtectionPlans, m),
                2.0 * kFamilies - 2.0 * std::accumulate(ended.begin(), ended.end(), 0.0));
    }
    EXPECT_LT(against_exponential(ended, kFamilies, 0.1 * factor), chi_squared_bound(kMonths)) << factor;
    // The same luck: each family's plan ends when its hazard has added up to its threshold.
    if (factor == 1.0) {
      EXPECT_EQ(difference(series, usual), "");
    } else {
      for (int m = 0; m < kMonths; ++m) {
        const double more =
            at(series, Measure::kChildProtectionPlans, m) - at(usual, Measure::kChildProtectionPlans, m);
        EXPECT_GT(factor < 1.0 ? more : -more, 0.0) << factor << ", month " << m;
      }
    }
  }
}

// Families with a child of six and one of sixteen and a half, each of whom may enter care by agreement.
struct Entries {
  double young;
  double old;
  explicit Entries(const AuthoritySeries& series)
      : young(sum(series, Measure::kCareEntries) - of_16_plus(series)), old(of_16_plus(series)) {}
  static double of_16_plus(const AuthoritySeries& series) {
    double out = 0.0;
    for (const int n : series.counts(Measure::kCareEntriesByAge, index(AgeBand::k16Plus))) out += n;
    return out;
  }
};

TEST(ClosedForm, EntriesAtSixteenAndUnderFollowPropensitiesOfTheirOwn) {
  Parameters p = quiet_parameters();
  constexpr double kRate = 0.01;
  constexpr int kFamilies = 40000;
  constexpr int kMonths = 12;
  p[accommodation_rate] = kRate;
  p[accommodation_emergency_share] = p[assessment_not_in_need] = 0.0;
  p[accommodation_need_ratio] = p[accommodation_poverty_ratio] = p[proceedings_engagement_ratio] = 1.0;
  for (const auto id : {accommodation_stage_assessment, accommodation_stage_section_47,
                        accommodation_stage_pre_proceedings, accommodation_stage_proceedings})
    p[id] = 1.0;
  set_rows(p, rows::kAccommodationAge, 1.0);
  AuthorityOrigin authority;
  authority.children = authority.children_in_need = 2 * kFamilies;
  const AuthoritySeries usual = Trial(authority, p, kMonths, kFamilies, {-198, -70}).run();
  const auto expect = [&](double found, double factor, const std::string& what) {
    const double entering = 1.0 - std::exp(-kRate * factor * kMonths);
    EXPECT_NEAR(found, kFamilies * entering, sigmas() * std::sqrt(kFamilies * entering * (1.0 - entering)))
        << what;
  };
  for (const double young : {0.5, 1.0, 2.0})
    for (const double old : {0.25, 1.0, 3.0}) {
      Trial trial(authority, p, kMonths, kFamilies, {-198, -70});
      set_propensity(trial, Propensity::kCareEntry, young);
      set_propensity(trial, Propensity::kCareEntry16Plus, old);
      const AuthoritySeries series = trial.run();
      const std::string what = std::to_string(young) + " under 16, " + std::to_string(old) + " from 16";
      expect(Entries(series).young, young, what);
      expect(Entries(series).old, old, what);
      if (young == 1.0 && old == 1.0) {
        EXPECT_EQ(difference(series, usual), "");
      }
    }
}

// Those of six have the same luck to the last month, however seldom others of sixteen enter.
TEST(ClosedForm, EntriesUnderSixteenAreUntouchedByAFallAboveIt) {
  Parameters p = quiet_parameters();
  p[accommodation_rate] = 0.02;
  p[accommodation_emergency_share] = 0.0;
  set_rows(p, rows::kAccommodationAge, 1.0);
  AuthorityOrigin authority;
  authority.children = authority.children_in_need = 1000;
  const auto run = [&](int birth, double factor) {
    Trial trial(authority, p, 12, 1000, {birth});
    set_propensity(trial, Propensity::kCareEntry16Plus, factor);
    return trial.run();
  };
  EXPECT_EQ(difference(run(-70, 0.2), run(-70, 1.0)), "");
  EXPECT_GT(sum(run(-70, 1.0), Measure::kCareEntries), 50.0);
  EXPECT_LT(Entries(run(-198, 0.2)).old, 0.5 * Entries(run(-198, 1.0)).old);
}

TEST(ClosedForm, NeedsStayStationaryInQuietFamilies) {
  Parameters p = quiet_parameters();
  AuthorityOrigin authority;
  authority.children = 100000;
  constexpr int kMonths = 120;
  Trial trial(authority, p, kMonths);
  const Families& families = trial.families();
  AuthoritySeries series(kMonths);
  AuthorityState here = trial.start(0);
  for (int month = 0; month < kMonths; month += 12) {
    advance(here, month + 1, series);
    std::array<double, 3> expected{};
    std::array<double, 3> variance{};
    for (auto f = families.alive_begin[static_cast<std::size_t>(month)];
         f < families.alive_end[static_cast<std::size_t>(month)]; ++f) {
      const auto& shares = trial.setting().needs.stationary[families.family_class[f]];
      for (std::size_t k = 0; k < 3; ++k) {
        double prevalence = 0.0;
        for (std::size_t s = 0; s < kNeedStates; ++s)
          if (s & (2U << k)) prevalence += shares[s];
        expected[k] += prevalence;
        variance[k] += prevalence * (1.0 - prevalence);
      }
    }
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(running(here).families_with[k], expected[k], sigmas() * std::sqrt(variance[k]))
          << "need " << k << ", month " << month;
  }
}

// Families are referred as a Poisson process at their rate, thinned by the age of the youngest at home.
TEST(ClosedForm, ReferralsAreThoseOfTheRates) {
  Parameters p = quiet_parameters();
  p[contact_base] = 0.3;
  p[contact_poverty_ratio] = p[contact_recent_ratio] = p[contact_first_birth_ratio] = 1.0;
  p[contact_no_further_action] = 1.0;  // no case opens, so nobody leaves the quiet families
  AuthorityOrigin authority;
  authority.children = 20000;
  constexpr int kMonths = 60;
  Trial trial(authority, p, kMonths);
  const Families& families = trial.families();
  double expected = 0.0;
  double variance = 0.0;
  std::array<double, kAgeBands> yearly = {p[contact_age_under_1], p[contact_age_1_to_4],
                                          p[contact_age_5_to_9], p[contact_age_10_to_15],
                                          p[contact_age_16_plus]};
  for (int month = 0; month < kMonths; ++month)
    for (auto f = families.alive_begin[static_cast<std::size_t>(month)];
         f < families.alive_end[static_cast<std::size_t>(month)]; ++f) {
      int n = 0;
      int youngest = kAdultMonths;
      for (const int birth : families.births[f].month) {
        const int age = month - birth;
        if (age < 0 || age >= kAdultMonths) continue;
        ++n;
        youngest = std::min(youngest, age);
      }
      if (n == 0) continue;
      const double gradient =
          std::exp(p[contact_deprivation_slope] *
                   (kDeprivationScores[deprivation_class(families.family_class[f])] - kAverageIdaci));
      const double rate = 0.3 / kMonthsPerYear * gradient * yearly[age_band(youngest)];
      expected += n * rate;
      variance += n * n * rate;
    }
  constexpr int kReplicates = 4;
  double referrals = 0.0;
  for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate)
    referrals += sum(trial.run(replicate), Measure::kReferrals);
  EXPECT_NEAR(referrals, kReplicates * expected, sigmas() * std::sqrt(kReplicates * variance));
}

// Concerns are raised in families with a need, from when it begins until it ends.
TEST(ClosedForm, ReferralsFollowNeedsAsTheyComeAndGo) {
  Parameters p = quiet_parameters();
  p[contact_domestic_abuse] = 0.6;
  p[contact_recent_ratio] = p[contact_first_birth_ratio] = p[contact_no_further_action] = 1.0;
  set_rows(p, rows::kContactAge, 1.0);
  p[needs_comorbidity_ratio] = p[needs_poverty_ratio] = 1.0;
  p[needs_domestic_abuse_onset] = 0.5;
  p[needs_domestic_abuse_recovery] = 3.0;
  p[needs_deprivation_slope] = 0.0;
  constexpr int kMonths = 60;
  constexpr int kFamilies = 4000;
  AuthorityOrigin authority;
  authority.children = kFamilies;
  const AuthoritySeries series = Trial(authority, p, kMonths, kFamilies, {-60}).run();
  const double years = kMonths / 12.0;
  const double prevalence = 0.5 / (0.5 + 3.0);
  const double referrals = kFamilies * years * prevalence * 0.6;
  // More than a Poisson count's variance, as a family's need comes and goes with rate 3.5 a year.
  const double variance = referrals * (1.0 + 2.0 * 0.6 * (1.0 - prevalence) / 3.5);
  EXPECT_NEAR(sum(series, Measure::kReferrals), referrals, sigmas() * std::sqrt(variance));
}

// Enquiries begin at rate a and last for a time of mean 1/b, many of them within a month: an alternating
// renewal process.
TEST(ClosedForm, EnquiriesFollowEachOtherWithinAMonth) {
  Parameters p = quiet_parameters();
  const double a = 0.8, b = 2.0;
  p[enquiry_rate_child_in_need] = a;
  p[enquiry_duration] = 1.0 / b;
  p[enquiry_need_ratio] = p[enquiry_engagement_ratio] = p[enquiry_continue_share] = 1.0;
  p[enquiry_conference_share] = 0.0;
  constexpr int kMonths = 24;
  constexpr int kFamilies = 4000;
  AuthorityOrigin authority;
  authority.children = authority.children_in_need = kFamilies;
  const AuthoritySeries series = Trial(authority, p, kMonths, kFamilies, {-60}).run();
  const double enquiries = kFamilies * (a * b / (a + b) * kMonths +
                                        a * a / ((a + b) * (a + b)) * (1.0 - std::exp(-(a + b) * kMonths)));
  // Such a process varies less than a Poisson count.
  EXPECT_NEAR(sum(series, Measure::kSection47Enquiries), enquiries, sigmas() * std::sqrt(enquiries));
}

TEST(ClosedForm, PoliceCalloutsAndAdmissionsFollowTheFamiliesWithNeeds) {
  const Parameters p = quiet_parameters();
  AuthorityOrigin authority;
  authority.children = 20000;
  constexpr int kMonths = 48;
  const Trial trial(authority, p, kMonths);
  AuthoritySeries series(kMonths);
  AuthorityState here = trial.start(0);
  double callouts = 0.0;
  double admissions = 0.0;
  for (int month = 0; month < kMonths; ++month) {
    advance(here, month + 1, series);
    const Census now = running(here);
    const auto& with = now.families_with;
    const auto m = static_cast<std::size_t>(month);
    const double families = trial.families().present[m];
    callouts += with[0] * p[outcomes_police_callouts] / kMonthsPerYear;
    admissions += (families * p[outcomes_admissions_base] + with[0] * p[outcomes_admissions_domestic_abuse] +
                   with[1] * p[outcomes_admissions_mental_ill_health] +
                   with[2] * p[outcomes_admissions_substance_misuse]) /
                  kMonthsPerYear;
  }
  EXPECT_NEAR(sum(series, Measure::kPoliceCallouts), callouts, sigmas() * std::sqrt(callouts));
  EXPECT_NEAR(sum(series, Measure::kEmergencyAdmissions), admissions, sigmas() * std::sqrt(admissions));
}

// One child enters care; each of two siblings follows with the same chance, whatever the other does.
TEST(ClosedForm, SiblingsFollowIndependently) {
  Parameters p = quiet_parameters();
  p[accommodation_rate] = 0.01;
  p[accommodation_emergency_share] = 0.0;
  p[accommodation_sibling_share] = 0.5;
  set_rows(p, rows::kAccommodationAge, 1.0);
  AuthorityOrigin authority;
  authority.children = 3;
  authority.children_in_need = 3;
  constexpr int kMonths = 12;
  const Trial trial(authority, p, kMonths, 1, {-70, -50, -30});
  std::vector<double> together(3);
  for (std::uint32_t replicate = 0; replicate < 4000; ++replicate) {
    const AuthoritySeries series = trial.run(replicate);
    const auto entries = series.counts(Measure::kCareEntries);
    const auto first = std::find_if(entries.begin(), entries.end(), [](int n) { return n > 0; });
    if (first != entries.end()) together.at(static_cast<std::size_t>(*first) - 1) += 1.0;
  }
  const double n = together[0] + together[1] + together[2];
  EXPECT_GT(n, 800.0);
  // A second entry within the same month is one in a hundred, hence the margin.
  EXPECT_LT(chi_squared(together, {n / 4.0, n / 2.0, n / 4.0}), chi_squared_bound(2) + 0.01 * n)
      << together[0] << " alone, " << together[1] << " in twos, " << together[2] << " all three";
}

// Every family has a case at once and goes to court, from pre-proceedings that start at this rate a month.
Parameters everybody_to_court(double rate) {
  Parameters p = quiet_parameters();
  p[contact_base] = 20.0;
  p[contact_no_further_action] = p[assessment_not_in_need] = 0.0;
  p[assessment_duration] = 0.3;
  p[pre_proceedings_rate_child_in_need] = rate;
  p[pre_proceedings_court_share] = p[pre_proceedings_duration] = p[proceedings_duration] = 1.0;
  set_rows(p, rows::kProceedingsAge, 1.0);
  return p;
}

// An interim order and a final order are two decisions: a child who stays at home at the first may enter at
// the second. Each application brings two chances of one half.
TEST(ClosedForm, OrdersOfACourtAreDecisionsOfTheirOwn) {
  Parameters p = everybody_to_court(1.0);
  p[proceedings_interim_order_share] = p[proceedings_interim_order_share_infant] =
      p[proceedings_care_order_share] = 1.0;
  p[proceedings_age_5_to_9] = p[proceedings_age_10_to_15] = 0.5;  // of the weight at 1 to 4
  AuthorityOrigin authority;
  constexpr int kFamilies = 2000;
  authority.children = kFamilies;
  const AuthoritySeries series = Trial(authority, p, 80, kFamilies, {-70}).run();
  EXPECT_NEAR(sum(series, Measure::kCareEntriesByCourt), kFamilies, 5.0);  // in the end all enter
  // The number of applications until then is geometric.
  const double entering = 0.75;
  EXPECT_NEAR(sum(series, Measure::kCareApplications), kFamilies / entering,
              sigmas() * std::sqrt(kFamilies * (1.0 - entering)) / entering + 10.0);
}

// Infants are parted at the application by a share of their own, until the first birthday.
TEST(ClosedForm, InfantsAreParted) {
  Parameters p = everybody_to_court(0.3);
  p[proceedings_interim_order_share] = p[proceedings_care_order_share] = 0.0;
  p[proceedings_interim_order_share_infant] = 1.0;
  AuthorityOrigin authority;
  constexpr int kFamilies = 2000;
  authority.children = kFamilies;
  const auto by_court = [&](int birth, std::size_t from) {
    const AuthoritySeries series = Trial(authority, p, 40, kFamilies, {birth}).run();
    EXPECT_GT(sum(series, Measure::kCareApplications, from), 100.0);
    return sum(series, Measure::kCareEntriesByCourt, from);
  };
  EXPECT_GT(by_court(-1, 0), 0.5 * kFamilies);
  EXPECT_EQ(by_court(-1, 11), 0.0);  // a year old from then on
  EXPECT_EQ(by_court(-20, 0), 0.0);
}

// ---- What becomes of families ----

// All families in pre-proceedings go to court, at one rate, and all their children enter care there.
TEST(Followed, PreProceedingsAreSeenAgainTwelveMonthsLater) {
  Parameters p = quiet_parameters();
  p[contact_base] = 4.0;
  p[contact_no_further_action] = p[assessment_not_in_need] = 0.0;
  p[pre_proceedings_rate_child_in_need] = 0.1;
  p[pre_proceedings_duration] = 8.0;
  p[pre_proceedings_court_share] = p[proceedings_engagement_ratio] = 1.0;
  p[proceedings_interim_order_share] = p[proceedings_interim_order_share_infant] = 1.0;
  set_rows(p, rows::kProceedingsAge, 1.0);
  p[accommodation_need_ratio] = p[accommodation_poverty_ratio] = 1.0;
  AuthorityOrigin authority;
  authority.children = 20000;
  constexpr int kMonths = 36;
  const AuthoritySeries series = Trial(authority, p, kMonths, 20000, {-1}).run();
  const double followed = sum(series, Measure::kPreProceedingsFollowed);
  EXPECT_EQ(followed, sum(series, Measure::kPreProceedingsStarted, 0, kMonths - 12));
  ASSERT_GT(followed, 10000.0);
  const double court = 1.0 - std::exp(-12.0 / 8.0);
  const double error = sigmas() * std::sqrt(followed * court * (1.0 - court));
  EXPECT_NEAR(sum(series, Measure::kPreProceedingsCourt12Months), followed * court, error);
  // They are looked for at the end of the month, half a month later on average.
  EXPECT_NEAR(sum(series, Measure::kPreProceedingsLookedAfter12Months),
              followed * (1.0 - std::exp(-12.5 / 8.0)), error);
}

// Looked-after children who go home and enter care again at one rate.
AuthoritySeries returned_and_entered_again(const Parameters& p, int months) {
  AuthorityOrigin authority;
  authority.children = authority.children_in_need = 5000;
  authority.looked_after_by_placement_and_age[AuthorityOrigin::kFoster][1] = 5000;
  return Trial(authority, p, months, 5000, {-13}).run();
}
Parameters returning() {
  Parameters p = quiet_parameters();
  set_rows(p, rows::kCareReturnHome, 2.0);
  set_rows(p, rows::kAccommodationAge, 1.0);
  p[accommodation_need_ratio] = p[accommodation_poverty_ratio] = p[proceedings_engagement_ratio] = 1.0;
  p[accommodation_emergency_share] = 0.0;
  p[accommodation_rate] = 0.005;
  p[care_re_entry_ratio] = 4.0;
  return p;
}

TEST(Followed, ReturnsHomeAreSeenAgainAYearAndTwoYearsLater) {
  Parameters p = returning();
  constexpr int kMonths = 60;
  for (const double duration : {12.0, 24.0}) {
    p[care_re_entry_duration] = duration;
    const AuthoritySeries series = returned_and_entered_again(p, kMonths);
    const auto check = [&](int months, Measure followed, Measure entered_again, double hazard) {
      const double n = sum(series, followed);
      EXPECT_EQ(n, sum(series, Measure::kReturnedHome, 0, static_cast<std::size_t>(kMonths - months)));
      ASSERT_GT(n, 4000.0);
      const double share = 1.0 - std::exp(-hazard);
      // The raise lasts whole months from the month of the return: half a month less on average.
      EXPECT_NEAR(sum(series, entered_again) / n, share, sigmas() * std::sqrt(share * (1 - share) / n) + 0.01)
          << months << " months, raised for " << duration;
    };
    check(12, Measure::kReturnedHomeFollowed12Months, Measure::kReEnteredWithin12Months, 12 * 0.02);
    check(24, Measure::kReturnedHomeFollowed24Months, Measure::kReEnteredWithin24Months,
          duration * 0.02 + (24.0 - duration) * 0.005);
  }
}

TEST(Followed, AReturnHomeIsRememberedWhenTheCaseClosesAndOpensAgain) {
  Parameters p = returning();
  set_rows(p, rows::kChildInNeedClosure, 1.0);
  set_rows(p, rows::kAccommodationAge, 1.0);
  p[contact_base] = 20.0;
  p[contact_no_further_action] = p[assessment_not_in_need] = 0.0;
  const auto share = [&](double duration) {
    p[care_re_entry_duration] = duration;
    const AuthoritySeries series = returned_and_entered_again(p, 36);
    return sum(series, Measure::kReEnteredWithin12Months) /
           sum(series, Measure::kReturnedHomeFollowed12Months);
  };
  // A case is open most of the time, but no case for long.
  EXPECT_GT(share(12.0), 1.6 * share(3.0));
}

// All families suffer domestic abuse at the start; where it has ended it does not come back.
TEST(Followed, CalloutsFallWithTheNeedsOfFamiliesTakenOn) {
  Parameters p = quiet_parameters();
  p[contact_base] = 1.0;
  p[contact_no_further_action] = p[assessment_not_in_need] = 0.0;
  p[support_recovery_ratio] = 1.0;
  p[needs_domestic_abuse_onset] = p[needs_mental_ill_health_onset] = p[needs_substance_misuse_onset] = 0.0;
  AuthorityOrigin authority;
  authority.children = 40000;
  Trial trial(authority, p, 36);
  InitialNeeds::Shares initial{};
  for (auto& shares : initial) {
    shares.fill(2.0F);
    shares[0] = shares[1] = 0.0F;
  }
  trial.setting().initial_needs = InitialNeeds(initial);
  const AuthoritySeries series = trial.run();
  const double families = sum(series, Measure::kFollowedFamilies);
  const double callouts = sum(series, Measure::kFollowedCalloutsBefore);
  ASSERT_GT(callouts, 2000.0);
  // The state a year later is that of the month's end, half a month later on average.
  const double left = std::exp(-p[needs_domestic_abuse_recovery] * 12.5 / 12.0);
  EXPECT_NEAR(sum(series, Measure::kFollowedCalloutsAfter), callouts * left,
              sigmas() * std::sqrt(2.0 * callouts) * left);
  const double suffering = callouts / p[outcomes_police_callouts];
  const double admissions = families * p[outcomes_admissions_base];
  const double more = suffering * p[outcomes_admissions_domestic_abuse];
  EXPECT_NEAR(sum(series, Measure::kFollowedAdmissionsBefore), admissions + more,
              sigmas() * std::sqrt(2.0 * (admissions + more)));
  EXPECT_NEAR(sum(series, Measure::kFollowedAdmissionsAfter), admissions + more * left,
              sigmas() * std::sqrt(2.0 * (admissions + more)));
}

// ---- Sums ----

class Conservation : public testing::TestWithParam<int> {};

TEST_P(Conservation, HoldsEveryMonthInEveryArm) {
  const int code = GetParam();
  constexpr int kMonths = 48;
  Scenario scenario = main_scenario({code}, kMonths);
  for (Arm& arm : scenario.arms)  // as many children as are made
    for (const auto sd : {population_projection_sd_england, population_projection_sd_a,
                          population_projection_sd_b, population_projection_sd_c})
      arm.parameters[sd] = 0.0;
  const AuthorityOrigin& authority = england().at(code);
  const Families families =
      make_families(authority, scenario.arms[0].parameters, scenario.seed, 1.0, kMonths);
  for (const Arm& arm : scenario.arms) {
    const CareHistory history = make_care_history(arm.parameters, england());
    const Setting setting = setting_of(scenario, arm, authority, families, history);
    AuthorityState here = start_authority(setting, scenario.seed, 0);
    AuthoritySeries series(kMonths);
    ASSERT_EQ(running(here), counted(here)) << arm.name << " at the origin";
    Census before = running(here);
    for (int month = 0; month < kMonths; ++month) {
      advance(here, month + 1, series);
      SCOPED_TRACE(arm.name + ", month " + std::to_string(month));
      const Census now = running(here);
      ASSERT_EQ(now, counted(here));
      const auto of = [&](Measure measure, std::size_t category = 0) {
        return at(series, measure, month, category);
      };
      const auto over = [&](Measure measure) {
        int out = 0;
        for (std::size_t c = 0; c < size_of(kMeasureTable[index(measure)].dimension); ++c)
          out += of(measure, c);
        return out;
      };
      // Children in = children out + stock.
      ASSERT_EQ(now.looked_after, before.looked_after + of(Measure::kCareEntries) - of(Measure::kCareExits));
      ASSERT_EQ(now.on_plans, before.on_plans + of(Measure::kChildProtectionPlansStarted) -
                                  of(Measure::kChildProtectionPlansEnded));
      // Results say what the state is.
      ASSERT_EQ(of(Measure::kLookedAfter), now.looked_after);
      ASSERT_EQ(of(Measure::kChildProtectionPlans), now.on_plans);
      ASSERT_EQ(of(Measure::kChildrenInNeed), now.open_children + now.looked_after);
      ASSERT_EQ(of(Measure::kChildren), families.children[static_cast<std::size_t>(month)]);
      // Parts add up.
      ASSERT_EQ(over(Measure::kLookedAfterByAge), now.looked_after);
      ASSERT_EQ(over(Measure::kLookedAfterByPlacement), now.looked_after);
      ASSERT_EQ(over(Measure::kCareEntriesByAge), of(Measure::kCareEntries));
      ASSERT_EQ(over(Measure::kCareExitsByReason), of(Measure::kCareExits));
      ASSERT_EQ(over(Measure::kCareExitsByAge), of(Measure::kCareExits));
      ASSERT_EQ(over(Measure::kChildrenByDeprivation), of(Measure::kChildren));
      ASSERT_EQ(over(Measure::kReferralsByDeprivation), of(Measure::kReferrals));
      for (const auto by : {Measure::kChildProtectionPlansStartedByDeprivation,
                            Measure::kChildProtectionPlansStartedByPoverty})
        ASSERT_EQ(over(by), of(Measure::kChildProtectionPlansStarted));
      for (const auto by : {Measure::kCareEntriesByDeprivation, Measure::kCareEntriesByPoverty})
        ASSERT_EQ(over(by), of(Measure::kCareEntries) - of(Measure::kCareEntriesUnaccompanied));
      ASSERT_EQ(over(Measure::kLookedAfterByDeprivation),
                of(Measure::kLookedAfter) - of(Measure::kLookedAfterUnaccompanied));
      ASSERT_EQ(over(Measure::kMonthsInUnmetNeedByDeprivation), of(Measure::kMonthsInUnmetNeed));
      ASSERT_EQ(of(Measure::kFamiliesInPoverty), now.families_with_poverty);
      ASSERT_EQ(of(Measure::kReturnedHome),
                of(Measure::kCareExitsByReason, index(ExitReason::kReturnedHome)));
      // Wholes hold their parts.
      const auto part_of = [&](Measure part, Measure whole) { ASSERT_LE(of(part), of(whole)); };
      part_of(Measure::kReReferrals, Measure::kReferrals);
      part_of(Measure::kFamiliesInPoverty, Measure::kFamilies);
      part_of(Measure::kPreProceedingsLookedAfter12Months, Measure::kPreProceedingsFollowed);
      part_of(Measure::kPreProceedingsCourt12Months, Measure::kPreProceedingsFollowed);
      part_of(Measure::kReEnteredWithin12Months, Measure::kReturnedHomeFollowed12Months);
      part_of(Measure::kReEnteredWithin24Months, Measure::kReturnedHomeFollowed24Months);
      // Those followed are those of 12 and 24 months ago, but for who has grown up.
      const auto of_old = [&](Measure followed, Measure started, int months) {
        ASSERT_LE(of(followed), month < months ? 0 : at(series, started, month - months));
      };
      of_old(Measure::kPreProceedingsFollowed, Measure::kPreProceedingsStarted, 12);
      of_old(Measure::kReturnedHomeFollowed12Months, Measure::kReturnedHome, 12);
      of_old(Measure::kReturnedHomeFollowed24Months, Measure::kReturnedHome, 24);
      part_of(Measure::kNotInNeed, Measure::kAssessments);
      part_of(Measure::kAssessedWithDomesticAbuse, Measure::kAssessments);
      part_of(Measure::kAssessedWithMentalIllHealth, Measure::kAssessments);
      part_of(Measure::kAssessedWithSubstanceMisuse, Measure::kAssessments);
      part_of(Measure::kSecondChildProtectionPlans, Measure::kChildProtectionPlansStarted);
      part_of(Measure::kCareEntriesUnaccompanied, Measure::kCareEntries);
      part_of(Measure::kCareEntriesByCourt, Measure::kCareEntries);
      part_of(Measure::kCareEntriesEmergency, Measure::kCareEntries);
      part_of(Measure::kReEntries, Measure::kCareEntries);
      part_of(Measure::kMonthsInUnmetNeedTwoOrMore, Measure::kMonthsInUnmetNeed);
      part_of(Measure::kLookedAfterUnaccompanied, Measure::kLookedAfter);
      part_of(Measure::kChildProtectionPlans, Measure::kChildrenInNeed);
      part_of(Measure::kChildrenInNeed, Measure::kChildren);
      before = now;
    }
    EXPECT_GT(sum(series, Measure::kCareEntries) + sum(series, Measure::kReferrals), 0.0) << arm.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Authorities, Conservation, testing::Values(201, 812, 857),
                         [](const auto& code) { return std::to_string(code.param); });

// ---- The origin ----

// What an authority's state is at the origin; `still` gives the families' children ages that are no birthdays
// in the first month, and lets nothing happen, so that the month's end shows the origin.
struct Origin {
  Census census;
  AuthoritySeries first_month{1};
};
Origin origin_of(const Scenario& scenario, AuthorityOrigin authority, bool unaccompanied) {
  authority.care_entries_unaccompanied = 0.0;
  if (!unaccompanied) authority.looked_after_unaccompanied = 0;
  const Arm& arm = scenario.arms[scenario.baseline];
  Families families = make_families(authority, arm.parameters, scenario.seed, 1.0, 1);
  for (Births& births : families.births)
    for (std::int16_t& birth : births.month)
      for (std::size_t band = 1; band <= kAgeBands; ++band)
        if (1 - birth == kAgeBandStartMonths[band]) ++birth;
  const CareHistory history = make_care_history(arm.parameters, england());
  Setting setting = setting_of(scenario, arm, authority, families, history);
  for (auto& stage : setting.casework.base) stage.fill(all_lanes(0.0F));
  for (auto& kind : setting.care.base)
    for (auto& placement : kind)
      for (auto& age : placement) age.fill(all_lanes(0.0F));
  Origin out;
  AuthorityState here = start_authority(setting, scenario.seed, 0);
  out.census = running(here);
  advance(here, 1, out.first_month);
  return out;
}

class EveryAuthority : public testing::Test {
 protected:
  // Calls check(authority, origin) for all of England.
  template <typename Check>
  void check_all(bool unaccompanied, Check check) {
    Scenario scenario = main_scenario({}, 1);
    scenario.arms.resize(1);
    const auto& authorities = england().authorities;
    std::vector<Origin> origins(authorities.size());
    on_threads(0)->for_each_index(authorities.size(), [&](std::size_t i) {
      origins[i] = origin_of(scenario, authorities[i], unaccompanied);
    });
    for (std::size_t i = 0; i < authorities.size(); ++i) check(authorities[i], origins[i]);
  }
};

TEST_F(EveryAuthority, StartsWithThePublishedStocks) {
  check_all(true, [](const AuthorityOrigin& a, const Origin& origin) {
    EXPECT_EQ(origin.census.looked_after, a.looked_after) << a.name;
    EXPECT_EQ(origin.census.on_plans, a.child_protection_plans) << a.name;
    EXPECT_EQ(origin.census.open_children + origin.census.looked_after, a.children_in_need) << a.name;
    // Unaccompanied children who turn 18 within the month are the only ones to leave.
    const int turned_18 = at(origin.first_month, Measure::kCareExits, 0);
    const int old_enough =
        a.looked_after_by_age[index(AgeBand::k10To15)] + a.looked_after_by_age[index(AgeBand::k16Plus)];
    EXPECT_EQ(at(origin.first_month, Measure::kLookedAfterUnaccompanied, 0) + turned_18,
              std::min(a.looked_after_unaccompanied, old_enough))
        << a.name;
  });
}

TEST_F(EveryAuthority, StartsWithThePublishedAgesAndPlacements) {
  check_all(false, [](const AuthorityOrigin& a, const Origin& origin) {
    ASSERT_EQ(sum(origin.first_month, Measure::kCareEntries) + sum(origin.first_month, Measure::kCareExits),
              0.0);
    for (std::size_t age = 0; age < kAgeBands; ++age)
      EXPECT_EQ(at(origin.first_month, Measure::kLookedAfterByAge, 0, age), a.looked_after_by_age[age])
          << a.name << ", " << kAgeBandNames[age];
    const auto placed = [&](Placement placement) {
      return at(origin.first_month, Measure::kLookedAfterByPlacement, 0, index(placement));
    };
    const auto published = [&](AuthorityOrigin::PublishedPlacement placement) {
      const auto& by_age = a.looked_after_by_placement_and_age[static_cast<std::size_t>(placement)];
      return std::accumulate(by_age.begin(), by_age.end(), 0);
    };
    EXPECT_EQ(placed(Placement::kKinFoster) + placed(Placement::kAuthorityFoster) +
                  placed(Placement::kAgencyFoster),
              published(AuthorityOrigin::kFoster))
        << a.name;
    EXPECT_EQ(placed(Placement::kChildrensHome), published(AuthorityOrigin::kChildrensHome)) << a.name;
    EXPECT_EQ(placed(Placement::kSupportedAccommodation), published(AuthorityOrigin::kSupported)) << a.name;
    EXPECT_EQ(placed(Placement::kWithParents), published(AuthorityOrigin::kWithParents)) << a.name;
    EXPECT_EQ(placed(Placement::kAdoption), published(AuthorityOrigin::kAdoption)) << a.name;
    EXPECT_EQ(placed(Placement::kOther), published(AuthorityOrigin::kOther)) << a.name;
  });
}

// Families to whom a child came home within the time of raised re-entry: as many as leave care for home in
// it, some with an open case, the others remembered for when the next one opens.
TEST(Origin, ReturnsHomeAreRememberedWhetherOrNotTheCaseIsOpen) {
  Scenario scenario = main_scenario({919}, 1);
  scenario.arms.resize(1);
  const Parameters& p = scenario.arms[0].parameters;
  const AuthorityOrigin& a = england().at(919);
  const Families families = make_families(a, p, scenario.seed, 1.0, 1);
  const CareHistory history = make_care_history(p, england());
  const Setting setting = setting_of(scenario, scenario.arms[0], a, families, history);
  const AuthorityState here = start_authority(setting, scenario.seed, 0);
  double open = 0.0, closed = 0.0;
  for (const Case& c : here.cases) open += (c.flags & kReunified) != 0;
  for (const FamilyState& f : here.family) {
    if (!(f.state & kReturned)) continue;
    EXPECT_EQ(f.case_index, kNoCase);
    EXPECT_NE(f.ever_in_care, 0);
    ++closed;
  }
  const double returns = a.care_exits * p[care_returned_home_share] * std::floor(p[care_re_entry_duration]) /
                         kMonthsPerYear * p[origin_families_per_child];
  EXPECT_GT(open, 0.0);
  EXPECT_GT(closed, open);  // most cases close within months
  EXPECT_LT(closed, returns);
  EXPECT_GT(closed, 0.5 * returns);
}

// What is left of engagement in the last case raises that at the start of the next, and nobody else's.
TEST(Trust, IsKeptWhileTheLastCaseIsRecent) {
  Parameters p = quiet_parameters();
  p[contact_base] = 2.0;
  p[contact_recent_ratio] = 1.0;
  p[contact_no_further_action] = p[assessment_not_in_need] = 0.0;
  p[engagement_growth] = 0.0;
  set_rows(p, rows::kChildInNeedClosure, 1.0);
  AuthorityOrigin authority;
  authority.children = 3000;
  const auto mean_engagement = [&](double kept, double recent) {
    p[engagement_kept_share] = kept;
    p[contact_recent_duration] = recent;
    Trial trial(authority, p, 60);
    AuthoritySeries series(60);
    AuthorityState here = trial.start(0);
    advance(here, 60, series);
    double sum = 0.0;
    for (const Case& c : here.cases) sum += static_cast<double>(c.engagement);
    return sum / static_cast<double>(here.cases.size());
  };
  const double first = mean_engagement(0.0, 48.0);
  EXPECT_NEAR(first, p[engagement_start], 0.05);
  EXPECT_GT(mean_engagement(0.5, 48.0), first + 0.08);
  // A mark that is soon gone keeps little.
  EXPECT_LT(mean_engagement(0.5, 1.0), first + 0.06);
}

TEST(Origin, ASampleHasItsShareOfEveryStock) {
  Scenario scenario = main_scenario({812}, 12);
  scenario.arms.resize(1);
  const AuthorityOrigin& a = england().at(812);
  for (const double fraction : {0.5, 0.1, 0.02}) {
    scenario.sampling_fraction = fraction;
    const Families families = make_families(a, scenario.arms[0].parameters, scenario.seed, fraction, 12);
    const CareHistory history = make_care_history(scenario.arms[0].parameters, england());
    const Setting setting = setting_of(scenario, scenario.arms[0], a, families, history);
    AuthorityState here = start_authority(setting, scenario.seed, 0);
    EXPECT_EQ(running(here), counted(here));
    // Thirty small cells by age and placement, rounded one by one, would lose them.
    EXPECT_EQ(running(here).looked_after, std::lround(fraction * a.looked_after));
    EXPECT_NEAR(running(here).on_plans, fraction * a.child_protection_plans, 0.5);
    EXPECT_NEAR(running(here).open_children + running(here).looked_after, fraction * a.children_in_need, 0.5);
    AuthoritySeries series(12);
    advance(here, 12, series);
    EXPECT_EQ(running(here), counted(here));
    if (fraction < 0.1) continue;
    // Costs are the whole authority's: the first month's placements cost about what was reported. One child
    // in a home more or less is much of a tenth of an authority, so over replicates; and cells are rounded.
    constexpr std::uint32_t kReplicates = 20;
    double spend = 0.0;
    for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
      AuthoritySeries first(12);
      AuthorityState another = start_authority(setting, scenario.seed, replicate);
      advance(another, 1, first);
      for (const CostCategory category :
           {CostCategory::kPlacements, CostCategory::kCareLeavers, CostCategory::kOtherCareServices})
        spend += gbp_from_pence(first.cost(cost_line(category))[0]) * kMonthsPerYear / kReplicates;
    }
    EXPECT_NEAR(spend / a.looked_after_spend_gbp, 1.0, fraction < 0.2 ? 0.15 : 0.08);
  }
}

// What a month costs follows from the stocks that the results have, in a sample of the families too: care
// leavers from those who turned 18, placements from the children placed and the capacity that follows them.
TEST(Simulation, CostsOfEveryMonthAreThoseOfItsStocks) {
  Scenario scenario = main_scenario({812}, 24);
  Parameters& p = scenario.arms[0].parameters;
  p[drift_enabled] = 0.0;
  set_rows(p, rows::kPriceGrowth, 0.0);
  const AuthorityOrigin& a = england().at(812);
  for (const double fraction : {1.0, 0.3}) {
    scenario.sampling_fraction = fraction;
    const Families families = make_families(a, p, scenario.seed, fraction, 24);
    const CareHistory history = make_care_history(p, england());
    const Setting setting = setting_of(scenario, scenario.arms[0], a, families, history);
    AuthorityState here = start_authority(setting, scenario.seed, 0);
    ByPlacement capacity{};
    for (std::size_t q = 0; q < kPlacementKinds; ++q) capacity[q] = here.placed[q] / fraction;
    AuthoritySeries series(24);
    advance(here, 24, series);
    const UnitCosts& unit = setting.costs;
    CareLeavers leavers(a.turned_18_in_care);
    double turned_18 = 0.0;
    for (std::size_t m = 0; m < 24; ++m) {
      const double now_18 =
          series.counts(Measure::kCareExitsByReason, index(ExitReason::kTurned18))[m] / fraction;
      turned_18 += now_18;
      leavers.pass_month(now_18);
      EXPECT_NEAR(gbp_from_pence(series.cost(cost_line(CostCategory::kCareLeavers))[m]),
                  unit.care_leaver_gbp_per_month *
                      (leavers.below_21() + unit.care_leaver_from_21 * leavers.from_21()),
                  0.02)
          << m;
      ByPlacement placed{};
      double gbp = 0.0;
      for (std::size_t q = 0; q < kPlacementKinds; ++q) {
        placed[q] = series.counts(Measure::kLookedAfterByPlacement, q)[m] / fraction;
        gbp += unit.placement_gbp_per_month[q] *
               (unit.at_once[q] * placed[q] + (1.0 - unit.at_once[q]) * capacity[q]);
      }
      EXPECT_NEAR(gbp_from_pence(series.cost(cost_line(CostCategory::kPlacements))[m]), gbp, 0.02) << m;
      adjust_capacity(unit, placed, capacity);
    }
    EXPECT_GT(turned_18, 10.0);
  }
}

// ---- What must not change the results ----

// With the lists of cases and children reversed every month, everything is the same: children of one family
// who come home in one month too, of whom there are some every year.
TEST(Results, DoNotDependOnTheOrderOfCasesAndChildren) {
  const Scenario scenario = main_scenario({806, 919}, 60);
  for (const int code : scenario.authorities) {
    const AuthorityOrigin& authority = england().at(code);
    const Arm& arm = scenario.arms[scenario.baseline];
    const Families families = make_families(authority, arm.parameters, scenario.seed, 1.0, 60);
    const CareHistory history = make_care_history(arm.parameters, england());
    const Setting setting = setting_of(scenario, arm, authority, families, history);
    AuthoritySeries forward(60);
    AuthoritySeries reversed(60);
    AuthorityState one = start_authority(setting, scenario.seed, 0);
    AuthorityState other = start_authority(setting, scenario.seed, 0);
    advance(one, 60, forward);
    for (int month = 1; month <= 60; ++month) {
      reverse_lists(other);
      advance(other, month, reversed);
    }
    EXPECT_EQ(forward, reversed) << code;
  }
}

const std::vector<int> kPlaces = {201, 420, 805, 857};  // ascending, as in a scenario

// Small authorities, all arms, two replicates.
const Scenario& small() {
  static const Scenario value = main_scenario(kPlaces, 18, 2);
  return value;
}
const Results& small_results() {
  static const Results value = results_of(small());
  return value;
}

TEST(Invariance, ThreadsChangeNothing) {
  for (const int threads : {1, 2, 5, 16})
    EXPECT_EQ(difference(results_of(small(), england(), threads), small_results()), "")
        << threads << " threads";
}

TEST(Invariance, TheOrderOfArmsChangesNothing) {
  Scenario turned = small();
  std::rotate(turned.arms.begin(), turned.arms.begin() + 1, turned.arms.end());
  turned.baseline = 2;
  EXPECT_EQ(difference(results_of(turned), small_results()), "");
  std::swap(turned.arms[0], turned.arms[2]);
  turned.baseline = 0;
  EXPECT_EQ(difference(results_of(turned), small_results()), "");
}

// What `part` holds is in `whole`, arm by arm and replicate by replicate.
void expect_within(const Results& part, const Results& whole) {
  EXPECT_FALSE(part.empty());
  for (const auto& [key, authorities] : part)
    for (std::size_t i = 0; i < authorities.size(); ++i)
      EXPECT_EQ(difference(authorities[i], whole.at(key)[i]), "") << key.first << ", authority " << i;
}

TEST(Invariance, FewerArmsChangeNothing) {
  Scenario one = small();
  one.arms.resize(1);
  expect_within(results_of(one), small_results());
}

TEST(Invariance, FewerReplicatesAreTheFirstOfMore) {
  Scenario one = small();
  one.replicates = 1;
  const Results first = results_of(one);
  EXPECT_EQ(first.size(), small().arms.size());
  expect_within(first, small_results());
}

TEST(Invariance, AnAuthorityAloneIsAsAmongOthers) {
  for (std::size_t i = 0; i < kPlaces.size(); ++i) {
    Scenario alone = small();
    alone.authorities = {kPlaces[i]};
    for (const auto& [key, series] : results_of(alone))
      EXPECT_EQ(difference(series.front(), small_results().at(key)[i]), "") << kPlaces[i];
  }
}

TEST(Invariance, AShorterHorizonIsTheBeginningOfALonger) {
  Scenario longer = small();
  longer.horizon_months = 30;
  longer.arms.resize(1);
  for (const auto& [key, authorities] : results_of(longer))
    for (std::size_t i = 0; i < authorities.size(); ++i) {
      AuthoritySeries beginning(small().horizon_months);
      const AuthoritySeries& whole = authorities[i];
      const auto copy = [](const auto& from, const auto& to) {
        std::copy(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(to.size()), to.begin());
      };
      for (const auto& row : kMeasureTable) {
        if (row.kind == MeasureKind::kLevel) copy(whole.levels(row.id), beginning.levels(row.id));
        for (std::size_t c = 0; row.kind != MeasureKind::kLevel && c < size_of(row.dimension); ++c)
          copy(whole.counts(row.id, c), beginning.counts(row.id, c));
      }
      for (std::size_t line = 0; line < kCostLines.size(); ++line)
        copy(whole.cost(line), beginning.cost(line));
      EXPECT_EQ(difference(beginning, small_results().at(key)[i]), "") << kPlaces[i];
    }
}

TEST(Invariance, TheSeedAndTheReplicateDoChangeThem) {
  Scenario other = small();
  ++other.seed;
  EXPECT_NE(difference(results_of(other), small_results()), "");
  EXPECT_NE(small_results().at({"business_as_usual", 0}), small_results().at({"business_as_usual", 1}));
}

TEST(Invariance, StepsOfAnyLengthGiveTheSameMonths) {
  const Trial trial(england().at(857), Parameters{}, 24);
  AuthoritySeries by_month(24);
  AuthorityState here = trial.start(0);
  for (int month = 1; month <= 24; ++month) advance(here, month, by_month);
  EXPECT_EQ(difference(by_month, trial.run(0)), "");
}

// ---- Paired futures ----

TEST(Pairs, AnArmIdenticalToTheBaselineDiffersInNothing) {
  Scenario twins = small();
  twins.arms.resize(1);
  twins.arms.push_back(twins.arms[0]);
  twins.arms[1].name = "twin";
  const Results results = results_of(twins);
  for (std::size_t replicate = 0; replicate < 2; ++replicate)
    for (std::size_t i = 0; i < kPlaces.size(); ++i)
      EXPECT_EQ(
          difference(results.at({"twin", replicate})[i], results.at({"business_as_usual", replicate})[i]),
          "");
}

struct Spread {
  double paired = 0.0;
  double independent = 0.0;
};
// Variance of the difference between two arms over the replicates: of one replicate, and of a replicate with
// the next one.
Spread spread(const Results& results, std::size_t replicates, const std::string& arm, Measure measure) {
  const auto value = [&](const std::string& name, std::size_t r) {
    return sum(results.at({name, r % replicates}).front(), measure);
  };
  std::vector<double> paired, independent;
  for (std::size_t r = 0; r < replicates; ++r) {
    paired.push_back(value(arm, r) - value("business_as_usual", r));
    independent.push_back(value(arm, r) - value("business_as_usual", r + 1));
  }
  const auto variance = [](const std::vector<double>& sample) {
    const auto n = static_cast<double>(sample.size());
    const double mean = std::accumulate(sample.begin(), sample.end(), 0.0) / n;
    double out = 0.0;
    for (const double x : sample) out += (x - mean) * (x - mean) / (n - 1.0);
    return out;
  };
  return {variance(paired), variance(independent)};
}

// Some 300 times less variance for care entries, 30,000 times for referrals (recorded as properties of the
// test). Variances over 40 replicates are within a factor of five of each other by chance alone, hence the
// bound.
TEST(Pairs, SharedLuckTakesMostOfTheNoiseOutOfADifference) {
  constexpr int kReplicates = 40;
  Scenario scenario = main_scenario({812}, 36, kReplicates);
  scenario.arms.erase(scenario.arms.begin() + 1);
  scenario.arms[1].effects = EffectsMode::kEvidenceWeighted;  // the same in every replicate
  const Results results = results_of(scenario);
  for (const Measure measure : {Measure::kReferrals, Measure::kChildProtectionPlansStarted,
                                Measure::kCareEntries, Measure::kLookedAfter}) {
    const Spread found = spread(results, kReplicates, "support_is_protection", measure);
    RecordProperty(std::string(kMeasureTable[index(measure)].name),
                   fmt::format("{:.0f}", found.independent / found.paired));
    EXPECT_GT(found.paired, 0.0);
    EXPECT_GT(found.independent, 20.0 * found.paired) << kMeasureTable[index(measure)].name;
  }
}

// ---- What acts ----

// The baseline alone, for one or two authorities; tests add arms to it.
Scenario one_arm(const std::vector<int>& authorities, int months, int replicates = 1) {
  Scenario out = main_scenario(authorities, months, replicates);
  out.arms.resize(1);
  return out;
}
constexpr const char* kUsual = "business_as_usual";

double mean_level(const Results& results, const std::string& arm, Measure measure) {
  double total = 0.0;
  double n = 0.0;
  for (const auto& [key, authorities] : results) {
    if (key.first != arm) continue;
    for (const auto& series : authorities)
      for (const float x : series.levels(measure)) {
        total += static_cast<double>(x);
        n += 1.0;
      }
  }
  return total / n;
}

TEST(Levers, EachMovesWhatItIsAbout) {
  struct Case {
    Lever lever;
    double ratio;
    Measure measure;
    bool more;  // than under business as usual
  };
  const std::array<Case, kLevers> cases = {{
      {Lever::kDirectTime, 2.0, Measure::kSection47Enquiries, false},
      {Lever::kRecoveryDomesticAbuse, 3.0, Measure::kPoliceCallouts, false},
      {Lever::kRecoveryMentalIllHealth, 3.0, Measure::kEmergencyAdmissions, false},
      {Lever::kRecoverySubstanceMisuse, 3.0, Measure::kEmergencyAdmissions, false},
      {Lever::kEngagementStart, 3.0, Measure::kSection47Enquiries, false},
      {Lever::kEngagementGrowth, 3.0, Measure::kSection47Enquiries, false},
      {Lever::kThresholdProtectionPlan, 1.5, Measure::kChildProtectionPlansStarted, false},
      {Lever::kThresholdCare, 1.5, Measure::kCareEntries, false},
      {Lever::kPreProceedingsResolved, 3.0, Measure::kCareApplications, false},
      {Lever::kPrematureClosure, 1.5, Measure::kReReferrals, true},
      {Lever::kAdolescentEntry, 0.5, Measure::kCareEntries, false},
      {Lever::kPlacementKin, 2.0, Measure::kLookedAfterByPlacement, true},
      {Lever::kPlacementResidential, 0.5, Measure::kLookedAfterByPlacement, false},
      {Lever::kReturnHome, 1.5, Measure::kReturnedHome, true},
      {Lever::kReEntry, 0.2, Measure::kReEntries, false},
      {Lever::kHelpSeeking, 1.5, Measure::kReferrals, true},
      {Lever::kEnforcement, 3.0, Measure::kSection47Enquiries, true},
      {Lever::kRetention, 1.5, Measure::kVacancyRate, false},
      {Lever::kRecruitment, 1.5, Measure::kVacancyRate, false},
      {Lever::kPoliceReferrals, 1.5, Measure::kReferrals, true},
      {Lever::kFamilySupport, 5.0, Measure::kPoliceCallouts, false},
  }};
  Scenario scenario = one_arm({812}, 24, 4);
  for (const auto& row : cases) {
    const std::string name(kLeverTable[index(row.lever)].name);
    add_arm_with(scenario, name, row.lever, row.ratio);
  }
  const Results results = results_of(scenario);
  const auto value = [&](const std::string& arm, const Case& row) {
    if (row.measure == Measure::kVacancyRate) return mean_level(results, arm, row.measure);
    if (row.measure != Measure::kLookedAfterByPlacement) return sum(results, arm, row.measure);
    const Placement placement =
        row.lever == Lever::kPlacementKin ? Placement::kKinFoster : Placement::kChildrensHome;
    double out = 0.0;
    for (const auto& [key, authorities] : results)
      if (key.first == arm)
        for (const int n : authorities.front().counts(row.measure, index(placement))) out += n;
    return out;
  };
  for (const auto& row : cases) {
    const std::string name(kLeverTable[index(row.lever)].name);
    const double usual = value(kUsual, row);
    const double moved = value(name, row);
    EXPECT_GT(row.more ? moved - usual : usual - moved, 0.0) << name << ": " << usual << " to " << moved;
  }
}

// Where a parameter is named it is set to `ratio` for an event of strength 1 and the event's others to 1, so
// that the table holds whatever they are estimated at.
TEST(Shocks, EachActsInItsMonthsAndPlacesOnly) {
  struct Case {
    ShockKind kind;
    double ratio;
    Measure measure;
    bool more;
    std::optional<Parameter> parameter = {};
    std::optional<std::size_t> category = {};
  };
  using enum ShockKind;
  const std::vector<Case> cases = {
      {kReferrals, 2.0, Measure::kReferrals, true},
      {kPoverty, 5.0, Measure::kReferrals, true},
      {kUnaccompaniedChildren, 4.0, Measure::kCareEntriesUnaccompanied, true},
      {kRecruitment, 0.2, Measure::kVacancyRate, true},
      {kResidentialPlacements,
       4.0,
       Measure::kLookedAfterByPlacement,
       true,
       {},
       index(Placement::kChildrensHome)},
      {kCourtLength, 3.0, Measure::kCareExitsByReason, false, {}, index(ExitReason::kGuardianship)},
      {kBudget, 0.6, Measure::kCaseload, true},
      {kInadequateJudgement, 1.5, Measure::kReferrals, true, inspection_referral_ratio},
      {kInadequateJudgement, 1.5, Measure::kSection47Enquiries, true, inspection_section_47_ratio},
      {kInadequateJudgement, 1.5, Measure::kChildProtectionPlansStarted, true, inspection_plan_ratio},
      {kInadequateJudgement, 2.0, Measure::kCareEntries, true, inspection_care_entry_ratio},
      {kInadequateJudgement, 2.0, Measure::kVacancyRate, true, inspection_turnover_ratio},
      {kPandemic, 0.5, Measure::kReferrals, false, pandemic_referral_ratio},
      {kPandemic, 0.5, Measure::kSection47Enquiries, false, pandemic_section_47_ratio},
      {kPandemic, 0.5, Measure::kChildProtectionPlansStarted, false, pandemic_plan_ratio},
      {kPandemic, 0.5, Measure::kCareEntries, false, pandemic_care_entry_ratio},
      {kPandemic, 0.5, Measure::kCareExits, false, pandemic_care_exit_ratio},
      {kLeadershipChange, 0.6, Measure::kLeadership, false, leadership_change_loss},
      {kReorganisation, 2.0, Measure::kFidelity, false, implementation_reorganisation_decay},
      {kReorganisation, 2.0, Measure::kVacancyRate, true, implementation_reorganisation_turnover},
  };
  constexpr std::size_t kStart = 6;
  constexpr std::size_t kEnd = 18;
  // Every arm practises a service model, so that there is something to lead and to reorganise.
  Scenario scenario = main_scenario({812, 857}, 24, 4);
  scenario.arms = {scenario.arms[2]};
  scenario.arms[0].name = kUsual;
  scenario.arms[0].parameters[leadership_change_rate] = 0.0;  // leaders go by the shock alone
  for (const auto id :
       {inspection_referral_ratio, inspection_section_47_ratio, inspection_plan_ratio,
        inspection_care_entry_ratio, inspection_turnover_ratio, inspection_posts_ratio,
        pandemic_referral_ratio, pandemic_section_47_ratio, pandemic_plan_ratio, pandemic_care_entry_ratio,
        pandemic_care_exit_ratio, implementation_reorganisation_turnover})
    scenario.arms[0].parameters[id] = 1.0;
  const auto shock = [&](const std::string& name, ShockKind kind, double size, int end) -> Arm& {
    Arm& arm = add_arm(scenario, name);
    arm.shocks.push_back(
        {.kind = kind, .start_month = kStart, .end_month = end, .size = size, .authorities = {812}});
    return arm;
  };
  const auto name_of = [&](const Case& row) {
    return std::string(kShockTable[index(row.kind)].name) + ", " +
           std::string(kMeasureTable[index(row.measure)].name);
  };
  for (const auto& row : cases) {
    ASSERT_NE(kShockTable[index(row.kind)].is_ratio, row.parameter.has_value());
    Arm& arm = shock(name_of(row), row.kind, row.parameter ? 1.0 : row.ratio, kEnd);
    if (row.parameter) arm.parameters[*row.parameter] = row.ratio;
  }
  shock("placement_costs", kPlacementCosts, 1.5, kEnd);
  const Results results = results_of(scenario);
  const auto row_of = [&](const std::string& arm, std::size_t replicate,
                          std::size_t authority) -> const AuthoritySeries& {
    return results.at({arm, replicate})[authority];
  };
  for (const auto& row : cases) {
    const std::string name = name_of(row);
    const double sign = row.more ? 1.0 : -1.0;
    EXPECT_EQ(difference(row_of(name, 0, 1), row_of(kUsual, 0, 1)), "") << name << " elsewhere";
    if (kMeasureTable[index(row.measure)].kind == MeasureKind::kLevel) {
      const auto shocked = row_of(name, 0, 0).levels(row.measure);
      const auto usual = row_of(kUsual, 0, 0).levels(row.measure);
      for (std::size_t m = 0; m < kStart; ++m) EXPECT_EQ(shocked[m], usual[m]) << name;
      const auto gap = [&](std::size_t m) { return sign * static_cast<double>(shocked[m] - usual[m]); };
      EXPECT_GT(gap(kEnd - 1), 0.01) << name;
      EXPECT_LT(gap(23), gap(kEnd - 1)) << name;  // and mends afterwards
      continue;
    }
    double during = 0.0;
    for (std::size_t replicate = 0; replicate < 4; ++replicate) {
      const AuthoritySeries& shocked = row_of(name, replicate, 0);
      const AuthoritySeries& usual = row_of(kUsual, replicate, 0);
      const auto more = [&](std::size_t begin, std::size_t end) {
        if (!row.category) return sum(shocked, row.measure, begin, end) - sum(usual, row.measure, begin, end);
        double out = 0.0;
        for (std::size_t m = begin; m < end; ++m)
          out += shocked.counts(row.measure, *row.category)[m] - usual.counts(row.measure, *row.category)[m];
        return out;
      };
      EXPECT_EQ(more(0, kStart), 0.0) << name;
      during += more(kStart, kEnd);
    }
    EXPECT_GT(sign * during, 0.0) << name;
  }
  // Dearer placements change no life.
  const AuthoritySeries& dear = row_of("placement_costs", 0, 0);
  const AuthoritySeries& usual = row_of(kUsual, 0, 0);
  for (std::size_t m = 0; m < 24; ++m) {
    const double ratio = m >= kStart && m < kEnd ? 1.5 : 1.0;
    const std::size_t placements = cost_line(CostCategory::kPlacements);
    for (std::size_t line = 0; line < kCostLines.size(); ++line) {
      const double expected = (line == placements ? ratio : 1.0) * static_cast<double>(usual.cost(line)[m]);
      EXPECT_NEAR(static_cast<double>(dear.cost(line)[m]), expected, line == placements ? 1.0 : 0.0);
    }
  }
  EXPECT_EQ(sum(dear, Measure::kCareEntries), sum(usual, Measure::kCareEntries));
  // A cut budget buys less family support in its first month, before anybody's path has changed much.
  const std::string cut = "budget, caseload";
  const std::size_t support = cost_line(CostCategory::kAssessmentAndSupport);
  const auto spent = static_cast<double>(row_of(cut, 0, 0).cost(support)[kStart]);
  EXPECT_NEAR(spent / static_cast<double>(usual.cost(support)[kStart]), 0.6, 0.03);
}

TEST(Shocks, OfNoSizeChangeNothing) {
  Scenario scenario = main_scenario({857}, 12);
  scenario.arms = {scenario.arms[2]};
  scenario.arms[0].name = kUsual;
  for (const auto& kind : kShockTable)
    add_arm(scenario, std::string(kind.name))
        .shocks.push_back({.kind = kind.id,
                           .start_month = 2,
                           .end_month = 12,
                           .size = kind.is_ratio ? 1.0 : 0.0,
                           .authorities = {}});
  const Results results = results_of(scenario);
  for (const auto& kind : kShockTable)
    EXPECT_EQ(difference(results.at({std::string(kind.name), 0}).front(), results.at({kUsual, 0}).front()),
              "")
        << kind.name;
}

// Twice the strength is the ratios squared; strengths of the same event add up and ratios multiply. The
// ratios are such that squares are exact.
TEST(Shocks, CombineByTheirLogarithms) {
  Scenario scenario = one_arm({812}, 18);
  const auto add = [&](const std::string& name, ShockKind kind, const std::vector<double>& sizes,
                       double ratio) {
    Arm& arm = add_arm(scenario, name);
    for (const auto id : {inspection_referral_ratio, inspection_section_47_ratio, inspection_plan_ratio,
                          inspection_care_entry_ratio, inspection_turnover_ratio, inspection_posts_ratio,
                          pandemic_referral_ratio, pandemic_section_47_ratio, pandemic_plan_ratio,
                          pandemic_care_entry_ratio, pandemic_care_exit_ratio})
      arm.parameters[id] = ratio;
    for (const double size : sizes)
      arm.shocks.push_back(
          {.kind = kind, .start_month = 3, .end_month = 15, .size = size, .authorities = {}});
  };
  using enum ShockKind;
  for (const auto& [name, kind] :
       {std::pair{"judged", kInadequateJudgement}, std::pair{"pandemic", kPandemic}}) {
    const std::string event = name;
    add(event, kind, {1.0}, 1.5);
    add(event + " twice as strong", kind, {2.0}, 1.5);
    add(event + " twice", kind, {1.0, 1.0}, 1.5);
    add(event + " squared", kind, {1.0}, 2.25);
  }
  add("referrals twice", kReferrals, {1.5, 1.5}, 1.0);
  add("referrals squared", kReferrals, {2.25}, 1.0);
  const Results results = results_of(scenario);
  const auto differ = [&](const std::string& a, const std::string& b) {
    return difference(results.at({a, 0}).front(), results.at({b, 0}).front());
  };
  for (const std::string event : {"judged", "pandemic"}) {
    EXPECT_NE(differ(event, event + " squared"), "");
    EXPECT_EQ(differ(event + " twice as strong", event + " squared"), "");
    EXPECT_EQ(differ(event + " twice", event + " squared"), "");
  }
  EXPECT_EQ(differ("referrals twice", "referrals squared"), "");
}

// Twice the referrals press on the workforce; each loop passes some of it on.
TEST(Feedback, EachLoopActsAndCanBeSwitchedOff) {
  Scenario scenario = one_arm({812}, 24);
  scenario.draws = {};  // how strong a loop is, is nearly unknown, and a draw may have it weak
  scenario.arms[0].parameters[drift_enabled] = 0.0;  // which moves posts and turnover whatever the loops do
  scenario.arms[0].shocks.push_back(
      {.kind = ShockKind::kReferrals, .start_month = 0, .end_month = 24, .size = 2.0, .authorities = {}});
  const std::vector<std::pair<std::string, Parameter>> loops = {
      {"caseload", feedback_caseload}, {"turnover", feedback_turnover}, {"threshold", feedback_threshold}};
  for (const auto& [name, loop] : loops) add_arm(scenario, name).parameters[loop] = 0.0;
  Arm& none = add_arm(scenario, "none");
  for (const auto& [name, loop] : loops) none.parameters[loop] = 0.0;
  Arm fewer_staff = none;
  fewer_staff.name = "none, and fewer staff";
  fewer_staff.shocks.push_back(
      {.kind = ShockKind::kRecruitment, .start_month = 0, .end_month = 24, .size = 0.3, .authorities = {}});
  scenario.arms.push_back(fewer_staff);
  const Results results = results_of(scenario);
  const auto series = [&](const std::string& arm) -> const AuthoritySeries& {
    return results.at({arm, 0}).front();
  };
  EXPECT_GT(series(kUsual).levels(Measure::kCaseload)[23],
            1.2F * series(kUsual).levels(Measure::kCaseload)[0]);
  for (const auto& [name, loop] : loops) EXPECT_NE(difference(series(name), series(kUsual)), "") << name;
  // Without a loop, what it drives stays as it was.
  const auto vacancies = series("turnover").levels(Measure::kVacancyRate);
  EXPECT_NEAR(static_cast<double>(vacancies[23]), england().at(812).vacancy_rate, 1e-6);
  EXPECT_GT(series(kUsual).levels(Measure::kVacancyRate)[23], vacancies[23] + 0.005F);
  EXPECT_GT(sum(series(kUsual), Measure::kSection47Enquiries),
            sum(series("threshold"), Measure::kSection47Enquiries));
  // Without any, the workforce changes nobody's life.
  EXPECT_NE(series("none").levels(Measure::kVacancyRate)[23],
            series("none, and fewer staff").levels(Measure::kVacancyRate)[23]);
  for (const auto& row : kMeasureTable) {
    if (row.kind == MeasureKind::kLevel) continue;
    EXPECT_EQ(sum(series("none"), row.id), sum(series("none, and fewer staff"), row.id)) << row.name;
  }
}

// ---- Families that move

// Of families that are to go, those with an open case or a child in care stay; the others are heard of no
// more.
TEST(Moves, TheKnownStayAndTheOthersAreGone) {
  const Scenario scenario = main_scenario({202}, 36);
  const AuthorityOrigin& authority = england().at(202);
  const Arm& arm = scenario.arms[0];
  const Families families = make_families(authority, arm.parameters, scenario.seed, 1.0, 36);
  const CareHistory history = make_care_history(arm.parameters, england());
  const Setting setting = setting_of(scenario, arm, authority, families, history);
  AuthorityState here = start_authority(setting, scenario.seed, 0);
  AuthoritySeries series(36);
  std::vector<std::uint32_t> gone;
  int stayed = 0;
  for (int month = 0; month < 36; ++month) {
    const auto m = static_cast<std::size_t>(month);
    std::vector<std::uint32_t> unknown;
    for (auto k = families.departures_from[m]; k < families.departures_from[m + 1]; ++k) {
      const FamilyState& f = here.family[families.departures[k]];
      if (f.case_index == kNoCase && f.in_care == 0)
        unknown.push_back(families.departures[k]);
      else
        ++stayed;
    }
    advance(here, month + 1, series);
    gone.insert(gone.end(), unknown.begin(), unknown.end());
    for (const auto family : gone) {
      const FamilyState& f = here.family[family];
      ASSERT_EQ(f.case_index, kNoCase) << month;
      ASSERT_EQ(f.in_care, 0) << month;
      ASSERT_EQ(children_mask(here, family, month), 0U) << month;
    }
    ASSERT_EQ(running(here), counted(here)) << month;
  }
  EXPECT_GT(gone.size(), 300U);
  EXPECT_GT(stayed, 5);
}

// Concerns are raised more often around a first birth, not about families who come from elsewhere.
TEST(Moves, WhoMovesInHasNoFirstBirth) {
  const auto referrals = [](double ratio, bool births) {
    Parameters p = quiet_parameters();
    p[contact_base] = 0.3;
    p[contact_no_further_action] = 1.0;
    p[contact_first_birth_ratio] = ratio;
    AuthorityOrigin authority;
    authority.children = 20000;
    authority.children_by_age.fill(authority.children / 18.0);
    authority.children_ahead.assign(1, authority.children_by_age);
    for (double& children : authority.children_ahead[0]) children *= 1.3;
    if (!births) authority.children_ahead[0][0] = 0.0;
    const Trial trial(authority, p, 12);
    EXPECT_GT(trial.families().size(), trial.families().alive_end.front() + 1000U);
    return sum(trial.run(), Measure::kReferrals);
  };
  EXPECT_EQ(referrals(9.0, false), referrals(1.0, false));
  EXPECT_GT(referrals(9.0, true), referrals(1.0, true));
}

// Fewer births make fewer entries of the youngest, and no difference to those who are born.
TEST(Moves, FewerBirthsAreFewerEntriesOfTheYoungest) {
  const auto entries = [](bool fewer) {
    Scenario scenario = main_scenario({919}, 60, 4);
    scenario.arms = {scenario.arms[scenario.baseline]};
    scenario.baseline = 0;
    England changed = england();
    for (AuthorityOrigin& a : changed.authorities) {
      a.children_ahead.assign(5, a.children_by_age);
      for (std::size_t t = 0; fewer && t < 5; ++t)
        for (std::size_t age = 0; age <= t; ++age) a.children_ahead[t][age] *= 0.5;  // born since the origin
    }
    std::array<double, 2> out{};
    for (const auto& [key, all] : results_of(scenario, changed))
      for (int month = 36; month < 60; ++month) {
        out[0] += at(all.front(), Measure::kCareEntriesByAge, month, index(AgeBand::kUnder1));
        out[1] += at(all.front(), Measure::kCareEntriesByAge, month, index(AgeBand::k10To15));
      }
    return out;
  };
  const auto level = entries(false), half = entries(true);
  EXPECT_NEAR(half[0] / level[0], 0.5, 0.12);
  EXPECT_NEAR(half[1] / level[1], 1.0, 0.1);
}

TEST(Drift, SwitchedOffIsWithoutSpread) {
  Scenario scenario = one_arm({857}, 24, 2);
  scenario.state_covariance.clear();  // else drift starts from a state that is drawn
  add_arm(scenario, "off").parameters[drift_enabled] = 0.0;
  Arm& still = add_arm(scenario, "still");
  for (std::size_t k = 0; k < kPropensities; ++k)
    for (const DriftColumn sd : {kAuthoritySd, kNationalSd})
      still.parameters[rows::kDriftOfRates.at(k, sd)] = 0.0;
  for (const auto sd : {drift_posts_authority_sd, drift_posts_national_sd, drift_turnover_authority_sd,
                        drift_turnover_national_sd, drift_unaccompanied_sd})
    still.parameters[sd] = 0.0;
  for (std::size_t k = 0; k < kPriceKinds; ++k) still.parameters[rows::kPriceGrowthSd.at(k)] = 0.0;
  for (const auto sd : {population_projection_sd_england, population_projection_sd_a,
                        population_projection_sd_b, population_projection_sd_c})
    still.parameters[sd] = 0.0;
  const Results results = results_of(scenario);
  for (std::size_t replicate = 0; replicate < 2; ++replicate) {
    EXPECT_EQ(difference(results.at({"off", replicate}).front(), results.at({"still", replicate}).front()),
              "");
    EXPECT_NE(difference(results.at({"off", replicate}).front(), results.at({kUsual, replicate}).front()),
              "");
  }
}

// A drifting rate is log-normal about its level: wider as set, with the same mean.
TEST(Drift, WidensTheFutureAndKeepsItsMean) {
  Parameters p = quiet_parameters();
  p[contact_base] = 2.0;
  p[contact_recent_ratio] = p[contact_first_birth_ratio] = p[contact_no_further_action] = 1.0;
  AuthorityOrigin authority;
  authority.children = 300;
  constexpr int kMonths = 60;
  constexpr int kReplicates = 200;
  const auto referrals = [&](double authority_sd, double national_sd) {
    Parameters with = p;
    with[drift_enabled] = 1.0;
    set_rows(with, rows::kDriftOfRates, 0.0);
    with[drift_referral_authority_sd] = authority_sd;
    with[drift_referral_national_sd] = national_sd;
    with[drift_referral_authority_reversion] = with[drift_referral_national_reversion] = 5.0;
    const Trial trial(authority, with, kMonths);
    std::vector<double> out;
    for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
      const AuthoritySeries series = trial.run(replicate);
      for (int month = 0; month < kMonths; month += 5) out.push_back(at(series, Measure::kReferrals, month));
    }
    return out;
  };
  const auto moments = [](const std::vector<double>& sample) {
    const auto n = static_cast<double>(sample.size());
    const double mean = std::accumulate(sample.begin(), sample.end(), 0.0) / n;
    double variance = 0.0;
    for (const double x : sample) variance += (x - mean) * (x - mean) / n;
    return std::pair{mean, variance};
  };
  const auto [level, noise] = moments(referrals(0.0, 0.0));
  for (const auto& [authority_sd, national_sd] : {std::pair{0.6, 0.0}, std::pair{0.0, 0.6}}) {
    const auto [mean, variance] = moments(referrals(authority_sd, national_sd));
    const double relative = std::exp(0.36) - 1.0;  // variance of the log-normal, once it has settled
    // Months five apart share an eighth of their drift's log.
    EXPECT_NEAR(mean / level, 1.0, sigmas() * std::sqrt(1.3 * relative / (kReplicates * kMonths / 5)));
    EXPECT_NEAR((variance - noise) / (level * level), relative, 0.35 * relative);
  }
}

// ---- Learning from peers ----

// One authority starts at once, two a year later; with and without a network.
const Scenario& network() {
  static const Scenario value = [] {
    Scenario out = main_scenario({201, 805, 812, 857}, 36, 2);
    out.arms.erase(out.arms.begin() + 1);
    Arm& alone = out.arms[1];
    alone.name = "alone";
    Adoption first = alone.adoption.at(0);
    Adoption later = first;
    first.authorities = {812};
    later.authorities = {201, 805, 857};
    later.start_month = 12;
    alone.adoption = {first, later};
    out.arms.push_back(alone);
    out.arms[2].name = "together";
    out.arms[2].peer_learning.members = {805, 812, 857};
    for (Arm& arm : out.arms) arm.effects = EffectsMode::kSampled;
    return out;
  }();
  return value;
}
const Results& network_results() {
  static const Results value = results_of(network());
  return value;
}

// At a meeting a member moves towards the mean of those further on, and of nobody else. Meetings are at the
// end of every second month from the first on.
TEST(Peers, MeetThoseFurtherOnOnly) {
  Scenario scenario = network();
  scenario.replicates = 1;
  for (ServiceModel& model : scenario.service_models) {
    if (model.components.empty()) continue;
    model.training_months = 0.0;
    model.response = nullptr;  // it is of all components
    model.studies.clear();
    model.components.resize(1);
    model.components[0].staffing.reset();
    model.components[0].months_to_embed.reset();
  }
  for (Arm& arm : scenario.arms) {
    for (const auto id : {drift_enabled, feedback_turnover, implementation_overload_elasticity,
                          implementation_peer_hold, leadership_change_rate})
      arm.parameters[id] = 0.0;
    for (Adoption& adoption : arm.adoption) adoption.components = {0};
    if (!arm.adoption.empty()) arm.adoption[1].authorities = {805};  // 857 has nothing to teach
  }
  const Results results = results_of(scenario);
  const auto fidelity = [&](const std::string& arm, std::size_t authority, std::size_t month) {
    return static_cast<double>(results.at({arm, 0})[authority].levels(Measure::kFidelity)[month]);
  };
  // Alone it goes f -> kept f + gained each month; the first meeting of the two is at the end of month 12.
  const double before = fidelity("alone", 1, 12);
  const double kept =
      (fidelity("alone", 1, 14) - fidelity("alone", 1, 13)) / (fidelity("alone", 1, 13) - before);
  const double gained = fidelity("alone", 1, 13) - kept * before;
  const double rate = scenario.arms[2].parameters[implementation_peer_rate];
  const double met = before + rate * (fidelity("together", 2, 12) - before);
  EXPECT_EQ(fidelity("together", 1, 12), before);
  EXPECT_NEAR(fidelity("together", 1, 13), kept * met + gained, 1e-5);
  EXPECT_GT(fidelity("together", 1, 13), fidelity("alone", 1, 13) + 0.01);
  EXPECT_NEAR(fidelity("together", 1, 14), kept * fidelity("together", 1, 13) + gained, 1e-5);
  EXPECT_GT(fidelity("together", 1, 15),
            kept * fidelity("together", 1, 14) + gained + 0.005);  // the next one
}

TEST(Peers, LeaveOthersAsTheyAre) {
  for (std::size_t replicate = 0; replicate < 2; ++replicate)
    EXPECT_EQ(difference(network_results().at({"together", replicate})[0],
                         network_results().at({"alone", replicate})[0]),
              "");
}

TEST(Peers, ThreadsChangeNothing) {
  for (const int threads : {1, 5, 16})
    EXPECT_EQ(difference(results_of(network(), england(), threads), network_results()), "") << threads;
}

TEST(Peers, RunningTogetherIsRunningApartForArmsWithoutANetwork) {
  Scenario apart = network();
  apart.arms.pop_back();
  expect_within(results_of(apart), network_results());
}

// ---- The run ----

TEST(Run, StopsWhenAsked) {
  const std::atomic<bool> stop = true;
  RunOptions options;
  options.stop = &stop;
  int blocks = 0;
  const ResultSink sink = [&](std::size_t, std::size_t, const std::vector<AuthoritySeries>&) { ++blocks; };
  EXPECT_THROW(run_ensemble(small(), england(), options, sink), Interrupted);
  EXPECT_THROW(run_ensemble(network(), england(), options, sink), Interrupted);
  EXPECT_EQ(blocks, 0);
}

TEST(Run, StopsInTheMiddle) {
  for (const Scenario* scenario : {&small(), &network()}) {
    std::atomic<bool> stop = false;
    RunOptions options;
    options.stop = &stop;
    std::size_t blocks = 0;
    const ResultSink sink = [&](std::size_t, std::size_t, const std::vector<AuthoritySeries>&) {
      ++blocks;
      stop = true;
    };
    EXPECT_THROW(run_ensemble(*scenario, england(), options, sink), Interrupted);
    EXPECT_EQ(blocks, 1U);
  }
}

TEST(Run, TellsHowFarItIsAndWhatItDid) {
  const Scenario& scenario = small();
  std::vector<double> done;
  double in_all = 0.0;
  RunOptions options;
  options.parallel = on_threads(2);
  options.progress = [&](double now, double total) {
    done.push_back(now);
    in_all = total;
  };
  std::size_t blocks = 0;
  const RunStatistics statistics =
      run_ensemble(scenario, england(), options,
                   [&](std::size_t, std::size_t, const std::vector<AuthoritySeries>& series) {
                     ++blocks;
                     EXPECT_EQ(series.size(), scenario.authorities.size());
                   });
  EXPECT_EQ(blocks, 6U);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_NEAR(done.back(), in_all, 1e-6 * in_all);
  double expected = 0.0;
  for (const int code : kPlaces)
    expected += 6.0 * make_families(england().at(code), scenario.arms[0].parameters, scenario.seed, 1.0,
                                    scenario.horizon_months)
                          .family_months();
  EXPECT_NEAR(statistics.family_months, expected, 1e-9 * expected);
  EXPECT_EQ(statistics.threads, options.parallel->threads());
  EXPECT_GT(statistics.seconds, 0.0);
  const RunEstimate estimate = estimate_run(scenario, england(), *options.parallel);
  EXPECT_NEAR(estimate.family_months, expected, 0.05 * expected);
  EXPECT_GT(estimate.memory_bytes, 0.0);
  EXPECT_GT(estimate_file_bytes(scenario, 2), estimate_file_bytes(scenario, 1));
}

// ---- The scan ----

// Registers of every width that this processor has; any offset, length and density; readings and limits that
// are infinite or equal.
TEST(Scan, FindsTheDueOfAnyReadings) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr std::size_t kReadings = 5000;
  std::mt19937 random(20220331);
  const bool wide = wide_registers();
  for (int trial = 0; trial < 400; ++trial) {
    const auto one_in = 1 + random() % std::array{1U, 3U, 56U, 1000U}[random() % 4];
    std::vector<float> readings(kReadings);
    for (float& x : readings)
      x = random() % 50 == 0 ? kInfinity : static_cast<float>(random() % one_in + random() % 2);
    const std::array limits = {-1.0F, 0.0F, 1.0F, readings[random() % kReadings], kInfinity, -kInfinity};
    const float limit = limits[random() % limits.size()];
    const std::size_t begin = random() % (trial % 2 == 0 ? 200 : kReadings);
    const std::size_t end = begin + random() % (kReadings - begin + 1);
    std::vector<std::uint32_t> expected;
    for (std::size_t i = begin; i < end; ++i)
      if (readings[i] <= limit) expected.push_back(static_cast<std::uint32_t>(i));
    const std::vector<float> exact(&readings[begin], &readings[begin] + (end - begin));
    for (const bool use : {false, true}) {
      use_wide_registers(use);
      std::vector<std::uint32_t> found(end - begin);
      found.resize(find_due(readings.data(), begin, end, limit, found.data()));
      ASSERT_EQ(found, expected) << begin << " to " << end << ", limit " << limit;
      // Nothing before or after is read.
      found.resize(exact.size());
      found.resize(find_due(exact.data(), 0, exact.size(), limit, found.data()));
      ASSERT_EQ(found.size(), expected.size());
    }
  }
  use_wide_registers(wide);
}

// Families in any state, due in any number: what becomes of them, by one and by many at a time.
TEST(Quiet, TransitionsAreTheSameWhateverTheWidthOfRegisters) {
  constexpr std::uint32_t kFamilies = 3000;
  const NeedsTables needs = make_needs_tables(Parameters{}, 0.2, 0.17);
  const ContactTables contact = make_contact_tables(Parameters{});
  const Draws draws(7, 3, 919);
  std::mt19937 random(20220331);
  const auto unit = [&] { return static_cast<float>(random() % 4096) / 4096.0F; };
  const bool wide = wide_registers();
  for (int trial = 0; trial < 300; ++trial) {
    const QuietMonth month{.contact_start = 20.0F,
                           .contact_end = 20.0F + 2.0F * unit(),
                           .needs_start = 30.0F,
                           .needs_end = 31.0F,
                           .poverty_shock = trial % 4 == 0 ? 0.5F + unit() : 1.0F};
    struct Everything {
      std::vector<FamilyState> family{kFamilies};
      std::vector<float> contact_reading, needs_reading;
      std::vector<std::uint32_t> due;
      std::array<int, kComponents> families_with{};
    } before;
    const auto step = static_cast<std::uint32_t>(1 + random() % 400);
    for (std::uint32_t f = 0; f < kFamilies; ++f) {
      FamilyState& state = before.family[f];
      state.state = static_cast<std::uint8_t>(random() % 128);
      state.family_class = static_cast<std::uint8_t>(random() % kFamilyClasses);
      state.transitions = static_cast<std::uint16_t>(random() % 300);
      state.cases = static_cast<std::uint8_t>(random());
      state.in_care = static_cast<std::uint8_t>(random());
      before.contact_reading.push_back(month.contact_start + 3.0F * unit());
      before.needs_reading.push_back(month.needs_start + unit());
      if (f % step == 0) before.due.push_back(f);
    }
    std::array<Everything, 2> after = {before, before};
    std::array<std::size_t, 2> again{};
    for (const bool use : {false, true}) {
      use_wide_registers(use);
      Everything& x = after[use ? 1 : 0];
      DrawList list;
      needs_keys(x.family.data(), x.due, list);
      list.draw(draws, Process::kTransition);
      list.make_waits(0);
      again[use ? 1 : 0] = needs_events({x.family.data(), x.contact_reading.data(), x.needs_reading.data()},
                                        needs, contact, month, list, x.due, x.families_with);
      x.due.resize(again[use ? 1 : 0]);
    }
    use_wide_registers(wide);
    ASSERT_EQ(again[0], again[1]);
    ASSERT_EQ(after[0].due, after[1].due);
    ASSERT_EQ(after[0].contact_reading, after[1].contact_reading);
    ASSERT_EQ(after[0].needs_reading, after[1].needs_reading);
    ASSERT_EQ(after[0].families_with, after[1].families_with);
    for (std::uint32_t f = 0; f < kFamilies; ++f) {
      const FamilyState& a = after[0].family[f];
      const FamilyState& b = after[1].family[f];
      ASSERT_EQ(std::tuple(a.state, a.family_class, a.transitions, a.cases, a.in_care),
                std::tuple(b.state, b.family_class, b.transitions, b.cases, b.in_care));
      // Those not due are as they were.
      if (f % step != 0) {
        ASSERT_EQ(a.state, before.family[f].state);
      }
    }
  }
}

}  // namespace
}  // namespace hearth
