#include "analysis/effects/outcome_runs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "results/measured.hpp"
#include "scenario/outcome_sums.hpp"
#include "simulation/ensemble.hpp"

namespace hearth {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

double sum_of_parts(const std::string& measure, const TargetSpan& span,
                    const std::vector<AuthoritySeries>& series, double sampling_fraction) {
  std::vector<std::size_t> all(series.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  double out = 0.0;
  for (const OutcomePart& part : outcome_parts(measure))
    out += part.weight * measured(part.quantity, span, all, series, sampling_fraction);
  return out;
}

TargetSpan span_of(const MonthRange& months, const MonthEnd& origin) {
  return {0, months.first.months_since(origin) - 1, months.last.months_since(origin)};
}

// Sums over replicates, without one of them where `left_out` is its number.
template <typename Value>
double total(std::size_t replicates, std::size_t left_out, const Value& value) {
  double out = 0.0;
  for (std::size_t r = 0; r < replicates; ++r)
    if (r != left_out) out += value(r);
  constexpr double kLeast = 0.5;  // nobody in any replicate still has a logarithm
  return std::max(out, kLeast);
}

}  // namespace

std::vector<std::size_t> usual_components(const ServiceModel& model) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < model.components.size(); ++i)
    if (!model.components[i].optional) out.push_back(i);
  return out;
}

ServiceModel with_log_effects(const ServiceModel& model, const VectorXd& effects) {
  ServiceModel out = model;
  out.studies.clear();
  out.response = nullptr;
  Index at = 0;
  for (auto& component : out.components)
    for (auto& effect : component.effects) {
      effect.ratio = std::exp(effects[at++]);
      effect.from_outcomes = false;
    }
  return out;
}

OutcomeRuns::OutcomeRuns(const ServiceModel& model, std::vector<StudyPlace> places,
                         std::shared_ptr<const Parallel> parallel, const std::atomic<bool>* stop)
    : model_(model), places_(std::move(places)), parallel_(std::move(parallel)), stop_(stop) {
  for (const StudyPlace& place : places_)
    families_.push_back(make_all_families(place.scenario, place.england, *parallel_));
  for (std::size_t s = 0; s < places_.size(); ++s) without_.push_back(simulate(s, places_[s].scenario));
}

Scenario OutcomeRuns::with_effects(std::size_t study, const VectorXd& effects) const {
  const Study& of = model_.studies[study];
  Scenario out = places_[study].scenario;
  const auto month = [&](const MonthEnd& end) { return end.months_since(out.origin) - 1; };
  Adoption adoption;
  adoption.service_model = out.service_models.size();
  adoption.start_month = month(of.start);
  adoption.components = usual_components(model_);
  if (of.grant_end) adoption.grant_end_month = month(*of.grant_end) + 1;
  if (of.partners_agree) adoption.partners_agree_month = month(*of.partners_agree);
  out.service_models.push_back(with_log_effects(model_, effects));
  out.arms.front().effects = EffectsMode::kClaimed;
  out.arms.front().adoption = {adoption};
  return out;
}

OutcomeRuns::ByOutcome OutcomeRuns::simulate(std::size_t study, const Scenario& scenario) const {
  const std::vector<StudyOutcome>& outcomes = model_.studies[study].outcomes;
  ByOutcome out(outcomes.size(), std::vector<Figures>(static_cast<std::size_t>(scenario.replicates)));
  RunOptions options;
  options.parallel = parallel_;
  options.stop = stop_;
  options.families = families_[study];
  run_ensemble(scenario, places_[study].england, options,
               [&](std::size_t, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
                 for (std::size_t k = 0; k < outcomes.size(); ++k) {
                   const StudyOutcome& outcome = outcomes[k];
                   const auto value = [&](const std::string& measure, const MonthRange& months) {
                     return sum_of_parts(measure, span_of(months, scenario.origin), series,
                                         scenario.sampling_fraction);
                   };
                   Figures& into = out[k][replicate];
                   into.above = value(outcome.measure, outcome.months);
                   if (!outcome.per.empty()) into.below = value(outcome.per, outcome.months);
                   if (!outcome.before) continue;
                   into.above_before = value(outcome.measure, *outcome.before);
                   if (!outcome.per.empty()) into.below_before = value(outcome.per, *outcome.before);
                 }
               });
  return out;
}

VectorXd OutcomeRuns::log_outcomes(const VectorXd& effects) {
  std::vector<double> values, errors;
  for (std::size_t s = 0; s < places_.size(); ++s) {
    const ByOutcome with = simulate(s, with_effects(s, effects));
    for (std::size_t k = 0; k < with.size(); ++k) {
      const auto& there = with[k];
      const auto& bare = without_[s][k];
      const OutcomeComparison comparison = model_.studies[s].outcomes[k].comparison;
      const auto log_outcome = [&](std::size_t left_out) {
        const auto sum = [&](const std::vector<Figures>& of, double Figures::*which) {
          return total(of.size(), left_out, [&](std::size_t r) { return of[r].*which; });
        };
        double out = std::log(sum(there, &Figures::above) / sum(there, &Figures::below));
        if (comparison == OutcomeComparison::kNoProgramme)
          out -= std::log(sum(bare, &Figures::above) / sum(bare, &Figures::below));
        if (comparison == OutcomeComparison::kBefore)
          out -= std::log(sum(there, &Figures::above_before) / sum(there, &Figures::below_before));
        return out;
      };
      const std::size_t n = there.size();
      const double all = log_outcome(n);
      double squares = 0.0;
      for (std::size_t r = 0; r < n; ++r) squares += (log_outcome(r) - all) * (log_outcome(r) - all);
      values.push_back(all);
      errors.push_back(std::sqrt(squares * static_cast<double>(n - 1) / static_cast<double>(n)));
    }
  }
  const auto vector_of = [](const std::vector<double>& of) {
    return VectorXd(Eigen::Map<const VectorXd>(of.data(), static_cast<Index>(of.size())));
  };
  errors_ = vector_of(errors);
  return vector_of(values);
}

}  // namespace hearth
