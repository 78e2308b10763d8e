#include "random/draws.hpp"

#include <boost/math/special_functions/erf.hpp>
#include <cmath>

namespace hearth {

int poisson_quantile(double mean, double u) {
  if (!(mean > 0.0)) return 0;
  constexpr double kExactUpTo = 60.0;
  if (mean <= kExactUpTo) {
    double term = std::exp(-mean);
    double cumulative = term;
    int k = 0;
    while (u > cumulative && k < 400) {
      ++k;
      term *= mean / k;
      cumulative += term;
    }
    return k;
  }
  const double z = -1.4142135623730951 * boost::math::erfc_inv(2.0 * u);
  const double s = std::sqrt(mean);
  const double x = mean + s * z + (z * z - 1.0) / 6.0 + (z - z * z * z) / (72.0 * s);
  return static_cast<int>(std::max(0.0, std::floor(x + 0.5)));
}

}  // namespace hearth
