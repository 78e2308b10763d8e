#include "published/figures.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/csv.hpp"
#include "core/error.hpp"
#include "core/measures.hpp"
#include "core/nearest.hpp"
#include "published/entries_under_16.hpp"

namespace hearth {
namespace {

constexpr std::array<const char*, kAgeBands> kEntriesByAge = {
    "cla_started_age_u1", "cla_started_age_1to4", "cla_started_age_5to9", "cla_started_age_10to15",
    "cla_started_age_16plus"};
constexpr const char* kEntries = "cla_started";
constexpr const char* kChildren = "population_0_17";
constexpr const char* kUnder16 = "care_entries_under_16";
constexpr const char* kUnder16Roughly = "care_entries_under_16, by England's ages";  // for sums of regions

std::string column_of(Figure figure) {
  const auto column = kFigureTable.at(index(figure)).column;
  return column.empty() ? kUnder16 : std::string(column);
}

// The columns that the tables are read for, those of entries by age among them.
std::vector<std::string> columns_read() {
  std::vector<std::string> out = {kChildren};
  for (const auto& info : kFigureTable)
    if (!info.column.empty()) out.emplace_back(info.column);
  out.insert(out.end(), kEntriesByAge.begin(), kEntriesByAge.end());
  return out;
}

Location location_of(const AuthorityIdentity& authority) {
  return {Level::kAuthority, authority.code, authority.ons_code, authority.name, authority.region, {}};
}
Location location_of(const Region& region) {
  return {Level::kRegion, 0, std::string(region.ons_code), std::string(region.name), "", {}};
}

bool is_figure(std::string_view name) {
  return std::ranges::any_of(kFigureTable, [&](const auto& info) { return info.name == name; });
}
bool is_measure(std::string_view name) {
  return std::ranges::any_of(kMeasureTable, [&](const auto& info) { return info.name == name; });
}

Figure figure_of(const CsvTable& table, std::size_t row, const std::string& name) {
  try {
    return find_figure(name);
  } catch (const UsageError& error) {
    throw DataError(fmt::format("{}: {}", table.where(row, table.column("measure")), error.what()));
  }
}

// 2023, or the years that it is made of: 2022-23, 2022/23 and 202223 are the year to March 2023.
int year_of(const CsvTable& table, std::size_t row) {
  std::string digits = table.text(row, "year");
  std::erase_if(digits, [](char c) { return c == '-' || c == '/'; });
  int first = 0;
  int second = 0;
  const char* const text = digits.data();
  const bool pair = digits.size() == 6 && std::from_chars(text, text + 4, first).ptr == text + 4 &&
                    std::from_chars(text + 4, text + 6, second).ptr == text + 6;
  return pair && second == (first + 1) % 100 ? first + 1 : table.required_integer(row, "year");
}

}  // namespace

PublishedFigures::PublishedFigures(const EnglandTables& tables)
    : identities_(tables.authorities), last_table_year_(hearth::last_year(identities_)) {
  std::map<int, std::string> ons_codes;
  for (const auto& authority : identities_) ons_codes[authority.code] = authority.ons_code;
  const std::vector<std::string> wanted = columns_read();
  for (const auto& [code, year] : tables.history.rows()) {
    const auto known = ons_codes.find(code);
    if (known == ons_codes.end())
      throw DataError(fmt::format("{}: found figures of {} in {}; expected a code of authorities.csv",
                                  tables.history.file().string(), code, year));
    note_year(year);
    for (const auto& column : wanted)
      if (const double number = tables.history.value(code, year, column); !std::isnan(number))
        table_[{column, known->second}][year] = number;
  }
  for (const auto& column : wanted)
    for (int year = first_year_; year <= last_year_; ++year)
      if (const double number = tables.national.value(column, year); !std::isnan(number))
        table_[{column, std::string(kEnglandOnsCode)}][year] = number;
  for (int year = first_year_; year <= last_year_; ++year) add_entries_under_16(year);
}

bool PublishedFigures::live_in(const AuthorityIdentity& authority, int year) const {
  return authority.first_year <= year &&
         (year <= authority.last_year || authority.last_year >= last_table_year_);
}

void PublishedFigures::add_entries_under_16(int year) {
  const auto number = [&](const char* column, const std::string& place) -> std::optional<double> {
    const auto series = table_.find({column, place});
    if (series == table_.end() || !series->second.contains(year)) return std::nullopt;
    return series->second.at(year);
  };
  const auto ages = [&](const std::string& place) {
    EntriesByAge out;
    for (std::size_t age = 0; age < kAgeBands; ++age) out[age] = number(kEntriesByAge[age], place);
    return out;
  };
  const auto of_england = ages(std::string(kEnglandOnsCode));
  const auto add_place = [&](const std::string& place) {
    const auto by_age = ages(place);
    const auto total = number(kEntries, place);
    if (const auto young = entries_under_16(total, by_age, BlankAges::kSharedWhereSmall))
      table_[{kUnder16, place}][year] = *young;
    if (const auto young = entries_under_16_by_shares(total, by_age, of_england))
      table_[{kUnder16Roughly, place}][year] = *young;
  };
  add_place(std::string(kEnglandOnsCode));
  for (const auto& authority : identities_) add_place(authority.ons_code);
}

void PublishedFigures::note_year(int year) {
  first_year_ = first_year_ == 0 ? year : std::min(first_year_, year);
  last_year_ = std::max(last_year_, year);
}

std::string PublishedFigures::location_code(const CsvTable& table, std::size_t row, int year) const {
  std::string text = table.text(row, "location");
  if (text.ends_with(".0")) text.resize(text.size() - 2);  // a code as a program writes numbers
  if (text.empty())
    throw DataError(
        fmt::format("{}: the cell is blank; expected an authority, a region or England. hearth "
                    "profile writes it with --authority",
                    table.where(row, table.column("location"))));
  const std::string wanted = lower_case(text);
  if (wanted == "england" || wanted == lower_case(kEnglandOnsCode)) return std::string(kEnglandOnsCode);
  std::vector<std::string> places = {"England"};
  for (const Region& region : kRegions) {
    if (wanted == lower_case(region.name) || wanted == lower_case(region.ons_code))
      return std::string(region.ons_code);
    places.emplace_back(region.name);
  }
  const std::string where = table.where(row, table.column("location"));
  if (const AuthorityIdentity* found = find_authority(identities_, text, std::min(year, last_table_year_))) {
    if (live_in(*found, year)) return found->ons_code;
    throw DataError(fmt::format(
        "{}: found {} in {}; this authority has figures for {} to {} only: leave the row out, or give the "
        "authority of that year",
        where, text, year, found->first_year, found->last_year));
  }
  const std::string suggestion =
      nearest_authorities(text, {identities_.begin(), identities_.end()}, std::move(places));
  throw DataError(fmt::format(
      "{}: found '{}'; expected England, a region, or an authority of authorities.csv by name, code or ONS "
      "code{}. Authorities formed after March {} are unknown: give their sum for the one they replaced, or "
      "leave the row out",
      where, text, suggestion.empty() ? "" : "; " + suggestion, last_table_year_));
}

Added PublishedFigures::add(const std::filesystem::path& file) {
  const CsvTable table(file, CsvRows::kShort);
  constexpr int kLatestYear = 2100;
  Added out;
  std::map<std::pair<Figure, std::pair<std::string, int>>, std::size_t> lines;
  if (!table.has_column("location") && table.has_column("category"))
    throw DataError(fmt::format(
        "{}: found the columns {}, as of profile.csv; expected location, year, measure and value. Give "
        "observed.csv of the same profile",
        table.name(), fmt::join(table.columns(), ", ")));
  for (const char* column : {"location", "year", "measure", "value"}) table.column(column);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const int year = year_of(table, row);
    if (year < first_year_ || year > kLatestYear)
      throw DataError(fmt::format("{}: found {}; expected a year to 31 March, {} or later",
                                  table.where(row, table.column("year")), year, first_year_));
    const std::string place = location_code(table, row, year);
    const std::string measure = column_key(table.text(row, "measure"));
    if (is_measure(measure) && !is_figure(measure)) {
      ++out.not_scored[measure];
      continue;
    }
    const Figure figure = figure_of(table, row, measure);
    const auto [first, fresh] = lines.try_emplace({figure, {place, year}}, table.line(row));
    if (!fresh)
      throw DataError(fmt::format("{}:{}: the same location, year and measure as line {}; keep one of them",
                                  table.name(), table.line(row), first->second));
    const auto number = table.number(row, "value");
    if (!number) {
      ++out.blank;
      continue;
    }
    if (*number < 0.0)
      throw DataError(
          fmt::format("{}: found {}; expected a count of children, 0 or more, or nothing where "
                      "none is published",
                      table.where(row, table.column("value")), *number));
    note_year(year);
    table_[{column_of(figure), place}][year] = *number;
    out.figures[{place, year}].insert(figure);
  }
  return out;
}

