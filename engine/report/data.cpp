#include "report/data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/neighbours.hpp"
#include "analysis/saving.hpp"
#include "core/csv.hpp"
#include "report/assets.hpp"
#include "report/assumptions.hpp"
#include "report/track_record.hpp"
#include "results/summary.hpp"
#include "results/who_gains.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNeighbours = 10;
constexpr double kPerChildren = 10000.0;

// Shown year by year, with differences.
const std::vector<std::string> kComparedMeasures = {
    "care_entries", "looked_after", "child_protection_plans", "caseload", "cost_authority", "cost_total"};

// Shown year by year.
const std::vector<std::string> kPracticeMeasures = {"fidelity", "leadership", "vacancy_rate"};

std::vector<std::string> yearly_measures() {
  std::vector<std::string> out = kComparedMeasures;
  out.insert(out.end(), kPracticeMeasures.begin(), kPracticeMeasures.end());
  return out;
}

// Shown in the last year.
std::vector<std::string> mix_measures() {
  std::vector<std::string> out;
  out.reserve(kPlacementNames.size());
  for (const auto placement : kPlacementNames)
    out.push_back(fmt::format("looked_after_by_placement.{}", placement));
  for (const auto age : kAgeBandNames) out.push_back(fmt::format("looked_after_by_age.{}", age));
  return out;
}

// ---- numbers

// As it will be shown, so that it is rounded once.
double rounded(double value, int decimals) {
  const double out = std::strtod(fmt::format("{:.{}f}", value, decimals).c_str(), nullptr);
  return out == 0.0 ? 0.0 : out;  // no negative nil
}

void append(Json& row, const std::optional<Range>& range, double scale, int decimals) {
  row.push_back(range ? Json(rounded(range->low / scale, decimals)) : Json(nullptr));
  row.push_back(range ? Json(rounded(range->high / scale, decimals)) : Json(nullptr));
}

// [median, low, high, lower quarter, upper quarter]
Json level_json(const SummaryCell& cell, const Rounding& how) {
  Json out = {rounded(cell.median / how.scale, how.decimals)};
  append(out, cell.range, how.scale, how.decimals);
  append(out, cell.half, how.scale, how.decimals);
  return out;
}

// [mean, low, high]
Json difference_json(const PairedDifference& difference, const Rounding& how) {
  Json out = {rounded(difference.mean / how.scale, how.difference_decimals)};
  append(out, difference.range, how.scale, how.difference_decimals);
  return out;
}

// As in the summary, but shares as per cent, which is how people say them.
Rounding rounding_of(const Summary& summary, std::size_t m) {
  if (summary.measures[m].unit == "1") return {"%", 0.01, 1, 1};
  return rounding(summary, m);
}

// [arm][period], null for the baseline.
Json differences_json(const Summary& summary, std::size_t m, const Rounding& how) {
  Json out = Json::array();
  for (std::size_t arm = 0; arm < summary.arms.size(); ++arm) {
    Json difference = Json::array();
    for (std::size_t p = 0; p < summary.periods.size(); ++p)
      if (const auto& found = summary.at(m, arm, p).difference)
        difference.push_back(difference_json(*found, how));
    out.push_back(difference.empty() ? Json(nullptr) : std::move(difference));
  }
  return out;
}

// A measure year by year: {unit, decimals, level: [arm][period]}, and where it is compared
// difference_decimals and difference.
Json yearly_json(const Summary& summary, std::size_t m) {
  const Rounding how = rounding_of(summary, m);
  Json levels = Json::array();
  for (std::size_t arm = 0; arm < summary.arms.size(); ++arm) {
    Json level = Json::array();
    for (std::size_t p = 0; p < summary.periods.size(); ++p)
      level.push_back(level_json(summary.at(m, arm, p), how));
    levels.push_back(std::move(level));
  }
  Json out = {{"unit", how.unit}, {"decimals", how.decimals}, {"level", std::move(levels)}};
  if (std::ranges::find(kComparedMeasures, summary.measures[m].key) != kComparedMeasures.end()) {
    out["difference_decimals"] = how.difference_decimals;
    out["difference"] = differences_json(summary, m, how);
  }
  return out;
}

