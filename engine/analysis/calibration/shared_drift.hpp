// How far England's rates drift, and how much of the drift of authorities is common to a region: from changes
// of log rates over several lags, as published up to an origin.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace hearth {

// Ornstein-Uhlenbeck process on the log scale.
struct NationalVolatility {
  double sd = 0.0;         // in the long run
  double reversion = 0.0;  // a year
};

// A yearly series on the log scale, with gaps.
struct LogSeries {
  std::vector<double> years;
  std::vector<double> values;
};

// What is expected of the size of a year's shocks (standard deviation, log) before any figure is seen: its
// median and the spread of its logarithm.
struct ShockPrior {
  double median = 0.0;
  double spread = 0.0;
};

// The process of each series whose distance from where it stands today is, after one year and after ten, that
// of the posterior mean. Each pair of years says how far the series came in between, up to ten years apart.
// Pairs overlap, so that all count as much as there are yearly steps. Speeds of return are drawn towards one
// that is common to all series.
std::vector<NationalVolatility> fit_national(const std::vector<LogSeries>& series, const ShockPrior& prior);

// One rate of one authority: log of it over England's by year, not a number where it is not known.
struct AuthorityChanges {
  std::string region;
  std::vector<double> log_rates;
  std::vector<double> sampling;  // variance of chance in each
};

// The volatility of one rate of authorities, as fit from each alone.
struct ChangeScale {
  double sd = 0.0;
  double reversion = 0.0;
  double transient_sd = 0.0;
};

struct RegionalShare {
  double share = 0.0;           // of the variance of drift: may be below 0 by chance
  double standard_error = 0.0;  // by leaving out one region after another
};

// How much more alike the changes of two authorities of a region are than those of two of different regions,
// over how much an authority's drift changes. Noise is no more alike within a region, so it drops out.
RegionalShare estimate_regional_share(const std::vector<AuthorityChanges>& authorities,
                                      const ChangeScale& scale);

// Each drawn towards the mean of all by how much more they differ than chance would have it.
std::vector<double> shrink_to_pool(const std::vector<RegionalShare>& shares);

}  // namespace hearth
