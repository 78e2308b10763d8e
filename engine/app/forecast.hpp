// Forecasts of the published figures from the futures of a scenario.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analysis/forecasting/forecast.hpp"
#include "app/listener.hpp"
#include "scenario/files/loader.hpp"

namespace hearth {

// What is asked for. As the options of hearth forecast (docs/reference/cli.md).
struct ForecastRequest {
  std::string scenario = "england";  // a file, or the name of one
  ScenarioOverrides overrides{};     // those of months and of the output's steps are set by the horizons
  std::vector<int> horizons{};       // years ahead, ascending; empty: all whole years of the scenario
  int samples = 0;                   // so many futures are given themselves too
  std::filesystem::path output{};    // NAME or NAME.csv; empty: outputs/forecast
  int threads = 0;                   // 0: one a core
  bool resume = false;               // go on from what a forecast that was stopped has kept
  std::string command{};             // what asked for it, as it was typed: stored in the futures
};

// A forecast that may be made. All that is wrong with the request is found before anything is run.
struct ForecastPlan {
  ForecastRequest request;
  LoadedScenario loaded;
  std::vector<int> horizons;
  std::filesystem::path table;     // NAME.csv
  std::filesystem::path hubverse;  // NAME_hubverse.csv
  std::filesystem::path futures;   // NAME.h5: the result by year, for hearth summary and export
};

// Throws ScenarioError, UsageError, DataError.
ForecastPlan plan_forecast(ForecastRequest request);

struct MadeForecast {
  Forecast forecast;
  double seconds = 0.0;  // of simulating; 0 where the futures were complete
};

// Writes the three files. Throws DataError; Interrupted, or an Error of that exit code that says how to go
// on.
MadeForecast make_forecast(const ForecastPlan& plan, const Listener& listener);

// In words that the outer quantiles are rough where there are few replicates; else empty.
std::string rough_quantiles_text(const Scenario& scenario);

}  // namespace hearth
