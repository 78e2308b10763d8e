#include "analysis/forecasting/scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace hearth {

std::size_t quantile_position(double level) {
  const auto found =
      std::ranges::find_if(kQuantileLevels, [level](double each) { return std::abs(each - level) < 1e-9; });
  if (found == kQuantileLevels.end())
    throw InternalError(fmt::format("{} is none of the quantile levels", level));
  return static_cast<std::size_t>(found - kQuantileLevels.begin());
}

double sorted_quantile(std::span<const double> sorted, double level) {
  const double position = level * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Quantiles quantiles_of(std::vector<double> values) {
  std::ranges::sort(values);
  Quantiles out;
  for (std::size_t i = 0; i < kQuantiles; ++i) out[i] = sorted_quantile(values, kQuantileLevels[i]);
  return out;
}

double log_scale(double value) {
  return std::log1p(value);
}

Quantiles log_scale(const Quantiles& natural) {
  Quantiles out;
  std::ranges::transform(natural, out.begin(), [](double value) { return std::log1p(value); });
  return out;
}

IntervalScore weighted_interval_score(std::span<const double> levels, std::span<const double> quantiles,
                                      double observed) {
  const std::size_t n = levels.size();
  if (n == 0 || n % 2 == 0 || quantiles.size() != n)
    throw InternalError("an interval score needs as many quantiles as levels, the median among them");
  const std::size_t median = n / 2;
  IntervalScore out;
  // The median is weighted 1/2; an interval of nominal error alpha, alpha / 2.
  out.underprediction = 0.5 * std::max(observed - quantiles[median], 0.0);
  out.overprediction = 0.5 * std::max(quantiles[median] - observed, 0.0);
  for (std::size_t k = 0; k < median; ++k) {
    const double low = quantiles[k];
    const double high = quantiles[n - 1 - k];
    out.dispersion += levels[k] * (high - low);  // alpha / 2 is the lower level
    out.underprediction += std::max(observed - high, 0.0);
    out.overprediction += std::max(low - observed, 0.0);
  }
  const double weight = 1.0 / (static_cast<double>(median) + 0.5);
  out.dispersion *= weight;
  out.underprediction *= weight;
  out.overprediction *= weight;
  out.total = out.dispersion + out.underprediction + out.overprediction;
  return out;
}

IntervalScore weighted_interval_score(const Quantiles& quantiles, double observed) {
  return weighted_interval_score(kQuantileLevels, quantiles, observed);
}

double crps(std::span<const double> sorted, double observed) {
  const auto n = static_cast<double>(sorted.size());
  double distance = 0.0;
  double spread = 0.0;  // half of the sum of all distances between samples
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    distance += std::abs(sorted[i] - observed);
    spread += (2.0 * static_cast<double>(i) + 1.0 - n) * sorted[i];
  }
  return distance / n - spread / (n * n);
}

bool covers(const Quantiles& quantiles, double share, double observed) {
  return quantiles[quantile_position((1.0 - share) / 2.0)] <= observed &&
         observed <= quantiles[quantile_position((1.0 + share) / 2.0)];
}

double randomised_pit(std::span<const double> sorted, double observed, double uniform) {
  const auto [first, last] = std::ranges::equal_range(sorted, observed);
  const auto below = static_cast<double>(first - sorted.begin());
  const auto ties = static_cast<double>(last - first);
  return (below + uniform * (ties + 1.0)) / (static_cast<double>(sorted.size()) + 1.0);
}

std::array<int, kPitBins> pit_histogram(std::span<const double> pits) {
  std::array<int, kPitBins> out{};
  for (const double pit : pits)
    ++out.at(std::min(static_cast<std::size_t>(pit * static_cast<double>(kPitBins)), kPitBins - 1));
  return out;
}

}  // namespace hearth
