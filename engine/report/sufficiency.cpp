#include "report/sufficiency.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/categories.hpp"
#include "report/numbers.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

Json held_json(const std::optional<PlacesHeld>& held) {
  if (!held) return nullptr;
  return {{"year", held->year},
          {"own", number_json(held->own, 0)},
          {"others", number_json(held->others, 0)},
          {"filled", held->filled ? number_json(*held->filled, 0) : Json(nullptr)}};
}

}  // namespace

std::optional<PlaceKind> place_of(std::size_t placement) {
  switch (static_cast<Placement>(placement)) {
    case Placement::kAuthorityFoster:
      return PlaceKind::kFosterCare;
    case Placement::kChildrensHome:
      return PlaceKind::kChildrensHome;
    case Placement::kSupportedAccommodation:
      return PlaceKind::kSupportedAccommodation;
    default:
      return std::nullopt;
  }
}

std::vector<std::size_t> sufficiency_dates(const std::vector<SummaryPeriod>& periods) {
  std::vector<std::size_t> out = {0};
  for (const std::size_t date : {std::size_t{4}, periods.size() - 1})
    if (date > out.back() && date < periods.size()) out.push_back(date);
  return out;
}

Json sufficiency_json(const Summary& placements, const std::vector<std::size_t>& dates,
                      const std::vector<int>& codes, const PlacesTable& places) {
  std::vector<SummaryCell> cells;
  for (std::size_t m = 0; m < placements.measures.size(); ++m)
    for (const std::size_t date : dates) cells.push_back(placements.cell(m, placements.baseline, date));
  const Rounding how = page_rounding(placements.measures.front(), cells);
  Json rows = Json::array();
  for (std::size_t m = 0; m < placements.measures.size(); ++m) {
    const auto kind = place_of(m);
    Json needed = Json::array();
    for (const std::size_t date : dates)
      needed.push_back(level_json(placements.cell(m, placements.baseline, date), how));
    rows.push_back({{"key", kPlacementNames.at(m)},
                    {"held", held_json(kind ? places.held(*kind, codes) : std::nullopt)},
                    {"needed", std::move(needed)}});
  }
  return {{"decimals", how.decimals}, {"dates", dates}, {"rows", std::move(rows)}};
}

}  // namespace hearth
