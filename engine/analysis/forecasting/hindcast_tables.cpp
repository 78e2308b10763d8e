// What a hindcast is read in: tables for people and programs, arrays for xarray.
#include "analysis/forecasting/hindcast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/csv.hpp"
#include "core/words.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

std::string cell(double value) {
  return std::isnan(value) ? "" : fmt::format("{}", value);
}
std::string cell(const std::optional<double>& value) {
  return value ? cell(*value) : "";
}

void append_scores(std::string& out, const IntervalScore& score) {
  for (const double part : {score.total, score.dispersion, score.underprediction, score.overprediction})
    out += "," + cell(part);
}

constexpr std::string_view kScoreColumns =
    "wis,wis_dispersion,wis_underprediction,wis_overprediction,log_wis,log_wis_dispersion,"
    "log_wis_underprediction,log_wis_overprediction,crps,log_crps,absolute_error,bias";

void append_all(std::string& out, const MethodForecast& forecast) {
  append_scores(out, forecast.natural);
  append_scores(out, forecast.log);
  for (const double score : {forecast.crps, forecast.log_crps, forecast.absolute_error, forecast.bias})
    out += "," + cell(score);
}

}  // namespace

std::string hindcast_scores_csv(const std::vector<ScoreRow>& rows) {
  std::string out = fmt::format(
      "method,figure,level,origin,horizon,forecasts,boundary_changes,not_published,{},"
      "coverage_50,coverage_90",
      kScoreColumns);
  for (const auto& baseline : kBaselineTable) out += fmt::format(",relative_wis.{}", baseline.name);
  for (const auto& baseline : kBaselineTable) out += fmt::format(",relative_log_wis.{}", baseline.name);
  for (std::size_t bin = 1; bin <= kPitBins; ++bin) out += fmt::format(",pit_{}", bin);
  out += '\n';
  for (const ScoreRow& row : rows) {
    out += fmt::format("{},{},{},{},{},{},{},{}", method_name(row.method), name_of(row.figure),
                       kLevelNames[index(row.level)], row.origins, row.horizon, row.forecasts,
                       row.boundary_changes, row.not_published);
    append_all(out, row.mean);
    out += "," + cell(row.coverage_50) + "," + cell(row.coverage_90);
    for (const auto& relative : row.relative) out += "," + cell(relative);
    for (const auto& relative : row.log_relative) out += "," + cell(relative);
    for (const int count : row.pit_histogram)
      out += row.method == kHearth ? fmt::format(",{}", count) : std::string(",");
    out += '\n';
  }
  return out;
}

std::string hindcast_forecasts_csv(const Hindcast& hindcast) {
  std::string out = "method,figure,level,location,name,origin,horizon,year,observed,scored";
  for (const double level : kQuantileLevels) out += fmt::format(",q{}", level);
  out += fmt::format(",{},inside_50,inside_90,pit\n", kScoreColumns);
  for (std::size_t o = 0; o < hindcast.origins().size(); ++o)
    for (const auto& info : kFigureTable)
      for (std::size_t h = 0; h < hindcast.horizons().size(); ++h)
        for (std::size_t l = 0; l < hindcast.locations().size(); ++l)
          for (std::size_t method = 0; method < kMethods; ++method) {
            const ForecastCell& one = hindcast.at(o, info.id, h, l);
            if (!one.methods[method]) continue;
            const MethodForecast& forecast = *one.methods[method];
            const Location& place = hindcast.locations()[l];
            const bool scores = one.fate == Fate::kScored;
            out += fmt::format("{},{},{},{},{},{},{},{},{},{}", method_name(method), info.name,
                               kLevelNames[index(place.level)], place.ons_code, csv_field(place.name),
                               hindcast.origins()[o], hindcast.horizons()[h],
                               hindcast.origins()[o] + hindcast.horizons()[h], cell(one.observed),
                               scores ? "yes" : "no");
            for (const double quantile : forecast.quantiles) out += "," + cell(quantile);
            if (scores) {
              append_all(out, forecast);
              out +=
                  fmt::format(",{:d},{:d},{}\n", forecast.inside_50, forecast.inside_90, cell(forecast.pit));
            } else {
              out += std::string(15, ',') + "\n";
            }
          }
  return out;
}

