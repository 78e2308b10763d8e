#include "analysis/hindcast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "random/draws.hpp"

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
      for (std::size_t h = 0; h < horizons_.size(); ++h) {
        const int horizon = horizons_[h];
        ForecastCell& cell = cells_.at(position(o, info.id, h, where));
        const auto values = samples.at(info.id, horizon, l);
        std::vector<double> draws(values.begin(), values.end());
        const Quantiles quantiles = quantiles_of(draws);
        cell.observed = published.at(info.id, place, origin + horizon);
        cell.fate = fate_of(published, info.id, place, origin, origin + horizon);
        const bool scores = cell.fate == Fate::kScored;
        const auto judged = [&](const Quantiles& said) {
          if (scores) return scored(said, *cell.observed);
          MethodForecast out;
          out.quantiles = said;
          return out;
        };
        cell.methods[kHearth] = judged(quantiles);
        if (scores) {
          const Draws luck(seed, static_cast<std::uint32_t>(origin), 0);
          const Bits bits = luck.block(
              Process::kScoring, number_of(place),
              static_cast<std::uint32_t>(index(info.id) * 100 + static_cast<std::size_t>(horizon)));
          add_sample_scores(*cell.methods[kHearth], std::move(draws), *cell.observed,
                            static_cast<double>(uniform(bits[0])));
        }
        for (std::size_t b = 0; b < kBaselines; ++b)
          if (const auto said = baselines.forecast(kBaselineTable[b].id, info.id, place, horizon))
            cell.methods[1 + b] = judged(*said);
      }
  }
}

std::vector<ScoreRow> Hindcast::rows() const {
  struct Pool {
    std::string name;
    std::vector<std::size_t> origins;
    bool without_pandemic = false;
  };
  std::vector<Pool> pools;
  std::vector<std::size_t> every;
  for (std::size_t o = 0; o < origins_.size(); ++o) {
    pools.push_back({std::to_string(origins_[o]), {o}});
    every.push_back(o);
  }
  pools.push_back({std::string(kAllOrigins), every});
  pools.push_back({std::string(kWithoutPandemic), every, true});

  std::vector<ScoreRow> out;
  for (const Pool& pool : pools)
    for (const Level level : {Level::kAuthority, Level::kRegion, Level::kEngland})
      for (const auto& info : kFigureTable)
        for (std::size_t h = 0; h < horizons_.size(); ++h) {
          std::vector<const ForecastCell*> cells;
          ScoreRow row;
          row.figure = info.id;
          row.level = level;
          row.origins = pool.name;
          row.horizon = horizons_[h];
          for (const std::size_t o : pool.origins) {
            if (pool.without_pandemic && origins_[o] + horizons_[h] == kPandemicYear) continue;
            for (std::size_t l = 0; l < locations_.size(); ++l) {
              if (locations_[l].level != level) continue;
              const ForecastCell& cell = at(o, info.id, h, l);
              if (cell.fate == Fate::kScored) cells.push_back(&cell);
              row.boundary_changes += cell.fate == Fate::kBoundaryChange ? 1 : 0;
              row.not_published +=
                  cell.fate == Fate::kNotPublished || cell.fate == Fate::kUnknownAtOrigin ? 1 : 0;
            }
          }
          if (cells.empty() && row.boundary_changes + row.not_published == 0) continue;
          for (std::size_t method = 0; method < kMethods; ++method) {
            row.method = method;
            Sums sums;
            for (const auto* cell : cells)
              if (cell->methods[method]) sums.add(*cell->methods[method]);
            sums.write_means(row);
            for (std::size_t b = 0; b < kBaselines; ++b) {
              double own = 0.0, its = 0.0, own_log = 0.0, its_log = 0.0;
              for (const auto* cell : cells) {
                const auto& mine = cell->methods[method];
                const auto& other = cell->methods[1 + b];
                if (!mine || !other) continue;
                own += mine->natural.total;
                its += other->natural.total;
                own_log += mine->log.total;
                its_log += other->log.total;
              }
              row.relative[b] = its > 0.0 ? std::optional(own / its) : std::nullopt;
              row.log_relative[b] = its_log > 0.0 ? std::optional(own_log / its_log) : std::nullopt;
            }
            out.push_back(row);
          }
        }
  return out;
}

}  // namespace hearth
