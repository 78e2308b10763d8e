#include "published/gaps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/error.hpp"
#include "published/not_published.hpp"

namespace hearth {
namespace {

constexpr double kNationalRounding = 10.0;  // England's figures are rounded to 10 children

}  // namespace

FilledYear::FilledYear(const History& history, const NationalSeries& national,
                       const std::vector<AuthorityIdentity>& all, int year,
                       std::map<std::string, int>& borrowed)
    : history_(history), national_(national), year_(year), borrowed_(&borrowed) {
  for (const auto& authority : all)
    if (authority.live_at(year)) live_.push_back(&authority);
  for (const auto* authority : live_) predecessors_.push_back(predecessors(all, authority->code));
  read_children();
  if (live_.empty()) throw DataError(fmt::format("no authority is live at 31 March {}; expected some", year));
}

int FilledYear::nearest_year(std::string_view measure) const {
  constexpr int kFurthest = 10;
  for (int distance = 0; distance <= kFurthest; ++distance)
    for (const int year : {year_ - distance, year_ + distance})
      if (history_.published(measure, year)) {
        if (distance > 0) borrowed_->emplace(measure, year);
        return year;
      }
  return year_;
}

std::vector<double> FilledYear::counts(std::string_view measure) const {
  if (const int from = nearest_year(measure); from != year_) {
    const FilledYear other = in(from, *borrowed_);
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

std::vector<double> FilledYear::levels(std::string_view measure) const {
  if (const int from = nearest_year(measure); from != year_) return in(from, *borrowed_).levels(measure);
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

std::vector<double> FilledYear::usual_shares(std::size_t a, const std::vector<std::string_view>& measures,
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
      for (std::size_t m = 0; m < measures.size(); ++m) shares[m] = std::max(then[m] / sum, 0.05 * shares[m]);
      return shares;
    }
  }
  return shares;
}

CountTable FilledYear::complete(const std::vector<std::string_view>& measures,
                                const std::vector<double>& row_totals, bool percentages) const {
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

FilledYear FilledYear::in(int year, std::map<std::string, int>& borrowed) const {
  FilledYear out = *this;
  out.borrowed_ = &borrowed;
  out.year_ = year;
  out.read_children();
  return out;
}

void FilledYear::read_children() {
  children_.clear();
  for (const auto* row : live_) {
    double children = kNotPublished;
    for (int distance = 0; std::isnan(children) && distance <= kYearsBack; ++distance)
      for (const int year : {year_ - distance, year_ + distance})
        if (std::isnan(children)) children = history_.value(row->code, year, "population_0_17");
    if (std::isnan(children))
      throw DataError(
          fmt::format("{}: authority {} ({}) has no population_0_17 in {} or within {} years of it; expected "
                      "one because it is live",
                      history_.file().string(), row->code, row->name, year_, kYearsBack));
    children_.push_back(children);
  }
}

std::vector<int> FilledYear::own_codes(std::size_t a) const {
  std::vector<int> codes = {live_[a]->code};
  codes.insert(codes.end(), predecessors_[a].begin(), predecessors_[a].end());
  return codes;
}

std::optional<double> FilledYear::last_rate(std::size_t a, std::string_view measure, bool per_child) const {
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

template <typename Weigh>
double FilledYear::around(std::size_t a, std::string_view measure, Weigh weigh) const {
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
  throw DataError(fmt::format("{}: no authority has '{}' in {}; expected figures to fill the gaps of {} from",
                              history_.file().string(), measure, year_, live_[a]->name));
}

double FilledYear::rate_around(std::size_t a, std::string_view measure) const {
  return around(a, measure,
                [this](std::size_t other, double value) { return std::pair(value, children_[other]); });
}

double FilledYear::level_around(std::size_t a, std::string_view measure) const {
  return around(a, measure, [this](std::size_t other, double value) {
    return std::pair(value * children_[other], children_[other]);
  });
}

}  // namespace hearth
