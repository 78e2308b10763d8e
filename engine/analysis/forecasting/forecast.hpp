// What is forecast of the published figures, as files and as a table.
#pragma once

#include <string>
#include <vector>

#include "analysis/forecasting/samples.hpp"
#include "core/calendar.hpp"
#include "results/content/result_source.hpp"

namespace hearth {

struct Forecast {
  struct Arm {
    std::string name;
    std::string title;
    Samples samples;
  };
  MonthEnd origin;
  std::vector<int> horizons;  // years, ascending
  std::vector<Arm> arms;      // all of the same locations, years and replicates
  std::vector<Figure> figures = all_figures();

  const std::vector<Location>& locations() const { return arms.front().samples.locations(); }
};

// The forecast that a result holds, of its authorities chosen by position, and of the regions and England
// that they make up wholly: what forecasting its scenario would give, but that counts of a sample of families
// are whole numbers. `england`: the tables of the result's origin. Throws UsageError where the result has no
// whole year, DataError where it cannot be read.
Forecast forecast_of(const ResultSource& result, const England& england,
                     const std::vector<std::size_t>& authorities);

// The long format of the Hubverse (model output of forecast hubs): the columns origin_date, target, horizon,
// location, scenario_id, output_type, output_type_id, value; 23 quantiles, median and mean of each figure,
// horizon (years), place (ONS code) and arm. With `samples`, the first so many futures as output type sample:
// equal numbers are one future, in every place, year and arm.
std::string hubverse_csv(const Forecast& forecast, int samples = 0);

// One row a year, place, figure and arm: median, 50% and 90% interval.
std::string forecast_csv(const Forecast& forecast);

// England if it is among the places, else the only place, else the first few: medians with 90% intervals.
std::string forecast_text(const Forecast& forecast);

}  // namespace hearth
