#include "analysis/forecasting/samples.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/calendar.hpp"
#include "core/error.hpp"
#include "kernels/draws.hpp"

namespace hearth {

double figure_of(const AuthoritySeries& series, Figure figure, int horizon) {
  const FigureInfo& info = kFigureTable.at(index(figure));
  const auto end = static_cast<std::size_t>(horizon * kMonthsPerYear);
  if (horizon < 1 || end > series.months())
    throw InternalError(fmt::format("year {} of a simulation of {} months", horizon, series.months()));
  double total = 0.0;
  for (std::size_t category = 0; category < info.categories; ++category) {
    const auto months = series.counts(info.measure, category);
    for (std::size_t m = info.stock ? end - 1 : end - kMonthsPerYear; m < end; ++m) total += months[m];
  }
  return total;
}

PublicationNoise publication_noise(const Scenario& scenario) {
  const auto noise = [&](Propensity rate) { return scenario.recording_noise[index(rate)]; };
  PublicationNoise out{{}, scenario.seed};
  const auto set = [&](Figure figure, double log_sd) { out.log_sd[index(figure)] = log_sd; };
  // Looked-after children are known one by one.
  set(Figure::kCareEntries, noise(Propensity::kCareEntry));
  set(Figure::kCareEntriesUnder16, noise(Propensity::kCareEntry));
  set(Figure::kChildProtectionPlans, noise(Propensity::kProtectionPlanEnd));
  set(Figure::kChildProtectionPlansStarted, noise(Propensity::kProtectionPlan));
  set(Figure::kChildrenInNeed, noise(Propensity::kCaseClosure));
  set(Figure::kReferrals, noise(Propensity::kReferral));
  return out;
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
      const double sd = noise.log_sd.at(index(info.id));
      for (std::size_t a = 0; a < series.size(); ++a) {
        published[a] = figure_of(series[a], info.id, horizon) / sampling_fraction;
        if (sd == 0.0) continue;
        // The first locations are the authorities.
        const Draws draws(noise.seed, static_cast<std::uint32_t>(replicate), locations_.at(a).code);
        const Bits bits = draws.block(Process::kPublication, static_cast<std::uint32_t>(index(info.id)),
                                      static_cast<std::uint32_t>(horizon));
        // With mean one, so that sums over authorities keep theirs.
        published[a] *= std::exp(sd * normal(bits[0], bits[1]) - 0.5 * sd * sd);
      }
      for (std::size_t l = 0; l < locations_.size(); ++l) {
        double total = 0.0;
        for (const std::size_t member : locations_[l].members) total += published.at(member);
        values_.at(first(info.id, horizon, l) + replicate) = total;
      }
    }
}

}  // namespace hearth
