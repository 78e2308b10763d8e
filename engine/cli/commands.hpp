// The subcommands: each file adds one to the command line and says what it does once its options are parsed.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "analysis/calibrate.hpp"
#include "core/error.hpp"
#include "scenario/loader.hpp"

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
Command add_forecast(CLI::App& program);
Command add_hindcast(CLI::App& program, const std::string& command_line);
Command add_profile(CLI::App& program);
Command add_report(CLI::App& program);
Command add_new(CLI::App& program);
Command add_export(CLI::App& program);
Command add_inspect(CLI::App& program);
Command add_completion(CLI::App& program);
Command add_man(CLI::App& program);

// Calibrates business as usual at an origin with the tables that places.hpp finds. `sample`: share of
// families.
Calibration calibrate_origin(int origin, const CalibrationOptions& how, double sample = 1.0);

// What run, validate and resolve have in common: a scenario and the values the command line replaces in it.
struct ScenarioArguments {
  std::string file;
  ScenarioOverrides overrides;
};
void add_scenario_arguments(CLI::App& app, ScenarioArguments& arguments);
// Those of them that leave alone where and how long: SCENARIO, --seed, --replicates.
void add_repetition_arguments(CLI::App& app, ScenarioArguments& arguments);

// Finds and loads the scenario that `name` means. Throws ScenarioError for what load_scenario cannot see too:
// targets that name no measure.
LoadedScenario load_named(const std::string& name, const ScenarioOverrides& overrides);

// Accepts whole numbers of at least `least`, and says so otherwise.
CLI::Validator whole_number_from(int least);

// The message, and the candidates that `word` was probably meant to be.
std::string with_suggestion(const std::string& message, const std::string& word,
                            const std::vector<std::string>& candidates);

// On stderr, as a message of the program.
void print_error(const std::string& message);

// On stderr, each mistake of a scenario on a line, for editors to follow, and how many there are.
void print_mistakes(const ScenarioError& error);

// The summary of all authorities in a result, on stdout.
void print_summary(const std::filesystem::path& file);

}  // namespace hearth
