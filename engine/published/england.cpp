#include "published/england.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/csv.hpp"
#include "core/error.hpp"
#include "published/national_series.hpp"
#include "published/reconcile.hpp"

namespace hearth {

namespace {

constexpr int kFirstOriginYear = 2014;  // the first with the children of authorities and two years of plans
constexpr int kLastOriginYear = 2022;
constexpr double kPer10k = 1e4;
constexpr double kNationalRounding = 10.0;  // England's figures are rounded to 10 children
constexpr double kNotPublished = std::numeric_limits<double>::quiet_NaN();

using PublishedPlacement = AuthorityOrigin::PublishedPlacement;
using JointCounts = std::array<std::array<double, kAgeBands>, AuthorityOrigin::kPublishedPlacements>;

// Ages within a placement, shares of a row. Placement by age is published for neither England nor
// authorities. The rows are judgement, chosen so that with England's placements of 2022 they give England's
// ages of 2022 to 1%: placed for adoption is mostly 1 to 4; supported accommodation is for 16 and over;
// children's homes for 10 and over; "other" holds mother and baby units and family centres beside custody and
// residential schools. No cell is zero, so that every pair of margins can be met. Certainty: unverified.
constexpr JointCounts kAgesByPlacement = {{
    {{0.051, 0.138, 0.215, 0.434, 0.162}},          // fostering
    {{0.0001, 0.004, 0.080, 0.620, 0.2959}},        // children's home
    {{0.00001, 0.00001, 0.00001, 0.008, 0.99197}},  // supported accommodation
    {{0.080, 0.270, 0.260, 0.280, 0.110}},          // with parents
    {{0.085, 0.730, 0.175, 0.009, 0.001}},          // adoption
    {{0.220, 0.100, 0.060, 0.250, 0.370}},          // other
}};

// Until 2019 one cell held secure units, children's homes and semi-independent living under children's homes
// rules, another held living in the community, which is supported accommodation in today's words. In 2020,
// when they were first told apart, England had 7,100 children in homes and 6,510 in supported accommodation;
// with the 2019 sizes of the old cells, 9,500 and 3,400, that puts this share of the first in supported
// accommodation.
constexpr double kSupportedShareOfOldHomes = 0.29;
constexpr int kFirstYearOfNewPlacements = 2020;

constexpr std::array<std::string_view, kAgeBands> kAgeMeasures = {"cla_at31_age_u1", "cla_at31_age_1to4",
                                                                  "cla_at31_age_5to9", "cla_at31_age_10to15",
                                                                  "cla_at31_age_16plus"};

struct PlacementMeasure {
  std::string_view name;
  PublishedPlacement placement;
};
constexpr std::array<PlacementMeasure, 8> kNewPlacements = {{
    {"cla_at31_pl_foster", PublishedPlacement::kFoster},
    {"cla_at31_pl_secure_childrens_homes", PublishedPlacement::kChildrensHome},
    {"cla_at31_pl_independent_semi_supported", PublishedPlacement::kSupported},
    {"cla_at31_pl_parents", PublishedPlacement::kWithParents},
    {"cla_at31_pl_adoption", PublishedPlacement::kAdoption},
    {"cla_at31_pl_residential_school", PublishedPlacement::kOther},
    {"cla_at31_pl_other_residential", PublishedPlacement::kOther},
    {"cla_at31_pl_other", PublishedPlacement::kOther},
}};
constexpr std::array<PlacementMeasure, 8> kOldPlacements = {{
    {"cla_at31_pl_foster", PublishedPlacement::kFoster},
    {"cla_at31_pl_secure_childrens_homes_hostels", PublishedPlacement::kChildrensHome},
    {"cla_at31_pl_other_community", PublishedPlacement::kSupported},
    {"cla_at31_pl_parents", PublishedPlacement::kWithParents},
    {"cla_at31_pl_adoption", PublishedPlacement::kAdoption},
    {"cla_at31_pl_residential_school", PublishedPlacement::kOther},
    {"cla_at31_pl_other_residential", PublishedPlacement::kOther},
    {"cla_at31_pl_other", PublishedPlacement::kOther},
}};

constexpr std::array<std::string_view, kDurationBands> kPlanDurationMeasures = {
    "cpp_at31_dur_le3m", "cpp_at31_dur_3to6m", "cpp_at31_dur_6to12m", "cpp_at31_dur_1to2y",
    "cpp_at31_dur_2yplus"};
constexpr std::array<std::string_view, kDurationBands> kNeedDurationMeasures = {
    "cin_at31_dur_lt3m_pct", "cin_at31_dur_3to6m_pct", "cin_at31_dur_6to12m_pct", "cin_at31_dur_1to2y_pct",
    "cin_at31_dur_2yplus_pct"};

std::string text_of_year(int year) {
  return fmt::format("31 March {}", year);
}

// The authorities' yearly figures: authority x year x measure, NaN where none is published.
class History {
 public:
  explicit History(const std::filesystem::path& file) : file_(file) {
    const CsvTable table(file);
    const std::size_t code_column = table.column("code");
    const std::size_t year_column = table.column("year");
    columns_ = table.columns().size();
    for (std::size_t column = 0; column < columns_; ++column) measures_[table.columns()[column]] = column;
    cells_.reserve(table.rows() * columns_);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const auto code = table.integer(row, code_column);
      const auto year = table.integer(row, year_column);
      if (!code || !year)
        throw DataError(fmt::format("{}: the cell is blank; expected a whole number",
                                    table.where(row, code ? year_column : code_column)));
      if (!rows_.emplace(std::pair(*code, *year), row).second)
        throw DataError(fmt::format("{}: authority {} in {} appears twice; expected one row for each",
                                    table.where(row, code_column), *code, *year));
      for (std::size_t column = 0; column < columns_; ++column)
        cells_.push_back(table.number(row, column).value_or(kNotPublished));
    }
    correct_workforce();
  }

