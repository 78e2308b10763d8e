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
// An origin further from the last published figures would rest on too little.
constexpr int kMostMonthsAfter = 21;
constexpr int kMonthsPerQuarter = 3;

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
    {"care_leaver_spend_gbp", "total", "exp_leaving_care_gross_gbp"},
    {"social_work_spend_gbp", "total", "exp_safeguarding_gross_gbp"},
    {"family_support_spend_gbp", "total", "exp_family_support_gross_gbp"},
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

void require_consistent(const fs::path& file, const OwnYear& own) {
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

// The cells of the authority's own row of history.csv: those that it gives, and what follows from them and
// the last published ones. The rest is left to be filled as any gap.
std::map<std::string, double> own_row(const OwnYear& own, const TextTable& history,
                                      const std::vector<std::string>& published, double children) {
  std::map<std::string, double> out = own.cells;
  out.try_emplace("population_0_17", children);
  const auto given = [&](std::string_view beginning) {
    return std::ranges::any_of(own.cells,
                               [&](const auto& cell) { return cell.first.starts_with(beginning); });
  };
  // Entries without their ages are taken to have those of the year before.
  if (!own.cells.contains("cla_started") || given("cla_started_age_")) return out;
  const auto before = read_number(published[history.column("cla_started")]);
  for (std::size_t c = 0; c < published.size(); ++c)
    if (const auto cell = read_number(published[c]);
        cell && history.columns()[c].starts_with("cla_started_age_"))
      out[history.columns()[c]] = *cell * own.cells.at("cla_started") / before.value_or(1.0);
  return out;
}

// England and everybody else of one more year, as in the one before, at its prices.
void add_year(int last, const fs::path& from, const fs::path& to, TextTable& history) {
  const std::string year = std::to_string(last + 1), before = std::to_string(last);
  PriceTable prices;
  if (fs::exists(from / "prices.csv")) prices = PriceTable(from / "prices.csv");
  const double inflation = prices.cash(last, last + 1);

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

  const std::size_t year_column = history.column("year");
  std::vector<std::vector<std::string>> added;
  for (const auto& row : history.rows) {
    if (row[year_column] != before) continue;
    auto& next = added.emplace_back(row);
    next[year_column] = year;
    for (std::size_t c = 0; c < next.size(); ++c)
      if (is_money(history.columns()[c])) next[c] = scaled(next[c], inflation);
  }
  history.rows.insert(history.rows.end(), added.begin(), added.end());
}

// Everybody else, and England, as last published; the authority with its own row, of which the cells are
// returned.
std::map<std::string, double> extend_tables(const OwnYear& own, int last, const fs::path& from,
                                            const fs::path& to) {
  // Its children: those projected, unless it counts its own.
  const England then = load_england(from, MonthEnd{last, kYearEndMonth});
  const AuthorityOrigin& authority = then.at(own.code);
  const auto children_in = [&](int mid_year) {  // from that of the last published figures on
    const auto ahead = static_cast<std::size_t>(mid_year - last + 1);
    const auto& known = authority.children_ahead;
    return ahead == 0 || known.empty() ? authority.children_by_age : known[std::min(ahead, known.size()) - 1];
  };
  const double later = own.date.since_year_end();
  TextTable children(from / "children.csv");
  double number = 0.0;
  for (int mid_year = last - 1; mid_year < own.date.year + (later > 0.0); ++mid_year) {
    std::vector<std::string> row = {std::to_string(own.code), std::to_string(mid_year)};
    const ChildrenByAge ages = children_in(mid_year);
    for (const double n : ages) row.push_back(fmt::format("{:.0f}", n));
    const double all = std::accumulate(ages.begin(), ages.end(), 0.0);
    if (mid_year == own.date.year - 1) number += (1.0 - later) * all;
    if (mid_year == own.date.year) number += later * all;
    if (mid_year >= last) children.rows.push_back(row);
  }
  write_text(to / "children.csv", children.text());

  TextTable history(from / "history.csv");
  const std::size_t code_column = history.column("code"), year_column = history.column("year");
  const auto row_of = [&](int year) {
    return std::ranges::find_if(history.rows, [&](const auto& row) {
      return row[code_column] == std::to_string(own.code) && row[year_column] == std::to_string(year);
    });
  };
  const auto published = row_of(last);
  if (published == history.rows.end())
    throw DataError(fmt::format("{}: no row of authority {} and year {}", (from / "history.csv").string(),
                                own.code, last));
  const auto cells = own_row(own, history, *published, std::round(number));
  if (own.date.year > last) add_year(last, from, to, history);
  // Figures of a year of which some is published stand beside those, unless they are parts of a new whole.
  const bool keep = own.date.year == last;
  const auto of_new_whole = [&](const std::string& column) {
    return std::ranges::any_of(kWholes, [&](const Whole& whole) {
      return column.starts_with(whole.parts) && cells.contains(std::string(whole.column));
    });
  };
  auto& row = *row_of(own.date.year);
  for (std::size_t c = 0; c < row.size(); ++c) {
    if (c == code_column || c == year_column) continue;
    const std::string& column = history.columns()[c];
    if (const auto found = cells.find(column); found != cells.end())
      row[c] = fmt::format("{:.10g}", found->second);
    else if (!keep || of_new_whole(column))
      row[c].clear();
  }
  write_text(to / "history.csv", history.text());
  return cells;
}

// ---- The calibration

// The committed one of the last published year, with the authority's level, deviation and doubt as its own
// figures have changed them.
std::string own_calibration(const OwnYear& own, int published, const fs::path& tables) {
  const Json committed = Json::parse(read_text(tables / "calibration.json"), nullptr, true, true);
  const OwnHistory history = estimate_own_history(tables, published, own);
  const std::string key = std::to_string(own.code);
  ResponseMatrix response{};
  PropensityVector before{};
  for (std::size_t a = 0; a < kPropensities; ++a) {
    const std::string name(kPropensityNames[a]);
    before[a] = committed.at("propensities").at(key).value(name, 0.0);
    for (std::size_t b = 0; b < kPropensities; ++b) response[a][b] = committed.at("response").at(name).at(b);
  }
  const PropensityVector moved = propensities_with_own(before, history, response);
  Json out = committed;
  out["origin"] = own.date.iso();
  out["note"] = fmt::format(
      "The calibration to 31 March {}, with the level of authority {} as its own figures of the year "
      "to {}, which are not published, have changed it.",
      published, own.code, own.date.text());
  Json propensities = Json::object(), deviations = Json::object();
  for (std::size_t a = 0; a < kPropensities; ++a) {
    const std::string name(kPropensityNames[a]);
    propensities[name] = moved[a];
    // The committed one has what keeps all of England in balance.
    deviations[name] = committed.at("deviations").at(key).value(name, 0.0) + history.with_own.deviation[a] -
                       history.published.deviation[a];
  }
  out["propensities"] = {{key, propensities}};
  out["deviations"] = {{key, deviations}};
  out["state_covariance"] = {{key, history.with_own.covariance}};
  for (const char* of_published : {"fit", "authorities", "not_fitted"}) out.erase(of_published);
  return out.dump(1) + "\n";
}

void fill_folder(const OwnYear& own, const fs::path& from, const fs::path& folder) {
  fs::create_directories(folder);
  for (const auto& entry : fs::directory_iterator(from))
    if (const auto name = entry.path().filename();
        name != "calibrations" && name != "calibration.json" && name != "README.md")
      fs::copy(entry.path(), folder / name, fs::copy_options::recursive);
  const int last = origin_years(from).last;
  const OwnYear with_what_follows{own.code, own.date, extend_tables(own, last, from, folder)};
  write_text(folder / kOwnYearFile, own_year_csv(own));
  write_text(folder / "calibration.json", own_calibration(with_what_follows, last, from));
}

// A year to 31 March, or a day on which a quarter ends.
std::optional<MonthEnd> date_of(const std::string& text) {
  try {
    const MonthEnd day = parse_month_end(text);
    if (day.month % kMonthsPerQuarter == 0) return day;
  } catch (const std::invalid_argument&) {
    if (const auto year = read_number(text);
        year && *year >= 1990 && *year <= 2150 && *year == std::floor(*year))
      return MonthEnd{static_cast<int>(*year), kYearEndMonth};
  }
  return std::nullopt;
}

}  // namespace

