#include "analysis/effects/inference.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/measured_response.hpp"
#include "scenario/beliefs.hpp"

namespace hearth {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Positions of the effects that studies can tell of: those that are uncertain, of components usually adopted.
std::vector<Index> effects_in_studies(const ServiceModel& model) {
  std::vector<Index> out;
  Index at = 0;
  for (const auto& component : model.components)
    for (const auto& effect : component.effects) {
      if (!component.optional && effect.grade != EvidenceGrade::kDecision) out.push_back(at);
      ++at;
    }
  return out;
}

std::vector<double> list_of(const VectorXd& values) {
  return {values.data(), values.data() + values.size()};
}

OutcomeResponse response_of(const VectorXd& point, const VectorXd& outcomes, const MatrixXd& slopes) {
  OutcomeResponse out{list_of(point), list_of(outcomes), {}};
  for (Index k = 0; k < slopes.rows(); ++k)
    for (Index i = 0; i < slopes.cols(); ++i) out.slopes.push_back(slopes(k, i));
  return out;
}

// Moves to where `best` puts the effects for what was found, and looks what the model gives there.
template <typename Best>
OutcomeResponse approached(const VectorXd& point, const VectorXd& outcomes, MatrixXd slopes,
                           OutcomeRuns& runs, const InferenceOptions& options, std::string_view what,
                           const Best& best) {
  constexpr double kMostStep = 0.7;   // of a log effect at a time: beyond it the slopes are of another place
  constexpr double kArrived = 0.002;  // of a log effect
  VectorXd at = point, found = outcomes;
  for (int round = 0; round < options.rounds; ++round) {
    VectorXd step = best(response_of(at, found, slopes)) - at;
    step = step.cwiseMax(-kMostStep).cwiseMin(kMostStep);
    if (step.cwiseAbs().maxCoeff() < kArrived) break;
    const VectorXd there = runs.log_outcomes(at + step);
    if (options.progress)
      options.progress(fmt::format("{}: step {:.3f}, outcomes off the response by {:.3f}", what,
                                   step.cwiseAbs().maxCoeff(),
                                   (there - found - slopes * step).cwiseAbs().maxCoeff()));
    learn(slopes, step, there - found);
    at += step;
    found = there;
  }
  return response_of(at, found, slopes);
}

}  // namespace

MeasuredResponse infer(const ServiceModel& model, const Parameters& p, OutcomeRuns& runs,
                       const InferenceOptions& options) {
  const VectorXd start = prior_of_effects(model, p).mean;
  const std::vector<Index> moved = effects_in_studies(model);
  const auto moved_size = static_cast<Index>(moved.size());
  const auto in_full = [&](const VectorXd& point) {
    VectorXd out = start;
    for (Index i = 0; i < moved_size; ++i) out[moved[static_cast<std::size_t>(i)]] = point[i];
    return out;
  };
  VectorXd point(moved_size);
  for (Index i = 0; i < moved_size; ++i) point[i] = start[moved[static_cast<std::size_t>(i)]];
  const VectorXd outcomes = runs.log_outcomes(start);
  const VectorXd noise = runs.errors();
  const VectorXd step = VectorXd::Constant(moved_size, p[Parameter::evidence_prior_sd]);
  if (options.progress)
    options.progress(fmt::format("{}: {} effects, {} outcomes, {} runs", model.name, moved_size,
                                 outcomes.size(), design_runs(moved.size())));
  const Response measured_slopes =
      measure_response([&](const VectorXd& at) { return runs.log_outcomes(in_full(at)); }, point, step);
  MatrixXd slopes = MatrixXd::Zero(outcomes.size(), start.size());
  for (Index i = 0; i < moved_size; ++i)
    slopes.col(moved[static_cast<std::size_t>(i)]) = measured_slopes.slope.col(i);

  MeasuredResponse out;
  out.believed =
      approached(start, outcomes, slopes, runs, options, "believed",
                 [&](const OutcomeResponse& response) { return given_outcomes(model, response, p).mean; });
  out.claimed = approached(start, outcomes, slopes, runs, options, "claimed",
                           [&](const OutcomeResponse& response) { return given_claims(model, response, p); });
  out.noise = list_of(noise);
  return out;
}

std::array<EntriesResponse, kLevers> measure_entries_response(const StudyPlace& place,
                                                              std::shared_ptr<const Parallel> parallel,
                                                              const std::atomic<bool>* stop) {
  constexpr double kStep = 0.4;  // of a log lever: somewhat more than effects are believed to spread
  ServiceModel model;
  model.name = "every_lever";
  PracticeComponent& component = model.components.emplace_back();
  for (const LeverInfo& lever : kLeverTable) {
    component.effects.emplace_back();
    component.effects.back().lever = lever.id;
  }
  const Scenario& scenario = place.scenario;
  Study& study = model.studies.emplace_back();
  study.start = scenario.origin.plus_months(2);
  StudyOutcome& entries = study.outcomes.emplace_back();
  entries.measure = "care_entries";
  entries.months = {scenario.origin.plus_months(1), scenario.origin.plus_months(scenario.horizon_months)};
  OutcomeRuns runs(model, {place}, std::move(parallel), stop);
  VectorXd point = VectorXd::Zero(static_cast<Index>(kLevers));
  const auto log_entries = [&](Index lever, double step) {
    point[lever] = step;
    const double found = runs.log_outcomes(point)[0];
    point[lever] = 0.0;
    return found;
  };
  // Runs that hardly differ drift apart by chance: their mean is the middle, and their spread the noise.
  constexpr double kNearly = 1e-3;
  VectorXd nearly(static_cast<Index>(kLevers));
  for (Index lever = 0; lever < nearly.size(); ++lever) nearly[lever] = log_entries(lever, kNearly);
  const double middle = nearly.mean();
  const double noise =
      std::sqrt((nearly.array() - middle).square().sum() / static_cast<double>(nearly.size() - 1));
  constexpr double kTold = 3.0;  // standard errors
  const auto told = [&](double value, double error) { return std::abs(value) < kTold * error ? 0.0 : value; };
  std::array<EntriesResponse, kLevers> out{};
  for (std::size_t i = 0; i < kLevers; ++i) {
    const auto lever = static_cast<Index>(i);
    const double up = log_entries(lever, kStep);
    const double down = log_entries(lever, -kStep);
    const double error = std::sqrt(2.0) * noise;  // of a sum or difference of two
    out[i] = {told((up - down) / (2.0 * kStep), error / (2.0 * kStep)),
              told((up + down - 2.0 * middle) / (kStep * kStep), error / (kStep * kStep))};
  }
  return out;
}

}  // namespace hearth
