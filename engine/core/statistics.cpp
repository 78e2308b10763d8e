#include "core/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace hearth {
namespace {

std::optional<Range> range(const Statistics& of, std::size_t low, std::size_t high) {
  if (of.replicates < 2) return std::nullopt;
  return Range{of.quantiles.at(low), of.quantiles.at(high)};
}

}  // namespace

double quantile_of_sorted(const std::vector<double>& values, double probability) {
  const double position = probability * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (position - static_cast<double>(below)) * (values[above] - values[below]);
}

double quantile(std::vector<double> values, double probability) {
  std::ranges::sort(values);
  return quantile_of_sorted(values, probability);
}

std::optional<Range> Statistics::most() const {
  return range(*this, 0, 4);
}

std::optional<Range> Statistics::half() const {
  return range(*this, 1, 3);
}

std::optional<double> Statistics::error_of_mean() const {
  if (replicates < 2) return std::nullopt;
  return standard_error;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Statistics statistics_of(std::vector<double> values) {
  const auto count = static_cast<double>(values.size());
  Statistics out;
  out.replicates = values.size();
  out.mean = mean_of(values);
  double squares = 0.0;
  for (const double x : values) squares += (x - out.mean) * (x - out.mean);
  out.standard_deviation =
      values.size() > 1 ? std::sqrt(squares / (count - 1.0)) : std::numeric_limits<double>::quiet_NaN();
  out.standard_error = out.standard_deviation / std::sqrt(count);
  out.below_zero =
      static_cast<double>(std::ranges::count_if(values, [](double x) { return x < 0.0; })) / count;
  out.above_zero =
      static_cast<double>(std::ranges::count_if(values, [](double x) { return x > 0.0; })) / count;
  std::ranges::sort(values);
  std::ranges::transform(kShownQuantiles, out.quantiles.begin(),
                         [&](double level) { return quantile_of_sorted(values, level); });
  return out;
}

std::vector<double> paired_differences(const std::vector<double>& arm, const std::vector<double>& baseline) {
  std::vector<double> out(arm.size());
  std::ranges::transform(arm, baseline, out.begin(), std::minus<>());
  return out;
}

}  // namespace hearth
