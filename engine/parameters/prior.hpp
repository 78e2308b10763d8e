// The prior of a parameter: normal in log odds between its bounds.
#pragma once

#include <optional>

#include "parameters/registry.hpp"

namespace hearth {

// As parameters are written and drawn, so that the last bit of an exponential does not depend on the machine.
double six_figures(double value);

struct Prior {
  Parameter id;
  double centre = 0.0;  // log odds
  double sd = 0.0;

  const ParameterInfo& row() const { return info(id); }
  // `u` standard deviations from the centre, to six figures.
  double value(double u) const;
};

// About `value`, with the registry's spread times `widening`. Nothing where the value is at or beyond a
// bound.
std::optional<Prior> prior_about(Parameter id, double value, double widening = 1.0);

}  // namespace hearth