  double value(int code, int year, std::string_view measure) const {
    const auto row = rows_.find({code, year});
    return row == rows_.end() ? kNotPublished : cells_[row->second * columns_ + column(measure)];
  }
  // Whether any authority has a figure.
  bool published(std::string_view measure, int year) const {
    const std::size_t at = column(measure);
    return std::any_of(rows_.begin(), rows_.end(), [&](const auto& row) {
      return row.first.second == year && !std::isnan(cells_[row.second * columns_ + at]);
    });
  }
  const std::filesystem::path& file() const { return file_; }

 private:
  std::size_t column(std::string_view measure) const {
    const auto found = measures_.find(std::string(measure));
    if (found != measures_.end()) return found->second;
    throw DataError(fmt::format("{}:1: there is no column '{}'", file_.string(), measure));
  }

  // Authorities that share a workforce each publish all of it: the same posts, cases and caseload (Kingston
  // and Richmond; North and West Northamptonshire). Each gets its part by children. And with less than one
  // worker in post the rates mean nothing (Isles of Scilly).
  void correct_workforce() {
    const std::size_t posts = column("sw_fte"), cases = column("sw_cases"), caseload = column("sw_caseload"),
                      children = column("population_0_17");
    constexpr double kSmallestSharedWorkforce = 10.0;  // smaller ones can agree by chance
    std::map<std::array<double, 4>, std::vector<std::size_t>> alike;
    for (const auto& [key, row] : rows_) {
      double* const cells = &cells_[row * columns_];
      if (cells[posts] < 1.0) {
        for (const auto measure :
             {"sw_fte", "sw_cases", "sw_caseload", "sw_vacancy_pct", "sw_turnover_pct", "sw_agency_pct"})
          cells[column(measure)] = kNotPublished;
      } else if (cells[posts] >= kSmallestSharedWorkforce && cells[cases] > 0.0 && cells[caseload] > 0.0) {
        alike[{static_cast<double>(key.second), cells[posts], cells[cases], cells[caseload]}].push_back(row);
      }
    }
    for (const auto& [what, rows] : alike) {
      if (rows.size() < 2) continue;
      double all = 0.0;
      for (const std::size_t row : rows) all += cells_[row * columns_ + children];
      for (const std::size_t row : rows) {
        const double share = std::isnan(all) ? 1.0 / static_cast<double>(rows.size())
                                             : cells_[row * columns_ + children] / all;
        for (const std::size_t measure : {posts, cases}) cells_[row * columns_ + measure] *= share;
      }
    }
  }

