#include "app/forecast.hpp"

#include <fmt/format.h>

#include <numeric>
#include <utility>

#include "app/disk_space.hpp"
#include "app/kept_run.hpp"
#include "app/load.hpp"
#include "app/project.hpp"
#include "app/result_header.hpp"
#include "core/words.hpp"
#include "published/england_reader.hpp"
#include "results/file/result_reader.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

constexpr int kEnoughForTails = 100;  // replicates below which the 1% and 99% quantiles are the ends

// Whole years of the scenario unless the request names some.
std::vector<int> horizons_of(const ForecastRequest& request, const Scenario& scenario) {
  if (!request.horizons.empty()) return request.horizons;
  const int years = scenario.horizon_months / kMonthsPerYear;
  if (years < 1)
    throw UsageError(
        fmt::format("{} simulates {} months; a forecast needs a year: choose years with --horizons",
                    scenario.name, scenario.horizon_months));
  std::vector<int> out(static_cast<std::size_t>(years));
  std::iota(out.begin(), out.end(), 1);
  return out;
}

// Figures are of years, and so is the result that they are taken from.
LoadedScenario load_years(const ForecastRequest& request) {
  ScenarioOverrides overrides = request.overrides;
  overrides.every = OutputEvery::kYear;
  if (!request.horizons.empty()) overrides.months = request.horizons.back() * kMonthsPerYear;
  return load_named(request.scenario, overrides);
}

// The futures, in a result file: those that it has not yet. Returns seconds.
double simulate(const ForecastPlan& plan, const England& england, const Listener& listener) {
  const Scenario& scenario = plan.loaded.scenario;
  const bool resume = plan.request.resume;
  const ResultHeader header = make_header(plan.loaded, england, {}, plan.request.command);
  const std::size_t missing = replicates_missing(plan.futures, header, resume);
  if (missing == 0) {
    listener.say(fmt::format("{} is already complete. Only the tables are made.", plan.futures.string()));
    return 0.0;
  }
  require_room(plan.futures, space_for(scenario, static_cast<std::size_t>(scenario.replicates), 0, true));
  if (listener.note)
    listener.note(fmt::format(
        "{}: {} x {}, {}, {}: about {}", scenario.title, count_text(scenario.arms.size(), "arm", "arms"),
        count_text(missing, "replicate", "replicates"),
        count_text(scenario.authorities.size(), "authority", "authorities"),
        count_text(static_cast<std::size_t>(scenario.horizon_months), "month", "months"),
        duration_text(seconds_for(scenario, england, plan.request.threads, missing))));
  return fill_file({plan.futures, header, resume ? Unfinished::kResume : Unfinished::kKeep, listener},
                   fill_with(scenario, england, plan.request.threads, listener))
      .seconds;
}

}  // namespace

ForecastPlan plan_forecast(ForecastRequest request) {
  ForecastPlan plan{std::move(request), {}, {}, {}, {}, {}};
  plan.loaded = load_years(plan.request);
  const Scenario& scenario = plan.loaded.scenario;
  plan.horizons = horizons_of(plan.request, scenario);
  if (plan.request.samples > scenario.replicates)
    throw UsageError(
        fmt::format("--samples {}: there are {} replicates; ask for no more, or for more replicates",
                    plan.request.samples, scenario.replicates));
  fs::path stem = plan.request.output;
  if (stem.empty()) stem = default_result_file(name_of_result("forecast", plan.loaded), scenario.file);
  if (stem.extension() == ".csv" || plan.request.output.empty()) stem.replace_extension();
  plan.table = stem.string() + ".csv";
  plan.hubverse = stem.string() + "_hubverse.csv";
  plan.futures = stem.string() + ".h5";
  for (const auto& file : {plan.table, plan.hubverse, plan.futures}) require_writable(file);
  return plan;
}

MadeForecast make_forecast(const ForecastPlan& plan, const Listener& listener) {
  const Scenario& scenario = plan.loaded.scenario;
  const England england = load_england(scenario.data_directory, scenario.origin, scenario.population);
  MadeForecast out;
  out.seconds = simulate(plan, england, listener);
  const ResultReader reader(plan.futures);
  std::vector<std::size_t> all(reader.header().authorities.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  out.forecast = forecast_of(reader, england, all);
  out.forecast.horizons = plan.horizons;
  write_text(plan.hubverse, hubverse_csv(out.forecast, plan.request.samples));
  write_text(plan.table, forecast_csv(out.forecast));
  return out;
}

std::string rough_quantiles_text(const Scenario& scenario) {
  if (scenario.replicates >= kEnoughForTails) return "";
  return fmt::format("{}: with fewer than {} the outer quantiles are rough",
                     count_text(static_cast<std::size_t>(scenario.replicates), "replicate", "replicates"),
                     kEnoughForTails);
}

}  // namespace hearth
