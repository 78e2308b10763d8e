// From scenario file to validated Scenario. All mistakes are reported in one pass.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenario/scenario.hpp"

namespace hearth {

// What the command line changes. Empty: the scenario's own value.
struct ScenarioOverrides {
  std::optional<std::uint64_t> seed{};
  std::optional<int> replicates{};
  std::optional<int> months{};
  std::vector<std::string> authorities{};  // codes, ONS codes, names, regions, or "all" alone
  std::vector<std::string> also_adopt{};   // likewise; in place of the key "also_adopt"
  std::vector<std::string> set{};      // NAME=VALUE of parameters, over the scenario's own, not over an arm's
  std::vector<std::string> without{};  // sources of uncertainty, by name
  std::optional<OutputEvery> every{};  // what each number of the result is of; it then keeps every replicate
  std::optional<int> origin_year{};    // the origin is 31 March of it
  std::optional<std::filesystem::path> calibration{};
};

// Where one value of a resolved scenario came from.
struct ResolvedValue {
  std::string pointer;    // "/arms/family_safeguarding/parameters/needs.domestic_abuse.recovery"
  std::string value;      // as JSON
  std::string unit;       // may be empty
  std::string origin;     // "registry default", "england/calibration.json:12", "scenarios/x.json:8", "--seed"
  std::string source;     // evidence behind it, for parameters
  std::string certainty;  // for parameters
  std::string draws{};    // what replicates use, where they draw the parameter; else empty
  const ParameterInfo* parameter = nullptr;  // of a parameter: its default, bounds and prior
};

struct LoadedScenario {
  Scenario scenario;
  std::vector<ResolvedValue> values;
  std::vector<std::filesystem::path> files;  // every file read, for checksums
  std::vector<Diagnostic> warnings;          // in the order of the files; they block nothing
  bool is_part = false;  // the command line simulates others than the scenario's own choice
};

// Throws ScenarioError with all mistakes; DataError where a file cannot be read.
LoadedScenario load_scenario(const std::filesystem::path& file, const ScenarioOverrides& overrides = {});

// JSON Schemas (draft-07, without a final line end) generated from the registry, the lever table and the
// enumerations.
std::string scenario_schema();
std::string service_model_schema();

}  // namespace hearth
