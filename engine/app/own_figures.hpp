// A council's own figures of a time that is not published yet: tables and a calibration with which a scenario
// starts from them.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "published/england_tables.hpp"
#include "published/figure_table.hpp"
#include "published/own_year.hpp"

namespace hearth {

struct OwnFigures {
  OwnYear year;
  std::vector<std::string> not_used;  // measures of which the origin has no figure
};

// From a table with the columns year, measure, value, and perhaps location and category: profile.csv of
// hearth profile, the form of docs/reference/observed.md, or both in one. A year is one to 31 March, or the
// day on which a quarter ends. Of several the last. Throws DataError where it is no quarter's end within 21
// months of the last published figures, a row cannot be read, or figures contradict each other.
OwnFigures read_own_figures(const std::filesystem::path& file, const EnglandTables& tables, int code);

// An own figure beside what was forecast from the last published origin.
struct BesideForecast {
  Figure figure;
  double own = 0.0;
  double median = 0.0;
  double low = 0.0;  // 90% interval
  double high = 0.0;
  bool surprising = false;  // outside the 99% interval
};
std::vector<BesideForecast> beside_forecast(const OwnYear& own);

// Writes `folder`: the tables of England with the authority's own year and its calibration, and calls `use`,
// which may throw: then the folder is as it was. One that is there is replaced only if it was made so. Throws
// DataError, and what `use` throws.
void write_own_tables(const OwnYear& own, const std::filesystem::path& folder,
                      const std::function<void()>& use);

}  // namespace hearth