  std::filesystem::path file_;
  std::size_t columns_ = 0;
  std::unordered_map<std::string, std::size_t> measures_;
  std::map<std::pair<int, int>, std::size_t> rows_;
  std::vector<double> cells_;
};

// One row of authorities.csv.
struct AuthorityRow {
  int code = 0;
  std::string ons_code;
  std::string name;
  std::string region;
  int first_year = 0;
  int last_year = 0;
  std::vector<int> successors;
  std::optional<double> idaci_2015;
  std::optional<double> idaci_2019;
  std::vector<int> neighbours;
};

std::vector<AuthorityRow> read_authorities(const std::filesystem::path& file) {
  const CsvTable table(file);
  std::vector<AuthorityRow> rows(table.rows());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    AuthorityRow& row = rows[r];
    row.code = table.required_integer(r, "code");
    row.ons_code = table.text(r, "ons_code");
    row.name = table.text(r, "name");
    row.region = table.text(r, "region");
    row.first_year = table.required_integer(r, "first_year");
    row.last_year = table.required_integer(r, "last_year");
    for (const auto column : {"successor", "second_successor"})
      if (const auto code = table.integer(r, column)) row.successors.push_back(*code);
    row.idaci_2015 = table.number(r, "idaci_2015");
    row.idaci_2019 = table.number(r, "idaci_2019");
    const std::size_t column = table.column("statistical_neighbours");
    const std::string& list = table.text(r, column);
    for (std::size_t at = 0; at < list.size();) {
      const std::size_t end = std::min(list.find(' ', at), list.size());
      const std::string word = list.substr(at, end - at);
      if (word.empty() || word.size() > 6 || word.find_first_not_of("0123456789") != std::string::npos)
        throw DataError(fmt::format("{}: found '{}'; expected codes of authorities, separated by spaces",
                                    table.where(r, column), word));
      row.neighbours.push_back(std::stoi(word));
      at = end + 1;
    }
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
  const auto twice = std::adjacent_find(rows.begin(), rows.end(),
                                        [](const auto& a, const auto& b) { return a.code == b.code; });
  if (twice != rows.end())
    throw DataError(
        fmt::format("{}: authority {} appears twice; expected one row for each", file.string(), twice->code));
  return rows;
}

// Figures of one year for the authorities live at its end, with the gaps filled. A measure that the year does
// not have at all is taken from the nearest year that has it, and noted in `borrowed`.
class Year {
 public:
  Year(const History& history, const NationalSeries& national, const std::vector<AuthorityRow>& all, int year,
       std::map<std::string, int>& borrowed)
      : history_(history), national_(national), year_(year), borrowed_(&borrowed) {
    for (const auto& row : all)
      if (row.first_year <= year && year <= row.last_year) live_.push_back(&row);
    for (const auto* row : live_) {
      std::vector<int> before;
      for (const auto& other : all)
        if (std::find(other.successors.begin(), other.successors.end(), row->code) != other.successors.end())
          before.push_back(other.code);
      predecessors_.push_back(std::move(before));
    }
    read_children();
    if (live_.empty())
      throw DataError(fmt::format("no authority is live at {}; expected some", text_of_year(year)));
  }

  std::size_t size() const { return live_.size(); }
  const AuthorityRow& authority(std::size_t a) const { return *live_[a]; }
  double children(std::size_t a) const { return children_[a]; }
  double published(std::size_t a, std::string_view measure) const {
    return history_.value(live_[a]->code, year_, measure);
  }

  // The nearest year in which authorities have the measure; this year where none is as near as a decade.
  int nearest_year(std::string_view measure) const {
    constexpr int kFurthest = 10;
    for (int distance = 0; distance <= kFurthest; ++distance)
      for (const int year : {year_ - distance, year_ + distance})
        if (history_.published(measure, year)) {
          if (distance > 0) borrowed_->emplace(measure, year);
          return year;
        }
    return year_;
  }

