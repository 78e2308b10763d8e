#include "core/statistics.hpp"

#include <algorithm>
#include <cstddef>

namespace hearth {

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

}  // namespace hearth
