#include "app/own_figures.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <string_view>

#include "analysis/calibration/authority_history.hpp"
#include "analysis/forecasting/samples.hpp"
#include "app/load.hpp"
#include "app/project.hpp"
#include "core/csv.hpp"
#include "core/error.hpp"
#include "core/statistics.hpp"
#include "core/text.hpp"
#include "core/words.hpp"
#include "core/write_file.hpp"
#include "published/england_reader.hpp"
#include "published/prices.hpp"
#include "scenario/files/document.hpp"
#include "simulation/ensemble.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kForecastReplicates = 400;
constexpr std::string_view kMark = "own_figures.csv";  // is in every folder that write_own_tables makes

// A measure as people name it, and the column of history.csv that it is.
struct OwnMeasure {
  std::string_view name;      // of hearth profile and of figures
  std::string_view category;  // "total": the measure itself
  std::string_view column;
};
constexpr auto kOwnMeasures = std::to_array<OwnMeasure>({
    {"children", "total", "population_0_17"},
    {"referrals", "total", "referrals"},
    {"re_referrals", "total", "rereferrals_12m"},
    {"section_47_enquiries", "total", "s47_enquiries"},
    {"initial_child_protection_conferences", "total", "icpc"},
    {"child_protection_plans_started", "total", "cpp_started"},
    {"child_protection_plans", "total", "cpp_at31"},
    {"children_in_need", "total", "cin_at31"},
    {"care_entries", "total", "cla_started"},
    {"care_entries_by_age", "under_1", "cla_started_age_u1"},
    {"care_entries_by_age", "1_to_4", "cla_started_age_1to4"},
    {"care_entries_by_age", "5_to_9", "cla_started_age_5to9"},
    {"care_entries_by_age", "10_to_15", "cla_started_age_10to15"},
    {"care_entries_by_age", "16_plus", "cla_started_age_16plus"},
    {"care_entries_unaccompanied", "total", "cla_started_uasc"},
    {"care_exits", "total", "cla_ceased"},
    {"looked_after", "total", "cla_at31"},
    {"looked_after_by_age", "under_1", "cla_at31_age_u1"},
    {"looked_after_by_age", "1_to_4", "cla_at31_age_1to4"},
    {"looked_after_by_age", "5_to_9", "cla_at31_age_5to9"},
    {"looked_after_by_age", "10_to_15", "cla_at31_age_10to15"},
    {"looked_after_by_age", "16_plus", "cla_at31_age_16plus"},
    {"looked_after_by_placement", "kin_foster", "cla_at31_pl_foster"},
    {"looked_after_by_placement", "authority_foster", "cla_at31_pl_foster"},
    {"looked_after_by_placement", "agency_foster", "cla_at31_pl_foster"},
    {"looked_after_by_placement", "foster", "cla_at31_pl_foster"},
    {"looked_after_by_placement", "childrens_home", "cla_at31_pl_secure_childrens_homes"},
    {"looked_after_by_placement", "supported_accommodation", "cla_at31_pl_independent_semi_supported"},
    {"looked_after_by_placement", "with_parents", "cla_at31_pl_parents"},
    {"looked_after_by_placement", "adoption", "cla_at31_pl_adoption"},
    {"looked_after_by_placement", "other", "cla_at31_pl_other_residential"},
    {"looked_after_unaccompanied", "total", "cla_at31_uasc"},
    {"social_workers", "total", "sw_fte"},
    {"caseload", "total", "sw_caseload"},
    {"vacancy_pct", "total", "sw_vacancy_pct"},
    {"turnover_pct", "total", "sw_turnover_pct"},
    {"agency_pct", "total", "sw_agency_pct"},
    {"looked_after_spend_gbp", "total", "exp_cla_gross_gbp"},
    {"safeguarding_spend_gbp", "total", "exp_safeguarding_gross_gbp"},
    {"foster_week_gbp", "total", "unitcost_foster_week_gbp"},
    {"residential_week_gbp", "total", "unitcost_residential_week_gbp"},
});
// Parts that add up to a whole, by the beginnings of their columns.
struct Whole {
  std::string_view column;
  std::string_view parts;
};
constexpr std::array kWholes = {Whole{"cla_at31", "cla_at31_age_"}, Whole{"cla_at31", "cla_at31_pl_"},
                                Whole{"cla_started", "cla_started_age_"}};