  // Children (or pounds, or posts). A gap is filled at the authority's last published rate per child, moved
  // as England's moved since; failing that, or where it was nil, at the rate of its region, else of all
  // authorities. The filled values are then scaled to what the published ones leave of England's total, if
  // that is more than rounding.
  std::vector<double> counts(std::string_view measure) const {
    if (const int from = nearest_year(measure); from != year_) {
      const Year other = in(from);
      std::vector<double> out = other.counts(measure);
      for (std::size_t a = 0; a < size(); ++a) out[a] *= children_[a] / other.children_[a];
      return out;
    }
    std::vector<double> out(size());
    std::vector<std::size_t> gaps;
    double published_in_all = 0.0;
    double filled_in_all = 0.0;
    for (std::size_t a = 0; a < size(); ++a) {
      out[a] = published(a, measure);
      if (std::isnan(out[a]))
        gaps.push_back(a);
      else
        published_in_all += out[a];
    }
    for (const std::size_t a : gaps) {
      out[a] = last_rate(a, measure, true).value_or(0.0) * children_[a];
      if (out[a] <= 0.0) out[a] = rate_around(a, measure) * children_[a];
      filled_in_all += out[a];
    }
    const double left = national_.value(measure, year_) - published_in_all;
    if (left > kNationalRounding && filled_in_all > 0.0)
      for (const std::size_t a : gaps) out[a] *= left / filled_in_all;
    return out;
  }

  // Percentages, rates and unit costs. A gap is filled by the mean of the authority's successors where they
  // already publish; else by its last value, moved as England's moved since; else by the mean of its region,
  // else of all.
  std::vector<double> levels(std::string_view measure) const {
    if (const int from = nearest_year(measure); from != year_) return in(from).levels(measure);
    std::vector<double> out(size());
    for (std::size_t a = 0; a < size(); ++a) {
      out[a] = published(a, measure);
      if (!std::isnan(out[a])) continue;
      double sum = 0.0;
      int known = 0;
      for (const int code : live_[a]->successors) {
        const double value = history_.value(code, year_, measure);
        if (std::isnan(value)) continue;
        sum += value;
        ++known;
      }
      if (known > 0)
        out[a] = sum / known;
      else
        out[a] = last_rate(a, measure, false).value_or(0.0);
      if (out[a] <= 0.0) out[a] = level_around(a, measure);
    }
    return out;
  }

  // The authority's last published shares over these measures, else England's; every share positive.
  std::vector<double> usual_shares(std::size_t a, const std::vector<std::string_view>& measures,
                                   const std::vector<double>& national_totals) const {
    const double all = std::accumulate(national_totals.begin(), national_totals.end(), 0.0);
    std::vector<double> shares(measures.size());
    for (std::size_t m = 0; m < measures.size(); ++m) shares[m] = std::max(national_totals[m] / all, 1e-6);
    for (const int code : own_codes(a)) {
      for (int year = year_ - 1; year >= year_ - kYearsBack; --year) {
        std::vector<double> then(measures.size());
        double sum = 0.0;
        for (std::size_t m = 0; m < measures.size(); ++m)
          sum += then[m] = history_.value(code, year, measures[m]);
        if (!(sum > 0.0)) continue;  // a cell is not published, or all are nil
        for (std::size_t m = 0; m < measures.size(); ++m)
          shares[m] = std::max(then[m] / sum, 0.05 * shares[m]);
        return shares;
      }
    }
    return shares;
  }

  // Rows: authorities, with these totals. Columns: measures, published as counts or, when `percentages`, in
  // percent of the row's total. Of a count that this year does not have, only England's is taken from
  // another.
  CountTable complete(const std::vector<std::string_view>& measures, const std::vector<double>& row_totals,
                      bool percentages) const {
    std::vector<double> national_totals;
    const double in_all = std::accumulate(row_totals.begin(), row_totals.end(), 0.0);
    std::vector<int> years;
    for (const auto measure : measures) {
      years.push_back(nearest_year(measure));
      const double then = national_.required(measure, years.back());
      const double children_since = years.back() == year_
                                        ? 1.0
                                        : national_.required("population_0_17", year_) /
                                              national_.required("population_0_17", years.back());
      national_totals.push_back(then * (percentages ? in_all / 100.0 : children_since));
    }
    CountTable table(size(), measures.size());
    CountTable seed(size(), measures.size());
    for (std::size_t a = 0; a < size(); ++a) {
      const auto shares = usual_shares(a, measures, national_totals);
      for (std::size_t m = 0; m < measures.size(); ++m) {
        if (percentages)
          table(a, m) = history_.value(live_[a]->code, years[m], measures[m]) * row_totals[a] / 100.0;
        else
          table(a, m) = published(a, measures[m]);
        seed(a, m) = shares[m] * row_totals[a];
      }
    }
    return complete_table(table, seed, row_totals, national_totals);
  }

