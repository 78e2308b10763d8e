// Options that several commands have: each is declared here once, so that it has one text, takes the same
// values and means the same everywhere. tests/cli/test_options.py holds the commands to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "scenario/files/loader.hpp"

namespace hearth {

// A number that is set only if the option is given, or whose value until then is shown as the default.
Option add_seed(CommandLine& line, std::optional<std::uint64_t>& seed);
Option add_seed(CommandLine& line, std::uint64_t& seed);
Option add_replicates(CommandLine& line, std::optional<int>& replicates);
Option add_replicates(CommandLine& line, int& replicates);

Option add_months(CommandLine& line, std::optional<int>& months);
Option add_horizons(CommandLine& line, std::string& horizons);
Option add_draws(CommandLine& line, std::size_t& draws);
Option add_authorities(CommandLine& line, std::vector<std::string>& authorities);
Option add_authority(CommandLine& line, std::string& authority);
Option add_measures(CommandLine& line, std::vector<std::string>& measures);
Option add_prices(CommandLine& line, std::string& prices);
Option add_threads(CommandLine& line, int& threads);  // 0: one a core
Option add_resume(CommandLine& line, bool& resume);
Option add_force(CommandLine& line, bool& force);
Option add_json(CommandLine& line, bool& json);
Option add_csv(CommandLine& line, bool& csv);
Option add_quiet(CommandLine& line, bool& quiet);
// `usual`: where it goes unless it is given, as --help shows it. `type`: FILE, FOLDER or NAME.
Option add_output(CommandLine& line, std::filesystem::path& output, const std::string& usual,
                  const char* type = "FILE");

// The arguments.
Option add_scenario(CommandLine& line, std::string& file);
Option add_result(CommandLine& line, std::filesystem::path& file);

// A scenario and the values that the command line replaces in it.
struct ScenarioArguments {
  std::string file;
  ScenarioOverrides overrides;
};
// SCENARIO, --seed, --replicates, --set; the caller may make SCENARIO optional.
Option add_repetition_arguments(CommandLine& line, std::string& scenario, ScenarioOverrides& overrides);
void add_set(CommandLine& line, ScenarioOverrides& overrides);
// --authorities, --also-adopt.
void add_place_arguments(CommandLine& line, ScenarioOverrides& overrides);
// All that can be replaced: those above, --months and --without.
void add_scenario_arguments(CommandLine& line, ScenarioArguments& arguments);

}  // namespace hearth
