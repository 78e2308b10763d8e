// What business as usual is fitted to: England's published figures of the year to the origin, beside what a
// run makes of them in its first year; and that rates then stay where they are.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/measures.hpp"
#include "published/evidence.hpp"
#include "published/national_series.hpp"

namespace hearth {

// By name of the target, in its unit: children a year, children at 31 March, shares, pounds.
using Figures = std::map<std::string, double, std::less<>>;

struct CalibrationTarget {
  std::string name;
  double published = 0.0;  // what the simulation should show
  double sampling = 0.0;   // standard error of its logarithm: a count is one draw of what it might have been
  double discrepancy = 0.0;  // standard deviation by which model and statistic may differ, log
  bool promised = false;     // held to 3%

  double sd() const;  // of both together
};

// A target, whether or not it was published.
struct TargetInfo {
  std::string_view name;
  bool promised;
  double discrepancy;
  std::string_view reason;  // for the size of the discrepancy
};
const std::vector<TargetInfo>& target_table();

inline constexpr double kPromisedTolerance = 0.03;

// Years of a simulation that targets and authorities' rates are fitted to: as many as hindcasts score, or a
// simulation that is right at first could settle elsewhere.
inline constexpr int kFittedYears = 3;

// Names of the targets that are held in a later year too, and how those then end.
inline constexpr std::string_view kTenthYear = ".tenth_year";
inline constexpr int kTenYears = 10;
std::span<const std::string_view> held_to_the_tenth_year();

// Targets at an origin, of figures of the years up to it alone; what was not published is left out. Flows are
// the last year's; stocks are those of a year on. Some are held again in the last of the fitted years:
// business as usual has no trend of its own; what may change is drift's.
// `evidence` has those of whole childhoods, the same at every origin.
std::vector<CalibrationTarget> calibration_targets(const NationalSeries& national, const Evidence& evidence,
                                                   int origin_year);
// Names of the table for which there is no published figure.
std::vector<std::string> unpublished_targets(const std::vector<CalibrationTarget>& targets);

// Sums over authorities and replicates what the targets need of a run of kFittedYears or more.
class SimulatedYears {
 public:
  // Of the years from `first` on, as many as there are up to kFittedYears: what is said of the first of a run
  // is then said of that one.
  explicit SimulatedYears(std::size_t first = 0) : first_(first) {}

  // All authorities of a replicate.
  void add(const std::vector<AuthoritySeries>& series);
  // Means over replicates. `fraction` is the share of families that was simulated.
  Figures figures(double fraction = 1.0) const;

 private:
  using Rows = std::vector<double>;  // by category
  using Sums = std::map<Measure, Rows>;
  std::size_t first_;
  std::array<Sums, kFittedYears> years_;  // flows over the year, stocks at its end
  double second_half_applications_ = 0.0;
  double spend_ = 0.0;  // pounds
  int replicates_ = 0;
};

// Logarithms in the order of the targets. Zero counts as half a child.
std::vector<double> log_figures(const std::vector<CalibrationTarget>& targets, const Figures& figures);

}  // namespace hearth
