// What a result says, year by year, for England, a region or an authority: each arm, and how it differs from
// the baseline with the same luck.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.hpp"
#include "core/statistics.hpp"
#include "core/uncertainty.hpp"
#include "results/content/result_source.hpp"
#include "results/control_variates.hpp"
#include "results/quantities.hpp"
#include "results/split.hpp"
#include "results/who_gains.hpp"

namespace hearth {

// This arm less the baseline, replicate by replicate, without the chance of what effects were drawn
// (results/control_variates.hpp).
struct PairedDifference {
  double mean = 0.0;
  std::optional<Range> range;                        // the middle 90%; nothing with one replicate
  std::optional<double> monte_carlo_standard_error;  // of the mean; nothing with one replicate
  double below_zero = 0.0;                           // share of replicates in which the arm has less
  double above_zero = 0.0;

  // Whether the replicates tell on which side of zero the mean is: two standard errors away, or always there.
  bool has_sign() const;
};

// One value a replicate of an arm, and of the baseline.
PairedDifference paired_difference(const std::vector<double>& arm, const std::vector<double>& baseline,
                                   const ControlVariates& controls);

// The mean of an arm is that of the baseline and the mean difference, and its quantiles move with it: levels
// and differences agree.
struct SummaryCell {
  double mean = 0.0;
  std::optional<double> monte_carlo_standard_error{};  // of the mean; nothing with one replicate
  double median = 0.0;
  std::optional<Range> range;                  // the middle 90%; nothing with one replicate
  std::optional<PairedDifference> difference;  // nothing for the baseline itself
  std::optional<Range> half{};                 // the middle half; nothing with one replicate
  // Of the baseline: the middle 90% as it would be published (results/as_published.hpp); nothing where that
  // is not known.
  std::optional<Range> as_published{};
};

// Of one value a replicate: of the baseline, or of an arm beside the baseline.
SummaryCell cell_of(const std::vector<double>& values);
SummaryCell cell_of(const std::vector<double>& values, const std::vector<double>& baseline,
                    const ControlVariates& controls);

struct Summary {
  std::string title;
  std::string question;
  Area area;
  MonthEnd origin;
  int replicates = 0;
  std::uint64_t seed = 0;
  double sampling_fraction = 1.0;
  std::vector<ResultHeader::Arm> arms;
  std::size_t baseline = 0;
  std::size_t adopting_elsewhere = 0;   // authorities that adopt in some arm without being simulated
  Coverage coverage;                    // what intervals cover
  bool effects_taken_as_given = false;  // some arm does not draw the effects of its service models
  bool effects_drawn = false;           // some arm does: its intervals hold the doubt about them
  int step_months = 1;                  // as in ResultHeader
  // Why no cell says between which numbers a published figure will be: a sentence; empty where some do, or
  // where no measure is published with noise.
  std::string why_not_as_published;
  std::vector<SummaryPeriod> periods;
  std::vector<SummaryMeasure> measures;
  std::string pounds;              // what money is in, a sentence
  std::string money_unit = "GBP";  // pounds_unit()
  std::vector<SummaryCell> cells;  // [measure][arm][period]
  std::optional<WhoGains> who_gains;
  // The result has no replicates of the area: it does not say who gains, nor where the doubt comes from.
  bool summarised = false;
  std::optional<Split> split{};  // where the doubt comes from; nothing: the result does not say

  // For a column of numbers: what money is in, too.
  const std::string& unit(const SummaryMeasure& measure) const;
  const SummaryCell& cell(std::size_t measure, std::size_t arm, std::size_t period) const {
    return cells.at((measure * arms.size() + arm) * periods.size() + period);
  }
  SummaryCell& cell(std::size_t measure, std::size_t arm, std::size_t period) {
    return cells.at((measure * arms.size() + arm) * periods.size() + period);
  }
};

// Throws DataError where the file cannot be read.
Summary summarise(const ResultSource& result, const Area& area, const std::vector<SummaryMeasure>& measures);
// The same of several areas, reading the file once for all of them.
std::vector<Summary> summarise(const ResultSource& result, const std::vector<Area>& areas,
                               const std::vector<SummaryMeasure>& measures);
// The same by name, and where the doubt comes from. Without measures: the main seven, and who gains.
Summary summarise(const ResultSource& result, std::string_view area = "England",
                  const std::vector<std::string>& measures = {});

std::string summary_text(const Summary& summary);  // for people, at most 100 columns
std::string summary_json(const Summary& summary);  // full precision
std::string summary_csv(
    const Summary& summary);  // one row an arm, year and measure; decimals as the unit has them

}  // namespace hearth
