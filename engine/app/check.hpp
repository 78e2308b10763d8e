// What a scenario simulates, compared with its targets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/experiments/targets.hpp"
#include "app/listener.hpp"
#include "scenario/files/loader.hpp"

namespace hearth {

// `loaded` must outlive it.
struct CheckedTargets {
  const LoadedScenario& loaded;
  std::vector<TargetResult> results;  // in the order of the scenario's targets

  std::size_t count(Verdict verdict) const;
  // How many have an expectation that is met, or not.
  std::size_t expectations(bool met) const;
  const std::string& arm(const TargetSpan& span) const { return loaded.scenario.arms.at(span.arm).name; }
};

std::string_view name_of(Verdict verdict);

// Throws ScenarioError where the scenario has no targets.
void require_targets(const Scenario& scenario);

// Simulates every replicate. `threads`: 0 is one a core. Throws ScenarioError (no targets), DataError,
// Interrupted.
CheckedTargets check_targets(const LoadedScenario& loaded, int threads, const Listener& listener);

// The same for programs: fields and columns in docs/reference/cli.md, in full precision.
std::string check_json(const CheckedTargets& checked);
std::string check_csv(const CheckedTargets& checked);

}  // namespace hearth
