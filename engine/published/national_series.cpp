#include "published/national_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/csv.hpp"
#include "core/error.hpp"
#include "published/not_published.hpp"

namespace hearth {

NationalSeries::NationalSeries(const std::filesystem::path& file) : file_(file) {
  const CsvTable table(file);
  const std::size_t name = table.column("measure");
  for (std::size_t column = 0; column < table.columns().size(); ++column) {
    if (column == name) continue;
    const std::string& header = table.columns()[column];
    if (header.size() != 4 || header.find_first_not_of("0123456789") != std::string::npos)
      throw DataError(
          fmt::format("{}:1: found column '{}'; expected 'measure' and years", file.string(), header));
    const int year = std::stoi(header);
    first_year_ = first_year_ == 0 ? year : std::min(first_year_, year);
    last_year_ = std::max(last_year_, year);
    for (std::size_t row = 0; row < table.rows(); ++row)
      if (const auto value = table.number(row, column)) values_[table.text(row, name)][year] = *value;
  }
}

double NationalSeries::value(std::string_view measure, int year) const {
  const auto series = values_.find(std::string(measure));
  if (series == values_.end()) return kNotPublished;
  const auto found = series->second.find(year);
  return found == series->second.end() ? kNotPublished : found->second;
}

double NationalSeries::required(std::string_view measure, int year) const {
  const double found = value(measure, year);
  if (std::isnan(found))
    throw DataError(
        fmt::format("{}: there is no figure for '{}' in {}; expected one", file_.string(), measure, year));
  return found;
}

}  // namespace hearth