PublishedFigures PublishedFigures::until(int year) const {
  PublishedFigures out = *this;
  for (auto& [key, series] : out.table_) series.erase(series.upper_bound(year), series.end());
  out.last_year_ = std::min(last_year_, year);
  return out;
}

bool PublishedFigures::live(const Location& location, int year) const {
  if (location.level != Level::kAuthority) return true;
  return std::ranges::any_of(identities_,
                             [&](const auto& a) { return a.code == location.code && live_in(a, year); });
}

std::optional<double> PublishedFigures::value(const std::string& column, const Location& location,
                                              int year) const {
  if (!live(location, year)) return std::nullopt;
  const auto series = table_.find({column, location.ons_code});
  if (series != table_.end())
    if (const auto found = series->second.find(year); found != series->second.end()) return found->second;
  switch (location.level) {
    case Level::kAuthority:
      return std::nullopt;
    case Level::kRegion:
      return region_sum(column, location.name, year);
    case Level::kEngland:
      break;
  }
  double total = 0.0;
  for (const Region& region : kRegions) {
    const auto part = value(column, location_of(region), year);
    if (!part) return std::nullopt;
    total += *part;
  }
  return total;
}

std::optional<double> PublishedFigures::region_sum(const std::string& column, const std::string& region,
                                                   int year) const {
  double total = 0.0;
  double all_children = 0.0;
  double largest_missing = 0.0;
  bool any = false;
  for (const auto& authority : identities_) {
    if (authority.region != region || !live_in(authority, year)) continue;
    const Location place = location_of(authority);
    const double here = children(place, year).value_or(0.0);
    all_children += here;
    auto number = value(column, place, year);
    if (!number && column == kUnder16) number = value(kUnder16Roughly, place, year);
    if (number) {
      total += *number;
      any = true;
    } else {
      largest_missing = std::max(largest_missing, here);
    }
  }
  if (!any || largest_missing > kSmallShare * all_children) return std::nullopt;
  return total;
}

