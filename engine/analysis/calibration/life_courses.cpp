#include "analysis/calibration/life_courses.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "kernels/bit_mask.hpp"

namespace hearth {
namespace {

// Children from whom these shares are counted: with so many, those born in three years and ever on a plan are
// some 4,000.
constexpr double kChildrenFollowed = 400000.0;
// And for stocks in the tenth year: one in a hundred of chance.
constexpr double kChildrenForTenYears = 1.8e6;
// In which durations and applications are counted.
constexpr int kLevelMonths = kFittedYears * kMonthsPerYear;
constexpr float kEightWeeks = 8.0F * 7.0F / 365.25F * kMonthsPerYear;
constexpr float kThreeMonths = 3.0F;
constexpr std::int16_t kNotYet = -10000;

// A family as far as its log has been read.
struct Course {
  bool in_need = false;                                      // of the open case
  std::uint8_t in_care = 0;                                  // bit a child
  std::uint8_t gone = 0;                                     // left for good
  bool moved = false;                                        // in, with children, or away
  float referred = std::numeric_limits<float>::quiet_NaN();  // when the open case was referred
  std::array<std::uint8_t, LifeCourses::kEverNames.size()> ever{};
  std::array<float, kMostChildren> entered{};      // care, in months
  std::array<std::int16_t, kMostChildren> home{};  // month of the last return
};

// One replicate of the baseline with so many children, or as much fewer as the scenario simulates fewer.
Scenario long_run(Scenario scenario, const England& england, double children, int months) {
  double all = 0.0;
  for (const int code : scenario.authorities) all += england.at(code).children;
  scenario.sampling_fraction *= std::min(1.0, children / std::max(all, 1.0));
  scenario.horizon_months = months;
  scenario.replicates = 1;
  scenario.arms = {scenario.arms.at(scenario.baseline)};
  scenario.baseline = 0;
  return scenario;
}

double share(double part, double whole) {
  return whole > 0.0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

void LifeCourses::add(const EventLog& log) {
  std::vector<Course> courses(log.families.size());
  for (Course& course : courses) course.home.fill(kNotYet);
  for (std::size_t f = 0; f < courses.size(); ++f) {
    const FamilyAtOrigin& at = log.at_origin[f];
    courses[f].gone = at.left;
    if (!at.open_case) continue;
    courses[f].in_need = at.stage != Stage::kAssessment;
    courses[f].referred = static_cast<float>(at.since);
  }
  for (const LookedAfterChild& child : log.looked_after) {
    if (child.family == kNoFamily) continue;
    courses[child.family].in_care |= static_cast<std::uint8_t>(1U << child.child);
    courses[child.family].entered.at(child.child) = static_cast<float>(child.since);
  }
  for (const FamilyEvent& e : log.events) {
    if (e.family == kNoFamily) continue;
    Course& x = courses[e.family];
    const Births& births = log.families.births[e.family];
    const unsigned home = births.minors(e.month) & ~static_cast<unsigned>(x.in_care | x.gone);
    const auto bit = static_cast<std::uint8_t>(1U << e.child);
    const auto mark = [&](Ever what, unsigned who) {
      x.ever[what] = static_cast<std::uint8_t>(x.ever[what] | who);
    };
    const bool counted = e.month < kLevelMonths;
    switch (e.kind) {
      case EventKind::kStarts:
        x.moved = births.month.front() != e.month;
        break;
      case EventKind::kMovesAway:
        x.moved = true;
        break;
      case EventKind::kReferred:
        mark(kReferred, home);
        if (!(e.detail & kNoFurtherAction)) {
          x.referred = e.time;
          x.in_need = false;
        }
        break;
      case EventKind::kCaseOpens:
        x.referred = std::numeric_limits<float>::quiet_NaN();
        x.in_need = true;
        break;
      case EventKind::kAssessed:
        mark(kAssessed, home);
        x.in_need = e.detail != index(Assessed::kNotInNeed);
        if (x.in_need) mark(kInNeed, home);
        break;
      case EventKind::kPlanStarts:
        mark(kOnPlan, home);
        break;
      case EventKind::kApplication: {
        if (!counted) break;
        ++applications_;
        for_each_bit(births.minors(e.month) & ~unsigned{x.gone}, [&](std::size_t k) {
          infants_ += e.month - births.month.at(k) < kMonthsPerYear ? 1.0 : 0.0;
        });
        break;
      }
      case EventKind::kCaseCloses:
        if (counted && x.in_need && !std::isnan(x.referred)) {
          const auto n = static_cast<double>(std::popcount(home));
          need_ended_ += n;
          if (e.time - x.referred < kThreeMonths) need_ended_soon_ += n;
        }
        break;
      case EventKind::kEntersCare: {
        mark(kLookedAfter, bit);
        x.in_care = static_cast<std::uint8_t>(x.in_care | bit);
        x.gone = static_cast<std::uint8_t>(x.gone & ~bit);  // after a breakdown
        x.entered.at(e.child) = e.time;
        std::int16_t& returned = x.home.at(e.child);
        for (std::size_t k = 0; k < kReEntryYears.size(); ++k)
          if (returned + kReEntryYears.at(k) * kMonthsPerYear < kMonths &&
              e.month - returned <= kReEntryYears.at(k) * kMonthsPerYear)
            entered_again_.at(k) += 1.0;
        returned = kNotYet;
        break;
      }
      case EventKind::kLeavesCare: {
        x.in_care = static_cast<std::uint8_t>(x.in_care & ~bit);
        const bool returns = e.detail == index(ExitReason::kReturnedHome);
        if (!returns) x.gone = static_cast<std::uint8_t>(x.gone | bit);
        if (counted) {
          ++left_care_;
          if (e.time - x.entered.at(e.child) < kEightWeeks) ++left_care_soon_;
        }
        if (!returns) break;
        x.home.at(e.child) = e.month;
        for (std::size_t k = 0; k < kReEntryYears.size(); ++k)
          if (e.month + kReEntryYears.at(k) * kMonthsPerYear < kMonths) returned_.at(k) += 1.0;
        break;
      }
      default:
        break;
    }
  }
  for (std::size_t f = 0; f < courses.size(); ++f) {
    if (courses[f].moved) continue;
    const Births& births = log.families.births[f];
    for (std::size_t k = 0; k < births.size(); ++k) {
      if (births.month.at(k) <= 0 || births.month.at(k) > kBirthMonths) continue;
      ++followed_;
      for (std::size_t what = 0; what < ever_.size(); ++what)
        ever_.at(what) += courses[f].ever.at(what) >> k & 1U;
    }
  }
}

Figures LifeCourses::figures() const {
  Figures out;
  for (std::size_t k = 0; k < ever_.size(); ++k) out.emplace(kEverNames.at(k), share(ever_.at(k), followed_));
  for (std::size_t k = 0; k < kReEntryYears.size(); ++k)
    out.emplace(kReEntryNames.at(k), share(entered_again_.at(k), returned_.at(k)));
  out["need_ended.under_3_months"] = share(need_ended_soon_, need_ended_);
  out["care_left.under_8_weeks"] = share(left_care_soon_, left_care_);
  out["infants_per_application"] = share(infants_, applications_);
  return out;
}

bool asks_for_life_courses(const std::vector<CalibrationTarget>& targets) {
  const Figures counted = LifeCourses().figures();
  return std::ranges::any_of(targets, [&](const auto& target) { return counted.contains(target.name); });
}

Scenario scenario_of_life_courses(Scenario scenario, const England& england) {
  return long_run(std::move(scenario), england, kChildrenFollowed, LifeCourses::kMonths);
}

Scenario scenario_of_ten_years(Scenario scenario, const England& england) {
  return long_run(std::move(scenario), england, kChildrenForTenYears, kTenYears * kMonthsPerYear);
}

Figures tenth_year_figures(const Scenario& scenario, const England& england, const RunOptions& options) {
  SimulatedYears years(kTenYears - 1);
  run_ensemble(scenario, england, options,
               [&](std::size_t, std::size_t, const std::vector<AuthoritySeries>& all) { years.add(all); });
  const Figures all = years.figures(scenario.sampling_fraction);
  Figures out;
  for (const std::string_view name : held_to_the_tenth_year())
    out[std::string(name).append(kTenthYear)] = all.find(name)->second;
  return out;
}

LifeCourses follow_life_courses(Scenario scenario, const England& england, const RunOptions& given) {
  std::vector<EventLog> logs(scenario.authorities.size());
  RunOptions options = given;
  options.log = [&](std::size_t, std::size_t place) { return &logs[place]; };
  run_ensemble(scenario, england, options, [](std::size_t, std::size_t, const auto&) {});
  LifeCourses out;
  for (const EventLog& log : logs) out.add(log);
  return out;
}

}  // namespace hearth
