// England's published tables (scenarios/england/; see its README.md for sources and licence), each read by
// one reader and no other.
#pragma once

#include <filesystem>
#include <vector>

#include "core/calendar.hpp"
#include "published/authorities.hpp"
#include "published/history.hpp"
#include "published/national_series.hpp"

namespace hearth {

struct EnglandTables {
  // From authorities.csv, england.csv and history.csv in this folder. Throws DataError. Not explicit: who
  // asks for tables may be given their folder.
  EnglandTables(std::filesystem::path data_directory);

  std::filesystem::path directory;
  std::vector<AuthorityIdentity> authorities;  // by code, ascending
  NationalSeries national;
  History history;
};

// From when a simulation can start: 31 March of these years, but for the last, which is another month's end
// where a council's own figures are of one.
struct OriginYears {
  int first = 0;
  int last = 0;
  int last_month = kYearEndMonth;

  constexpr MonthEnd origin(int year) const { return {year, year == last ? last_month : kYearEndMonth}; }
};

// Years for which England's children in need, children with plans and looked-after children are published,
// and the plans of the year before, as the first year of a simulation needs to know how a stock moves. Throws
// DataError where there is none.
OriginYears origin_years(const EnglandTables& tables);
OriginYears origin_years(const std::filesystem::path& data_directory);

}  // namespace hearth
