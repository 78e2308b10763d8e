// What a child's years up to 18 come to: who was ever referred, came into need, was on a plan; who enters
// care again after a return home; how long cases and stays in care last. Counted from the log of a sample of
// families over as many years as that takes. And what stands in the tenth year, from a larger sample.
#pragma once

#include <array>
#include <string_view>

#include "analysis/calibration/calibration_targets.hpp"
#include "model/outcomes/event_log.hpp"
#include "simulation/ensemble.hpp"

namespace hearth {

// Sums over authorities of what their logs hold, children unless it says otherwise.
class LifeCourses {
 public:
  // Births of the first three years are followed to 18.
  static constexpr int kBirthMonths = 36;
  static constexpr int kMonths = kBirthMonths + kAdultMonths;

  // The log of an authority over kMonths.
  void add(const EventLog& log);
  // By name of the target: shares; NaN where nothing was counted that could have it.
  Figures figures() const;

  // Years after a return home at which it is asked who has entered care again.
  static constexpr std::array<int, 3> kReEntryYears = {1, 2, 6};
  static constexpr std::array<std::string_view, 3> kReEntryNames = {"re_entry.1_year", "re_entry.2_years",
                                                                    "re_entry.6_years"};
  enum Ever : std::size_t { kReferred, kAssessed, kInNeed, kOnPlan, kLookedAfter };
  static constexpr std::array<std::string_view, 5> kEverNames = {
      "ever_referred", "ever_assessed", "ever_in_need", "ever_on_plan", "ever_looked_after"};

 private:
  double followed_ = 0.0;  // who were born here and stayed
  std::array<double, kEverNames.size()> ever_{};
  std::array<double, kReEntryYears.size()> returned_{};  // early enough to be followed for so long
  std::array<double, kReEntryYears.size()> entered_again_{};
  double need_ended_ = 0.0;
  double need_ended_soon_ = 0.0;  // within three months of the referral
  double left_care_ = 0.0;
  double left_care_soon_ = 0.0;  // within eight weeks
  double applications_ = 0.0;    // families
  double infants_ = 0.0;         // under one, in their families
};

// Whether any of these targets is counted here.
bool asks_for_life_courses(const std::vector<CalibrationTarget>& targets);

// What stands in the tenth year, of the names of targets that are held to it: for a run of ten years.
Figures tenth_year_figures(const Scenario& scenario, const England& england, const RunOptions& options);
Scenario scenario_of_ten_years(Scenario scenario, const England& england);

// Runs the first arm of the scenario, one replicate, with as many families as these shares need. Throws what
// run_ensemble throws.
LifeCourses follow_life_courses(Scenario scenario, const England& england, const RunOptions& options);

// The scenario that is run: for families that are made once for many runs of it.
Scenario scenario_of_life_courses(Scenario scenario, const England& england);

}  // namespace hearth
