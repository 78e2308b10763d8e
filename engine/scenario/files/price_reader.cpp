#include "scenario/files/price_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
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
  const auto to_origin = [&](Parameter cost, PriceKind kind) {
    registry[cost] *= table.price(kind, kRegistryPriceYear, origin.year);
  };
  for (std::size_t q = 0; q < kPlacementKinds; ++q)
    to_origin(rows::kCostPlacement.at(q), kPlacementPrices[q]);
  for (const UnitCostPrice& each : kOtherPrices) to_origin(each.cost, each.kind);
  const int last = origin.year + (horizon_months + kMonthsPerYear - 1) / kMonthsPerYear;
  if (table.has_inflation()) {
    out.first_year = std::min(table.first_inflation_year() - 1, origin.year);
    for (int year = out.first_year; year <= std::max(last, table.last_inflation_year()); ++year)
      out.cash.push_back(table.cash(origin.year, year));
  }
  if (!own) return out;
  for (std::size_t k = 0; k < kPriceKinds; ++k)
    for (int year = origin.year + 1; year <= last; ++year) {
      const auto growth = own->growth(static_cast<PriceKind>(k), year);
      if (!growth) continue;
      out.own[k].resize(static_cast<std::size_t>(year - origin.year));
      out.own[k].back() = (1.0 + *growth) * table.cash(year, year - 1) - 1.0;
    }
  return out;
}

}  // namespace hearth
