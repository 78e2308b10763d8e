#include "app/resolve.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "core/nearest.hpp"
#include "core/words.hpp"
#include "model/practice/practice.hpp"
#include "scenario/files/checker.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {
namespace {

// "/arms/x/parameters/needs.onset" is chosen by a prefix of the whole, or of any part of it: "needs."
bool chosen(const std::string& pointer, const std::string& prefix) {
  if (pointer.starts_with(prefix)) return true;
  for (auto at = pointer.find('/'); at != std::string::npos; at = pointer.find('/', at + 1))
    if (std::string_view(pointer).substr(at + 1).starts_with(prefix)) return true;
  return false;
}

}  // namespace

void require_arm(const Scenario& scenario, const std::string& arm) {
  std::vector<std::string> names;
  for (const auto& each : scenario.arms) names.push_back(each.name);
  if (arm.empty() || std::ranges::find(names, arm) != names.end()) return;
  throw UsageError(with_suggestion(
      fmt::format("there is no arm {}; the arms are {}", arm, fmt::join(names, ", ")), arm, names));
}

std::vector<ResolvedValue> chosen_values(const LoadedScenario& loaded, const std::string& prefix,
                                         const std::string& arm) {
  require_arm(loaded.scenario, arm);
  std::vector<ResolvedValue> values;
  for (const auto& value : loaded.values)
    if (chosen(value.pointer, prefix) && (arm.empty() || value.pointer.starts_with("/arms/" + arm + "/")))
      values.push_back(value);
  if (values.empty()) throw UsageError(fmt::format("no value's name starts with {}", prefix));
  return values;
}

void draw_replicate(std::vector<ResolvedValue>& values, const LoadedScenario& loaded, int replicate) {
  const Scenario& scenario = loaded.scenario;
  if (replicate >= scenario.replicates)
    throw UsageError(
        fmt::format("--replicate {}: the scenario has {}, counted from 0", replicate,
                    count_text(static_cast<std::size_t>(scenario.replicates), "replicate", "replicates")));
  std::vector<Parameters> drawn;
  for (const Arm& arm : scenario.arms)
    drawn.push_back(arm_in_replicate(scenario, arm, static_cast<std::size_t>(replicate)).parameters);
  const auto row_of = [](const Arm& arm, const ResolvedValue& v) {
    return fmt::format("/arms/{}/parameters/{}", arm.name, v.parameter->name);
  };
  std::set<std::string_view> pointers;
  for (const ResolvedValue& v : loaded.values) pointers.insert(v.pointer);
  for (ResolvedValue& v : values) {
    if (v.draws.empty() || v.parameter == nullptr) continue;
    // The arm that the row is of; of a row of all, one that does not set the parameter itself.
    const auto arm = std::ranges::find_if(scenario.arms, [&](const Arm& each) {
      return v.pointer.starts_with("/arms/") ? v.pointer == row_of(each, v)
                                             : !pointers.contains(row_of(each, v));
    });
    v.draws =
        arm == scenario.arms.end()
            ? "set in every arm"
            : number_text(drawn[static_cast<std::size_t>(arm - scenario.arms.begin())][v.parameter->id]);
  }
}

}  // namespace hearth
