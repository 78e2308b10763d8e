#include "returns/export.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/csv.hpp"
#include "scenario/files/json_text.hpp"

namespace hearth::returns {
namespace {

using Json = nlohmann::ordered_json;

std::string year_text(int year) {
  return year == kAllYears ? "all" : fmt::format("{}", year);
}

// Whole numbers for counts, pence for pounds.
std::string value_text(const Cell& cell) {
  if (cell.hidden) return {};
  return fmt::format("{:.{}f}", cell.value, cell.measure == "unit_cost_week_gbp" ? 2 : 0);
}

Json value_json(const Cell& cell) {
  if (cell.hidden) return nullptr;
  if (cell.measure == "unit_cost_week_gbp") return std::round(cell.value * 100.0) / 100.0;
  return static_cast<std::int64_t>(cell.value);
}

Json rows_json(const RowAccount& account) {
  Json set_aside = Json::object();
  Json dropped = Json::object();
  Json fixed = Json::object();
  for (std::size_t i = 0; i < kRules; ++i) {
    const RuleText& rule = text_of(static_cast<Rule>(i));
    if (account.by_rule[i] == 0) continue;
    Json& group = rule.effect == Effect::kSetAside  ? set_aside
                  : rule.effect == Effect::kDropped ? dropped
                                                    : fixed;
    group[std::string(rule.name)] = account.by_rule[i];
  }
  return {{"read", account.read},
          {"used", account.used},
          {"set_aside", set_aside},
          {"dropped", dropped},
          {"fixed", fixed}};
}

}  // namespace

std::string profile_json(const Profile& profile, const Ledger& ledger, const ProfileHeader& header) {
  const auto text_or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  Json out = {{"format", kProfileFormat},
              {"version", kProfileVersion},
              {"hearth", header.hearth_version},
              {"authority", text_or_null(header.authority_code)},
              {"authority_name", text_or_null(header.authority_name)},
              {"years", profile.years},
              {"small_counts", header.small_counts_shown ? "shown" : "hidden"},
              {"rows", Json::object()},
              {"measures", Json::object()}};
  for (std::size_t i = 0; i < kFileKinds; ++i) {
    const auto kind = static_cast<FileKind>(i);
    if (ledger.of(kind).read > 0) out["rows"][std::string(name_of(kind))] = rows_json(ledger.of(kind));
  }
  for (const auto& measure : profile_measures()) {
    Json values = Json::object();
    for (const auto& cell : profile.cells)
      if (cell.measure == measure.name) values[year_text(cell.year)][cell.category] = value_json(cell);
    if (!values.empty())
      out["measures"][std::string(measure.name)] = {
          {"title", measure.title}, {"unit", measure.unit}, {"values", values}};
  }
  return json_text(out, 2) + '\n';
}

std::string profile_csv(const Profile& profile) {
  std::string out = "year,measure,category,value\n";
  for (const auto& cell : profile.cells)
    out += fmt::format("{},{},{},{}\n", year_text(cell.year), cell.measure, cell.category, value_text(cell));
  return out;
}

std::string observed_csv(const Profile& profile, const ProfileHeader& header) {
  constexpr std::array<std::string_view, 4> kMeasures = {"looked_after", "care_entries",
                                                         "care_entries_under_16", "care_exits"};
  std::string out = "location,year,measure,value\n";
  for (const int year : profile.years)
    for (const auto measure : kMeasures)
      if (const Cell* const cell = profile.find(year, measure); cell != nullptr && !cell->hidden)
        out += fmt::format("{},{},{},{}\n", header.authority_code, year, measure, value_text(*cell));
  return out;
}

std::string problems_csv(const Ledger& ledger, const FoundFiles& found) {
  std::string out = "file,row,column,found,rule,action\n";
  for (const auto& problem : ledger.sorted_problems()) {
    const RuleText& rule = text_of(problem.rule);
    out += fmt::format("{},{},{},{},{},{}\n", csv_field(found.files[problem.at.file].name), problem.at.line,
                       problem.column, csv_field(problem.found), rule.name,
                       csv_field(fmt::format("{}: {}", rule.finding, rule.action)));
  }
  return out;
}

}  // namespace hearth::returns