 private:
  static constexpr int kYearsBack = 8;

  // The same authorities in the tables of another year.
  Year in(int year) const {
    Year out = *this;
    out.year_ = year;
    out.read_children();
    return out;
  }

  // Of this year, else of the nearest that has them (Isles of Scilly: from 2018).
  void read_children() {
    children_.clear();
    for (const auto* row : live_) {
      double children = kNotPublished;
      for (int distance = 0; std::isnan(children) && distance <= kYearsBack; ++distance)
        for (const int year : {year_ - distance, year_ + distance})
          if (std::isnan(children)) children = history_.value(row->code, year, "population_0_17");
      if (std::isnan(children))
        throw DataError(fmt::format(
            "{}: authority {} ({}) has no population_0_17 in {} or within {} years of it; expected "
            "one because it is live",
            history_.file().string(), row->code, row->name, year_, kYearsBack));
      children_.push_back(children);
    }
  }

  // Itself, then those it came from.
  std::vector<int> own_codes(std::size_t a) const {
    std::vector<int> codes = {live_[a]->code};
    codes.insert(codes.end(), predecessors_[a].begin(), predecessors_[a].end());
    return codes;
  }

  // The last value before this year, times England's change since; per child when `per_child`.
  std::optional<double> last_rate(std::size_t a, std::string_view measure, bool per_child) const {
    for (const int code : own_codes(a)) {
      for (int year = year_ - 1; year >= year_ - kYearsBack; --year) {
        double then = history_.value(code, year, measure);
        if (per_child) then /= history_.value(code, year, "population_0_17");
        if (std::isnan(then)) continue;
        double change = national_.value(measure, year_) / national_.value(measure, year);
        if (per_child)
          change *= national_.value("population_0_17", year) / national_.value("population_0_17", year_);
        return then * (std::isfinite(change) ? change : 1.0);
      }
    }
    return std::nullopt;
  }

  template <typename Weigh>  // Weigh(authority, value) -> {numerator, denominator}
  double around(std::size_t a, std::string_view measure, Weigh weigh) const {
    double near_top = 0.0, near_bottom = 0.0, top = 0.0, bottom = 0.0;
    for (std::size_t other = 0; other < size(); ++other) {
      const double value = published(other, measure);
      if (std::isnan(value)) continue;
      const auto [numerator, denominator] = weigh(other, value);
      top += numerator;
      bottom += denominator;
      if (live_[other]->region != live_[a]->region) continue;
      near_top += numerator;
      near_bottom += denominator;
    }
    if (near_bottom > 0.0) return near_top / near_bottom;
    if (bottom > 0.0) return top / bottom;
    throw DataError(
        fmt::format("{}: no authority has '{}' in {}; expected figures to fill the gaps of {} from",
                    history_.file().string(), measure, year_, live_[a]->name));
  }
  double rate_around(std::size_t a, std::string_view measure) const {
    return around(a, measure,
                  [this](std::size_t other, double value) { return std::pair(value, children_[other]); });
  }
  double level_around(std::size_t a, std::string_view measure) const {
    return around(a, measure, [this](std::size_t other, double value) {
      return std::pair(value * children_[other], children_[other]);
    });
  }

