// A scenario that is in memory and not in a file.
#pragma once

#include <filesystem>
#include <string>

#include "scenario/files/loader.hpp"

namespace hearth {

// Paths in the text start from the folder of `file`, which need not exist and is where mistakes are said to
// be.
struct ScenarioText {
  std::filesystem::path file;
  std::string text;
};

// As of a file (loader.hpp); `file` itself is not among the files that were read.
LoadedScenario load_scenario(const ScenarioText& scenario, const ScenarioOverrides& overrides = {});

}  // namespace hearth
