#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/load.hpp"
#include "cli/options.hpp"
#include "cli/subcommand.hpp"
#include "core/words.hpp"
#include "results/content/description.hpp"

namespace hearth {
namespace {

struct Options {
  ScenarioArguments scenario;
  std::vector<std::string> more;
  bool json = false;
};

std::string arm_names(const Scenario& scenario) {
  std::string out;
  for (std::size_t i = 0; i < scenario.arms.size(); ++i) {
    if (i > 0) out += ", ";
    out += scenario.arms[i].name;
    if (i == scenario.baseline) out += " (baseline)";
  }
  return out;
}

nlohmann::ordered_json as_json(const LoadedScenario& loaded) {
  const Scenario& scenario = loaded.scenario;
  nlohmann::ordered_json arms = nlohmann::ordered_json::array();
  for (const auto& arm : scenario.arms) arms.push_back(arm.name);
  return {{"valid", true},
          {"name", scenario.name},
          {"title", scenario.title},
          {"arms", arms},
          {"baseline", scenario.arms[scenario.baseline].name},
          {"authorities", scenario.authorities},
          {"adopting_elsewhere", scenario.adopting_elsewhere},
          {"origin", scenario.origin.iso()},
          {"months", scenario.horizon_months},
          {"replicates", scenario.replicates},
          {"seed", scenario.seed},
          {"sampling_fraction", scenario.sampling_fraction},
          {"warnings", diagnostics_json(loaded.warnings)}};
}

nlohmann::ordered_json as_json(const ScenarioError& error) {
  return {{"valid", false}, {"mistakes", diagnostics_json(error.diagnostics())}};
}

void describe(const LoadedScenario& loaded) {
  const Scenario& scenario = loaded.scenario;
  fmt::print("{} is valid: {}\n", scenario.file.string(),
             scenario.title.empty() ? scenario.name : scenario.title);
  fmt::print("{}: {}\n", count_text(scenario.arms.size(), "arm", "arms"), arm_names(scenario));
  fmt::print(
      "{}, {} from {}, {}, seed {}\n", count_text(scenario.authorities.size(), "authority", "authorities"),
      count_text(static_cast<std::size_t>(scenario.horizon_months), "month", "months"),
      scenario.origin.text(),
      count_text(static_cast<std::size_t>(scenario.replicates), "replicate", "replicates"), scenario.seed);
  if (!scenario.adopting_elsewhere.empty())
    fmt::print("{}\n", adopting_elsewhere_text(scenario.adopting_elsewhere.size()));
  print_warnings(loaded);
  if (!loaded.warnings.empty())
    print_warning(count_text(loaded.warnings.size(), "warning", "warnings") +
                  "; the scenario can be run as it is");
}

// Several files: every one is looked at, whatever is wrong with others, and the worst decides the exit code;
// JSON is then one array.
ExitCode validate(const Options& options) {
  std::vector<std::string> files = {options.scenario.file};
  files.insert(files.end(), options.more.begin(), options.more.end());
  nlohmann::ordered_json records = nlohmann::ordered_json::array();
  std::size_t broken = 0;
  ExitCode worst = ExitCode::kOk;
  for (const auto& file : files) {
    try {
      const LoadedScenario loaded = load_named(file, options.scenario.overrides);
      if (options.json)
        records.push_back(as_json(loaded));
      else
        describe(loaded);
      continue;
    } catch (const ScenarioError& error) {
      worst = std::max(worst, error.code());
      if (options.json)
        records.push_back(as_json(error));
      else
        print_mistakes(error);
    } catch (const DataError& error) {
      worst = std::max(worst, error.code());
      if (options.json)
        records.push_back({{"valid", false}, {"error", error.what()}});
      else
        print_error(error.what());
    }
    ++broken;
  }
  if (options.json) print_json(files.size() == 1 ? records.front() : records);
  if (!options.json && files.size() > 1)
    fmt::print(stderr, "{} of {} scenarios are invalid\n", broken, files.size());
  return worst;
}

const Subcommand kValidate{
    30, "validate", "Find every mistake in a scenario; run nothing", [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      add_scenario_arguments(line, options->scenario);
      line.arguments("MORE", options->more, "More scenarios");
      add_json(line, options->json);
      line.footer(
          "Each mistake is one line: file:line:column: place: what was found; what is allowed; what to do.\n"
          "A warning is of a number that is allowed but far from what is usual, and says what it would do.");
      return [options](const Invocation&) { return validate(*options); };
    }};

}  // namespace
}  // namespace hearth
