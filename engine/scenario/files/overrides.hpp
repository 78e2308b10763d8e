// What the command line changes in a scenario.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenario/scenario.hpp"

namespace hearth {

struct LoadContext;

// Empty: the scenario's own value.
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
  bool without_responses = false;  // those of service models are about to be measured
};

// What can be told without the scenario. Throws UsageError with all that is wrong.
void check_overrides(const ScenarioOverrides& overrides);

// Seed, replicates, months, output and sources of uncertainty; readers see to the others. Throws UsageError
// with all mistakes of the command line, unless the scenario has mistakes itself.
void apply_overrides(const ScenarioOverrides& overrides, Scenario& scenario, LoadContext& context);

}  // namespace hearth
