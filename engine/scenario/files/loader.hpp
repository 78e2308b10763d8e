// From scenario file to validated Scenario. All mistakes are reported in one pass.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "scenario/files/overrides.hpp"
#include "scenario/files/resolved_value.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

struct LoadedScenario {
  Scenario scenario;
  std::vector<ResolvedValue> values;
  std::vector<std::filesystem::path> files;  // every file read, for checksums
  std::vector<Diagnostic> warnings;          // in the order of the files; they block nothing
  bool is_part = false;  // the command line simulates others than the scenario's own choice
};

// A scenario that is in memory and not in a file. Paths in the text start from the folder of `file`, which
// need not exist, is where mistakes are said to be, and is not among the files that were read.
struct ScenarioText {
  std::filesystem::path file;
  std::string text;
};

// Throws ScenarioError with all mistakes; UsageError with those of the command line where the scenario has
// none; DataError where a file cannot be read.
LoadedScenario load_scenario(const std::filesystem::path& file, const ScenarioOverrides& overrides = {});
LoadedScenario load_scenario(const ScenarioText& scenario, const ScenarioOverrides& overrides = {});

}  // namespace hearth
