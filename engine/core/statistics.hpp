// Quantiles of samples, and what is said of a quantity over the replicates.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace hearth {

// By linear interpolation between order statistics (type 7 of Hyndman and Fan 1996; the default of NumPy and
// R). `probability` is in [0, 1]; `values` are not empty, in any order or, for the second, ascending.
double quantile(std::vector<double> values, double probability);
double quantile_of_sorted(const std::vector<double>& values, double probability);

// Share of replicates inside an interval, and the replicates below which its ends are rough.
inline constexpr double kIntervalShare = 0.9;
inline constexpr int kEnoughReplicates = 100;
// From the middle of a normal distribution to either end of its middle 90%, in standard deviations.
inline constexpr double kNormalInterval = 1.6448536269514722;

// The quantiles that are shown: ends of the 90% and of the 50% interval, and the median.
inline constexpr std::array<double, 5> kShownQuantiles = {0.05, 0.25, 0.5, 0.75, 0.95};

struct Range {
  double low = 0.0;
  double high = 0.0;
};

struct Statistics {
  std::size_t replicates = 0;
  double mean = 0.0;
  double standard_deviation = 0.0;  // with n - 1; not a number with one replicate
  double standard_error = 0.0;      // Monte Carlo: of the mean; likewise
  double below_zero = 0.0;          // share of the replicates
  double above_zero = 0.0;
  std::array<double, kShownQuantiles.size()> quantiles{};  // at kShownQuantiles

  double median() const { return quantiles[2]; }
  // All nothing with one replicate.
  std::optional<Range> most() const;            // from the 5th to the 95th percentile
  std::optional<Range> half() const;            // the middle half
  std::optional<double> error_of_mean() const;  // the standard error
};

// `values`: one a replicate, not empty.
double mean_of(const std::vector<double>& values);
Statistics statistics_of(std::vector<double> values);

// Arm less baseline, replicate by replicate.
std::vector<double> paired_differences(const std::vector<double>& arm, const std::vector<double>& baseline);

}  // namespace hearth
