#include "published/children.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "core/csv.hpp"
#include "core/error.hpp"

namespace hearth {
namespace {

constexpr int kFirstProjectedOrigin = 2025;  // the projection from 2022 was published in June 2025
constexpr int kYearsAhead = 30;
constexpr int kYearsOfRatios = 5;
// Ratios of small cohorts are mostly chance.
constexpr double kFewestForRatio = 50.0;
constexpr double kLeastRatio = 0.85;
constexpr double kMostRatio = 1.15;
// Low and high. England's births fell by 12.6% in the five years to 2021 (children.csv). The other is
// judgement: what net migration adds to, or takes from, children of all ages in a year.
constexpr double kVariantBirthsAYear = 0.025;
constexpr double kVariantBirthsMost = 0.125;
constexpr double kVariantMovesAYear = 0.002;

double sum(const ChildrenByAge& children) {
  return std::accumulate(children.begin(), children.end(), 0.0);
}

// "age_3" or "age_1_to_4".
std::optional<std::pair<std::size_t, std::size_t>> ages_of(std::string_view name) {
  constexpr std::string_view kStart = "age_", kTo = "_to_";
  if (!name.starts_with(kStart)) return std::nullopt;
  name.remove_prefix(kStart.size());
  const auto number = [](std::string_view text) -> std::optional<std::size_t> {
    std::size_t out = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return out;
  };
  const std::size_t to = name.find(kTo);
  const auto first = number(name.substr(0, to));
  const auto last = to == std::string_view::npos ? first : number(name.substr(to + kTo.size()));
  if (!first || !last || *first > *last) return std::nullopt;
  return std::pair(*first, *last);
}

// Everybody a year older; the youngest as many as before.
ChildrenByAge a_year_older(const ChildrenByAge& children) {
  ChildrenByAge out = children;
  std::copy(children.begin(), children.end() - 1, out.begin() + 1);
  return out;
}

// At an origin: of the middle of the year before its 31 March, or so far on towards the next as it is later.
std::optional<ChildrenByAge> between(const ChildrenTable& table, int code, const MonthEnd& origin,
                                     const ChildrenByAge& shape) {
  auto out = table.at(code, origin.year - 1, shape);
  const double later = origin.since_year_end();
  if (!out || later == 0.0) return out;
  const auto next = table.at(code, origin.year, shape);
  if (!next) return std::nullopt;
  for (std::size_t age = 0; age < kChildAges; ++age) (*out)[age] += later * ((*next)[age] - (*out)[age]);
  return out;
}

void vary(std::vector<ChildrenByAge>& ahead, double sign) {
  for (std::size_t t = 0; t < ahead.size(); ++t) {
    const auto years = static_cast<double>(t + 1);
    for (std::size_t age = 0; age < kChildAges; ++age) {
      const double born = years - static_cast<double>(age);  // so many years after the origin
      const double births = std::min(kVariantBirthsMost, kVariantBirthsAYear * std::max(born, 0.0));
      ahead[t][age] *= std::max(0.0, 1.0 + sign * (births + kVariantMovesAYear * std::min(years, 18.0)));
    }
  }
}

}  // namespace

ChildrenTable::ChildrenTable(const std::filesystem::path& file)
    : ChildrenTable(CsvTable(file, CsvRows::kShort)) {}

ChildrenTable::ChildrenTable(const CsvTable& table) {
  for (std::size_t c = 0; c < table.columns().size(); ++c)
    if (const auto ages = ages_of(column_key(table.columns()[c])))
      bands_.push_back({c, ages->first, ages->second});
  std::ranges::sort(bands_, {}, &Band::first);
  std::size_t next = 0;
  for (const Band& band : bands_) {
    if (band.first != next) break;
    next = band.last + 1;
  }
  if (next != kChildAges || bands_.empty() || bands_.back().last + 1 != kChildAges)
    throw DataError(fmt::format(
        "{}: its columns do not cover ages 0 to 17 once each; expected code, mid_year and columns "
        "such as age_0, age_1_to_4, age_5_to_9, age_10_to_15 and age_16_to_17",
        table.name()));
  const std::size_t year_column = table.column("mid_year");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const int code = table.required_integer(row, "code");
    const int year = table.required_integer(row, "mid_year");
    if (year < 1990 || year > 2150)
      throw DataError(fmt::format("{}: found '{}'; expected a year from 1990 to 2150",
                                  table.where(row, year_column), table.text(row, year_column)));
    auto& cells = rows_[{code, year}];
    if (!cells.empty())
      throw DataError(fmt::format("{}: authority {} has {} twice; expected a row for each authority and year",
                                  table.where(row, year_column), code, year));
    for (const Band& band : bands_) {
      const auto children = table.number(row, band.column);
      if (!children || *children < 0.0)
        throw DataError(fmt::format("{}: found '{}'; expected a number of children",
                                    table.where(row, band.column), table.text(row, band.column)));
      cells.push_back(*children);
    }
  }
}

