#include "report/places.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/csv.hpp"
#include "core/words.hpp"
#include "report/assets.hpp"
#include "report/numbers.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPerChildren = 10000.0;

std::map<std::string, std::size_t> authorities_by_region(const England& england) {
  std::map<std::string, std::size_t> out;
  for (const auto& authority : england.authorities) ++out[authority.region];
  return out;
}

std::optional<Location> published_place(const PublishedFigures& published, Level level,
                                        std::string_view name) {
  for (auto& place : published.places(level))
    if (level == Level::kEngland || place.name == name || place.ons_code == name) return place;
  return std::nullopt;
}

}  // namespace

std::string place_name(const ResultHeader& header, const England& england) {
  const Area all = find_area(header, "England");
  const std::size_t n = header.authorities.size();
  if (all.name == "England" || n == 1) return all.name;
  const std::string& region = header.authorities.front().region;
  const auto same = std::ranges::count(header.authorities, region, &ResultHeader::Authority::region);
  if (static_cast<std::size_t>(same) == n && authorities_by_region(england)[region] == n) return region;
  constexpr std::size_t kListed = 3;
  if (n > kListed) return count_text(n, "authority", "authorities");
  std::vector<std::string> names;
  for (const auto& authority : header.authorities) names.push_back(authority.name);
  std::ranges::sort(names);
  return listed(names);
}

std::vector<ReportArea> report_areas(const ResultHeader& header, const England& england,
                                     const PublishedFigures& published) {
  auto in_region = authorities_by_region(england);
  std::vector<ReportArea> out;
  const bool whole = header.authorities.size() == england.authorities.size();
  if (header.authorities.size() > 1) {
    Area all = find_area(header, "England");
    all.name = place_name(header, england);
    out.push_back(
        {"all", "all", all, "", whole ? published_place(published, Level::kEngland, "") : std::nullopt, {}});
    if (const auto* region = std::ranges::find(kRegions, all.name, &Region::name);
        region != std::end(kRegions))
      out.back().place = published_place(published, Level::kRegion, region->ons_code);
  }
  for (const Region& region : kRegions) {
    const auto is_in = [&](const auto& a) { return a.region == region.name; };
    const auto members = std::ranges::count_if(header.authorities, is_in);
    if (members < 2 || header.authorities.size() == static_cast<std::size_t>(members)) continue;
    if (static_cast<std::size_t>(members) != in_region[std::string(region.name)]) continue;
    out.push_back({std::string(region.ons_code),
                   "region",
                   find_area(header, region.name),
                   "",
                   published_place(published, Level::kRegion, region.ons_code),
                   {}});
  }
  for (std::size_t a = 0; a < header.authorities.size(); ++a) {
    const auto& authority = header.authorities[a];
    out.push_back({std::to_string(authority.code),
                   "authority",
                   {authority.name, {a}},
                   authority.region,
                   published_place(published, Level::kAuthority, authority.ons_code),
                   {}});
  }
  for (ReportArea& each : out)
    for (const std::size_t a : each.area.authorities) each.codes.push_back(header.authorities[a].code);
  return out;
}

Json published_json(const ReportArea& area, const England& england, const PublishedFigures& published) {
  constexpr int kYears = 6;
  Json out = Json::object();
  if (!area.place) return out;
  const int origin = england.origin.year;
  for (const Figure figure : {Figure::kCareEntries, Figure::kLookedAfter, Figure::kChildProtectionPlans,
                              Figure::kChildrenInNeed, Figure::kReferrals}) {
    Json years = Json::array();
    const int first = std::max(published.first_year(), origin - kYears);
    for (int year = first; year <= origin; ++year) {
      const auto value = published.at(figure, *area.place, year);
      years.push_back(value ? number_json(*value, 0) : Json(nullptr));
    }
    out[std::string(name_of(figure))] = std::move(years);
  }
  return out;
}

Json facts_json(const England& england, const PublishedFigures& published) {
  constexpr std::array kRates = {Figure::kLookedAfter, Figure::kCareEntries, Figure::kChildProtectionPlans,
                                 Figure::kChildrenInNeed, Figure::kReferrals};
  std::map<std::string, Location> places;
  for (auto& place : published.places(Level::kAuthority)) places.emplace(place.ons_code, place);
  Json out = Json::object();
  for (const auto& authority : england.authorities) {
    Json rates = Json::array();
    for (const Figure figure : kRates) {
      const auto place = places.find(authority.ons_code);
      const auto value =
          place == places.end() ? std::nullopt : published.at(figure, place->second, england.origin.year);
      rates.push_back(value ? number_json(kPerChildren * *value / authority.children, 1) : Json(nullptr));
    }
    out[std::to_string(authority.code)] = {{"name", authority.name},
                                           {"region", authority.region},
                                           {"children", authority.children},
                                           {"deprivation_per_cent", number_json(100.0 * authority.idaci, 1)},
                                           {"rates", std::move(rates)}};
  }
  return out;
}

Json neighbours_json(const England& england, int code) {
  return england.at(code).statistical_neighbours;
}

Json tiles_json(const ResultHeader& header) {
  Json out = Json::array();
  CsvRecords records(assets::kTiles);
  std::vector<std::string> fields;
  records.next(fields);  // header
  while (records.next(fields)) {
    const int code = std::stoi(fields.at(0));
    if (std::ranges::find(header.authorities, code, &ResultHeader::Authority::code) !=
        header.authorities.end())
      out.push_back({code, std::stoi(fields.at(2)), std::stoi(fields.at(3)), fields.at(4)});
  }
  return out;
}

}  // namespace hearth
