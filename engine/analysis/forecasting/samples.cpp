#include "analysis/forecasting/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/calendar.hpp"
#include "core/error.hpp"

namespace hearth {

double figure_of(const AuthoritySeries& series, Figure figure, int horizon) {
  return figure_to(series, figure, horizon * kMonthsPerYear);
}

double figure_to(const AuthoritySeries& series, Figure figure, int months_in) {
  const FigureInfo& info = kFigureTable.at(index(figure));
  const auto end = static_cast<std::size_t>(months_in);
  if (months_in < 1 || end > series.months())
    throw InternalError(fmt::format("month {} of a simulation of {} months", months_in, series.months()));
  const auto start = info.stock ? end - 1 : end - std::min(end, std::size_t{kMonthsPerYear});
  double total = 0.0;
  for (std::size_t category = 0; category < info.categories; ++category) {
    const auto months = series.counts(info.measure, category);
    for (std::size_t m = start; m < end; ++m) total += months[m];
  }
  return total;
}

Samples::Samples(std::vector<Location> locations, int years, int replicates)
    : locations_(std::move(locations)),
      years_(years),
      replicates_(replicates),
      values_(kFigures * static_cast<std::size_t>(years) * locations_.size() *
              static_cast<std::size_t>(replicates)) {}

std::size_t Samples::first(Figure figure, int horizon, std::size_t location) const {
  const auto year = static_cast<std::size_t>(horizon - 1);
  const std::size_t place =
      (index(figure) * static_cast<std::size_t>(years_) + year) * locations_.size() + location;
  return place * static_cast<std::size_t>(replicates_);
}

std::span<const double> Samples::at(Figure figure, int horizon, std::size_t location) const {
  return {values_.data() + first(figure, horizon, location), static_cast<std::size_t>(replicates_)};
}

void Samples::add(std::size_t replicate, const std::vector<AuthoritySeries>& series, double sampling_fraction,
                  const PublicationNoise& noise) {
  std::vector<double> published(series.size());
  for (const FigureInfo& info : kFigureTable)
    for (int horizon = 1; horizon <= years_; ++horizon) {
      // The first locations are the authorities.
      for (std::size_t a = 0; a < series.size(); ++a)
        published[a] = noise.recorded(figure_of(series[a], info.id, horizon) / sampling_fraction, info.id,
                                      static_cast<std::uint32_t>(replicate), locations_.at(a).code, horizon);
      for (std::size_t l = 0; l < locations_.size(); ++l) {
        double total = 0.0;
        for (const std::size_t member : locations_[l].members) total += published.at(member);
        values_.at(first(info.id, horizon, l) + replicate) = total;
      }
    }
}

}  // namespace hearth
