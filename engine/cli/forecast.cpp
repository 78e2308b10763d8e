#include "analysis/forecasting/forecast.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/commands.hpp"
#include "cli/disk_space.hpp"
#include "cli/interrupt.hpp"
#include "cli/kept_run.hpp"
#include "cli/numbers.hpp"
#include "cli/places.hpp"
#include "cli/requests.hpp"
#include "cli/terminal.hpp"
#include "published/england_reader.hpp"
#include "scenario/files/json_text.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

constexpr int kLongestHorizon = 50;
constexpr int kEnoughForTails = 100;  // replicates below which the 1% and 99% quantiles are the ends

struct Options {
  ScenarioArguments scenario{"england", {}};
  std::string horizons;
  std::string output;
  int samples = 0;
  int threads = 0;
  bool resume = false;
  bool json = false;
  bool quiet = false;
};

// Whole years of the scenario unless the command line names some.
std::vector<int> horizons_of(const Options& options, const Scenario& scenario) {
  if (!options.horizons.empty()) return parse_numbers(options.horizons, "--horizons", 1, kLongestHorizon);
  const int years = scenario.horizon_months / kMonthsPerYear;
  if (years < 1)
    throw UsageError(
        fmt::format("{} simulates {} months; a forecast needs a year: choose years with --horizons",
                    scenario.name, scenario.horizon_months));
  return parse_numbers(fmt::format("1..{}", years), "--horizons", 1, years);
}

// Figures are of years, and so is the result that they are taken from.
LoadedScenario load_years(const Options& options) {
  ScenarioOverrides overrides = options.scenario.overrides;
  overrides.every = OutputEvery::kYear;
  if (!options.horizons.empty())
    overrides.months =
        parse_numbers(options.horizons, "--horizons", 1, kLongestHorizon).back() * kMonthsPerYear;
  return load_named(options.scenario.file, overrides);
}

// The futures, in a result file: those that it has not yet.
double simulate(const LoadedScenario& loaded, const England& england, const fs::path& file,
                const Options& options, const std::string& command_line) {
  const Scenario& scenario = loaded.scenario;
  const std::atomic<bool>& stop = stop_on_signal();
  const ResultHeader header = make_header(loaded, england, {}, command_line);
  const std::size_t missing = replicates_missing(file, header, options.resume);
  if (missing == 0) {
    if (!options.quiet)
      fmt::print(stderr, "{} is already complete. Only the tables are made.\n", file.string());
    return 0.0;
  }
  require_room(file, space_for(scenario, static_cast<std::size_t>(scenario.replicates), 0, true));
  if (!options.quiet)
    fmt::print(stderr, "{}: {} x {}, {}, {}: about {}\n", scenario.title,
               count_text(scenario.arms.size(), "arm", "arms"),
               count_text(missing, "replicate", "replicates"),
               count_text(scenario.authorities.size(), "authority", "authorities"),
               count_text(static_cast<std::size_t>(scenario.horizon_months), "month", "months"),
               duration_text(seconds_for(scenario, england, options.threads, missing)));
  Progress progress(options.quiet);
  const KeptRun run{file, header, options.resume ? Unfinished::kResume : Unfinished::kKeep, options.quiet,
                    stop};
  return run_to_file(run, fill_with(scenario, england, options.threads, stop,
                                    [&](double done, double total) { progress.update(done, total); }))
      .seconds;
}

