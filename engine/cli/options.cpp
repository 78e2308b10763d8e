#include "cli/options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace hearth {
namespace {

constexpr const char* kSeed = "Seed of the random numbers; the same seed gives the same results";
constexpr const char* kReplicates = "Possible futures to simulate; more give steadier numbers";

// Several, separated by commas.
CLI::Option* add_list(CLI::App& app, const char* name, std::vector<std::string>& into, const char* type,
                      const char* text) {
  return app.add_option(name, into, text)->type_name(type)->delimiter(',')->allow_extra_args(false);
}

template <typename Number>
CLI::Option* add_number(CLI::App& app, const char* name, Number& into, int least, const char* text) {
  return app.add_option(name, into, text)->type_name("N")->check(whole_number_from(least));
}

}  // namespace

CLI::Validator whole_number_from(int least) {
  return {[least](const std::string& text) -> std::string {
            long long value = 0;
            const char* const end = text.data() + text.size();
            const auto [stop, error] = std::from_chars(text.data(), end, value);
            if (error == std::errc{} && stop == end && value >= least) return {};
            return fmt::format("{} is not a whole number from {} up", text, least);
          },
          ""};
}

CLI::Option* add_seed(CLI::App& app, std::optional<std::uint64_t>& seed) {
  return add_number(app, "--seed", seed, 0, kSeed);
}
CLI::Option* add_seed(CLI::App& app, std::uint64_t& seed) {
  return add_number(app, "--seed", seed, 0, kSeed)->capture_default_str();
}
CLI::Option* add_replicates(CLI::App& app, std::optional<int>& replicates) {
  return add_number(app, "--replicates", replicates, 1, kReplicates);
}
CLI::Option* add_replicates(CLI::App& app, int& replicates) {
  return add_number(app, "--replicates", replicates, 1, kReplicates)->capture_default_str();
}
CLI::Option* add_months(CLI::App& app, std::optional<int>& months) {
  return add_number(app, "--months", months, 1, "Months to simulate");
}
CLI::Option* add_horizons(CLI::App& app, std::string& horizons) {
  return app.add_option("--horizons", horizons, "Years ahead: 1,2,3 or 1..3")
      ->type_name("YEARS")
      ->capture_default_str();
}
CLI::Option* add_draws(CLI::App& app, std::size_t& draws) {
  return add_number(app, "--draws", draws, 0,
                    "Draws of the parameters from what a calibration leaves possible; 0: none")
      ->capture_default_str();
}
CLI::Option* add_authorities(CLI::App& app, std::vector<std::string>& authorities) {
  return add_list(app, "--authorities", authorities, "PLACES",
                  "Only these: names, codes or regions, separated by commas (926,London)");
}
CLI::Option* add_authority(CLI::App& app, std::string& authority) {
  return app.add_option("--authority", authority, "The authority, by name or code")->type_name("PLACE");
}
CLI::Option* add_measures(CLI::App& app, std::vector<std::string>& measures) {
  return add_list(app, "--measures", measures, "NAMES",
                  "Measures, separated by commas: care_entries,cost_authority,... (the main six; hearth "
                  "inspect lists all)");
}
CLI::Option* add_threads(CLI::App& app, int& threads) {
  return add_number(app, "--threads", threads, 0, "Threads; 0: one a core. Results do not depend on it");
}
CLI::Option* add_resume(CLI::App& app, bool& resume) {
  return app.add_flag("--resume", resume, "Go on with what was stopped, from what it has kept");
}
CLI::Option* add_force(CLI::App& app, bool& force) {
  return app.add_flag("--force", force, "Replace a file that exists");
}
CLI::Option* add_json(CLI::App& app, bool& json) {
  return app.add_flag("--json", json, "As JSON, for programs");
}
CLI::Option* add_csv(CLI::App& app, bool& csv) {
  return app.add_flag("--csv", csv, "As a table for a spreadsheet (CSV)");
}
CLI::Option* add_quiet(CLI::App& app, bool& quiet) {
  return app.add_flag("-q,--quiet", quiet, "No progress");
}
CLI::Option* add_output(CLI::App& app, std::string& output, const std::string& usual, const char* type) {
  CLI::Option* const option = app.add_option("-o,--output", output, "Where to write")->type_name(type);
  return option->default_str(usual);
}

CLI::Option* add_scenario(CLI::App& app, std::string& file) {
  return app.add_option("SCENARIO", file, "Scenario file, or the name of one in scenarios/ (england)");
}
CLI::Option* add_result(CLI::App& app, std::string& file) {
  return app.add_option("RESULT", file, "Result file of hearth run")->required();
}

CLI::Option* add_repetition_arguments(CLI::App& app, ScenarioArguments& arguments) {
  CLI::Option* const scenario = add_scenario(app, arguments.file)->required();
  ScenarioOverrides& overrides = arguments.overrides;
  add_seed(app, overrides.seed);
  add_replicates(app, overrides.replicates);
  add_set(app, overrides);
  return scenario;
}

void add_set(CLI::App& app, ScenarioOverrides& overrides) {
  app.add_option("--set", overrides.set, "Set a parameter, in its unit; may be given more than once")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
}

void add_place_arguments(CLI::App& app, ScenarioOverrides& overrides) {
  add_authorities(app, overrides.authorities);
  add_list(app, "--also-adopt", overrides.also_adopt, "PLACES",
           "Others that adopt too without being simulated: names, codes, regions, or all");
}

void add_scenario_arguments(CLI::App& app, ScenarioArguments& arguments) {
  add_repetition_arguments(app, arguments);
  add_place_arguments(app, arguments.overrides);
  add_months(app, arguments.overrides.months);
  add_list(app, "--without", arguments.overrides.without, "SOURCES",
           "Sources of uncertainty to switch off: process,drift,parameters,effects");
}

}  // namespace hearth