std::string allowed_measures() {
  std::vector<std::string> out;
  for (const OwnMeasure& each : kOwnMeasures)
    if (out.empty() || out.back() != each.name) out.emplace_back(each.name);
  return fmt::format("{}", fmt::join(out, ", "));
}

bool is_about(const EnglandTables& tables, int code, const std::string& location, int year) {
  if (location.empty()) return true;
  const AuthorityIdentity* found = find_authority(tables.authorities, location, year);
  return found != nullptr && found->code == code;
}

// ---- What contradicts itself

std::string name_of_column(std::string_view column) {
  for (const OwnMeasure& each : kOwnMeasures)
    if (each.column == column)
      return each.category == "total" ? std::string(each.name)
                                      : fmt::format("{}.{}", each.name, each.category);
  return std::string(column);
}

void require_consistent(const fs::path& file, const OwnFigures& own) {
  std::vector<std::string> wrong;
  const auto cell = [&](std::string_view column) -> std::optional<double> {
    const auto found = own.cells.find(std::string(column));
    return found == own.cells.end() ? std::nullopt : std::optional(found->second);
  };
  for (const Whole& whole : kWholes) {
    double sum = 0.0;
    std::size_t known = 0;
    std::set<std::string_view> all;
    for (const OwnMeasure& each : kOwnMeasures)
      if (each.column.starts_with(whole.parts)) all.insert(each.column);
    for (const auto part : all)
      if (const auto value = cell(part)) {
        sum += *value;
        ++known;
      }
    if (known == 0) continue;
    const std::string name = name_of_column(whole.column);
    const std::string parts = name_of_column(*all.begin());
    const auto total = cell(whole.column);
    if (!total)
      wrong.push_back(fmt::format("{} without {}", parts.substr(0, parts.find('.')), name));
    else if (known == all.size() ? std::abs(sum - *total) > 0.5 : sum > *total + 0.5)
      wrong.push_back(
          fmt::format("{} adds up to {:g}, {} is {:g}", parts.substr(0, parts.find('.')), sum, name, *total));
  }
  const auto at_most = [&](std::string_view part, std::string_view whole) {
    const auto x = cell(part), y = cell(whole);
    if (x && y && *x > *y)
      wrong.push_back(
          fmt::format("{} {:g} is more than {} {:g}", name_of_column(part), *x, name_of_column(whole), *y));
  };
  at_most("cla_at31_uasc", "cla_at31");
  at_most("cla_started_uasc", "cla_started");
  at_most("rereferrals_12m", "referrals");
  at_most("cpp_started", "icpc");
  at_most("cin_at31", "population_0_17");
  const auto need = cell("cin_at31"), care = cell("cla_at31"), plans = cell("cpp_at31");
  if (need && *need < care.value_or(0.0) + plans.value_or(0.0))
    wrong.push_back(
        fmt::format("children_in_need {:g} are fewer than looked_after and child_protection_plans together, "
                    "{:g}: it counts both",
                    *need, care.value_or(0.0) + plans.value_or(0.0)));
  if (!wrong.empty())
    throw DataError(fmt::format("{}: own figures contradict each other: {}; mend the table", file.string(),
                                fmt::join(wrong, "; ")));
}

// ---- Tables

