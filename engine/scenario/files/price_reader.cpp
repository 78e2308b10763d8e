#include "scenario/files/price_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "parameters/price_kinds.hpp"
#include "published/prices.hpp"
#include "scenario/files/document.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

// Nothing where the key is absent or wrong, which is noted.
std::optional<PriceTable> own_table(const Cursor& root, LoadContext& context) {
  const auto at = Checker::child(root, "prices");
  if (!at) return std::nullopt;
  constexpr std::string_view kAllowed = "the path of a table of prices (CSV), relative to this file";
  const auto value = context.checker.text(*at, kAllowed);
  if (!value) return std::nullopt;
  const auto path = context.checker.existing_file(*at, kAllowed);
  if (!path) return std::nullopt;
  context.record("/prices", *value, "", origin_of(at));
  context.files.push_back(*path);
  try {
    return PriceTable(*path);
  } catch (const DataError& error) {
    context.checker.wrong(*at, error.what(), "a table with the columns kind, year and growth",
                          "docs/reference/scenario.md has an example");
    return std::nullopt;
  }
}

// Above inflation, of the twelve months that end so much of a year after the end of `year`.
double real_growth(const PriceTable& table, PriceKind kind, int year, double later) {
  const auto real = [&](int of) { return table.price(kind, of - 1, of) * table.cash(of, of - 1); };
  return std::pow(real(year), 1.0 - later) * (later > 0.0 ? std::pow(real(year + 1), later) : 1.0) - 1.0;
}

}  // namespace

PricePaths read_prices(const Cursor& root, const fs::path& england, const MonthEnd& origin,
                       int horizon_months, Parameters& registry, LoadContext& context) {
  PricePaths out;
  PriceTable table;
  if (const fs::path file = england / "prices.csv"; !england.empty() && file_exists(file)) {
    table = PriceTable(file);
    context.files.push_back(file);
  }
  const auto own = own_table(root, context);
  if (own) table.replace_with(*own);
  const double later = origin.since_year_end();
  const auto to_origin = [&](Parameter cost, PriceKind kind) {
    registry[cost] *=
        table.price(kind, kRegistryPriceYear, origin.year) * table.price_within(kind, origin.year, later);
  };
  for (std::size_t q = 0; q < kPlacementKinds; ++q)
    to_origin(rows::kCostPlacement.at(q), kPlacementPrices[q]);
  for (const UnitCostPrice& each : kOtherPrices) to_origin(each.cost, each.kind);
  const int last = origin.year + (horizon_months + kMonthsPerYear - 1) / kMonthsPerYear + (later > 0.0);
  if (table.has_inflation()) {
    out.first_year = std::min(table.first_inflation_year() - 1, origin.year);
    for (int year = out.first_year; year <= std::max(last, table.last_inflation_year()); ++year)
      out.cash.push_back(table.cash(origin.year, year) / table.cash_within(origin.year, later));
  }
  if (!own) return out;
  for (std::size_t k = 0; k < kPriceKinds; ++k)
    for (int year = origin.year + 1; year <= last; ++year) {
      const auto kind = static_cast<PriceKind>(k);
      if (!own->growth(kind, year) && !(later > 0.0 && own->growth(kind, year + 1))) continue;
      out.own[k].resize(static_cast<std::size_t>(year - origin.year));
      out.own[k].back() = real_growth(table, kind, year, later);
    }
  return out;
}

}  // namespace hearth
