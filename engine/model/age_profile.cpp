#include "model/age_profile.hpp"

#include <algorithm>

#include "kernels/elementary.hpp"

namespace hearth {

ByYearOfAge by_year_of_age(const std::array<double, kAgeBands>& by_band, const Parameters& p) {
  ByYearOfAge out{};
  for (std::size_t year = 0; year < kYearsOfAge; ++year)
    out[year] = by_band[age_band(static_cast<int>(year) * kMonthsPerYear)];
  const bool positive = std::ranges::all_of(by_band, [](double value) { return value > 0.0; });
  if (!p.on(Parameter::ages_between_bands) || !positive) return out;
  const auto middle = [](std::size_t band) {
    return 0.5 * (kAgeBandStartMonths[band] + kAgeBandStartMonths[band + 1]);
  };
  for (std::size_t year = 0; year < kYearsOfAge; ++year) {
    const double age = (static_cast<double>(year) + 0.5) * kMonthsPerYear;
    std::size_t above = 0;
    while (above < kAgeBands && middle(above) < age) ++above;
    if (above == 0 || above == kAgeBands) continue;
    const double share = (age - middle(above - 1)) / (middle(above) - middle(above - 1));
    out[year] = by_band[above - 1] * elementary::pow(by_band[above] / by_band[above - 1], share);
  }
  return out;
}

}  // namespace hearth