// A measure in the last year: {decimals, level: [arm] median, low, high}.
Json last_json(const Summary& summary, std::size_t m) {
  const Rounding how = rounding_of(summary, m);
  Json levels = Json::array();
  for (std::size_t arm = 0; arm < summary.arms.size(); ++arm) {
    const SummaryCell& cell = summary.at(m, arm, summary.periods.size() - 1);
    Json level = {rounded(cell.median / how.scale, how.decimals)};
    append(level, cell.range, how.scale, how.decimals);
    levels.push_back(std::move(level));
  }
  return {{"decimals", how.decimals}, {"level", std::move(levels)}};
}

// ---- areas

struct ReportArea {
  std::string id;
  std::string kind;  // "all", "region", "authority"
  Area area;
  std::string region;             // of an authority
  std::optional<Location> place;  // where figures are published of it
};

std::optional<Location> published_place(const PublishedFigures& published, Level level,
                                        std::string_view name) {
  for (auto& place : published.places(level))
    if (level == Level::kEngland || place.name == name || place.ons_code == name) return place;
  return std::nullopt;
}

// The whole result, the regions that it holds in full and more than one of, and every authority.
std::vector<ReportArea> report_areas(const ReportSources& from) {
  const ResultHeader& header = from.result.header();
  std::map<std::string, std::size_t> in_region;
  for (const auto& authority : from.england.authorities) ++in_region[authority.region];

  std::vector<ReportArea> out;
  const Area all = find_area(header, "England");
  const bool whole = header.authorities.size() == from.england.authorities.size();
  out.push_back(
      {"all", "all", all, "", whole ? published_place(from.published, Level::kEngland, "") : std::nullopt});
  if (header.authorities.size() == 1) out.clear();
  for (const Region& region : kRegions) {
    const auto is_in = [&](const auto& a) { return a.region == region.name; };
    const auto members = std::ranges::count_if(header.authorities, is_in);
    if (members < 2 || header.authorities.size() == static_cast<std::size_t>(members)) continue;
    if (static_cast<std::size_t>(members) != in_region[std::string(region.name)]) continue;
    out.push_back({std::string(region.ons_code), "region", find_area(header, region.name), "",
                   published_place(from.published, Level::kRegion, region.ons_code)});
  }
  for (std::size_t a = 0; a < header.authorities.size(); ++a) {
    const auto& authority = header.authorities[a];
    out.push_back({std::to_string(authority.code),
                   "authority",
                   {authority.name, {a}},
                   authority.region,
                   published_place(from.published, Level::kAuthority, authority.ons_code)});
  }
  return out;
}

// By measure, [year, value], to the origin.
Json published_json(const ReportSources& from, const ReportArea& area) {
  Json out = Json::object();
  if (!area.place) return out;
  const int origin = from.england.origin.year;
  for (const Figure figure : {Figure::kCareEntries, Figure::kLookedAfter, Figure::kChildProtectionPlans}) {
    Json years = Json::array();
    for (int year = std::max(from.published.first_year(), origin - 6); year <= origin; ++year)
      if (const auto value = from.published.at(figure, *area.place, year)) years.push_back({year, *value});
    out[std::string(name_of(figure))] = std::move(years);
  }
  return out;
}

// Children, and the last published rate of looked-after children, for the map and for neighbours.
Json facts_json(const ReportSources& from, const Area& area) {
  double children = 0.0;
  double looked_after = 0.0;
  double deprived = 0.0;
  for (const std::size_t a : area.authorities) {
    const AuthorityOrigin& authority = from.england.at(from.result.header().authorities[a].code);
    children += authority.children;
    looked_after += authority.looked_after;
    deprived += authority.idaci * authority.children;
  }
  return {{"children", children},
          {"deprivation_per_cent", rounded(100.0 * deprived / children, 1)},
          {"looked_after_per_10000", rounded(kPerChildren * looked_after / children, 1)}};
}

// Of looked-after children in the last year: for each 10,000 children at the origin, [arm] median, low, high;
// and the difference.
Json rates_json(const Summary& summary, double children) {
  const auto found = std::ranges::find(summary.measures, "looked_after", &SummaryMeasure::key);
  const auto m = static_cast<std::size_t>(found - summary.measures.begin());
  const Rounding how{"", children / kPerChildren, 1, 1};
  Json levels = Json::array();
  Json differences = Json::array();
  for (std::size_t arm = 0; arm < summary.arms.size(); ++arm) {
    const SummaryCell& cell = summary.at(m, arm, summary.periods.size() - 1);
    Json level = {rounded(cell.median / how.scale, 1)};
    append(level, cell.range, how.scale, 1);
    levels.push_back(std::move(level));
    differences.push_back(cell.difference ? difference_json(*cell.difference, how) : Json(nullptr));
  }
  return {{"level", std::move(levels)}, {"difference", std::move(differences)}};
}

