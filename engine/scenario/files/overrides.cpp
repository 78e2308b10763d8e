#include "scenario/files/overrides.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "core/nearest.hpp"
#include "scenario/files/load_context.hpp"

namespace hearth {
namespace {

std::optional<UncertaintySource> find_source(std::string_view name) {
  for (const auto& source : kUncertaintySourceTable)
    if (source.name == name) return source.id;
  return std::nullopt;
}

std::string unknown_source(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& source : kUncertaintySourceTable) names.emplace_back(source.name);
  const std::string hint = did_you_mean(nearest_names(name, names));
  return fmt::format("--without {}: allowed: {}{}{}", name, fmt::join(names, ", "), hint.empty() ? "" : "; ",
                     hint);
}

}  // namespace

void check_overrides(const ScenarioOverrides& overrides) {
  std::vector<std::string> mistakes;
  const auto within = [&](std::string_view option, std::optional<int> value, Bounds bounds) {
    if (value && (*value < bounds.lower || *value > bounds.upper))
      mistakes.push_back(fmt::format("{} {}: allowed: {}", option, *value, bounds_text(bounds, "", true)));
  };
  within("--replicates", overrides.replicates, kReplicates);
  within("--months", overrides.months, kHorizonMonths);
  for (const auto& name : overrides.without)
    if (!find_source(name)) mistakes.push_back(unknown_source(name));
  if (!mistakes.empty()) throw UsageError(fmt::format("{}", fmt::join(mistakes, "\n")));
}

void apply_overrides(const ScenarioOverrides& overrides, Scenario& scenario, LoadContext& context) {
  if (overrides.seed) {
    scenario.seed = *overrides.seed;
    context.replace("/seed", scenario.seed, "--seed");
  }
  if (overrides.replicates) {
    scenario.replicates = *overrides.replicates;
    context.replace("/replicates", scenario.replicates, "--replicates");
  }
  if (overrides.months) {
    scenario.horizon_months = *overrides.months;
    context.replace("/horizon_months", scenario.horizon_months, "--months");
  }
  if (overrides.every) {
    scenario.output.every = *overrides.every;
    scenario.output.replicates = OutputReplicates::kAll;
    context.replace("/output/every", scenario.output.every_name(), "the command");
    context.replace("/output/replicates", scenario.output.replicates_name(), "the command");
  }
  for (const auto& name : overrides.without) {
    scenario.uncertainty.reset(index(*find_source(name)));
    context.replace(pointer_to("/uncertainty", name), false, "--without");
  }
  if (!context.wrong_options.empty() && !context.any_mistake())
    throw UsageError(fmt::format("{}", fmt::join(context.wrong_options, "\n")));
}

}  // namespace hearth
