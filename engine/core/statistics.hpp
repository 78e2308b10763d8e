// Quantiles of samples.
#pragma once

#include <vector>

namespace hearth {

// By linear interpolation between order statistics (type 7 of Hyndman and Fan 1996; the default of NumPy and
// R). `probability` is in [0, 1]; `values` are not empty, in any order or, for the second, ascending.
double quantile(std::vector<double> values, double probability);
double quantile_of_sorted(const std::vector<double>& values, double probability);

}  // namespace hearth
