// The places of a result: which areas the page shows, what is published of them, and their statistical
// neighbours.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "published/england.hpp"
#include "published/figures.hpp"
#include "results/content/areas.hpp"
#include "results/content/result_source.hpp"

namespace hearth {

// "England", "North East", "Norfolk", "Bromley, Hertfordshire and Norfolk", "12 authorities".
std::string place_name(const ResultHeader& header, const England& england);

struct ReportArea {
  std::string id;    // "all", a region's ONS code, an authority's code
  std::string kind;  // "all", "region", "authority"
  Area area;
  std::string region;             // of an authority
  std::optional<Location> place;  // where figures are published of it
  std::vector<int> codes;         // of its authorities
};

// The whole result, the regions that it holds in full and more than one of, and every authority. Of a result
// of one authority that one alone.
std::vector<ReportArea> report_areas(const ResultHeader& header, const England& england,
                                     const PublishedFigures& published);

// Figures by measure, of some years that end with the origin; null: not published.
nlohmann::ordered_json published_json(const ReportArea& area, const England& england,
                                      const PublishedFigures& published);

// Of every authority in England at the origin, by code: name, region, children, deprivation, and what is
// published for 10,000 children in the year to the origin; null where it is not.
nlohmann::ordered_json facts_json(const England& england, const PublishedFigures& published);

// The codes of the Department for Education's statistical neighbours that stand at the origin, nearest first.
nlohmann::ordered_json neighbours_json(const England& england, int code);

// [code, column, row, letters] of the map, for authorities that the result has.
nlohmann::ordered_json tiles_json(const ResultHeader& header);

}  // namespace hearth
