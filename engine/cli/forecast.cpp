#include "analysis/forecast.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/scores.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/numbers.hpp"
#include "cli/places.hpp"
#include "cli/terminal.hpp"
#include "scenario/json_text.hpp"
#include "simulation/ensemble.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

constexpr int kLongestHorizon = 50;
constexpr int kEnoughForTails = 100;  // replicates below which the 1% and 99% quantiles are the ends

struct Options {
  std::string scenario = "england";
  ScenarioOverrides overrides;
  std::string horizons;
  std::string output;
  int samples = 0;
  int threads = 0;
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

ExitCode forecast(const Options& options) {
  ScenarioOverrides overrides = options.overrides;
  if (!options.horizons.empty())
    overrides.months =
        parse_numbers(options.horizons, "--horizons", 1, kLongestHorizon).back() * kMonthsPerYear;
  const LoadedScenario loaded = load_named(options.scenario, overrides);
  const Scenario& scenario = loaded.scenario;
  const std::vector<int> horizons = horizons_of(options, scenario);
  if (options.samples > scenario.replicates)
    throw UsageError(
        fmt::format("--samples {}: there are {} replicates; ask for no more, or for more replicates",
                    options.samples, scenario.replicates));
  // Two files of one name: NAME.csv and NAME_hubverse.csv.
  fs::path stem =
      options.output.empty() ? default_result_file("forecast", scenario.file) : fs::path(options.output);
  if (stem.extension() == ".csv" || options.output.empty()) stem.replace_extension();
  const fs::path plain_file = stem.string() + ".csv";
  const fs::path hub_file = stem.string() + "_hubverse.csv";
  require_writable(plain_file);
  require_writable(hub_file);
  const England england = load_england(scenario.data_directory, scenario.origin);

  const std::atomic<bool>& stop = stop_on_signal();
  if (!options.quiet && scenario.replicates < kEnoughForTails)
    fmt::print(stderr, "{}: with fewer than {} the outer quantiles are rough\n",
               count_text(static_cast<std::size_t>(scenario.replicates), "replicate", "replicates"),
               kEnoughForTails);
  Forecast result{scenario.origin, horizons, {}};
  const auto locations = make_locations(england, scenario.authorities);
  for (const Arm& arm : scenario.arms)
    result.arms.push_back({arm.name, arm.title, Samples(locations, horizons.back(), scenario.replicates)});
  const PublicationNoise noise = publication_noise(scenario);
  RunStatistics statistics;
  {
    Progress progress(options.quiet);
    RunOptions run_options;
    run_options.threads = options.threads;
    run_options.stop = &stop;
    run_options.progress = [&](double done, double total) { progress.update(done, total); };
    statistics =
        run_ensemble(scenario, england, run_options,
                     [&](std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
                       result.arms[arm].samples.add(replicate, series, scenario.sampling_fraction, noise);
                     });
    if (stop) throw Interrupted();
  }

  write_text(hub_file, hubverse_csv(result, options.samples));
  write_text(plain_file, forecast_csv(result));
  if (options.json) {
    nlohmann::ordered_json arms = nlohmann::ordered_json::array();
    for (const auto& arm : result.arms) arms.push_back(arm.name);
    const nlohmann::ordered_json out = {{"scenario", scenario.name},
                                        {"origin", scenario.origin.iso()},
                                        {"arms", arms},
                                        {"horizons", horizons},
                                        {"locations", locations.size()},
                                        {"replicates", scenario.replicates},
                                        {"seed", scenario.seed},
                                        {"table", plain_file.string()},
                                        {"hubverse", hub_file.string()},
                                        {"seconds", statistics.seconds}};
    fmt::print("{}\n", json_text(out, 2));
    return ExitCode::kOk;
  }
  fmt::print("{}\n", forecast_text(result));
  fmt::print("Table     {}\nHubverse  {} ({})\n", plain_file.string(), hub_file.string(),
             bytes_text(static_cast<double>(fs::file_size(hub_file))));
  return ExitCode::kOk;
}

}  // namespace

Command add_forecast(CLI::App& program) {
  CLI::App* const app =
      program.add_subcommand("forecast", "Forecast the published figures, with quantiles, as tables");
  const auto options = std::make_shared<Options>();
  auto& overrides = options->overrides;
  app->add_option("SCENARIO", options->scenario, "Scenario file, or the name of one in scenarios/")
      ->capture_default_str();
  app->add_option("--seed", overrides.seed, "Seed of the random draws")
      ->type_name("N")
      ->check(whole_number_from(0));
  app->add_option("--replicates", overrides.replicates, "Possible futures (the scenario's)")
      ->type_name("N")
      ->check(whole_number_from(1));
  app->add_option("--horizons", options->horizons, "Years ahead: 1,2,3 or 1..10 (all of the scenario)")
      ->type_name("YEARS");
  app->add_option("--authorities", overrides.authorities, "Only these, by code: E10000015,305,...")
      ->type_name("CODES")
      ->delimiter(',');
  app->add_option("--samples", options->samples, "Give the first N futures themselves too")
      ->type_name("N")
      ->check(whole_number_from(0));
  app->add_option("-o,--output", options->output,
                  "NAME of the files NAME.csv and NAME_hubverse.csv (outputs/forecast)")
      ->type_name("NAME");
  app->add_option("--threads", options->threads,
                  "Threads; 0: one a core. The result is the same for any number")
      ->type_name("N")
      ->check(whole_number_from(0));
  app->add_flag("--json", options->json, "The record of the forecast as JSON instead of a table");
  app->add_flag("-q,--quiet", options->quiet, "No progress");
  app->footer(
      R"(Every arm of the scenario, from its origin. How good such forecasts have been: hearth hindcast.

Examples:
  hearth forecast --replicates 200 --horizons 1..3
  hearth forecast my_scenario.json --authorities 926 -o outputs/norfolk)");
  return {app, [options] { return forecast(*options); }};
}

}  // namespace hearth
