// Reads parameter values, as scenarios, arms and calibrations give them.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "parameters/registry.hpp"
#include "scenario/files/checker.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// Value and provenance of every parameter.
struct ParameterLayer {
  Parameters values;
  std::array<std::string, kParameterCount> origins;

  ParameterLayer() { origins.fill("registry default"); }
};

bool is_switch(const ParameterInfo& parameter);

// Values by dotted name, over those of `into`. Mistakes are added to the checker. A value is a number, or an
// object that says what becomes of draws: {"times": 0.9} or {"fixed": 0.3}. `own` gets what is set.
void read_parameters(const Cursor& at, ParameterLayer& into, Checker& checker,
                     std::vector<OwnParameter>& own);
// The same of numbers alone.
void read_parameters(const Cursor& at, ParameterLayer& into, Checker& checker);

// What values must be together: shares that add up to one, correlations that are possible. `at`: what set
// them.
void check_together(const Cursor& at, const Parameters& values, Checker& checker);

// Adds to the checker that no parameter has the name that is the value of `at`.
void unknown_parameter(const Cursor& at, const std::string& name, Checker& checker);

// Their dotted names, as an array.
nlohmann::ordered_json names_json(const std::vector<Parameter>& parameters);

}  // namespace hearth
