// Proper scores of a forecast against what came: lower is better, and no one gains by saying other than what
// they believe. Sources: Bracher et al. 2021 (weighted interval score), Gneiting and Raftery 2007 (CRPS),
// Czado et al. 2009 (PIT of counts), Bosse et al. 2023 (scores on the log scale).
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace hearth {

inline constexpr std::size_t kQuantiles = 23;
inline constexpr std::array<double, kQuantiles> kQuantileLevels = {
    0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4,   0.45, 0.5,
    0.55, 0.6,   0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99};
inline constexpr std::size_t kMedian = 11;
using Quantiles = std::array<double, kQuantiles>;

// Position of a level in kQuantileLevels; a level that is none of them is an InternalError.
std::size_t quantile_position(double level);

// Quantile of sorted values by linear interpolation (type 7 of Hyndman and Fan 1996). Not empty.
double sorted_quantile(std::span<const double> sorted, double level);
// Of values in any order.
Quantiles quantiles_of(std::vector<double> values);

// log(x + 1): what scores on the log scale are of. Errors there are, nearly, shares of the figure.
double log_scale(double value);
Quantiles log_scale(const Quantiles& natural);

// Weighted interval score: total = dispersion + underprediction + overprediction.
struct IntervalScore {
  double total = 0.0;
  double dispersion = 0.0;       // width of the intervals
  double underprediction = 0.0;  // the observation lies above them
  double overprediction = 0.0;   // below them
};
// `levels` are ascending and symmetric about the median, which is among them; `quantiles` belong to them and
// do not cross. In the units of the observation.
IntervalScore weighted_interval_score(std::span<const double> levels, std::span<const double> quantiles,
                                      double observed);
IntervalScore weighted_interval_score(const Quantiles& quantiles, double observed);

// Continuous ranked probability score of the empirical distribution of `sorted` samples, exactly.
double crps(std::span<const double> sorted, double observed);

// Whether the central interval of `share` (0.5, 0.9, ...) holds the observation; its ends belong to it.
bool covers(const Quantiles& quantiles, double share, double observed);

// Probability integral transform: where among the sorted samples the observation lies, 0 to 1; `uniform`, in
// (0, 1), places it among its ties. Uniform over many forecasts if they are calibrated.
double randomised_pit(std::span<const double> sorted, double observed, double uniform);

// Numbers of PITs in equal bins from 0 to 1.
inline constexpr std::size_t kPitBins = 10;
std::array<int, kPitBins> pit_histogram(std::span<const double> pits);

}  // namespace hearth
