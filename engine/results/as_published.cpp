#include "results/as_published.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/draws.hpp"
#include "scenario/files/recorded.hpp"

namespace hearth {
namespace {

constexpr std::uint32_t kEnquiries = 100;  // among figures, whose numbers are below

double with_noise(double simulated, const Draws& draws, double log_sd, std::uint32_t entity, int horizon) {
  if (log_sd == 0.0) return simulated;
  const Bits bits = draws.block(Process::kPublication, entity, static_cast<std::uint32_t>(horizon));
  // With mean one, so that sums over authorities keep theirs.
  return simulated * std::exp(log_sd * normal(bits[0], bits[1]) - 0.5 * log_sd * log_sd);
}

// The figure that is all of a measure.
std::optional<Figure> figure_of(const SummaryMeasure& measure) {
  for (const FigureInfo& info : kFigureTable)
    if (info.name == measure.key) return info.id;
  return std::nullopt;
}

bool is_of_enquiries(const SummaryMeasure& measure) {
  return measure.measure == Measure::kSection47Enquiries;
}

PublicationNoise noise_of(const PropensityVector& recording, std::uint64_t seed) {
  const auto of = [&](Propensity rate) { return recording[index(rate)]; };
  PublicationNoise out;
  out.seed = seed;
  const auto set = [&](Figure figure, double log_sd) { out.log_sd[index(figure)] = log_sd; };
  // Looked-after children are known one by one, and exits are worked out from them.
  set(Figure::kCareEntries, of(Propensity::kCareEntry));
  set(Figure::kCareEntriesUnder16, of(Propensity::kCareEntry));
  set(Figure::kChildProtectionPlans, of(Propensity::kProtectionPlanEnd));
  set(Figure::kChildProtectionPlansStarted, of(Propensity::kProtectionPlan));
  set(Figure::kChildrenInNeed, of(Propensity::kCaseClosure));
  set(Figure::kReferrals, of(Propensity::kReferral));
  out.enquiries_log_sd = of(Propensity::kSection47);
  return out;
}

}  // namespace

bool PublicationNoise::any() const {
  return enquiries_log_sd > 0.0 || std::ranges::any_of(log_sd, [](double sd) { return sd > 0.0; });
}

double PublicationNoise::recorded(double simulated, Figure figure, std::uint32_t replicate, int code,
                                  int horizon) const {
  return with_noise(simulated, Draws(seed, replicate, code), log_sd.at(index(figure)),
                    static_cast<std::uint32_t>(index(figure)), horizon);
}

bool PublicationNoise::knows(const SummaryMeasure& measure) const {
  if (is_of_enquiries(measure)) return enquiries_log_sd > 0.0;
  const auto figure = figure_of(measure);
  return figure && log_sd[index(*figure)] > 0.0;
}

double PublicationNoise::recorded(double simulated, const SummaryMeasure& measure, std::uint32_t replicate,
                                  int code, int horizon) const {
  if (is_of_enquiries(measure))
    return with_noise(simulated, Draws(seed, replicate, code), enquiries_log_sd, kEnquiries, horizon);
  const auto figure = figure_of(measure);
  return figure ? recorded(simulated, *figure, replicate, code, horizon) : simulated;
}

PublicationNoise publication_noise(const Scenario& scenario) {
  return noise_of(scenario.recording_noise, scenario.seed);
}

PublicationNoise publication_noise(const ResultHeader& header) {
  return noise_of(read_recorded(header.scenario_json).recording_noise, header.seed);
}

bool is_published_with_noise(const SummaryMeasure& measure) {
  // Of exits what is known is the noise of those that stocks and entries imply, not of those published.
  const auto figure = figure_of(measure);
  return is_of_enquiries(measure) || (figure && *figure != Figure::kLookedAfter);
}

std::string why_not_as_published(const ResultSource& result) {
  if (!publication_noise(result.header()).any())
    return "It is not known how much noise published figures have: the calibration of this run does not say.";
  if (result.header().summarised)
    return "The result is summarised: it does not keep the replicates of single authorities, to which the "
           "noise of published figures belongs.";
  if (result.header().replicates < 2) return "One replicate has no interval.";
  return "";
}

PublishedRanges ranges_as_published(const ResultSource& result, const std::vector<Area>& areas,
                                    const SummaryMeasure& measure) {
  const ResultHeader& header = result.header();
  const PublicationNoise noise = publication_noise(header);
  const std::vector<SummaryPeriod> periods = summary_periods(header);
  const auto replicates = static_cast<std::size_t>(header.replicates);
  const auto steps = static_cast<std::size_t>(header.steps());
  PublishedRanges out(areas.size(), std::vector<std::optional<Range>>(periods.size()));
  if (!noise.knows(measure)) return out;
  // [area][period][replicate]
  std::vector<std::vector<double>> sums(areas.size() * periods.size(), std::vector<double>(replicates));
  std::vector<double> published(header.authorities.size());
  for (std::size_t r = 0; r < replicates; ++r) {
    const std::vector<double> values =
        result.by_authority(header.baseline, r, measure.measure.value(), measure.category);
    const auto number = static_cast<std::uint32_t>(header.first_replicate) + static_cast<std::uint32_t>(r);
    for (std::size_t p = 0; p < periods.size(); ++p) {
      for (std::size_t a = 0; a < published.size(); ++a)
        published[a] = noise.recorded(yearly_value(values.data() + a * steps, periods[p], measure.yearly),
                                      measure, number, header.authorities[a].code, static_cast<int>(p) + 1);
      for (std::size_t i = 0; i < areas.size(); ++i)
        for (const std::size_t a : areas[i].authorities) sums[i * periods.size() + p][r] += published[a];
    }
  }
  for (std::size_t i = 0; i < areas.size(); ++i)
    for (std::size_t p = 0; p < periods.size(); ++p)
      if (periods[p].months == kMonthsPerYear) out[i][p] = statistics_of(sums[i * periods.size() + p]).most();
  return out;
}

}  // namespace hearth
