// What a summarised result says of single authorities: of each, measure, arm and year the Statistics over
// replicates, of the level and of the difference from the baseline with the same luck (docs/adr/0021).
// Format: outputs/README.md.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/statistics.hpp"
#include "results/content/result_source.hpp"
#include "results/quantities.hpp"

namespace hearth {

// How many numbers are kept of a quantity: mean, its standard error, standard deviation, shares below and
// above zero, then the quantiles kShownQuantiles.
inline constexpr std::size_t kKeptBeforeQuantiles = 5;
inline constexpr std::size_t kKeptStatistics = kKeptBeforeQuantiles + kShownQuantiles.size();

// In that order, each `cells` numbers after the one before: a variable is [statistic][cell].
void put_statistics(const Statistics& statistics, std::vector<double>& into, std::size_t cells,
                    std::size_t cell);

// Name and categories of the variable of group "authorities" that holds a measure.
std::pair<std::string, std::vector<std::size_t>> variable_of_authorities(const SummaryMeasure& measure);

// Of one measure: of each arm, or of its difference from the baseline.
class AuthorityStatistics {
 public:
  // Throws DataError where they cannot be read.
  AuthorityStatistics(const ResultSource& result, const SummaryMeasure& measure, bool difference);
  // `period`: a year of summary_periods().
  Statistics of(std::size_t arm, std::size_t authority, std::size_t period) const;

 private:
  std::size_t replicates_;
  std::size_t authorities_;
  std::size_t periods_;
  std::size_t cells_;  // of one statistic
  std::vector<double> values_;
};

}  // namespace hearth
