// Parameters of a whole scenario: what its files and the command line set for all arms, what becomes of the
// calibration's draws of them, and where each value came from.
#pragma once

#include <string>
#include <vector>

#include "scenario/files/load_context.hpp"
#include "scenario/files/parameter_reader.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

struct SharedParameters {
  ParameterLayer layer;           // registry, calibration, the scenario's files, the command line
  std::vector<OwnParameter> set;  // by the command line
};

// What the scenario sets itself wins over the calibration (`calibrated`) and over its draws. `set`:
// NAME=VALUE of the command line, as if they stood in the scenario.
SharedParameters read_shared_parameters(const Cursor& root, ParameterLayer calibrated,
                                        const std::vector<std::string>& set, ParameterDraws& draws,
                                        LoadContext& context);

// A factor must leave every draw within the bounds.
void check_factor(const Cursor& parameters, const OwnParameter& set, const ParameterDraws& draws,
                  Checker& checker);

// What replicates use of a parameter that they draw, "drawn: median 0.34, 5% to 95% 0.21 to 0.52"; empty
// where they draw it not. `set`: by an arm; null: shared.
std::string drawn_text(const OwnParameter* set, Parameter parameter, const Scenario& scenario);

}  // namespace hearth