OwnFigures read_own_figures(const fs::path& file, const EnglandTables& tables, int code) {
  const CsvTable table(file, CsvRows::kShort);
  const std::size_t measure = table.column("measure"), year = table.column("year"),
                    value = table.column("value");
  const auto category = table.find_column("category"), location = table.find_column("location");
  const MonthEnd published{origin_years(tables).last, kYearEndMonth};
  const MonthEnd next = published.plus_months(kMonthsPerYear);
  OwnFigures out;
  std::set<std::string> not_used, seen;
  std::map<int, std::map<std::string, double>> by_date;  // months after the last published figures
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& when = table.text(row, year);
    if (when == "all") continue;
    const auto at = date_of(when);
    if (!at)
      throw DataError(fmt::format(
          "{}: found '{}'; expected a year to 31 March, such as {}, or the last day of a quarter, such as {}",
          table.where(row, year), when, next.year, next.plus_months(kMonthsPerQuarter).iso()));
    if (location && !is_about(tables, code, table.text(row, *location), published.year)) continue;
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
    if (!seen.insert(fmt::format("{} {} {}", at->iso(), name, part)).second)
      throw DataError(fmt::format("{}: {} of {} is there twice", table.where(row, measure), name, when));
    by_date[at->months_since(published)][std::string(found->column)] += *figure;
  }
  if (by_date.empty())
    throw DataError(fmt::format("{}: there is no figure that an origin starts from; expected some of {}",
                                file.string(), allowed_measures()));
  const auto& [after, cells] = *by_date.rbegin();
  out.year = {code, published.plus_months(after), cells};
  if (after <= 0 || after > kMostMonthsAfter)
    throw DataError(
        fmt::format("{}: its last figures are of {}; expected a quarter's end from {} to {}: figures to {} "
                    "are published, and an origin more than {} months after them would rest on too little",
                    file.string(), out.year.date.text(), published.plus_months(kMonthsPerQuarter).text(),
                    published.plus_months(kMostMonthsAfter).text(), published.text(), kMostMonthsAfter));
  // Residential schools and other homes are one measure here.
  if (auto& own = out.year.cells; own.contains("cla_at31_pl_other_residential"))
    own["cla_at31_pl_residential_school"] = own["cla_at31_pl_other"] = 0.0;
  out.not_used.assign(not_used.begin(), not_used.end());
  require_consistent(file, out.year);
  return out;
}