// A table as text, cell by cell.
class TextTable {
 public:
  explicit TextTable(const fs::path& file) : table_(file) {
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      auto& cells = rows.emplace_back();
      for (std::size_t c = 0; c < table_.columns().size(); ++c) cells.push_back(table_.text(row, c));
    }
  }
  std::size_t column(std::string_view name) const { return table_.column(name); }
  const std::vector<std::string>& columns() const { return table_.columns(); }
  std::string text(const std::vector<std::string>& extra_columns = {}) const {
    std::vector<std::string> header = columns();
    header.insert(header.end(), extra_columns.begin(), extra_columns.end());
    std::string out = line(header);
    for (const auto& row : rows) out += line(row);
    return out;
  }

  std::vector<std::vector<std::string>> rows;

 private:
  static std::string line(const std::vector<std::string>& cells) {
    std::vector<std::string> out;
    for (const auto& cell : cells) out.push_back(csv_field(cell));
    return fmt::format("{}\n", fmt::join(out, ","));
  }

  CsvTable table_;
};

bool is_money(std::string_view measure) {
  return measure.ends_with("_gbp");
}

std::string scaled(const std::string& cell, double ratio) {
  const auto value = read_number(cell);
  return value ? fmt::format("{:.6g}", *value * ratio) : cell;
}

// Everybody else, and England, as in the year before, at the prices of the new year; the authority with its
// own figures, and what it does not give left to be filled as any gap.
void extend_tables(const OwnFigures& own, int code, const fs::path& from, const fs::path& to) {
  const int last = own.year - 1;
  const std::string year = std::to_string(own.year), before = std::to_string(last);
  PriceTable prices;
  if (fs::exists(from / "prices.csv")) prices = PriceTable(from / "prices.csv");
  const double inflation = prices.cash(last, own.year);

  TextTable authorities(from / "authorities.csv");
  const std::size_t last_year = authorities.column("last_year");
  for (auto& row : authorities.rows)
    if (row[last_year] == before) row[last_year] = year;
  write_text(to / "authorities.csv", authorities.text());

  TextTable england(from / "england.csv");
  const std::size_t measure = england.column("measure"), last_column = england.column(before);
  const std::string other_before = [&] {
    for (const auto& row : england.rows)
      if (row[measure] == "cla_at31_pl_other")
        return row[england.column(std::to_string(kLastBeforeRegistration))];
    return std::string();
  }();
  for (auto& row : england.rows) {
    row.push_back(is_money(row[measure]) ? scaled(row[last_column], inflation) : row[last_column]);
    // A council's own placements need no bridge for supported accommodation that is not registered.
    if (row[measure] == "cla_at31_pl_other") row.back() = other_before;
  }
  write_text(to / "england.csv", england.text({year}));

  // Its children: those projected for the new year, unless it counts its own.
  const England then = load_england(from, MonthEnd{last, 3});
  const AuthorityOrigin& authority = then.at(code);
  const ChildrenByAge& ages =
      authority.children_ahead.empty() ? authority.children_by_age : authority.children_ahead.front();
  TextTable history(from / "history.csv");
  const std::size_t code_column = history.column("code"), year_column = history.column("year");
  std::vector<std::vector<std::string>> added;
  const auto given = [&](std::string_view beginning) {
    return std::ranges::any_of(own.cells,
                               [&](const auto& cell) { return cell.first.starts_with(beginning); });
  };
  // Entries without their ages are taken to have those of the year before.
  const std::size_t entries = history.column("cla_started");
  const bool ages_of_entries = !own.cells.contains("cla_started") || given("cla_started_age_");
  for (const auto& row : history.rows) {
    if (row[year_column] != before) continue;
    auto& next = added.emplace_back(row);
    next[year_column] = year;
    const bool is_own = row[code_column] == std::to_string(code);
    for (std::size_t c = 0; c < next.size(); ++c) {
      const std::string& name = history.columns()[c];
      if (c == code_column || c == year_column) continue;
      if (!is_own) {
        if (is_money(name)) next[c] = scaled(next[c], inflation);
        continue;
      }
      const auto found = own.cells.find(name);
      next[c] = found != own.cells.end() ? fmt::format("{:.10g}", found->second)
                : !ages_of_entries && name.starts_with("cla_started_age_")
                    ? scaled(row[c], own.cells.at("cla_started") / read_number(row[entries]).value_or(1.0))
                : name == "population_0_17"
                    ? fmt::format("{:.0f}", std::accumulate(ages.begin(), ages.end(), 0.0))
                    : "";
    }
  }
  history.rows.insert(history.rows.end(), added.begin(), added.end());
  write_text(to / "history.csv", history.text());

  TextTable children(from / "children.csv");
  std::vector<std::string> row = {std::to_string(code), before};
  for (const double n : ages) row.push_back(fmt::format("{:.0f}", n));
  children.rows.push_back(row);
  write_text(to / "children.csv", children.text());
}

