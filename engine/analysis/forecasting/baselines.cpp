#include "analysis/forecasting/baselines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace hearth {
namespace {

constexpr double kDamping = 0.8;  // of growth, a year (usual values: 0.8 to 0.98)
constexpr std::size_t kGrowthYears = 3;
constexpr double kSmoothing = 0.6;   // weight of the newest figure
constexpr double kReversion = 0.05;  // share of the distance from the average that goes in a year
constexpr std::size_t kEnough = 20;  // errors from which the tails of their distribution can be told

double root_mean_square(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum / static_cast<double>(values.size()));
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// Mean yearly growth of the last kGrowthYears, or of as many of them as are known.
double growth(const std::vector<std::optional<double>>& log_values, std::size_t t) {
  for (std::size_t back = std::min(kGrowthYears, t); back >= 1; --back)
    if (log_values[t - back]) return (*log_values[t] - *log_values[t - back]) / static_cast<double>(back);
  return 0.0;
}

double smoothed(const std::vector<std::optional<double>>& log_values, std::size_t t) {
  std::optional<double> level;
  for (std::size_t year = 0; year <= t; ++year)
    if (log_values[year])
      level = level ? kSmoothing * *log_values[year] + (1.0 - kSmoothing) * *level : *log_values[year];
  return level.value_or(0.0);
}

// Of the stock at the start of last year, the share that had left by its end, joiners among the leavers.
std::optional<double> rate_of_leaving(double before, double joined, double now) {
  if (before <= 0.0) return std::nullopt;
  return std::clamp((before + joined - now) / before, 0.0, 1.0);
}

}  // namespace

Baselines::Baselines(const PublishedFigures& published, int origin_year, int longest_horizon)
    : first_year_(published.first_year()),
      years_(static_cast<std::size_t>(std::max(origin_year - first_year_ + 1, 0))) {
  const PublishedFigures known = published.until(origin_year);
  for (const auto& info : kFigureTable)
    for (const Level level : {Level::kAuthority, Level::kRegion, Level::kEngland}) {
      Histories& histories = histories_[index(info.id)][index(level)];
      for (const Location& place : known.places(level))
        histories.emplace(place.ons_code, history_of(known, info.id, place));
      if (level == Level::kEngland) continue;
      auto& means = mean_rates_[index(info.id)][index(level)];
      for (std::size_t t = 0; t < years_; ++t) {
        std::vector<double> rates;
        for (const auto& [code, history] : histories)
          if (history.rate[t]) rates.push_back(*history.rate[t]);
        means.push_back(rates.empty() ? 0.0 : mean(rates));
      }
    }
  for (const auto& rule : kBaselineTable)
    for (const auto& info : kFigureTable)
      for (const Level level : {Level::kAuthority, Level::kRegion, Level::kEngland})
        for (int horizon = 1; horizon <= longest_horizon; ++horizon)
          errors_[{rule.id, info.id, level, horizon}] = errors(rule.id, info.id, level, horizon);
}

Baselines::History Baselines::history_of(const PublishedFigures& known, Figure figure,
                                         const Location& location) const {
  History out;
  for (std::size_t t = 0; t < years_; ++t) {
    const int year = first_year_ + static_cast<int>(t);
    const auto value = known.at(figure, location, year);
    const auto children = known.children(location, year);
    out.figure.push_back(value ? std::optional(log_scale(*value)) : std::nullopt);
    out.entries.push_back(known.entries(figure, location, year));
    out.rate.push_back(value && children && *children > 0.0
                           ? std::optional(log_scale(*value) - std::log(*children))
                           : std::nullopt);
  }
  return out;
}

