// Which calibration a scenario uses, and what is read of it: fitted national values, propensities of
// authorities, and what is not known of them.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "scenario/files/authority_choice.hpp"
#include "scenario/files/load_context.hpp"
#include "scenario/files/parameter_reader.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

struct CalibratedParameters {
  ParameterLayer layer;                     // the registry's values where there is no calibration
  std::vector<ResolvedValue> propensities;  // of authorities, and where they came from
};

// The calibration that the command line names (`override`), else the scenario, else that of the origin in the
// folder of tables. What is of authorities goes to the scenario. Throws DataError.
CalibratedParameters read_calibration_of(const Cursor& root,
                                         const std::optional<std::filesystem::path>& override,
                                         const KnownAuthorities& known, Scenario& scenario,
                                         LoadContext& context);

// What all arms share: draws are multiplied where the scenario says "times"; what it sets otherwise is not
// drawn.
void set_in_draws(ParameterDraws& draws, const std::vector<OwnParameter>& shared);

}  // namespace hearth
