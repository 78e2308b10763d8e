#include "analysis/forecasting/hindcast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "core/error.hpp"
#include "kernels/draws.hpp"

namespace hearth {
namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

// Scores of quantiles alone.
MethodForecast scored(const Quantiles& quantiles, double observed) {
  MethodForecast out;
  out.quantiles = quantiles;
  out.natural = weighted_interval_score(quantiles, observed);
  out.log = weighted_interval_score(log_scale(quantiles), log_scale(observed));
  out.crps = out.log_crps = out.pit = kNotANumber;
  out.absolute_error = std::abs(quantiles[kMedian] - observed);
  out.bias = log_scale(quantiles[kMedian]) - log_scale(observed);
  out.inside_50 = covers(quantiles, 0.5, observed);
  out.inside_90 = covers(quantiles, 0.9, observed);
  return out;
}

void add_sample_scores(MethodForecast& out, std::vector<double> samples, double observed, double uniform) {
  std::ranges::sort(samples);
  out.crps = crps(samples, observed);
  out.pit = randomised_pit(samples, observed, uniform);
  std::ranges::transform(samples, samples.begin(), [](double value) { return log_scale(value); });
  out.log_crps = crps(samples, log_scale(observed));
}

// Digits of an ONS code: unlike those of any other place in England of its level.
std::uint32_t number_of(const Location& location) {
  return static_cast<std::uint32_t>(std::stoul(location.ons_code.substr(1)));
}

Fate fate_of(const PublishedFigures& published, Figure figure, const Location& place, int origin,
             int target) {
  if (target > published.last_year()) return Fate::kNotYet;
  if (!published.live(place, target)) return Fate::kBoundaryChange;
  if (!published.at(figure, place, target)) return Fate::kNotPublished;
  if (!published.at(figure, place, origin)) return Fate::kUnknownAtOrigin;
  return Fate::kScored;
}

// Sums of what ScoreRow has means of.
struct Sums {
  MethodForecast sum;
  int forecasts = 0;
  int inside_50 = 0;
  int inside_90 = 0;
  std::vector<double> pits;

  void add(const MethodForecast& one) {
    ++forecasts;
    inside_50 += one.inside_50 ? 1 : 0;
    inside_90 += one.inside_90 ? 1 : 0;
    for (const auto part : {&MethodForecast::natural, &MethodForecast::log})
      for (const auto score : {&IntervalScore::total, &IntervalScore::dispersion,
                               &IntervalScore::underprediction, &IntervalScore::overprediction})
        sum.*part.*score += one.*part.*score;
    for (const auto score : kPlain) sum.*score += one.*score;
    if (!std::isnan(one.pit)) pits.push_back(one.pit);
  }

  void write_means(ScoreRow& row) const {
    row.forecasts = forecasts;
    row.mean = sum;
    const double n = forecasts > 0 ? forecasts : kNotANumber;
    for (const auto part : {&MethodForecast::natural, &MethodForecast::log})
      for (const auto score : {&IntervalScore::total, &IntervalScore::dispersion,
                               &IntervalScore::underprediction, &IntervalScore::overprediction})
        row.mean.*part.*score /= n;
    for (const auto score : kPlain) row.mean.*score /= n;
    row.coverage_50 = inside_50 / n;
    row.coverage_90 = inside_90 / n;
    row.pit_histogram = pit_histogram(pits);
  }

 private:
  static constexpr std::array kPlain = {&MethodForecast::crps, &MethodForecast::log_crps,
                                        &MethodForecast::absolute_error, &MethodForecast::bias};
};

}  // namespace

std::string_view method_name(std::size_t method) {
  return method == kHearth ? "hearth" : kBaselineTable.at(method - 1).name;
}

Hindcast::Hindcast(std::vector<int> origins, std::vector<int> horizons)
    : origins_(std::move(origins)), horizons_(std::move(horizons)) {}

std::size_t Hindcast::position(std::size_t origin, Figure figure, std::size_t horizon,
                               std::size_t location) const {
  return ((location * origins_.size() + origin) * kFigures + index(figure)) * horizons_.size() + horizon;
}

const ForecastCell& Hindcast::at(std::size_t origin, Figure figure, std::size_t horizon,
                                 std::size_t location) const {
  return cells_.at(position(origin, figure, horizon, location));
}

std::size_t Hindcast::location_position(const Location& location) {
  const auto found = std::ranges::find(locations_, location.ons_code, &Location::ons_code);
  if (found != locations_.end()) return static_cast<std::size_t>(found - locations_.begin());
  locations_.push_back(location);
  cells_.resize(position(0, Figure::kLookedAfter, 0, locations_.size()));
  return locations_.size() - 1;
}

