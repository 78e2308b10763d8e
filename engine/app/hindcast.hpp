// Forecasts of years that have passed, from what was known before, and how good they were.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "analysis/forecasting/hindcast.hpp"
#include "app/listener.hpp"

namespace hearth {

// What is asked for. As the options of hearth hindcast (docs/reference/cli.md).
struct HindcastRequest {
  std::vector<int> origins;                // years from whose 31 March to forecast, ascending
  std::vector<int> horizons;               // years ahead, ascending
  int replicates = 200;                    // futures of each origin
  std::uint64_t seed = 20220331;           // of the futures and of what is drawn to score them
  std::vector<std::string> authorities{};  // only these: names, codes or regions; empty: all
  std::filesystem::path observed{};        // further published figures (docs/reference/observed.md)
  std::filesystem::path
      calibrations{};      // folder of YEAR.json; empty: calibrates at each origin, which takes minutes
  std::size_t draws = 50;  // of the parameters, from each calibration that is made
  std::filesystem::path output{};  // the result; empty: outputs/hindcast.h5
  bool forecasts = false;          // writes every forecast too
  int threads = 0;                 // 0: one a core
  bool resume = false;             // go on from what a hindcast that was stopped has kept
  std::string command{};           // what asked for it, as it was typed: stored in the result
};

struct MadeHindcast {
  Hindcast hindcast;
  std::vector<ScoreRow> scores;
  std::filesystem::path result;     // NAME.h5
  std::filesystem::path table;      // NAME_scores.csv
  std::filesystem::path forecasts;  // NAME_forecasts.csv; empty unless asked for
};

// Calibrates, forecasts, scores and writes the files. What is made on the way (NAME_calibrations,
// NAME_futures) is kept where it stops, for `resume`. Throws UsageError, DataError; Interrupted, or an Error
// of that exit code that says how to go on.
MadeHindcast make_hindcast(const HindcastRequest& request, const Listener& listener);

}  // namespace hearth
