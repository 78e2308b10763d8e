// Naive forecasts that a simulation has to beat, from published figures up to the origin alone. Definitions:
// docs/forecasting.md; why these: docs/adr/0016-baselines-of-forecasts.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "analysis/forecasting/samples.hpp"
#include "analysis/forecasting/scores.hpp"
#include "published/figures.hpp"

namespace hearth {

enum class Baseline : std::uint8_t {
  kPersistence,
  kPersistenceUncentred,
  kDampedDrift,
  kStockAndFlow,
  kSmoothedLevel
};
inline constexpr std::size_t kBaselines = 5;
struct BaselineInfo {
  Baseline id;
  std::string_view name;
  std::string_view meaning;
};
inline constexpr std::array<BaselineInfo, kBaselines> kBaselineTable = {{
    {Baseline::kPersistence, "persistence", "the last published value"},
    {Baseline::kPersistenceUncentred, "persistence_uncentred",
     "the last value, moved as others moved before"},
    {Baseline::kDampedDrift, "damped_drift", "the last value and its own recent growth, dying away"},
    {Baseline::kStockAndFlow, "stock_and_flow",
     "entries as last year, and last year's rate of leaving; of a flow the last value"},
    {Baseline::kSmoothedLevel, "smoothed_level", "a smoothed level that returns to the average rate"},
}};

// A point forecast and, around it, how wrong the same rule has been before: quantiles of its errors of the
// log of one more than the figure, over all places of a level and all years up to the origin.
class Baselines {
 public:
  // Looks at nothing after `origin_year`. `longest_horizon` is in years.
  Baselines(const PublishedFigures& published, int origin_year, int longest_horizon);

  // Nothing where the last value is not published, or too little is known to say how wrong the rule is.
  // `horizon` is in years, from 1 to the longest. Quantiles do not cross and are at least 0.
  std::optional<Quantiles> forecast(Baseline rule, Figure figure, const Location& location,
                                    int horizon) const;

 private:
  // One place's history on the log scale, by year from the first; the rules read no further than they say.
  struct History {
    std::vector<std::optional<double>> figure;   // log(x + 1)
    std::vector<std::optional<double>> entries;  // children who joined the stock in the year
    std::vector<std::optional<double>> rate;     // log((x + 1) / children)
  };
  using Histories = std::map<std::string, History>;  // by ONS code

  // What the rule says in year `t` of year t + horizon, on the log scale.
  std::optional<double> point(Baseline rule, const History& history, const std::vector<double>& mean_rate,
                              std::size_t t, int horizon) const;
  std::vector<double> errors_at(Baseline rule, Figure figure, Level level, int horizon) const;
  // Sorted; around 0 unless the rule is uncentred; empty where too little is known.
  std::vector<double> errors(Baseline rule, Figure figure, Level level, int horizon) const;
  double england_to_regions(Baseline rule, Figure figure, int horizon) const;

  History history_of(const PublishedFigures& known, Figure figure, const Location& location) const;

  int first_year_;
  std::size_t years_;                                                          // up to the origin
  std::array<std::array<Histories, kLevelNames.size()>, kFigures> histories_;  // by figure and level
  // Mean over the places of a level of their rates, by year; empty for England, which returns to nothing.
  std::array<std::array<std::vector<double>, kLevelNames.size()>, kFigures> mean_rates_;
  std::map<std::tuple<Baseline, Figure, Level, int>, std::vector<double>> errors_;
};

}  // namespace hearth