std::optional<ChildrenByAge> ChildrenTable::at(int code, int mid_year, const ChildrenByAge& shape) const {
  const auto found = rows_.find({code, mid_year});
  if (found == rows_.end()) return std::nullopt;
  ChildrenByAge out{};
  for (std::size_t b = 0; b < bands_.size(); ++b) {
    const Band& band = bands_[b];
    double like = 0.0;
    for (std::size_t age = band.first; age <= band.last; ++age) like += shape[age];
    const auto ages = static_cast<double>(band.last - band.first + 1);
    for (std::size_t age = band.first; age <= band.last; ++age)
      out[age] = found->second[b] * (like > 0.0 ? shape[age] / like : 1.0 / ages);
  }
  return out;
}

bool ChildrenTable::has(int code) const {
  const auto found = rows_.lower_bound({code, 0});
  return found != rows_.end() && found->first.first == code;
}

PopulationTables::PopulationTables(const std::filesystem::path& folder, PopulationChoice choice)
    : choice_(std::move(choice)) {
  if (const auto file = folder / "children.csv"; std::filesystem::exists(file))
    estimates_ = ChildrenTable(file);
  if (!choice_.own.empty()) own_ = ChildrenTable(choice_.own);
  const auto file = folder / "projections.csv";
  if (!std::filesystem::exists(file)) return;
  const CsvTable table(file);
  projections_ = ChildrenTable(table);
  const std::size_t grade = table.column("grade");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    constexpr std::string_view kGrades = "ABC";
    const std::string& text = table.text(row, grade);
    const std::size_t which = text.size() == 1 ? kGrades.find(text[0]) : std::string_view::npos;
    if (which == std::string_view::npos)
      throw DataError(fmt::format("{}: found '{}'; expected A, B or C", table.where(row, grade), text));
    grades_[table.required_integer(row, "code")] = static_cast<ProjectionGrade>(which);
  }
}

ChildrenByAge PopulationTables::at_origin(int code, const MonthEnd& origin, double total) const {
  ChildrenByAge level;
  level.fill(total / kChildAges);
  auto out = between(estimates_, code, origin, level);
  if (!out) out = between(own_, code, origin, level);
  if (!out || sum(*out) <= 0.0) return level;
  const double scale = total / sum(*out);
  for (double& children : *out) children *= scale;
  return *out;
}

std::vector<ChildrenByAge> PopulationTables::projected(const ChildrenTable& table, int code,
                                                       const MonthEnd& origin,
                                                       const ChildrenByAge& at_origin) const {
  std::vector<ChildrenByAge> out;
  // Level from the origin, change from the projection: by band, so that the two may differ about a band.
  const auto base = between(table, code, origin, at_origin);
  ChildrenByAge scale;
  scale.fill(1.0);
  if (base)
    for (std::size_t age = 0; age < kChildAges; ++age)
      if ((*base)[age] > 0.0 && at_origin[age] > 0.0) scale[age] = at_origin[age] / (*base)[age];
  ChildrenByAge now = at_origin;
  for (int t = 1; t <= kYearsAhead; ++t) {
    auto next = between(table, code, origin.plus_months(t * kMonthsPerYear), a_year_older(now));
    if (!next) break;
    for (std::size_t age = 0; age < kChildAges; ++age) (*next)[age] *= scale[age];
    out.push_back(*next);
    now = *next;
  }
  return out;
}

std::vector<ChildrenByAge> PopulationTables::cohorts(int code, int year,
                                                     const ChildrenByAge& at_origin) const {
  ChildrenByAge before{}, after{}, none{};
  for (int back = 0; back < kYearsOfRatios; ++back) {
    const auto then = estimates_.at(code, year - 2 - back, none);
    const auto later = estimates_.at(code, year - 1 - back, none);
    if (!then || !later) break;
    for (std::size_t age = 1; age < kChildAges; ++age) {
      before[age] += (*then)[age - 1];
      after[age] += (*later)[age];
    }
  }
  std::vector<ChildrenByAge> out;
  ChildrenByAge now = at_origin;
  for (int t = 1; t <= kYearsAhead; ++t) {
    now = a_year_older(now);
    for (std::size_t age = 1; age < kChildAges; ++age)
      if (before[age] >= kFewestForRatio)
        now[age] *= std::clamp(after[age] / before[age], kLeastRatio, kMostRatio);
    out.push_back(now);
  }
  return out;
}

std::vector<ChildrenByAge> PopulationTables::ahead(int code, const MonthEnd& origin,
                                                   const ChildrenByAge& at_origin) const {
  if (own_.has(code)) return projected(own_, code, origin, at_origin);
  using enum PopulationVariant;
  if (choice_.variant == kFlat || !estimates_.has(code)) return {};
  const bool published = origin.year >= kFirstProjectedOrigin && projections_.has(code);
  auto out = choice_.variant == kCohorts || !published ? cohorts(code, origin.year, at_origin)
                                                       : projected(projections_, code, origin, at_origin);
  if (choice_.variant == kLow) vary(out, -1.0);
  if (choice_.variant == kHigh) vary(out, 1.0);
  return out;
}

ProjectionGrade PopulationTables::grade(int code) const {
  const auto found = grades_.find(code);
  return found == grades_.end() ? ProjectionGrade::kC : found->second;
}

}  // namespace hearth