std::string hindcast_text(const Hindcast& hindcast, const std::vector<ScoreRow>& rows) {
  std::string origins;
  for (const int origin : hindcast.origins())
    origins += fmt::format("{}{}", origins.empty() ? "" : ", ", origin);
  std::string out =
      fmt::format("Forecasts from 31 March of {}, scored against what was published\n", origins);
  const auto ratio = [](const std::optional<double>& value) {
    return value ? fmt::format("{:.2f}", *value) : std::string("-");
  };
  int boundary_changes = 0;
  int not_published = 0;
  for (const Level level : {Level::kAuthority, Level::kRegion, Level::kEngland}) {
    std::string lines;
    for (const auto& info : kFigureTable)
      for (const ScoreRow& row : rows) {
        if (row.method != kHearth || row.level != level || row.figure != info.id ||
            row.origins != kAllOrigins)
          continue;
        boundary_changes += row.boundary_changes;
        not_published += row.not_published;
        if (row.forecasts == 0) continue;
        const auto quieter = std::ranges::find_if(rows, [&](const ScoreRow& other) {
          return other.method == kHearth && other.level == level && other.figure == info.id &&
                 other.horizon == row.horizon && other.origins == kWithoutPandemic;
        });
        const bool calm = quieter != rows.end() && quieter->forecasts > 0;
        std::optional<double> best;
        for (const auto& relative : row.relative)
          if (relative && (!best || *relative > *best)) best = relative;
        lines += fmt::format("{:<32}{:>5}{:>10}{:>8}{:>7}{:>7}{:>8}{:>7.0f}%{:>6.0f}%{:>7}%\n", info.title,
                             row.horizon, grouped(row.forecasts), ratio(row.relative[0]),
                             ratio(row.log_relative[0]), calm ? ratio(quieter->relative[0]) : "-",
                             ratio(best), 100.0 * row.coverage_50, 100.0 * row.coverage_90,
                             rounded_text(100.0 * std::expm1(row.mean.bias), 0, true));
      }
    if (lines.empty()) continue;
    out += fmt::format("\n{:<32}{:>5}{:>10}{:>8}{:>7}{:>7}{:>8}{:>8}{:>7}{:>8}\n",
                       level == Level::kAuthority ? "Authorities"
                       : level == Level::kRegion  ? "Regions"
                                                  : "England",
                       "years", "forecasts", "error", "log", "no '21", "best", "in 50%", "in 90%", "bias");
    out += lines;
  }
  out += R"(
error   weighted interval score over that of persistence (the last published value): below 1, better
log     the same on the log scale, where small authorities count as much as large ones
no '21  the error without forecasts of the year to March 2021, which the pandemic changed
best    the error over that of whichever baseline did best: below 1, better than all of them
in 50%, in 90%   share of published figures inside the intervals that should hold 50% and 90%
bias    how far the median lay above (+) or below (-) what was published, on average
)";
  out += fmt::format(
      "Not scored: {} forecasts for authorities that a boundary change replaced, {} of figures "
      "not published\nat the origin or in the target year.\n",
      boundary_changes, not_published);
  return out;
}

