// Reads parameter values, as scenarios, arms and calibrations give them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "parameters/registry.hpp"
#include "scenario/checker.hpp"

namespace hearth {

// Value and provenance of every parameter.
struct ParameterLayer {
  Parameters values;
  std::array<std::string, kParameterCount> origins;

  ParameterLayer() { origins.fill("registry default"); }
};

bool is_switch(const ParameterInfo& parameter);

// Values by dotted name, over those of `into`. Mistakes are added to the checker. `touched` (may be null)
// gets the parameters that are set.
void read_parameters(const Cursor& at, ParameterLayer& into, Checker& checker,
                     std::vector<Parameter>* touched = nullptr);

// Adds to the checker that no parameter has the name that is the value of `at`.
void unknown_parameter(const Cursor& at, const std::string& name, Checker& checker);

}  // namespace hearth