  const History& history_;
  const NationalSeries& national_;
  int year_;
  std::vector<const AuthorityRow*> live_;
  std::map<std::string, int>* borrowed_;
  std::vector<std::vector<int>> predecessors_;
  std::vector<double> children_;
};

int rounded(double value) {
  return static_cast<int>(std::lround(value));
}

void fill_looked_after(const Year& year, int year_number, std::vector<AuthorityOrigin>& authorities) {
  std::vector<double> totals = year.counts("cla_at31");
  for (double& total : totals) total = std::round(total);

  const std::vector<std::string_view> age_measures(kAgeMeasures.begin(), kAgeMeasures.end());
  const CountTable ages = round_to_margins(year.complete(age_measures, totals, false));

  const bool old = year_number < kFirstYearOfNewPlacements;
  const auto& mapping = old ? kOldPlacements : kNewPlacements;
  std::vector<std::string_view> placement_measures;
  for (const auto& row : mapping) placement_measures.push_back(row.name);
  const CountTable published = year.complete(placement_measures, totals, false);
  CountTable groups(year.size(), AuthorityOrigin::kPublishedPlacements);
  for (std::size_t a = 0; a < year.size(); ++a) {
    for (std::size_t m = 0; m < mapping.size(); ++m)
      groups(a, static_cast<std::size_t>(mapping[m].placement)) += published(a, m);
    if (!old) continue;
    const double supported = kSupportedShareOfOldHomes * groups(a, PublishedPlacement::kChildrensHome);
    groups(a, PublishedPlacement::kChildrensHome) -= supported;
    groups(a, PublishedPlacement::kSupported) += supported;
  }
  const CountTable placements = round_to_margins(groups);

  for (std::size_t a = 0; a < year.size(); ++a) {
    AuthorityOrigin& authority = authorities[a];
    authority.looked_after = rounded(totals[a]);
    std::vector<double> by_age(kAgeBands), by_placement(AuthorityOrigin::kPublishedPlacements);
    for (std::size_t age = 0; age < kAgeBands; ++age) {
      by_age[age] = ages(a, age);
      authority.looked_after_by_age[age] = rounded(ages(a, age));
    }
    CountTable joint(AuthorityOrigin::kPublishedPlacements, kAgeBands);
    for (std::size_t p = 0; p < by_placement.size(); ++p) {
      by_placement[p] = placements(a, p);
      for (std::size_t age = 0; age < kAgeBands; ++age) joint(p, age) = kAgesByPlacement[p][age];
    }
    joint = round_to_margins(fit_to_margins(std::move(joint), by_placement, by_age));
    for (std::size_t p = 0; p < by_placement.size(); ++p)
      for (std::size_t age = 0; age < kAgeBands; ++age)
        authority.looked_after_by_placement_and_age[p][age] = rounded(joint(p, age));
  }

  const auto unaccompanied = year.counts("cla_at31_uasc");
  for (std::size_t a = 0; a < year.size(); ++a) {
    const auto& by_age = authorities[a].looked_after_by_age;
    authorities[a].looked_after_unaccompanied = std::min(
        rounded(unaccompanied[a]), by_age[index(AgeBand::k10To15)] + by_age[index(AgeBand::k16Plus)]);
  }
}

template <std::size_t N>
void fill_shares(const CountTable& table, std::size_t row, std::array<double, N>& shares) {
  double sum = 0.0;
  for (std::size_t band = 0; band < N; ++band) sum += table(row, band);
  for (std::size_t band = 0; band < N; ++band) shares[band] = table(row, band) / sum;
}

// Needs: plans, then children in need around them. Looked-after children and children with plans are all in
// need, and few are both: where figures contradict that, filled-in plans give way, then the count of children
// in need.
void fill_needs(const Year& year, std::vector<AuthorityOrigin>& authorities) {
  const auto plans = year.counts("cpp_at31");
  const auto in_need = year.counts("cin_at31");
  std::vector<double> plan_rows(year.size());
  std::vector<double> need_rows(year.size());
  for (std::size_t a = 0; a < year.size(); ++a) {
    AuthorityOrigin& authority = authorities[a];
    authority.child_protection_plans = rounded(plans[a]);
    authority.children_in_need = std::min(rounded(in_need[a]), authority.children);
    const int room = std::max(authority.children_in_need - authority.looked_after, 0);
    if (std::isnan(year.published(a, "cpp_at31")))
      authority.child_protection_plans = std::min(authority.child_protection_plans, room);
    authority.children_in_need =
        std::max(authority.children_in_need, authority.looked_after + authority.child_protection_plans);
    plan_rows[a] = std::max(authority.child_protection_plans, 1);
    need_rows[a] = std::max(authority.children_in_need, 1);
  }
  const CountTable plan_bands =
      year.complete({kPlanDurationMeasures.begin(), kPlanDurationMeasures.end()}, plan_rows, false);
  const CountTable need_bands =
      year.complete({kNeedDurationMeasures.begin(), kNeedDurationMeasures.end()}, need_rows, true);
  for (std::size_t a = 0; a < year.size(); ++a) {
    fill_shares(plan_bands, a, authorities[a].child_protection_plan_duration);
    fill_shares(need_bands, a, authorities[a].children_in_need_duration);
  }
}

void fill_flows(const Year& year, std::vector<AuthorityOrigin>& authorities) {
  const auto fill = [&](std::string_view measure, double AuthorityOrigin::*field) {
    const auto values = year.counts(measure);
    for (std::size_t a = 0; a < year.size(); ++a) authorities[a].*field = values[a];
  };
  fill("referrals", &AuthorityOrigin::referrals);
  fill("rereferrals_12m", &AuthorityOrigin::re_referrals);
  fill("s47_enquiries", &AuthorityOrigin::section_47_enquiries);
  fill("icpc", &AuthorityOrigin::initial_child_protection_conferences);
  fill("cpp_started", &AuthorityOrigin::child_protection_plans_started);
  fill("cla_started", &AuthorityOrigin::care_entries);
  fill("cla_ceased", &AuthorityOrigin::care_exits);
  const auto applications_per_10k = year.levels("care_applications_per_10k");
  for (std::size_t a = 0; a < year.size(); ++a) {
    authorities[a].care_applications = applications_per_10k[a] / kPer10k * year.children(a);
    authorities[a].re_referrals = std::min(authorities[a].re_referrals, authorities[a].referrals);
  }
}

// Unaccompanied children among entries are published since 2020, with small numbers and nil both left out. A
// gap is filled at the authority's stock times the ratio of entries to stock in England (before 2020: the
// ratio of 2020, the nearest), scaled to what the published ones leave of England's total.
void fill_unaccompanied_entries(const Year& year, int year_number, const NationalSeries& national,
                                std::vector<AuthorityOrigin>& authorities) {
  const int year_of_ratio = year.nearest_year("cla_started_uasc");
  const double ratio = national.required("cla_started_uasc", year_of_ratio) /
                       national.required("cla_at31_uasc", year_of_ratio);
  double left = national.value("cla_started_uasc", year_number);
  double filled = 0.0;
  for (std::size_t a = 0; a < year.size(); ++a) {
    const double entries = year.published(a, "cla_started_uasc");
    const bool gap = std::isnan(entries);
    authorities[a].care_entries_unaccompanied = std::min(
        gap ? ratio * authorities[a].looked_after_unaccompanied : entries, authorities[a].care_entries);
    (gap ? filled : left) += gap ? authorities[a].care_entries_unaccompanied : -entries;
  }
  if (!(left > 0.0) || filled <= 0.0) return;
  for (std::size_t a = 0; a < year.size(); ++a)
    if (std::isnan(year.published(a, "cla_started_uasc")))
      authorities[a].care_entries_unaccompanied =
          std::min(authorities[a].care_entries_unaccompanied * left / filled, authorities[a].care_entries);
}

void fill_workforce_and_money(const Year& year, std::vector<AuthorityOrigin>& authorities) {
  const auto count = [&](std::string_view measure, double AuthorityOrigin::*field) {
    const auto values = year.counts(measure);
    for (std::size_t a = 0; a < year.size(); ++a) authorities[a].*field = values[a];
  };
  const auto level = [&](std::string_view measure, double AuthorityOrigin::*field, double unit) {
    const auto values = year.levels(measure);
    for (std::size_t a = 0; a < year.size(); ++a) authorities[a].*field = values[a] * unit;
  };
  constexpr double kPercent = 0.01;
  count("sw_fte", &AuthorityOrigin::social_workers_fte);
  level("sw_vacancy_pct", &AuthorityOrigin::vacancy_rate, kPercent);
  level("sw_turnover_pct", &AuthorityOrigin::turnover_rate, kPercent);
  level("sw_agency_pct", &AuthorityOrigin::agency_rate, kPercent);
  level("sw_caseload", &AuthorityOrigin::caseload, 1.0);
  level("child_low_income_pct", &AuthorityOrigin::low_income_share, kPercent);
  count("exp_cla_gross_gbp", &AuthorityOrigin::looked_after_spend_gbp);
  count("exp_safeguarding_gross_gbp", &AuthorityOrigin::social_work_spend_gbp);
  level("unitcost_foster_week_gbp", &AuthorityOrigin::foster_gbp_per_week, 1.0);
  level("unitcost_residential_week_gbp", &AuthorityOrigin::residential_gbp_per_week, 1.0);
}

// IDACI of 2019, or that of 2015 scaled by how the mean changed: where an authority has no other, and for all
// at an origin before the later was known.
std::vector<double> deprivation(const Year& year, int year_number, const std::filesystem::path& file) {
  constexpr int kKnown = 2020;  // indices of 2019 were published in September of that year
  double sum_2015 = 0.0, sum_2019 = 0.0;
  for (std::size_t a = 0; a < year.size(); ++a) {
    const AuthorityRow& row = year.authority(a);
    if (!row.idaci_2015 || !row.idaci_2019) continue;
    sum_2015 += *row.idaci_2015;
    sum_2019 += *row.idaci_2019;
  }
  std::vector<double> out;
  for (std::size_t a = 0; a < year.size(); ++a) {
    const AuthorityRow& row = year.authority(a);
    if (!row.idaci_2019 && !row.idaci_2015)
      throw DataError(
          fmt::format("{}: authority {} ({}) has neither idaci_2019 nor idaci_2015; expected one of them",
                      file.string(), row.code, row.name));
    const bool later = row.idaci_2019 && (year_number >= kKnown || !row.idaci_2015);
    out.push_back(later ? *row.idaci_2019 : *row.idaci_2015 * sum_2019 / sum_2015);
  }
  return out;
}

// The published ten, those that are live at the origin.
void fill_neighbours(const Year& year, std::vector<AuthorityOrigin>& authorities) {
  std::set<int> live;
  for (const auto& authority : authorities) live.insert(authority.code);
  for (std::size_t a = 0; a < authorities.size(); ++a)
    for (const int code : year.authority(a).neighbours)
      if (live.contains(code)) authorities[a].statistical_neighbours.push_back(code);
}

}  // namespace

