// Bounds for tests of drawn numbers. Draws are keyed by a fixed seed, so a test that passes goes on passing
// until the model or the keys change; then it would fail by chance alone once in a million.
#pragma once

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <cstddef>
#include <vector>

namespace hearth {

inline constexpr double kFalseAlarm = 1e-6;

// How many standard errors a mean or a count may be off, to either side: 4.89.
inline double sigmas() {
  return boost::math::quantile(boost::math::complement(boost::math::normal(), kFalseAlarm / 2.0));
}

// What a sum of squared errors over their variances may reach.
inline double chi_squared_bound(double degrees_of_freedom) {
  return boost::math::quantile(
      boost::math::complement(boost::math::chi_squared(degrees_of_freedom), kFalseAlarm));
}

// Pearson's statistic of counts against expected counts.
inline double chi_squared(const std::vector<double>& counts, const std::vector<double>& expected) {
  double sum = 0.0;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (expected[i] > 0.0) sum += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
  return sum;
}

// The largest distance between a sample's distribution and `cdf` (Kolmogorov and Smirnov).
template <typename Cdf>
double distance(std::vector<double> sample, Cdf cdf) {
  std::sort(sample.begin(), sample.end());
  const auto n = static_cast<double>(sample.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double p = cdf(sample[i]);
    const auto rank = static_cast<double>(i);
    largest = std::max({largest, p - rank / n, (rank + 1.0) / n - p});
  }
  return largest;
}
// What that distance may reach, for any number of draws (Massart 1990).
inline double distance_bound(std::size_t draws) {
  return std::sqrt(std::log(2.0 / kFalseAlarm) / (2.0 * static_cast<double>(draws)));
}

}  // namespace hearth
