// The subcommands: each file adds one to the command line and says what it does once its options are parsed.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "analysis/calibration/calibrate.hpp"
#include "cli/options.hpp"
#include "core/error.hpp"
#include "scenario/files/loader.hpp"

namespace hearth {

struct Command {
  CLI::App* app = nullptr;
  // Called when the subcommand was chosen. Throws Error.
  std::function<ExitCode()> execute;
};

// `command_line` is stored in results.
Command add_run(CLI::App& program, const std::string& command_line);
Command add_validate(CLI::App& program);
Command add_resolve(CLI::App& program);
Command add_schema(CLI::App& program);
Command add_merge(CLI::App& program);
Command add_summary(CLI::App& program);
Command add_trace(CLI::App& program);
Command add_doctor(CLI::App& program);
Command add_check(CLI::App& program);
Command add_calibrate(CLI::App& program);
Command add_forecast(CLI::App& program, const std::string& command_line);
Command add_hindcast(CLI::App& program, const std::string& command_line);
Command add_profile(CLI::App& program);
Command add_report(CLI::App& program);
Command add_new(CLI::App& program, const std::string& command_line);
Command add_export(CLI::App& program);
Command add_inspect(CLI::App& program);
Command add_completion(CLI::App& program);
Command add_man(CLI::App& program);

// Calibrates business as usual at an origin with the tables that places.hpp finds. `sample`: share of
// families.
Calibration calibrate_origin(int origin, const CalibrationOptions& how, double sample = 1.0);

// Finds and loads the scenario that `name` means. Throws ScenarioError for what load_scenario cannot see too:
// targets that name no measure.
LoadedScenario load_named(const std::string& name, const ScenarioOverrides& overrides);

// The message, and the candidates that `word` was probably meant to be.
std::string with_suggestion(const std::string& message, const std::string& word,
                            const std::vector<std::string>& candidates);

// On stderr, as a message of the program.
void print_error(const std::string& message);

// On stderr, each mistake of a scenario on a line, for editors to follow, and how many there are.
void print_mistakes(const ScenarioError& error);

// On stderr, each warning of a scenario on a line.
void print_warnings(const LoadedScenario& loaded);
void print_warning(const std::string& message);

// Runs a scenario with all that hearth run makes of a result: page (where it can be made) and spreadsheet.
ExitCode run_scenario(const std::filesystem::path& scenario, int threads, bool quiet,
                      const std::string& command_line);

// The summary of all authorities in a result, on stdout.
void print_summary(const std::filesystem::path& file);

}  // namespace hearth