const AuthorityOrigin& England::at(int code) const {
  const auto found = std::lower_bound(authorities.begin(), authorities.end(), code,
                                      [](const AuthorityOrigin& a, int wanted) { return a.code < wanted; });
  if (found != authorities.end() && found->code == code) return *found;
  std::vector<std::pair<int, const AuthorityOrigin*>> near;
  for (const auto& authority : authorities) near.emplace_back(std::abs(authority.code - code), &authority);
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (std::size_t n = 0; n < std::min<std::size_t>(3, near.size()); ++n)
    names.push_back(fmt::format("{} ({})", near[n].second->code, near[n].second->name));
  throw UsageError(fmt::format("there is no authority {} at {}; the nearest codes are {}", code,
                               origin.text(), fmt::join(names, ", ")));
}

England load_england(const std::filesystem::path& data_directory, const MonthEnd& origin) {
  if (origin.month != 3 || origin.year < kFirstOriginYear || origin.year > kLastOriginYear)
    throw DataError(fmt::format("{}: there are no tables for {}; expected 31 March of a year from {} to {}",
                                data_directory.string(), origin.text(), kFirstOriginYear, kLastOriginYear));
  const std::filesystem::path authorities_file = data_directory / "authorities.csv";
  const auto rows = read_authorities(authorities_file);
  const NationalSeries national(data_directory / "england.csv");
  const History history(data_directory / "history.csv");
  England england;
  england.origin = origin;
  const Year year(history, national, rows, origin.year, england.borrowed);
  england.authorities.resize(year.size());
  auto& authorities = england.authorities;
  const auto idaci = deprivation(year, origin.year, authorities_file);
  for (std::size_t a = 0; a < year.size(); ++a) {
    const AuthorityRow& row = year.authority(a);
    authorities[a].code = row.code;
    authorities[a].ons_code = row.ons_code;
    authorities[a].name = row.name;
    authorities[a].region = row.region;
    authorities[a].idaci = idaci[a];
    authorities[a].children = rounded(year.children(a));
  }
  fill_neighbours(year, authorities);
  fill_looked_after(year, origin.year, authorities);
  fill_needs(year, authorities);
  fill_flows(year, authorities);
  fill_unaccompanied_entries(year, origin.year, national, authorities);
  fill_workforce_and_money(year, authorities);
  double in_need = 0.0;
  for (const auto& authority : authorities) in_need += authority.children_in_need;
  for (const auto& authority : authorities)
    for (std::size_t band = 0; band < kDurationBands; ++band)
      england.children_in_need_duration[band] +=
          authority.children_in_need_duration[band] * authority.children_in_need / in_need;
  return england;
}

}  // namespace hearth
