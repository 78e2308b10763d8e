#include "app/forecast.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/subcommand.hpp"
#include "cli/terminal.hpp"
#include "core/words.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

constexpr int kLongestHorizon = 50;

struct Options {
  ForecastRequest request;
  std::string horizons;
  bool json = false;
  bool quiet = false;
};

void print_as_json(const ForecastPlan& plan, const MadeForecast& made) {
  const Scenario& scenario = plan.loaded.scenario;
  nlohmann::ordered_json arms = nlohmann::ordered_json::array();
  for (const auto& arm : made.forecast.arms) arms.push_back(arm.name);
  print_json({{"scenario", scenario.name},
              {"title", scenario.title},
              {"origin", scenario.origin.iso()},
              {"arms", arms},
              {"horizons", plan.horizons},
              {"locations", made.forecast.locations().size()},
              {"replicates", scenario.replicates},
              {"seed", scenario.seed},
              {"table", plan.table.string()},
              {"hubverse", plan.hubverse.string()},
              {"futures", plan.futures.string()},
              {"seconds", made.seconds},
              {"warnings", diagnostics_json(plan.loaded.warnings)}});
}

ExitCode forecast(Options options, const std::string& command_line) {
  options.request.command = command_line;
  if (!options.horizons.empty())
    options.request.horizons = parse_numbers(options.horizons, "--horizons", 1, kLongestHorizon);
  const ForecastPlan plan = plan_forecast(options.request);
  print_warnings(plan.loaded);
  if (const std::string rough = rough_quantiles_text(plan.loaded.scenario); !rough.empty())
    print_warning(rough);
  Progress progress(options.quiet);
  const MadeForecast made = make_forecast(plan, progress.listener());
  if (options.json) {
    print_as_json(plan, made);
    return ExitCode::kOk;
  }
  fmt::print("{}\n", forecast_text(made.forecast));
  for (const auto& [what, file] :
       {std::pair{"Table", plan.table}, {"Hubverse", plan.hubverse}, {"Futures", plan.futures}})
    fmt::print("{:<10}{} ({})\n", what, file.string(), bytes_text(static_cast<double>(fs::file_size(file))));
  return ExitCode::kOk;
}

const Subcommand kForecast{
    120, "forecast", "Forecast the published figures, with quantiles, as tables",
    [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      ForecastRequest& request = options->request;
      add_repetition_arguments(line, request.scenario, request.overrides).required(false).shows_default();
      add_place_arguments(line, request.overrides);
      add_horizons(line, options->horizons).shows_default("all of the scenario");
      line.whole_number("--samples", request.samples, 0, "Give the first N futures themselves too");
      add_output(line, request.output, "outputs/forecast", "NAME");
      add_threads(line, request.threads);
      add_resume(line, request.resume);
      add_json(line, options->json);
      add_quiet(line, options->quiet);
      line.footer(
          R"(Every arm of the scenario, from its origin. Says first about how long it takes. Ctrl-C keeps whole replicates for
--resume. Writes NAME.csv, NAME_hubverse.csv and, for hearth summary and export, the futures by year in NAME.h5.
How good such forecasts have been: hearth hindcast.

Examples:
  hearth forecast --replicates 200 --horizons 1..3
  hearth forecast my_scenario.json --authorities 926 -o outputs/norfolk_forecast)");
      return [options](const Invocation& call) { return forecast(*options, call.command_line); };
    }};

}  // namespace
}  // namespace hearth
