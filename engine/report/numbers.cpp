#include "report/numbers.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>

namespace hearth {

using Json = nlohmann::ordered_json;

Json number_json(double value, int decimals) {
  const double out = rounded(value, decimals);
  constexpr double kLargestWhole = 1e15;
  if (out == std::floor(out) && std::abs(out) < kLargestWhole) return static_cast<std::int64_t>(out);
  return out;
}

namespace {

void append(Json& row, const std::optional<Range>& range, const Rounding& how) {
  row.push_back(range ? number_json(range->low / how.scale, how.decimals) : Json(nullptr));
  row.push_back(range ? number_json(range->high / how.scale, how.decimals) : Json(nullptr));
}

double width(const std::optional<Range>& range) {
  return range ? range->high - range->low : 0.0;
}

}  // namespace

Json level_json(const SummaryCell& cell, const Rounding& how) {
  Json out = {number_json(cell.mean / how.scale, how.decimals)};
  append(out, cell.range, how);
  return out;
}

Json difference_json(const PairedDifference& difference, const Rounding& how) {
  constexpr double kPerCent = 100.0;
  Json out = {number_json(difference.mean / how.scale, how.decimals)};
  append(out, difference.range, how);
  const auto& error = difference.monte_carlo_standard_error;
  // An error is not said to be zero where it is not.
  const double least = error && *error > 0.0 ? std::pow(10.0, -how.decimals) : 0.0;
  out.push_back(error ? number_json(std::max(*error / how.scale, least), how.decimals) : Json(nullptr));
  out.push_back(error ? number_json(kPerCent * difference.below_zero, 0) : Json(nullptr));
  const bool none = error && difference.below_zero == 0.0 && difference.above_zero == 0.0;
  if (none || difference.has_sign()) out.push_back(none ? 2 : 1);
  return out;
}

Rounding page_rounding(const SummaryMeasure& measure, const std::vector<SummaryCell>& cells) {
  double differences = 0.0;
  double levels = 0.0;
  double largest = 0.0;
  for (const SummaryCell& cell : cells) {
    levels = std::max(levels, width(cell.range));
    largest = std::max(largest, std::abs(cell.mean));
    if (cell.difference) differences = std::max(differences, width(cell.difference->range));
  }
  return rounding_by_width(measure, differences > 0.0 ? differences : levels, largest);
}

ByReplicate::ByReplicate(const ResultHeader& header, const std::vector<double>& series,
                         const SummaryMeasure& measure)
    : replicates_(static_cast<std::size_t>(header.replicates)), periods_(summary_periods(header).size()) {
  SummaryMeasure of = measure;
  // The mean of one number.
  if (header.step_months == kMonthsPerYear && of.yearly == Yearly::kMean) of.yearly = Yearly::kEnd;
  values_.resize(header.arms.size() * replicates_ * periods_);
  const auto periods = summary_periods(header);
  for (std::size_t arm = 0; arm < header.arms.size(); ++arm)
    for (std::size_t p = 0; p < periods_; ++p) {
      const auto values = yearly_values(header, of, series, arm, periods[p]);
      for (std::size_t r = 0; r < replicates_; ++r)
        values_[(arm * replicates_ + r) * periods_ + p] = values[r];
    }
}

std::vector<double> ByReplicate::at(std::size_t arm, std::size_t period) const {
  std::vector<double> out(replicates_);
  for (std::size_t r = 0; r < replicates_; ++r) out[r] = values_[(arm * replicates_ + r) * periods_ + period];
  return out;
}

std::vector<double> ByReplicate::so_far(std::size_t arm, std::size_t period) const {
  std::vector<double> out(replicates_);
  for (std::size_t p = 0; p <= period; ++p)
    std::ranges::transform(out, at(arm, p), out.begin(), std::plus<>());
  return out;
}

ByReplicate ByReplicate::over(const ByReplicate& other, const std::vector<double>& scale) const {
  ByReplicate out = *this;
  for (std::size_t i = 0; i < out.values_.size(); ++i)
    out.values_[i] = other.values_[i] > 0.0 ? scale[i % periods_] * values_[i] / other.values_[i] : 0.0;
  return out;
}

ByReplicate sum_of(const std::vector<const ByReplicate*>& parts) {
  ByReplicate out = *parts.front();
  for (std::size_t k = 1; k < parts.size(); ++k)
    std::ranges::transform(out.values_, parts[k]->values_, out.values_.begin(), std::plus<>());
  return out;
}

std::vector<ControlVariates> control_variates(const ResultHeader& header) {
  std::vector<ControlVariates> out;
  for (std::size_t arm = 0; arm < header.arms.size(); ++arm) out.emplace_back(header, arm);
  return out;
}

}  // namespace hearth
