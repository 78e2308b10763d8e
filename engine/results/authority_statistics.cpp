#include "results/authority_statistics.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "results/content/names.hpp"

namespace hearth {

void put_statistics(const Statistics& statistics, std::vector<double>& into, std::size_t cells,
                    std::size_t cell) {
  into[cell] = statistics.mean;
  into[cells + cell] = statistics.standard_error;
  into[2 * cells + cell] = statistics.standard_deviation;
  into[3 * cells + cell] = statistics.below_zero;
  into[4 * cells + cell] = statistics.above_zero;
  for (std::size_t q = 0; q < kShownQuantiles.size(); ++q)
    into[(kKeptBeforeQuantiles + q) * cells + cell] = statistics.quantiles[q];
}

// Name and categories of the variable of group "authorities" that holds a measure.
std::pair<std::string, std::vector<std::size_t>> variable_of_authorities(const SummaryMeasure& measure) {
  if (measure.measure) {
    const MeasureInfo& info = kMeasureTable.at(index(*measure.measure));
    return {std::string(info.name), position_of(info, measure.category)};
  }
  if (measure.payers.empty() && measure.costs.empty()) return {std::string(names::kCostTotal), {}};
  if (measure.payers.empty()) return {std::string(names::kCostByCategory), measure.costs};
  if (measure.costs.empty()) return {std::string(names::kCostByPayer), measure.payers};
  return {std::string(names::kCost), {measure.payers.front(), measure.costs.front()}};
}

AuthorityStatistics::AuthorityStatistics(const ResultSource& result, const SummaryMeasure& measure,
                                         bool difference)
    : replicates_(static_cast<std::size_t>(result.header().replicates)),
      authorities_(result.header().authorities.size()),
      periods_(summary_periods(result.header()).size()),
      cells_(result.header().arms.size() * authorities_ * periods_) {
  const auto [name, categories] = variable_of_authorities(measure);
  values_ = result.authority_statistics(name + std::string(difference ? names::kDifference : ""), categories);
  if (values_.size() != kKeptStatistics * cells_)
    throw DataError(fmt::format("the result does not hold {} of every arm, authority and year", measure.key));
  if (measure.measure || result.pounds().are_of_origin()) return;
  const auto steps_in_year = static_cast<std::size_t>(kMonthsPerYear / result.header().step_months);
  for (std::size_t cell = 0; cell < values_.size(); ++cell) {
    const std::size_t kept = cell / cells_;
    if (kept != 3 && kept != 4)  // shares below and above zero
      values_[cell] *= result.money_factors()[cell % periods_ * steps_in_year];
  }
}

Statistics AuthorityStatistics::of(std::size_t arm, std::size_t authority, std::size_t period) const {
  const std::size_t cell = (arm * authorities_ + authority) * periods_ + period;
  Statistics out;
  out.replicates = replicates_;
  out.mean = values_.at(cell);
  out.standard_error = values_.at(cells_ + cell);
  out.standard_deviation = values_.at(2 * cells_ + cell);
  out.below_zero = values_.at(3 * cells_ + cell);
  out.above_zero = values_.at(4 * cells_ + cell);
  for (std::size_t q = 0; q < kShownQuantiles.size(); ++q)
    out.quantiles.at(q) = values_.at((kKeptBeforeQuantiles + q) * cells_ + cell);
  return out;
}

}  // namespace hearth
