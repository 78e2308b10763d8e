#include "cli/options.hpp"

namespace hearth {
namespace {

constexpr const char* kSeed = "Seed of the random numbers; the same seed gives the same results";
constexpr const char* kReplicates = "Possible futures to simulate; more give steadier numbers";

}  // namespace

Option add_seed(CommandLine& line, std::optional<std::uint64_t>& seed) {
  return line.whole_number("--seed", seed, 0, kSeed);
}
Option add_seed(CommandLine& line, std::uint64_t& seed) {
  return line.whole_number("--seed", seed, 0, kSeed).shows_default();
}
Option add_replicates(CommandLine& line, std::optional<int>& replicates) {
  return line.whole_number("--replicates", replicates, 1, kReplicates);
}
Option add_replicates(CommandLine& line, int& replicates) {
  return line.whole_number("--replicates", replicates, 1, kReplicates).shows_default();
}
Option add_months(CommandLine& line, std::optional<int>& months) {
  return line.whole_number("--months", months, 1, "Months to simulate");
}
Option add_horizons(CommandLine& line, std::string& horizons) {
  return line.text("--horizons", horizons, "YEARS", "Years ahead: 1,2,3 or 1..3").shows_default();
}
Option add_draws(CommandLine& line, std::size_t& draws) {
  return line
      .whole_number("--draws", draws, 0,
                    "Draws of the parameters from what a calibration leaves possible; 0: none")
      .shows_default();
}
Option add_authorities(CommandLine& line, std::vector<std::string>& authorities) {
  return line.list("--authorities", authorities, "PLACES",
                   "Only these: names, codes or regions, separated by commas (926,London)");
}
Option add_authority(CommandLine& line, std::string& authority) {
  return line.text("--authority", authority, "PLACE", "The authority, by name or code");
}
Option add_measures(CommandLine& line, std::vector<std::string>& measures) {
  return line.list("--measures", measures, "NAMES",
                   "Measures, separated by commas: care_entries,cost_authority,... (the main seven; hearth "
                   "inspect lists all)");
}
Option add_prices(CommandLine& line, std::string& prices) {
  return line
      .text("--prices", prices, "PRICES",
            "Money in real terms (real: pounds of the origin's year), in those of another year (2024-25), or "
            "in cash")
      .shows_default();
}
Option add_threads(CommandLine& line, int& threads) {
  return line.whole_number("--threads", threads, 0, "Threads; 0: one a core. Results do not depend on it");
}
Option add_resume(CommandLine& line, bool& resume) {
  return line.flag("--resume", resume, "Go on with what was stopped, from what it has kept");
}
Option add_force(CommandLine& line, bool& force) {
  return line.flag("--force", force, "Replace a file that exists");
}
Option add_json(CommandLine& line, bool& json) {
  return line.flag("--json", json, "As JSON, for programs");
}
Option add_csv(CommandLine& line, bool& csv) {
  return line.flag("--csv", csv, "As a table for a spreadsheet (CSV)");
}
Option add_quiet(CommandLine& line, bool& quiet) {
  return line.flag("-q,--quiet", quiet, "No progress");
}
Option add_output(CommandLine& line, std::filesystem::path& output, const std::string& usual,
                  const char* type) {
  return line.file("-o,--output", output, type, "Where to write").shows_default(usual);
}

Option add_scenario(CommandLine& line, std::string& file) {
  return line.argument("SCENARIO", file, "Scenario file, or the name of one in scenarios/ (england)");
}
Option add_result(CommandLine& line, std::filesystem::path& file) {
  return line.argument("RESULT", file, "Result file of hearth run").required();
}

Option add_repetition_arguments(CommandLine& line, std::string& scenario, ScenarioOverrides& overrides) {
  const Option argument = add_scenario(line, scenario).required();
  add_seed(line, overrides.seed);
  add_replicates(line, overrides.replicates);
  add_set(line, overrides);
  return argument;
}

void add_set(CommandLine& line, ScenarioOverrides& overrides) {
  line.repeated("--set", overrides.set, "NAME=VALUE",
                "Set a parameter, in its unit; may be given more than once");
}

void add_place_arguments(CommandLine& line, ScenarioOverrides& overrides) {
  add_authorities(line, overrides.authorities);
  line.list("--also-adopt", overrides.also_adopt, "PLACES",
            "Others that adopt too without being simulated: names, codes, regions, or all");
}

void add_scenario_arguments(CommandLine& line, ScenarioArguments& arguments) {
  add_repetition_arguments(line, arguments.file, arguments.overrides);
  add_place_arguments(line, arguments.overrides);
  add_months(line, arguments.overrides.months);
  line.list("--without", arguments.overrides.without, "SOURCES",
            "Sources of uncertainty to switch off: process,drift,parameters,effects");
}

}  // namespace hearth
