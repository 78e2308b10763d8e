#include "analysis/forecasting/forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include "analysis/forecasting/scores.hpp"
#include "core/csv.hpp"
#include "core/decimals.hpp"
#include "core/error.hpp"
#include "core/words.hpp"

namespace hearth {
namespace {

constexpr std::size_t kPlacesShown = 3;
constexpr std::size_t kArmsAcross = 3;  // of a table for a terminal

Quantiles quantiles_at(const Forecast::Arm& arm, Figure figure, int horizon, std::size_t location) {
  const auto values = arm.samples.at(figure, horizon, location);
  return quantiles_of({values.begin(), values.end()});
}

// Calls `visit(arm, info, horizon, location)` for every forecast, in the order of the files.
template <typename Visit>
void for_each_forecast(const Forecast& forecast, const Visit& visit) {
  for (std::size_t location = 0; location < forecast.locations().size(); ++location)
    for (const Figure figure : forecast.figures)
      for (const int horizon : forecast.horizons)
        for (const auto& arm : forecast.arms) visit(arm, kFigureTable[index(figure)], horizon, location);
}

// Children, or a quantile or mean of them.
std::string children(double value) {
  return plain_number(value, "children");
}

// The places that a person wants to see first.
std::vector<std::size_t> places_shown(const std::vector<Location>& locations) {
  const auto england = std::ranges::find(locations, Level::kEngland, &Location::level);
  if (england != locations.end()) return {static_cast<std::size_t>(england - locations.begin())};
  std::vector<std::size_t> out(std::min(kPlacesShown, locations.size()));
  std::iota(out.begin(), out.end(), std::size_t{0});
  return out;
}

// One place under some arms.
std::string place_text(const Forecast& forecast, std::size_t location, std::size_t first_arm,
                       std::size_t end_arm) {
  std::string out = fmt::format("{:<6}", "Year");
  for (std::size_t a = first_arm; a < end_arm; ++a)
    out += fmt::format("  {:>28}", forecast.arms[a].title.substr(0, 28));
  out += '\n';
  for (const Figure figure : forecast.figures) {
    const FigureInfo& info = kFigureTable[index(figure)];
    out += fmt::format("\n{}\n", title_at(info, forecast.origin));
    for (const int horizon : forecast.horizons) {
      out += fmt::format("{:<6}", forecast.origin.year + horizon);
      for (std::size_t a = first_arm; a < end_arm; ++a) {
        const Quantiles q = quantiles_at(forecast.arms[a], info.id, horizon, location);
        out += fmt::format(
            "  {:>28}", fmt::format("{} ({} to {})", grouped(q[kMedian]), grouped(q[quantile_position(0.05)]),
                                    grouped(q[quantile_position(0.95)])));
      }
      out += '\n';
    }
  }
  return out;
}

// Fills in what figures are made of, of one replicate of one arm. `authorities`: positions in the result.
void read_figures(const ResultSource& result, const std::vector<std::size_t>& authorities, std::size_t arm,
                  std::size_t replicate, std::vector<AuthoritySeries>& into) {
  // What a step longer than a month holds is that of its last month: sums and stocks of a year stay as they
  // are.
  const ResultHeader& header = result.header();
  const auto steps = static_cast<std::size_t>(header.steps());
  for (const FigureInfo& info : kFigureTable)
    for (std::size_t category = 0; category < info.categories; ++category) {
      const auto values = result.by_authority(arm, replicate, info.measure, category);
      for (std::size_t a = 0; a < authorities.size(); ++a) {
        const auto months = into[a].counts(info.measure, category);
        for (std::size_t step = 0; step < steps; ++step) {
          const int end = std::min((static_cast<int>(step) + 1) * header.step_months, header.months);
          months[static_cast<std::size_t>(end - 1)] =
              static_cast<std::int32_t>(values[authorities[a] * steps + step]);
        }
      }
    }
}

}  // namespace

Forecast forecast_of(const ResultSource& result, const England& england,
                     const std::vector<std::size_t>& authorities) {
  const ResultHeader& header = result.header();
  const int years = header.months / kMonthsPerYear;
  if (years < 1)
    throw UsageError(fmt::format("the result has {} months; figures are of whole years", header.months));
  // Samples number replicates from 0, and so are the draws of what recording adds.
  if (header.run_replicates > 0)
    throw UsageError("the result is a part of a run; put the parts together first (hearth merge)");
  std::vector<int> codes;
  for (const std::size_t a : authorities) codes.push_back(header.authorities.at(a).code);
  const auto locations = make_locations(england, codes);
  const PublicationNoise noise = publication_noise(header);
  Forecast out{header.origin, std::vector<int>(static_cast<std::size_t>(years)), {}};
  std::iota(out.horizons.begin(), out.horizons.end(), 1);
  std::vector<AuthoritySeries> series(authorities.size(), AuthoritySeries(header.months));
  for (std::size_t arm = 0; arm < header.arms.size(); ++arm) {
    Samples samples(locations, years, header.replicates);
    for (std::size_t r = 0; r < static_cast<std::size_t>(header.replicates); ++r) {
      read_figures(result, authorities, arm, r, series);
      samples.add(r, series, 1.0, noise);  // counts in a result are scaled up already
    }
    out.arms.push_back({header.arms[arm].name, header.arms[arm].title, std::move(samples)});
  }
  return out;
}

std::string hubverse_csv(const Forecast& forecast, int samples) {
  std::string out = "origin_date,target,horizon,location,scenario_id,output_type,output_type_id,value\n";
  for_each_forecast(
      forecast, [&](const Forecast::Arm& arm, const FigureInfo& info, int horizon, std::size_t location) {
        const std::string start = fmt::format("{},{},{},{},{},", forecast.origin.iso(), info.name, horizon,
                                              forecast.locations()[location].ons_code, arm.name);
        const auto row = [&](std::string_view type, const auto& id, double value) {
          fmt::format_to(std::back_inserter(out), "{}{},{},{}\n", start, type, id, children(value));
        };
        const Quantiles quantiles = quantiles_at(arm, info.id, horizon, location);
        for (std::size_t q = 0; q < kQuantiles; ++q) row("quantile", kQuantileLevels[q], quantiles[q]);
        row("median", "NA", quantiles[kMedian]);
        const auto values = arm.samples.at(info.id, horizon, location);
        row("mean", "NA", std::reduce(values.begin(), values.end()) / static_cast<double>(values.size()));
        for (std::size_t r = 0; r < std::min(static_cast<std::size_t>(samples), values.size()); ++r)
          row("sample", r + 1, values[r]);  // hubs number samples from 1
      });
  return out;
}

std::string forecast_csv(const Forecast& forecast) {
  std::string out = "year,location,name,level,measure,arm,median,low_50,high_50,low_90,high_90\n";
  for_each_forecast(
      forecast, [&](const Forecast::Arm& arm, const FigureInfo& info, int horizon, std::size_t location) {
        const Location& place = forecast.locations()[location];
        const Quantiles q = quantiles_at(arm, info.id, horizon, location);
        fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{},{},{},{},{}\n",
                       forecast.origin.year + horizon, place.ons_code, csv_field(place.name),
                       kLevelNames[index(place.level)], info.name, arm.name, children(q[kMedian]),
                       children(q[quantile_position(0.25)]), children(q[quantile_position(0.75)]),
                       children(q[quantile_position(0.05)]), children(q[quantile_position(0.95)]));
      });
  return out;
}

std::string forecast_text(const Forecast& forecast) {
  std::string out;
  const auto shown = places_shown(forecast.locations());
  for (const std::size_t location : shown) {
    const std::string day = forecast.origin.text();
    out += fmt::format("{}, from {}: median (90% interval), at {} or of the year to it\n\n",
                       forecast.locations()[location].name, day, day.substr(0, day.rfind(' ')));
    for (std::size_t arm = 0; arm < forecast.arms.size(); arm += kArmsAcross)
      out += place_text(forecast, location, arm, std::min(arm + kArmsAcross, forecast.arms.size())) + "\n";
  }
  if (forecast.locations().size() > shown.size())
    out += fmt::format("{} other places are in the files.\n", forecast.locations().size() - shown.size());
  return out;
}

}  // namespace hearth