namespace {

// One figure at one place, as seen from an origin.
struct Question {
  Figure figure;
  const Location& place;
  int origin;
  int horizon;
};

// The draw that places an observation among its ties.
double luck_of_ties(const Question& question, std::uint64_t seed) {
  const Draws draws(seed, static_cast<std::uint32_t>(question.origin), 0);
  const auto occurrence = index(question.figure) * 100 + static_cast<std::size_t>(question.horizon);
  const Bits bits =
      draws.block(Process::kScoring, number_of(question.place), static_cast<std::uint32_t>(occurrence));
  return static_cast<double>(uniform(bits[0]));
}

ForecastCell answer(const Question& question, std::span<const double> samples, const Baselines& baselines,
                    const PublishedFigures& published, std::uint64_t seed) {
  const auto& [figure, place, origin, horizon] = question;
  ForecastCell out;
  out.observed = published.at(figure, place, origin + horizon);
  out.fate = fate_of(published, figure, place, origin, origin + horizon);
  const auto judged = [&](const Quantiles& said) {
    if (out.fate == Fate::kScored) return scored(said, *out.observed);
    MethodForecast unscored;
    unscored.quantiles = said;
    return unscored;
  };
  std::vector<double> futures(samples.begin(), samples.end());
  out.methods[kHearth] = judged(quantiles_of(futures));
  if (out.fate == Fate::kScored)
    add_sample_scores(*out.methods[kHearth], std::move(futures), *out.observed, luck_of_ties(question, seed));
  for (std::size_t b = 0; b < kBaselines; ++b)
    if (const auto said = baselines.forecast(kBaselineTable[b].id, figure, place, horizon))
      out.methods[1 + b] = judged(*said);
  return out;
}

using Cells = std::vector<const ForecastCell*>;  // scored

// Mean score of a method over a baseline's, on the forecasts that both made; nothing where that is 0 / 0.
std::optional<double> ratio(const Cells& cells, std::size_t method, std::size_t baseline,
                            IntervalScore MethodForecast::*scale) {
  double own = 0.0;
  double its = 0.0;
  for (const auto* cell : cells) {
    if (!cell->methods[method] || !cell->methods[1 + baseline]) continue;
    own += (*cell->methods[method].*scale).total;
    its += (*cell->methods[1 + baseline].*scale).total;
  }
  return its > 0.0 ? std::optional(own / its) : std::nullopt;
}

// `row` with the means and ratios of one method.
ScoreRow with_scores(ScoreRow row, std::size_t method, const Cells& cells) {
  row.method = method;
  Sums sums;
  for (const auto* cell : cells)
    if (cell->methods[method]) sums.add(*cell->methods[method]);
  sums.write_means(row);
  for (std::size_t b = 0; b < kBaselines; ++b) {
    row.relative[b] = ratio(cells, method, b, &MethodForecast::natural);
    row.log_relative[b] = ratio(cells, method, b, &MethodForecast::log);
  }
  return row;
}

// Forecasts that are scored together.
struct Pool {
  std::string name;
  std::vector<std::size_t> origins;  // positions
  bool without_pandemic = false;
};

std::vector<Pool> pools_of(const std::vector<int>& origins) {
  std::vector<Pool> out;
  std::vector<std::size_t> every;
  for (std::size_t o = 0; o < origins.size(); ++o) {
    out.push_back({std::to_string(origins[o]), {o}});
    every.push_back(o);
  }
  out.push_back({std::string(kAllOrigins), every});
  out.push_back({std::string(kWithoutPandemic), every, true});
  return out;
}

}  // namespace

void Hindcast::add(int origin, const Samples& samples, const PublishedFigures& published,
                   std::uint64_t seed) {
  const auto found = std::ranges::find(origins_, origin);
  if (found == origins_.end())
    throw InternalError(fmt::format("{} is not an origin of the hindcast", origin));
  const auto o = static_cast<std::size_t>(found - origins_.begin());
  const Baselines baselines(published, origin, horizons_.back());
  for (std::size_t l = 0; l < samples.locations().size(); ++l) {
    const Location& place = samples.locations()[l];
    const std::size_t where = location_position(place);
    for (const auto& info : kFigureTable)
      for (std::size_t h = 0; h < horizons_.size(); ++h)
        cells_.at(position(o, info.id, h, where)) =
            answer({info.id, place, origin, horizons_[h]}, samples.at(info.id, horizons_[h], l), baselines,
                   published, seed);
  }
}

std::vector<ScoreRow> Hindcast::rows() const {
  std::vector<ScoreRow> out;
  for (const Pool& pool : pools_of(origins_))
    for (const Level level : {Level::kAuthority, Level::kRegion, Level::kEngland})
      for (const auto& info : kFigureTable)
        for (std::size_t h = 0; h < horizons_.size(); ++h) {
          ScoreRow row;
          row.figure = info.id;
          row.level = level;
          row.origins = pool.name;
          row.horizon = horizons_[h];
          Cells cells;
          for (const std::size_t o : pool.origins) {
            if (pool.without_pandemic && origins_[o] + horizons_[h] == kPandemicYear) continue;
            for (std::size_t l = 0; l < locations_.size(); ++l) {
              if (locations_[l].level != level) continue;
              const ForecastCell& cell = at(o, info.id, h, l);
              if (cell.fate == Fate::kScored) cells.push_back(&cell);
              if (cell.fate == Fate::kBoundaryChange) ++row.boundary_changes;
              if (cell.fate == Fate::kNotPublished || cell.fate == Fate::kUnknownAtOrigin)
                ++row.not_published;
            }
          }
          if (cells.empty() && row.boundary_changes + row.not_published == 0) continue;
          for (std::size_t method = 0; method < kMethods; ++method)
            out.push_back(with_scores(row, method, cells));
        }
  return out;
}

}  // namespace hearth