ExitCode forecast(const Options& options, const std::string& command_line) {
  const LoadedScenario loaded = load_years(options);
  const Scenario& scenario = loaded.scenario;
  print_warnings(loaded);
  const std::vector<int> horizons = horizons_of(options, scenario);
  if (options.samples > scenario.replicates)
    throw UsageError(
        fmt::format("--samples {}: there are {} replicates; ask for no more, or for more replicates",
                    options.samples, scenario.replicates));
  // Three files of one name: NAME.csv, NAME_hubverse.csv and the futures in NAME.h5.
  fs::path stem = options.output.empty()
                      ? default_result_file(name_of_result("forecast", loaded), scenario.file)
                      : fs::path(options.output);
  if (stem.extension() == ".csv" || options.output.empty()) stem.replace_extension();
  const fs::path plain_file = stem.string() + ".csv";
  const fs::path hub_file = stem.string() + "_hubverse.csv";
  const fs::path futures = stem.string() + ".h5";
  for (const auto& file : {plain_file, hub_file, futures}) require_writable(file);
  const England england = load_england(scenario.data_directory, scenario.origin);
  if (scenario.replicates < kEnoughForTails)
    print_warning(
        fmt::format("{}: with fewer than {} the outer quantiles are rough",
                    count_text(static_cast<std::size_t>(scenario.replicates), "replicate", "replicates"),
                    kEnoughForTails));
  const double seconds = simulate(loaded, england, futures, options, command_line);

  const ResultReader reader(futures);
  std::vector<std::size_t> all(reader.header().authorities.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  Forecast result = forecast_of(reader, england, all);
  result.horizons = horizons;
  write_text(hub_file, hubverse_csv(result, options.samples));
  write_text(plain_file, forecast_csv(result));
  if (options.json) {
    nlohmann::ordered_json arms = nlohmann::ordered_json::array();
    for (const auto& arm : result.arms) arms.push_back(arm.name);
    const nlohmann::ordered_json out = {{"scenario", scenario.name},
                                        {"title", scenario.title},
                                        {"origin", scenario.origin.iso()},
                                        {"arms", arms},
                                        {"horizons", horizons},
                                        {"locations", result.locations().size()},
                                        {"replicates", scenario.replicates},
                                        {"seed", scenario.seed},
                                        {"table", plain_file.string()},
                                        {"hubverse", hub_file.string()},
                                        {"futures", futures.string()},
                                        {"seconds", seconds},
                                        {"warnings", diagnostics_json(loaded.warnings)}};
    fmt::print("{}\n", json_text(out, 2));
    return ExitCode::kOk;
  }
  fmt::print("{}\n", forecast_text(result));
  const auto line = [](const char* what, const fs::path& file) {
    fmt::print("{:<10}{} ({})\n", what, file.string(), bytes_text(static_cast<double>(fs::file_size(file))));
  };
  line("Table", plain_file);
  line("Hubverse", hub_file);
  line("Futures", futures);
  return ExitCode::kOk;
}

}  // namespace

Command add_forecast(CLI::App& program, const std::string& command_line) {
  CLI::App* const app =
      program.add_subcommand("forecast", "Forecast the published figures, with quantiles, as tables");
  const auto options = std::make_shared<Options>();
  add_repetition_arguments(*app, options->scenario)->required(false)->capture_default_str();
  add_place_arguments(*app, options->scenario.overrides);
  add_horizons(*app, options->horizons)->default_str("all of the scenario");
  app->add_option("--samples", options->samples, "Give the first N futures themselves too")
      ->type_name("N")
      ->check(whole_number_from(0));
  add_output(*app, options->output, "outputs/forecast", "NAME");
  add_threads(*app, options->threads);
  add_resume(*app, options->resume);
  add_json(*app, options->json);
  add_quiet(*app, options->quiet);
  app->footer(
      R"(Every arm of the scenario, from its origin. Says first about how long it takes. Ctrl-C keeps whole replicates for
--resume. Writes NAME.csv, NAME_hubverse.csv and, for hearth summary and export, the futures by year in NAME.h5.
How good such forecasts have been: hearth hindcast.

Examples:
  hearth forecast --replicates 200 --horizons 1..3
  hearth forecast my_scenario.json --authorities 926 -o outputs/norfolk_forecast)");
  return {app, [options, command_line] { return forecast(*options, command_line); }};
}

}  // namespace hearth
