// The values of a scenario, each with where it came from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenario/files/loader.hpp"

namespace hearth {

// Throws UsageError unless `arm` is empty or one of the scenario's.
void require_arm(const Scenario& scenario, const std::string& arm);

// The values whose names, or a part of them, start with `prefix`; those of one arm unless `arm` is empty.
// Throws UsageError where there is none, or no such arm.
std::vector<ResolvedValue> chosen_values(const LoadedScenario& loaded, const std::string& prefix,
                                         const std::string& arm);

// Puts into `values`, in place of the spread of a parameter's draws, its value in one replicate (from 0).
// Throws UsageError where the scenario does not have it.
void draw_replicate(std::vector<ResolvedValue>& values, const LoadedScenario& loaded, int replicate);

}  // namespace hearth
