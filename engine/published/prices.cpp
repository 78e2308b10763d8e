#include "published/prices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/csv.hpp"
#include "core/error.hpp"

namespace hearth {
namespace {

constexpr std::string_view kInflation = "inflation";
constexpr double kLowest = -0.5;
constexpr double kHighest = 1.0;

std::optional<double> find(const std::map<int, double>& growth, int year) {
  const auto found = growth.find(year);
  return found == growth.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

PriceTable::PriceTable(const std::filesystem::path& file) {
  const CsvTable table(file, CsvRows::kShort);
  const std::size_t kind = table.column("kind");
  const std::size_t year = table.column("year");
  const std::size_t growth = table.column("growth");
  const auto refuse = [&](std::size_t row, std::size_t column, const std::string& allowed) {
    throw DataError(fmt::format("{}: found '{}'; expected {}", table.where(row, column),
                                table.text(row, column), allowed));
  };
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& name = table.text(row, kind);
    const auto found = std::ranges::find(kPriceKindNames, name);
    if (found == kPriceKindNames.end() && name != kInflation)
      refuse(row, kind, fmt::format("{} or {}", kInflation, fmt::join(kPriceKindNames, ", ")));
    const auto at = table.integer(row, year);
    if (!at || *at < 1990 || *at > 2100) refuse(row, year, "a year from 1990 to 2100");
    const auto value = table.number(row, growth);
    if (!value || *value < kLowest || *value > kHighest)
      refuse(row, growth, fmt::format("a number from {} to {}: 0.03 is three per cent", kLowest, kHighest));
    auto& into = name == kInflation ? inflation_
                                    : growth_.at(static_cast<std::size_t>(found - kPriceKindNames.begin()));
    if (!into.emplace(*at, *value).second) refuse(row, year, fmt::format("each year of {} once", name));
  }
}

std::optional<double> PriceTable::inflation(int year) const {
  return find(inflation_, year);
}

std::optional<double> PriceTable::growth(PriceKind kind, int year) const {
  return find(growth_[index(kind)], year);
}

double PriceTable::inflation_in(int year) const {
  if (inflation_.empty() || year < inflation_.begin()->first) return 0.0;
  return inflation(year).value_or(inflation_.rbegin()->second);
}

double PriceTable::cash(int from, int to) const {
  double out = 1.0;
  for (int year = from + 1; year <= to; ++year) out *= 1.0 + inflation_in(year);
  for (int year = to + 1; year <= from; ++year) out /= 1.0 + inflation_in(year);
  return out;
}

double PriceTable::price(PriceKind kind, int from, int to) const {
  const auto ratio = [&](int year) { return 1.0 + growth(kind, year).value_or(inflation_in(year)); };
  double out = 1.0;
  for (int year = from + 1; year <= to; ++year) out *= ratio(year);
  for (int year = to + 1; year <= from; ++year) out /= ratio(year);
  return out;
}

void PriceTable::replace_with(const PriceTable& own) {
  for (const auto& [year, growth] : own.inflation_) inflation_[year] = growth;
  for (std::size_t kind = 0; kind < kPriceKinds; ++kind)
    for (const auto& [year, growth] : own.growth_[kind]) growth_[kind][year] = growth;
}

double PriceTable::cash_within(int year, double share) const {
  return std::pow(cash(year, year + 1), share);
}

double PriceTable::price_within(PriceKind kind, int year, double share) const {
  return std::pow(price(kind, year, year + 1), share);
}

std::string financial_year(int year) {
  return fmt::format("{}-{:02}", year - 1, year % 100);
}

std::optional<int> parse_financial_year(std::string_view text) {
  int first = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), first);
  if (read.ec != std::errc() || first < 1900 || first > 2200 || financial_year(first + 1) != text)
    return std::nullopt;
  return first + 1;
}

}  // namespace hearth