std::vector<BesideForecast> beside_forecast(const OwnYear& own) {
  const int last = origin_years(find_england_tables()).last;
  const int after = own.date.months_since({last, kYearEndMonth});
  ScenarioOverrides overrides;
  overrides.authorities = {std::to_string(own.code)};
  overrides.months = (after + kMonthsPerYear - 1) / kMonthsPerYear * kMonthsPerYear;
  overrides.replicates = kForecastReplicates;
  overrides.origin_year = last;
  Scenario scenario = load_named("england", overrides).scenario;
  scenario.arms = {scenario.arms[scenario.baseline]};
  scenario.baseline = 0;
  const England england = load_england(scenario.data_directory, scenario.origin, scenario.population);
  const History history(scenario.data_directory / "history.csv");
  // Of a flow of which months are published, these are a share of the year's.
  const double published_share = std::max(0.0, 1.0 - after / 12.0);
  struct Compared {
    const FigureInfo* info;
    double own;
    double published;  // part of a flow
    std::vector<double> futures;
  };
  std::vector<Compared> compared;
  for (const FigureInfo& info : kFigureTable) {
    const auto found = own.cells.find(std::string(info.column));
    if (found == own.cells.end()) continue;
    const double year = history.value(own.code, last, info.column);
    const double part = info.stock || published_share == 0.0 ? 0.0 : published_share * year;
    if (!std::isnan(part))
      compared.push_back(
          {&info, found->second, part, std::vector<double>(static_cast<std::size_t>(scenario.replicates))});
  }
  RunOptions options;
  options.parallel = on_threads(0);
  const PublicationNoise noise = publication_noise(scenario);
  run_ensemble(scenario, england, options, [&](std::size_t, std::size_t replicate, const auto& series) {
    for (Compared& each : compared)
      each.futures[replicate] =
          each.published + noise.recorded(figure_to(series.front(), each.info->id, after), each.info->id,
                                          static_cast<std::uint32_t>(replicate), own.code, 1);
  });
  std::vector<BesideForecast> out;
  for (Compared& each : compared) {
    std::ranges::sort(each.futures);
    const auto at = [&](double p) { return quantile_of_sorted(each.futures, p); };
    out.push_back(
        {each.info->id, each.own, at(0.5), at(0.05), at(0.95), each.own < at(0.005) || each.own > at(0.995)});
  }
  return out;
}

void write_own_tables(const OwnYear& own, const fs::path& folder, const std::function<void()>& use) {
  const fs::path from = find_england_tables();
  const bool there = fs::exists(folder);
  if (there && !fs::exists(folder / kOwnYearFile))
    throw DataError(fmt::format("{}: this folder was not made by hearth new --figures; expected another name",
                                folder.string()));
  const fs::path temporary = temporary_name(folder);
  const fs::path older = temporary_name(folder);
  try {
    fill_folder(own, from, temporary);
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