// ---- savings

// Who pays, as the page shows it.
struct PayerGroup {
  std::string key;
  std::string name;
  std::vector<std::size_t> payers;
  bool yearly;
};

std::vector<PayerGroup> payer_groups() {
  std::vector<PayerGroup> out;
  for (const auto& measure : summary_measures())
    if (!measure.measure)
      out.push_back({measure.key, measure.name, measure.payers,
                     measure.key == "cost_authority" || measure.key == "cost_total"});
  return out;
}

// Cumulative difference [mean, low, high], share saving, share broken even, by period; in £ million.
Json saving_json(const Saving& saving, bool every_year) {
  double largest = 0.0;
  for (const auto& year : saving.years)
    if (year.cumulative.range)
      largest =
          std::max({largest, std::abs(year.cumulative.range->low), std::abs(year.cumulative.range->high)});
  const int decimals = largest >= 1e8 ? 0 : largest >= 1e7 ? 1 : 2;
  const Rounding how{"£ million", 1e6, decimals, decimals};
  Json cumulative = Json::array();
  Json saved = Json::array();
  Json broken_even = Json::array();
  for (std::size_t p = every_year ? 0 : saving.years.size() - 1; p < saving.years.size(); ++p) {
    cumulative.push_back(difference_json(saving.years[p].cumulative, how));
    saved.push_back(rounded(saving.years[p].saved, 3));
    broken_even.push_back(rounded(saving.years[p].broken_even, 3));
  }
  return {{"decimals", decimals},
          {"cumulative", std::move(cumulative)},
          {"saved", std::move(saved)},
          {"broken_even", std::move(broken_even)},
          {"break_even", saving.break_even ? Json(*saving.break_even) : Json(nullptr)}};
}

// ---- who gains

Json value_json(const WhoGains::Value& value, double scale, int decimals) {
  if (!value.median) return nullptr;
  const auto shown = [&](const std::optional<double>& x) {
    return x ? Json(rounded(*x * scale, decimals)) : Json(nullptr);
  };
  return {shown(value.median), shown(value.low), shown(value.high)};
}

// Of children entering care: {rate: [arm][fifth], difference: [arm][fifth]} per 10,000 children a year, and
// per cent.
Json gains_json(const WhoGains& gains) {
  const auto found = std::ranges::find(gains.measures, Measure::kCareEntriesByDeprivation);
  const auto m = static_cast<std::size_t>(found - gains.measures.begin());
  Json rates = Json::array();
  Json differences = Json::array();
  for (std::size_t arm = 0; arm < gains.arms.size(); ++arm) {
    const WhoGains::Row& row = gains.at(m, arm);
    Json rate = Json::array();
    Json difference = Json::array();
    for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth) {
      rate.push_back(value_json(row.rate[fifth], 1.0, 1));
      difference.push_back(value_json(row.difference[fifth], 100.0, 1));
    }
    rates.push_back(std::move(rate));
    differences.push_back(arm == gains.baseline ? Json(nullptr) : std::move(difference));
  }
  return {{"rate", std::move(rates)}, {"difference", std::move(differences)}};
}

// ---- the rest

Json arms_json(const ResultHeader& header, const nlohmann::json& scenario) {
  Json out = Json::array();
  for (const auto& arm : header.arms) {
    Json entry = {{"name", arm.name}, {"title", arm.title}};
    if (scenario.contains("arms") && scenario["arms"].contains(arm.name))
      entry["description"] = scenario["arms"][arm.name].value("description", "");
    out.push_back(std::move(entry));
  }
  return out;
}

Json measures_json(const Summary& summary) {
  constexpr std::array<std::string_view, 3> kWhen = {"in the year", "at the end of the year",
                                                     "mean of the year"};
  Json out = Json::object();
  for (const auto& measure : summary.measures)
    out[measure.key] = {{"name", measure.name}, {"when", kWhen.at(static_cast<std::size_t>(measure.yearly))}};
  return out;
}

Json periods_json(const Summary& summary) {
  Json out = Json::array();
  for (const auto& period : summary.periods)
    out.push_back({{"label", period.label()},
                   {"short", period.months == kMonthsPerYear ? std::to_string(period.end.year)
                                                             : period.end.iso().substr(0, 7)},
                   {"end", period.end.text()},
                   {"year", period.end.year}});
  return out;
}

