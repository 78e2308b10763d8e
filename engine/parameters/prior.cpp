#include "parameters/prior.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace hearth {

double six_figures(double value) {
  return std::stod(fmt::format("{:.6g}", value));
}

double Prior::value(double u) const {
  const double odds = std::exp(centre + sd * u);
  return six_figures(row().lower + (row().upper - row().lower) * odds / (1.0 + odds));
}

std::optional<Prior> prior_about(Parameter id, double value, double widening) {
  constexpr double kMostSd = 2.0;
  const ParameterInfo& row = info(id);
  if (!(value > row.lower && value < row.upper)) return std::nullopt;
  const double below = value - row.lower, above = row.upper - value;
  // What the spread of the logarithm is in log odds.
  const double sd = row.spread * widening * value * (below + above) / (below * above);
  return Prior{id, std::log(below / above), std::min(sd, kMostSd)};
}

}  // namespace hearth
