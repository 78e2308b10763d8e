// Reads a calibration file: fitted national values, propensities of authorities, and what is not known of
// them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "published/authorities.hpp"
#include "scenario/files/checker.hpp"
#include "scenario/files/loader.hpp"
#include "scenario/files/parameter_reader.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// What the rest of the scenario says.
struct CalibrationSurroundings {
  const std::vector<AuthorityIdentity>& identities;  // empty: the tables are missing, and reported
  // What somebody may have meant who names an authority that there is not.
  std::function<std::string(const std::string& text)> near_authority;
};

// Values of the file go to the scenario and to the parameters, the authorities' propensities also to
// `values`, where they came from. The file is to the scenario's origin. Mistakes are added to the checker.
void read_calibration(const Node& file, const CalibrationSurroundings& around, Scenario& scenario,
                      ParameterLayer& parameters, std::vector<ResolvedValue>& values, Checker& checker);

// What all arms share: draws are multiplied where the scenario says "times"; what it sets otherwise is not
// drawn.
void set_in_draws(ParameterDraws& draws, const std::vector<OwnParameter>& shared);

}  // namespace hearth