// [code, column, row, letters], of authorities that the result has.
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

Json made_json(const ResultHeader& header) {
  Json out = {{"provenance", Json::object()}, {"inputs", Json::object()}};
  for (const auto& [key, value] : header.provenance) out["provenance"][key] = value;
  for (const auto& [file, checksum] : header.inputs) out["inputs"][file] = checksum;
  return out;
}

}  // namespace

Json report_data(const ReportSources& from) {
  const ResultHeader& header = from.result.header();
  const std::vector<ReportArea> areas = report_areas(from);
  std::vector<Area> named;
  std::vector<AuthorityGroup> groups;  // whose replicates there are: what needs them is shown of these
  for (const auto& each : areas) {
    named.push_back(each.area);
    if (from.result.has_replicates(each.area.authorities)) groups.push_back(each.area.authorities);
  }
  const auto yearly = summarise(from.result, named, find_summary_measures(yearly_measures()));
  const auto mix = summarise(from.result, named, find_summary_measures(mix_measures()));
  const auto gains = who_gains(from.result, groups);
  std::vector<std::pair<PayerGroup, std::vector<std::vector<Saving>>>> saved;
  for (auto& payers : payer_groups()) {
    auto found = savings(from.result, groups, payers.payers);
    saved.emplace_back(std::move(payers), std::move(found));
  }

  const Summary& first = yearly.front();
  std::vector<int> codes;
  for (const auto& authority : header.authorities) codes.push_back(authority.code);

  const auto scenario = nlohmann::json::parse(header.scenario_json, nullptr, false);
  Json out = {{"title", header.title},
              {"question", header.question},
              {"origin", header.origin.text()},
              {"origin_year", header.origin.year},
              {"replicates", header.replicates},
              {"seed", header.seed},
              {"sampling_fraction", header.sampling_fraction},
              {"summarised", header.summarised},
              {"rough", header.replicates < kEnoughReplicates},
              {"coverage", coverage_sentence(first.coverage)},
              {"effects_taken_as_given", first.effects_taken_as_given},
              {"effects_drawn", first.effects_drawn},
              {"authorities_in_england", from.england.authorities.size()},
              {"baseline", header.baseline},
              {"arms", arms_json(header, scenario)},
              {"periods", periods_json(first)},
              {"measures", measures_json(first)},
              {"payers", Json::array()}};
  for (const auto& [payers, each] : saved)
    out["payers"].push_back({{"key", payers.key}, {"name", payers.name}});

  auto& places = out["areas"] = Json::array();
  std::size_t next = 0;  // in groups
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const ReportArea& each = areas[i];
    const Json facts = facts_json(from, each.area);
    Json area = {{"id", each.id},         {"kind", each.kind}, {"name", each.area.name},
                 {"region", each.region}, {"facts", facts},    {"published", published_json(from, each)}};
    area["rates"] = rates_json(yearly[i], facts["children"].get<double>());
    auto& values = area["yearly"] = Json::object();
    for (std::size_t m = 0; m < first.measures.size(); ++m)
      values[first.measures[m].key] = yearly_json(yearly[i], m);
    auto& parts = area["mix"] = Json::object();
    for (std::size_t m = 0; m < mix[i].measures.size(); ++m)
      parts[mix[i].measures[m].key] = last_json(mix[i], m);
    if (from.result.has_replicates(each.area.authorities)) {
      auto& costs = area["saving"] = Json::object();
      for (const auto& [payers, found] : saved) {
        auto& by_arm = costs[payers.key] = Json::array();
        for (std::size_t arm = 0; arm < header.arms.size(); ++arm)
          by_arm.push_back(arm == header.baseline ? Json(nullptr)
                                                  : saving_json(found[next][arm], payers.yearly));
      }
      area["gains"] = gains_json(gains[next]);
      ++next;
    }
    if (each.kind == "authority")
      area["neighbours"] = nearest_authorities(from.england, std::stoi(each.id), codes, kNeighbours);
    places.push_back(std::move(area));
  }
  out["tiles"] = tiles_json(header);
  out["track_record"] = track_record();
  out["effects"] = effects_json(scenario, from.data_directory);
  out["parameters"] = parameters_json(scenario);
  out["made"] = made_json(header);
  return out;
}

}  // namespace hearth
