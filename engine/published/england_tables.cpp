#include "published/england_tables.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/error.hpp"
#include "published/own_year.hpp"

namespace hearth {

EnglandTables::EnglandTables(std::filesystem::path data_directory)
    : directory(std::move(data_directory)),
      authorities(load_authority_identities(directory)),
      national(directory / "england.csv"),
      history(directory / "history.csv") {}

namespace {

OriginYears years_of(const NationalSeries& national, const std::filesystem::path& folder) {
  const auto known = [&](std::string_view measure, int year) {
    return !std::isnan(national.value(measure, year));
  };
  OriginYears out;
  for (int year = national.first_year(); year <= national.last_year(); ++year) {
    if (!known("cin_at31", year) || !known("cla_at31", year)) continue;
    if (!known("cpp_at31", year) || !known("cpp_at31", year - 1)) continue;
    if (out.first == 0) out.first = year;
    out.last = year;
  }
  if (out.first == 0)
    throw DataError(fmt::format(
        "{}: no year has figures for cin_at31, cla_at31 and cpp_at31, and for cpp_at31 in the year before; "
        "expected at least one, for a simulation to start from",
        national.file().string()));
  if (const auto own = load_own_year(folder); own && own->date.year == out.last)
    out.last_month = own->date.month;
  return out;
}

}  // namespace

OriginYears origin_years(const EnglandTables& tables) {
  return years_of(tables.national, tables.directory);
}

OriginYears origin_years(const std::filesystem::path& data_directory) {
  return years_of(NationalSeries(data_directory / "england.csv"), data_directory);
}

}  // namespace hearth