// ---- The calibration

// The committed one of the last published year, with the authority's level, deviation and doubt as its own
// figures have changed them.
std::string own_calibration(const EnglandTables& with_own, const fs::path& published_tables, int year,
                            int code) {
  const int published = year - 1;
  const Json committed = Json::parse(read_text(published_tables / "calibration.json"), nullptr, true, true);
  const OwnHistory history = estimate_own_history(with_own, published, year, code);
  const std::string key = std::to_string(code);
  ResponseMatrix response{};
  PropensityVector before{};
  for (std::size_t a = 0; a < kPropensities; ++a) {
    const std::string name(kPropensityNames[a]);
    before[a] = committed.at("propensities").at(key).value(name, 0.0);
    for (std::size_t b = 0; b < kPropensities; ++b) response[a][b] = committed.at("response").at(name).at(b);
  }
  const PropensityVector moved = propensities_with_own(before, history, response);
  Json out = committed;
  out["origin"] = MonthEnd{year, 3}.iso();
  out["note"] = fmt::format(
      "The calibration to 31 March {}, with the level of authority {} as its own figures of the year "
      "to 31 March {}, which are not published, have changed it.",
      published, code, year);
  Json propensities = Json::object(), deviations = Json::object();
  for (std::size_t a = 0; a < kPropensities; ++a) {
    const std::string name(kPropensityNames[a]);
    propensities[name] = moved[a];
    deviations[name] = history.with_own.deviation[a];
  }
  out["propensities"] = {{key, propensities}};
  out["deviations"] = {{key, deviations}};
  out["state_covariance"] = {{key, history.with_own.covariance}};
  for (const char* of_published : {"fit", "authorities", "not_fitted"}) out.erase(of_published);
  return out.dump(1) + "\n";
}

void fill_folder(const OwnFigures& own, int code, const fs::path& from, const fs::path& folder) {
  fs::create_directories(folder);
  for (const auto& entry : fs::directory_iterator(from))
    if (const auto name = entry.path().filename();
        name != "calibrations" && name != "calibration.json" && name != "README.md")
      fs::copy(entry.path(), folder / name, fs::copy_options::recursive);
  extend_tables(own, code, from, folder);
  std::string mark = "column,value\n";
  for (const auto& [column, value] : own.cells) mark += fmt::format("{},{:.10g}\n", column, value);
  write_text(folder / kMark, mark);
  write_text(folder / "calibration.json", own_calibration(EnglandTables(folder), from, own.year, code));
}

}  // namespace