ArrayFile hindcast_arrays(const Hindcast& hindcast) {
  ArrayFile out;
  out.attributes["title"] = "Hearth hindcast";
  out.attributes["source"] = "Hearth simulation, and naive forecasts from published figures";
  std::vector<std::string> figures, titles, methods, codes, names, levels;
  for (const auto& info : kFigureTable) {
    figures.emplace_back(info.name);
    titles.emplace_back(info.title);
  }
  for (std::size_t method = 0; method < kMethods; ++method) methods.emplace_back(method_name(method));
  for (const auto& place : hindcast.locations()) {
    codes.push_back(place.ons_code);
    names.push_back(place.name);
    levels.emplace_back(kLevelNames[index(place.level)]);
  }
  out.dimensions = {{"origin", "31 March of the year that forecasts start from", hindcast.origins()},
                    {"figure", "Published figure", figures},
                    {"horizon", "Years ahead", hindcast.horizons()},
                    {"location", "Office for National Statistics code of the place", codes},
                    {"forecaster", "Who forecasts: the simulation or a naive rule", methods},
                    {"quantile", "Level of the quantile",
                     std::vector<double>(kQuantileLevels.begin(), kQuantileLevels.end())}};
  out.along = {{"figure_title", "Figure, for people", "figure", titles},
               {"location_name", "Place", "location", names},
               {"level", "Authority, region or England", "location", levels}};

  // One value of each cell, or of each method in it.
  const std::vector<std::string> places = {"origin", "figure", "horizon", "location"};
  const auto by_cell = [&](const std::string& name, const std::string& long_name, const std::string& units,
                           const auto& value) {
    std::vector<double> values;
    for (std::size_t o = 0; o < hindcast.origins().size(); ++o)
      for (const auto& info : kFigureTable)
        for (std::size_t h = 0; h < hindcast.horizons().size(); ++h)
          for (std::size_t l = 0; l < codes.size(); ++l) value(hindcast.at(o, info.id, h, l), values);
    std::vector<std::string> dimensions = places;
    const std::size_t cells =
        hindcast.origins().size() * kFigures * hindcast.horizons().size() * codes.size();
    if (values.size() > cells) dimensions.emplace_back("forecaster");
    if (values.size() > cells * kMethods) dimensions.emplace_back("quantile");
    out.variables.push_back({name, long_name, units, dimensions, std::move(values)});
  };
  const double none = std::numeric_limits<double>::quiet_NaN();
  const auto score = [&](const std::string& name, const std::string& long_name, const std::string& units,
                         const auto& of) {
    by_cell(name, long_name, units, [&](const ForecastCell& one, std::vector<double>& values) {
      for (const auto& method : one.methods)
        values.push_back(method && one.fate == Fate::kScored ? static_cast<double>(of(*method)) : none);
    });
  };
  by_cell("observed", "Published figure of the target year", "children",
          [&](const ForecastCell& one, std::vector<double>& values) {
            values.push_back(one.observed.value_or(none));
          });
  by_cell("scored", "1: scored; 0: not, because the figure of the origin or target year is not published",
          "1", [](const ForecastCell& one, std::vector<double>& values) {
            values.push_back(one.fate == Fate::kScored ? 1.0 : 0.0);
          });
  by_cell("forecast", "Quantiles of the forecast", "children",
          [&](const ForecastCell& one, std::vector<double>& values) {
            for (const auto& method : one.methods)
              for (std::size_t q = 0; q < kQuantiles; ++q)
                values.push_back(method ? method->quantiles[q] : none);
          });
  using M = const MethodForecast&;
  const std::string log = "log(x + 1)";
  score("wis", "Weighted interval score", "children", [](M m) { return m.natural.total; });
  score("wis_dispersion", "Its part: width of the intervals", "children",
        [](M m) { return m.natural.dispersion; });
  score("wis_underprediction", "Its part: observed above the intervals", "children",
        [](M m) { return m.natural.underprediction; });
  score("wis_overprediction", "Its part: observed below the intervals", "children",
        [](M m) { return m.natural.overprediction; });
  score("log_wis", "Weighted interval score on the log scale", log, [](M m) { return m.log.total; });
  score("log_wis_dispersion", "Its part: width", log, [](M m) { return m.log.dispersion; });
  score("log_wis_underprediction", "Its part: observed above", log,
        [](M m) { return m.log.underprediction; });
  score("log_wis_overprediction", "Its part: observed below", log, [](M m) { return m.log.overprediction; });
  score("crps", "Continuous ranked probability score (simulation only)", "children",
        [](M m) { return m.crps; });
  score("log_crps", "The same on the log scale", log, [](M m) { return m.log_crps; });
  score("absolute_error", "Absolute error of the median", "children", [](M m) { return m.absolute_error; });
  score("bias", "log((median + 1) / (observed + 1))", "1", [](M m) { return m.bias; });
  score("inside_50", "Observed lies in the 50% interval", "1", [](M m) { return m.inside_50; });
  score("inside_90", "Observed lies in the 90% interval", "1", [](M m) { return m.inside_90; });
  score("pit", "Where among the samples the observed lies, 0 to 1 (simulation only)", "1",
        [](M m) { return m.pit; });
  return out;
}

}  // namespace hearth
