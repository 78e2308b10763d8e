#include "scenario/files/population_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.hpp"
#include "scenario/files/document.hpp"

namespace hearth {
namespace {

// A table that cannot be meant for this scenario.
void check_own(const Cursor& at, const std::filesystem::path& file, const Scenario& scenario,
               LoadContext& context) {
  const auto refuse = [&](std::string found, std::string allowed) {
    context.checker.wrong(at, std::move(found), std::move(allowed),
                          "docs/reference/scenario.md has an example");
  };
  try {
    const ChildrenTable own(file);
    // The middle of the year that is used for 31 March is that of the year before.
    const int first = scenario.origin.year;
    const int needed = scenario.origin.month == kYearEndMonth ? first : first + 1;
    const auto has = [&](int code) { return own.has(code); };
    if (!std::ranges::any_of(scenario.authorities, has))
      return refuse(fmt::format("{} has none of the authorities simulated", file.filename().string()),
                    "the code of an authority that is");
    for (const int code : scenario.authorities)
      for (int year = first; year <= needed; ++year)
        if (own.has(code) && !own.at(code, year, ChildrenByAge{}))
          return refuse(fmt::format("{} has no row for mid_year {} of authority {}", file.filename().string(),
                                    year, code),
                        fmt::format("rows from mid_year {}, that after the origin, on", first));
  } catch (const DataError& error) {
    refuse(error.what(), "a table with the columns code, mid_year and a column for each band of ages");
  }
}

}  // namespace

PopulationChoice read_population(const Cursor& root, const Scenario& scenario, LoadContext& context) {
  PopulationChoice out;
  const auto at = Checker::child(root, "population");
  if (!at) return out;
  const std::string allowed =
      fmt::format("{}, or the path of a table of children (CSV), relative to this file",
                  fmt::join(kPopulationVariantNames, ", "));
  const auto value = context.checker.text(*at, allowed);
  if (!value) return out;
  context.record("/population", *value, "", origin_of(*at));
  const auto found = std::ranges::find(kPopulationVariantNames, *value);
  if (found != kPopulationVariantNames.end()) {
    out.variant = static_cast<PopulationVariant>(found - kPopulationVariantNames.begin());
    return out;
  }
  const auto path = context.checker.existing_file(*at, allowed);
  if (!path) return out;
  context.files.push_back(*path);
  out.own = path->string();
  check_own(*at, *path, scenario, context);
  return out;
}

}  // namespace hearth
