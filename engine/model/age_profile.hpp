// Rates and weights that are given by age band, at each year of age.
#pragma once

#include <array>

#include "core/calendar.hpp"
#include "core/categories.hpp"
#include "parameters/registry.hpp"

namespace hearth {

inline constexpr std::size_t kYearsOfAge = kAdultMonths / kMonthsPerYear;
using ByYearOfAge = std::array<double, kYearsOfAge>;
constexpr std::size_t year_of_age(int age_months) {
  return static_cast<std::size_t>(age_months / kMonthsPerYear);
}

// A band's value at each of its years; or, where ages.between_bands is on, along a line of the logarithm
// between the middles of the bands, and level before the first and after the last of these. Bands beside one
// of which the value is 0 keep their steps.
ByYearOfAge by_year_of_age(const std::array<double, kAgeBands>& by_band, const Parameters& parameters);

}  // namespace hearth
