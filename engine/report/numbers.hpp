// Numbers of the page: rounded once, to the digits that are shown everywhere.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "results/summary.hpp"
#include "results/wording.hpp"

namespace hearth {

// Whole numbers without a point.
nlohmann::ordered_json number_json(double value, int decimals);

// [mean, low, high], the middle 90%; null where there is none.
nlohmann::ordered_json level_json(const SummaryCell& cell, const Rounding& how);

// [mean, low, high, Monte Carlo standard error, per cent of replicates with less, sign]. Sign: 1 if the
// replicates tell on which side of zero the mean is, 2 if there is no difference in any replicate; left out,
// or 0, if they do not tell.
nlohmann::ordered_json difference_json(const PairedDifference& difference, const Rounding& how);

// The widest 90% interval of the differences, or of the levels where no arm is compared, and the largest
// mean.
Rounding page_rounding(const SummaryMeasure& measure, const std::vector<SummaryCell>& cells);

// A quantity of one area by replicate: [arm][replicate][period].
class ByReplicate {
 public:
  // From the numbers of a result, [arm][replicate][step].
  ByReplicate(const ResultHeader& header, const std::vector<double>& series, const SummaryMeasure& measure);

  std::vector<double> at(std::size_t arm, std::size_t period) const;
  // Added up from the first period on.
  std::vector<double> so_far(std::size_t arm, std::size_t period) const;
  std::size_t periods() const { return periods_; }
  // Divided by another and multiplied by `scale`, period by period; zero where the other is zero.
  ByReplicate over(const ByReplicate& other, const std::vector<double>& scale) const;
  friend ByReplicate sum_of(const std::vector<const ByReplicate*>& parts);

 private:
  std::size_t replicates_;
  std::size_t periods_;
  std::vector<double> values_;
};

// Of at least one part, all of the same result.
ByReplicate sum_of(const std::vector<const ByReplicate*>& parts);

// By arm.
std::vector<ControlVariates> control_variates(const ResultHeader& header);

}  // namespace hearth
