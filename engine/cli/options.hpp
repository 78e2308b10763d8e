// Options that several commands have: each is declared here once, so that it has one text, takes the same
// values and means the same everywhere. tests/cli/test_options.py holds the commands to it.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenario/files/loader.hpp"

namespace hearth {

// Accepts whole numbers of at least `least`, and says so otherwise.
CLI::Validator whole_number_from(int least);

// A number that is set only if the option is given, or whose value until then is shown as the default.
CLI::Option* add_seed(CLI::App& app, std::optional<std::uint64_t>& seed);
CLI::Option* add_seed(CLI::App& app, std::uint64_t& seed);
CLI::Option* add_replicates(CLI::App& app, std::optional<int>& replicates);
CLI::Option* add_replicates(CLI::App& app, int& replicates);

CLI::Option* add_months(CLI::App& app, std::optional<int>& months);
CLI::Option* add_horizons(CLI::App& app, std::string& horizons);
CLI::Option* add_draws(CLI::App& app, std::size_t& draws);
CLI::Option* add_authorities(CLI::App& app, std::vector<std::string>& authorities);
CLI::Option* add_authority(CLI::App& app, std::string& authority);
CLI::Option* add_measures(CLI::App& app, std::vector<std::string>& measures);
CLI::Option* add_threads(CLI::App& app, int& threads);  // 0: one a core
CLI::Option* add_resume(CLI::App& app, bool& resume);
CLI::Option* add_force(CLI::App& app, bool& force);
CLI::Option* add_json(CLI::App& app, bool& json);
CLI::Option* add_csv(CLI::App& app, bool& csv);
CLI::Option* add_quiet(CLI::App& app, bool& quiet);
// `usual`: where it goes unless it is given, as --help shows it. `type`: FILE or FOLDER.
CLI::Option* add_output(CLI::App& app, std::string& output, const std::string& usual,
                        const char* type = "FILE");

// The arguments.
CLI::Option* add_scenario(CLI::App& app, std::string& file);
CLI::Option* add_result(CLI::App& app, std::string& file);

// A scenario and the values that the command line replaces in it.
struct ScenarioArguments {
  std::string file;
  ScenarioOverrides overrides;
};
// SCENARIO, --seed, --replicates, --set; the caller may make SCENARIO optional.
CLI::Option* add_repetition_arguments(CLI::App& app, ScenarioArguments& arguments);
void add_set(CLI::App& app, ScenarioOverrides& overrides);
// --authorities, --also-adopt.
void add_place_arguments(CLI::App& app, ScenarioOverrides& overrides);
// All that can be replaced: those above, --months and --without.
void add_scenario_arguments(CLI::App& app, ScenarioArguments& arguments);

}  // namespace hearth
