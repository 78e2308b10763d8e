// What the program says about its work: mistakes and warnings on stderr, and JSON for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "scenario/files/loader.hpp"

namespace hearth {

// On stderr, as a message of the program.
void print_error(const std::string& message);
void print_warning(const std::string& message);

// On stderr, each mistake of a scenario on a line, for editors to follow, and how many there are.
void print_mistakes(const ScenarioError& error);

// On stderr, each warning of a scenario on a line.
void print_warnings(const LoadedScenario& loaded);

// On stdout, indented.
void print_json(const nlohmann::ordered_json& json);

// A list of objects: file, line, column, pointer, and found, allowed, hint of a mistake, or found, usual,
// effect of a warning.
nlohmann::ordered_json diagnostics_json(const std::vector<Diagnostic>& diagnostics);

}  // namespace hearth