std::optional<double> Baselines::point(Baseline rule, const History& history,
                                       const std::vector<double>& mean_rate, std::size_t t,
                                       int horizon) const {
  if (!history.figure[t]) return std::nullopt;
  const double last = *history.figure[t];
  switch (rule) {
    case Baseline::kPersistence:
    case Baseline::kPersistenceUncentred:
      return last;
    case Baseline::kDampedDrift: {
      const double steps = kDamping * (1.0 - std::pow(kDamping, horizon)) / (1.0 - kDamping);
      return last + growth(history.figure, t) * steps;
    }
    case Baseline::kStockAndFlow: {
      if (t == 0 || !history.figure[t - 1] || !history.entries[t]) return last;
      double stock = std::expm1(last);
      const auto leaving = rate_of_leaving(std::expm1(*history.figure[t - 1]), *history.entries[t], stock);
      if (!leaving) return last;
      for (int year = 0; year < horizon; ++year) stock += *history.entries[t] - *leaving * stock;
      return log_scale(stock);
    }
    case Baseline::kSmoothedLevel: {
      const double level = smoothed(history.figure, t);
      if (mean_rate.empty() || !history.rate[t]) return level;
      const double average = mean_rate[t] + last - *history.rate[t];  // the mean rate times its children
      return level + (1.0 - std::pow(1.0 - kReversion, horizon)) * (average - level);
    }
  }
  return std::nullopt;
}

std::vector<double> Baselines::errors_at(Baseline rule, Figure figure, Level level, int horizon) const {
  std::vector<double> out;
  const auto& mean_rate = mean_rates_[index(figure)][index(level)];
  const auto ahead = static_cast<std::size_t>(horizon);
  for (const auto& [code, history] : histories_[index(figure)][index(level)])
    for (std::size_t t = 0; t + ahead < years_; ++t)
      if (const auto said = point(rule, history, mean_rate, t, horizon); said && history.figure[t + ahead])
        out.push_back(*history.figure[t + ahead] - *said);
  return out;
}

double Baselines::england_to_regions(Baseline rule, Figure figure, int horizon) const {
  // All horizons up to this one, each error in units of the square root of its own: England alone has few.
  const auto pooled = [&](Level level) {
    std::vector<double> out;
    for (int h = 1; h <= horizon; ++h)
      for (const double error : errors_at(rule, figure, level, h))
        out.push_back(error / std::sqrt(static_cast<double>(h)));
    return out;
  };
  const auto england = pooled(Level::kEngland);
  const auto regions = pooled(Level::kRegion);
  if (england.empty() || regions.empty()) return 1.0;
  const double wide = root_mean_square(regions);
  return wide > 0.0 ? root_mean_square(england) / wide : 1.0;
}

std::vector<double> Baselines::errors(Baseline rule, Figure figure, Level level, int horizon) const {
  const Level pool = level == Level::kEngland ? Level::kRegion : level;
  std::vector<double> out;
  // With too few errors of this horizon, those of the longest shorter one that has enough, spread by the
  // square root of time; of the shortest, whatever there are.
  for (int h = horizon; h >= 1; --h) {
    out = errors_at(rule, figure, pool, h);
    if (out.size() < kEnough && h > 1) continue;
    const double spread = std::sqrt(static_cast<double>(horizon) / h);
    for (double& error : out) error *= spread;
    break;
  }
  if (out.size() < 2) return {};
  const bool centred = rule != Baseline::kPersistenceUncentred;
  if (level == Level::kEngland) {
    const double ratio = england_to_regions(rule, figure, horizon);
    const double centre = centred ? 0.0 : mean(out);
    for (double& error : out) error = centre + ratio * (error - centre);
  }
  if (centred)
    for (std::size_t i = 0, n = out.size(); i < n; ++i) out.push_back(-out[i]);
  std::ranges::sort(out);
  return out;
}

std::optional<Quantiles> Baselines::forecast(Baseline rule, Figure figure, const Location& location,
                                             int horizon) const {
  if (years_ == 0) return std::nullopt;
  const Histories& histories = histories_[index(figure)][index(location.level)];
  const auto history = histories.find(location.ons_code);
  if (history == histories.end()) return std::nullopt;
  const auto said =
      point(rule, history->second, mean_rates_[index(figure)][index(location.level)], years_ - 1, horizon);
  if (!said) return std::nullopt;
  const auto found = errors_.find({rule, figure, location.level, horizon});
  if (found == errors_.end())
    throw InternalError(
        fmt::format("a baseline {} years ahead, which is further than was asked for", horizon));
  const auto& wrong = found->second;
  if (wrong.empty()) return std::nullopt;
  Quantiles out;
  for (std::size_t q = 0; q < kQuantiles; ++q)
    out[q] = std::max(std::expm1(*said + sorted_quantile(wrong, kQuantileLevels[q])), 0.0);
  return out;
}

}  // namespace hearth