OwnFigures read_own_figures(const fs::path& file, const EnglandTables& tables, int code) {
  const CsvTable table(file, CsvRows::kShort);
  const std::size_t measure = table.column("measure"), year = table.column("year"),
                    value = table.column("value");
  const auto category = table.find_column("category"), location = table.find_column("location");
  const int next = origin_years(tables.national).last + 1;
  OwnFigures out;
  std::set<std::string> not_used, seen;
  std::map<int, std::map<std::string, double>> by_year;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& when = table.text(row, year);
    if (when == "all") continue;
    const auto at = table.integer(row, year);
    if (!at || *at < 1990 || *at > 2150)
      throw DataError(fmt::format("{}: found '{}'; expected a year to 31 March, such as {}",
                                  table.where(row, year), when, next));
    if (location && !is_about(tables, code, table.text(row, *location), next - 1)) continue;
    std::string name = table.text(row, measure);
    std::string part = category ? table.text(row, *category) : "";
    if (const auto dot = name.find('.'); dot != std::string::npos && part.empty()) {
      part = name.substr(dot + 1);
      name.resize(dot);
    }
    if (part.empty()) part = "total";
    const auto found = std::ranges::find_if(
        kOwnMeasures, [&](const OwnMeasure& each) { return each.name == name && each.category == part; });
    if (found == kOwnMeasures.end()) {
      not_used.insert(name);
      continue;
    }
    const auto figure = table.number(row, value);
    if (!figure) continue;  // hidden or not known
    if (*figure < 0.0)
      throw DataError(fmt::format("{}: found '{}'; expected a number of 0 or more", table.where(row, value),
                                  table.text(row, value)));
    if (!seen.insert(fmt::format("{} {} {}", *at, name, part)).second)
      throw DataError(fmt::format("{}: {} of {} is there twice", table.where(row, measure), name, *at));
    by_year[*at][std::string(found->column)] += *figure;
  }
  if (by_year.empty())
    throw DataError(fmt::format("{}: there is no figure that an origin starts from; expected some of {}",
                                file.string(), allowed_measures()));
  out.year = by_year.rbegin()->first;
  if (out.year != next)
    throw DataError(fmt::format(
        "{}: its last year is {}; expected {}: figures to 31 March {} are published, and an origin "
        "more than a year after them would rest on too little",
        file.string(), out.year, next, next - 1));
  out.cells = by_year.rbegin()->second;
  // Residential schools and other homes are one measure here.
  if (out.cells.contains("cla_at31_pl_other_residential"))
    out.cells["cla_at31_pl_residential_school"] = out.cells["cla_at31_pl_other"] = 0.0;
  out.not_used.assign(not_used.begin(), not_used.end());
  require_consistent(file, out);
  return out;
}

std::vector<BesideForecast> beside_forecast(const OwnFigures& own, int code) {
  ScenarioOverrides overrides;
  overrides.authorities = {std::to_string(code)};
  overrides.months = kMonthsPerYear;
  overrides.replicates = kForecastReplicates;
  overrides.origin_year = own.year - 1;
  Scenario scenario = load_named("england", overrides).scenario;
  scenario.arms = {scenario.arms[scenario.baseline]};
  scenario.baseline = 0;
  const England england = load_england(scenario.data_directory, scenario.origin, scenario.population);
  Samples samples(make_locations(england, scenario.authorities), 1, scenario.replicates);
  RunOptions options;
  options.parallel = on_threads(0);
  const PublicationNoise noise = publication_noise(scenario);
  run_ensemble(scenario, england, options, [&](std::size_t, std::size_t replicate, const auto& series) {
    samples.add(replicate, series, 1.0, noise);
  });
  std::vector<BesideForecast> out;
  for (const FigureInfo& info : kFigureTable) {
    const auto found = own.cells.find(std::string(info.column));
    if (found == own.cells.end()) continue;
    const auto values = samples.at(info.id, 1, 0);
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    const auto at = [&](double p) { return quantile_of_sorted(sorted, p); };
    out.push_back({info.id, found->second, at(0.5), at(0.05), at(0.95),
                   found->second < at(0.005) || found->second > at(0.995)});
  }
  return out;
}

void write_own_tables(const OwnFigures& own, int code, const fs::path& folder,
                      const std::function<void()>& use) {
  const fs::path from = find_england_tables();
  const bool there = fs::exists(folder);
  if (there && !fs::exists(folder / kMark))
    throw DataError(fmt::format("{}: this folder was not made by hearth new --figures; expected another name",
                                folder.string()));
  const fs::path temporary = temporary_name(folder);
  const fs::path older = temporary_name(folder);
  try {
    fill_folder(own, code, from, temporary);
    if (there) fs::rename(folder, older);
    fs::rename(temporary, folder);
    use();
  } catch (...) {
    fs::remove_all(temporary);
    if (!there || fs::exists(older)) fs::remove_all(folder);
    if (fs::exists(older)) fs::rename(older, folder);
    throw;
  }
  fs::remove_all(older);
}

}  // namespace hearth
