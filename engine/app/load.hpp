// Scenarios as a user names them. One that is in memory: load_scenario() of scenario/files/loader.hpp.
#pragma once

#include <string>

#include "scenario/files/loader.hpp"

namespace hearth {

// Finds the scenario that `name` means (app/project.hpp), loads it and checks it. Throws ScenarioError with
// every mistake in it, DataError where a file cannot be found or read.
LoadedScenario load_named(const std::string& name, const ScenarioOverrides& overrides = {});

// What the file of a result is named after: "england", or "england_norfolk" where the overrides choose a part
// of the scenario's authorities. `name`: the scenario's, or what else stands in its place ("forecast").
std::string name_of_result(const std::string& name, const LoadedScenario& loaded);

}  // namespace hearth
