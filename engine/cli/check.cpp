#include "app/check.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "app/load.hpp"
#include "app/project.hpp"
#include "cli/check_table.hpp"
#include "cli/options.hpp"
#include "cli/outcome_table.hpp"
#include "cli/subcommand.hpp"
#include "cli/terminal.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

struct Options {
  ScenarioArguments scenario;
  int threads = 0;
  bool json = false;
  bool csv = false;
  std::filesystem::path output;
  bool quiet = false;
};

// Those that come out otherwise than the scenario expects, on stderr.
ExitCode judge(const CheckedTargets& checked) {
  ExitCode code = ExitCode::kOk;
  for (const auto& result : checked.results) {
    if (result.as_expected() != false) continue;
    code = ExitCode::kTargets;
    print_error(fmt::format("the target {} is {}; the scenario expects {}", result.target.name,
                            in_words(result.verdict), in_words(*result.target.expect)));
  }
  return code;
}

ExitCode check(const Options& options) {
  const LoadedScenario loaded = load_named(options.scenario.file, options.scenario.overrides);
  const Scenario& scenario = loaded.scenario;
  print_warnings(loaded);
  require_targets(scenario);
  const std::filesystem::path& file = options.output;
  if (!file.empty()) require_writable(file);
  const CheckedTargets checked = [&] {
    Progress progress(options.quiet);
    return check_targets(loaded, options.threads, progress.listener());
  }();

  const bool as_table = options.csv || (!options.json && file.extension() == ".csv");
  if (!file.empty()) write_text(file, as_table ? check_csv(checked) : check_json(checked));
  if (!file.empty() || !(options.json || options.csv)) {
    for (const ServiceModel& model : scenario.service_models)
      print_outcomes(model, scenario.arms.at(scenario.baseline).parameters);
    print_check(checked);
  } else {
    fmt::print("{}", options.json ? check_json(checked) : check_csv(checked));
  }

  if (const std::string few = few_replicates_text(scenario.replicates, " of " + scenario.name); !few.empty())
    print_warning(few);
  return judge(checked);
}

const Subcommand kCheck{
    100, "check", "Compare what a scenario simulates with its targets; judge each",
    [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      add_repetition_arguments(line, options->scenario.file, options->scenario.overrides);
      add_threads(line, options->threads);
      add_output(line, options->output, "standard output");
      const Option json = add_json(line, options->json);
      add_csv(line, options->csv).excludes(json);
      add_quiet(line, options->quiet);
      line.footer(
          R"(Reached: the published figure lies in the middle half of the replicates, or the simulated median in
the published interval. Overlaps: not so, but the published interval and the one that holds 90% of the
replicates do. Exit code 6 where a target that has an "expect" comes out otherwise. With -o the JSON, or the CSV with
--csv or a name that ends in .csv, goes to the file, and the table for people to standard output.

Examples:
  hearth check my_scenario.json --replicates 100
  hearth check my_scenario.json --json > targets.json
  hearth check my_scenario.json -o targets.csv)");
      return [options](const Invocation&) { return check(*options); };
    }};

}  // namespace
}  // namespace hearth