std::optional<double> PublishedFigures::at(Figure figure, const Location& location, int year) const {
  return value(column_of(figure), location, year);
}

std::optional<double> PublishedFigures::entries(Figure stock, const Location& location, int year) const {
  const auto column = kFigureTable.at(index(stock)).entries;
  if (column.empty()) return std::nullopt;
  return value(std::string(column), location, year);
}

std::optional<double> PublishedFigures::children(const Location& location, int year) const {
  if (location.level == Level::kRegion) {
    double total = 0.0;
    for (const auto& authority : identities_)
      if (authority.region == location.name && live_in(authority, year))
        total += children(location_of(authority), year).value_or(0.0);
    return total > 0.0 ? std::optional(total) : std::nullopt;
  }
  const auto series = table_.find({kChildren, location.ons_code});
  if (series == table_.end() || series->second.empty()) return std::nullopt;
  const auto after = series->second.upper_bound(year);
  return after == series->second.begin() ? after->second : std::prev(after)->second;
}

std::vector<Location> PublishedFigures::places(Level level) const {
  std::vector<Location> out;
  switch (level) {
    case Level::kAuthority:
      for (const auto& authority : identities_) out.push_back(location_of(authority));
      break;
    case Level::kRegion:
      for (const Region& region : kRegions) out.push_back(location_of(region));
      break;
    case Level::kEngland:
      out.push_back({Level::kEngland, 0, std::string(kEnglandOnsCode), "England", "", {}});
      break;
  }
  return out;
}

}  // namespace hearth
