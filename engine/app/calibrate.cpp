#include "app/calibrate.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/load.hpp"
#include "app/project.hpp"
#include "core/error.hpp"
#include "published/england_reader.hpp"
#include "published/england_tables.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

// The committed calibration of an origin.
fs::path committed_file(const fs::path& tables, int origin) {
  return origin == origin_years(tables).last ? tables / "calibration.json"
                                             : tables / "calibrations" / fmt::format("{}.json", origin);
}

}  // namespace

int origin_to_fit(std::optional<int> year) {
  const OriginYears years = origin_years(find_england_tables());
  if (year && (*year < years.first || *year > years.last))
    throw UsageError(fmt::format("origin: {} is not from {} to {}, the years that England's tables allow",
                                 *year, years.first, years.last));
  return year.value_or(years.last);
}

Scenario scenario_to_fit(int origin, const CalibrationOptions& how, double sample,
                         std::optional<std::filesystem::path> calibration) {
  ScenarioOverrides overrides;
  overrides.origin_year = origin;
  overrides.seed = how.seed;
  overrides.calibration = std::move(calibration);
  Scenario scenario = load_named("business_as_usual", overrides).scenario;
  scenario.draws = {};                           // the fit is of single values
  for (std::size_t k = 0; k < kPriceKinds; ++k)  // and its spending is published at the origin's prices
    for (const Parameter growth : {rows::kPriceGrowth.at(k), rows::kPriceGrowthSd.at(k)})
      scenario.arms[0].parameters[growth] = 0.0;
  // Figures should go on where nothing makes them move, such as fewer children.
  scenario.population.variant = PopulationVariant::kFlat;
  scenario.replicates = how.replicates;
  scenario.sampling_fraction = sample;
  return scenario;
}

Calibration calibrate_origin(int origin, const CalibrationOptions& how, double sample) {
  const Scenario scenario = scenario_to_fit(origin, how, sample);
  const AuthorityHistory history = estimate_history(scenario.data_directory, origin);
  const NationalSeries national(scenario.data_directory / "england.csv");
  const England england = load_england(scenario.data_directory, scenario.origin, scenario.population);
  return calibrate(scenario, england, national, load_evidence(scenario.data_directory), history, how);
}

std::vector<TargetFit> check_calibration(int origin, const CalibrationOptions& how, double sample,
                                         std::optional<fs::path> calibration) {
  if (!calibration) calibration = committed_file(find_england_tables(), origin);
  const Scenario scenario = scenario_to_fit(origin, how, sample, std::move(calibration));
  const NationalSeries national(scenario.data_directory / "england.csv");
  const England england = load_england(scenario.data_directory, scenario.origin, scenario.population);
  return compare_with_targets(scenario, england,
                              calibration_targets(national, load_evidence(scenario.data_directory), origin),
                              how.threads, how.stop);
}

}  // namespace hearth
