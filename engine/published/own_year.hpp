// A council's own figures of a year that is not published yet, in a folder of England's tables that holds
// them (hearth new --figures).
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/calendar.hpp"

namespace hearth {

inline constexpr std::string_view kOwnYearFile = "own_figures.csv";

struct OwnYear {
  int code = 0;                         // the authority
  MonthEnd date;                        // stocks are of this day, flows of the twelve months to it
  std::map<std::string, double> cells;  // as given, by column of history.csv
};

// Nothing where the tables are England's alone. Throws DataError.
std::optional<OwnYear> load_own_year(const std::filesystem::path& tables);
// The text of the file.
std::string own_year_csv(const OwnYear& own);

}  // namespace hearth
