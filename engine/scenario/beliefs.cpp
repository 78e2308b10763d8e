#include "scenario/beliefs.hpp"

#include <algorithm>
#include <cmath>

#include "core/statistics.hpp"
#include "kernels/elementary.hpp"

namespace hearth {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

Parameter bias_of(EvidenceGrade grade) {
  using enum Parameter;
  switch (grade) {
    case EvidenceGrade::kRandomised:
      return evidence_bias_randomised;
    case EvidenceGrade::kQuasiExperimental:
      return evidence_bias_quasi_experimental;
    case EvidenceGrade::kBeforeAfter:
      return evidence_bias_before_after;
    case EvidenceGrade::kExpert:
    case EvidenceGrade::kDecision:  // has no bias: see belief
      break;
  }
  return evidence_bias_expert;
}

// Calls each(position, component, effect).
template <typename Each>
void for_each_effect(const ServiceModel& model, const Each& each) {
  Index at = 0;
  for (const auto& component : model.components)
    for (const auto& effect : component.effects) each(at++, component, effect);
}

template <typename Each>
void for_each_outcome(const ServiceModel& model, const Each& each) {
  Index at = 0;
  for (const auto& study : model.studies)
    for (const auto& outcome : study.outcomes) each(at++, study, outcome);
}

VectorXd vector_of(const std::vector<double>& values) {
  return Eigen::Map<const VectorXd>(values.data(), static_cast<Index>(values.size()));
}

MatrixXd slopes_of(const OutcomeResponse& response) {
  using ByRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const ByRows>(response.slopes.data(), static_cast<Index>(response.outcomes.size()),
                                  static_cast<Index>(response.point.size()));
}

// By how much the published outcomes are beyond what the response gives for the effects.
VectorXd misses(const ServiceModel& model, const OutcomeResponse& response, const VectorXd& effects) {
  const VectorXd given =
      vector_of(response.outcomes) + product(slopes_of(response), effects - vector_of(response.point));
  VectorXd out(given.size());
  for_each_outcome(model, [&](Index k, const Study&, const StudyOutcome& outcome) {
    out[k] = elementary::log(outcome.ratio) - given[k];
  });
  return out;
}

constexpr double kClaimTolerance = 0.1;              // of an outcome's sampling error
constexpr double kMostClaimed = 1.6094379124341003;  // ln 5: of an effect that only outcomes tell of

// One for each quantity that is not known, zero for the others.
VectorXd free_of(const Gaussian& of) {
  return (of.covariance.diagonal().array() > 0.0).cast<double>();
}

}  // namespace

double sampling_error(const EvidenceFinding& finding) {
  return elementary::log(finding.high / finding.low) / (2.0 * kNormalInterval);
}

double variance_of(const EvidenceFinding& finding, const Parameters& p) {
  const double error = sampling_error(finding);
  const double bias = p[bias_of(finding.grade)];
  constexpr double kSurest = 1e-12;  // a finding beyond doubt still divides
  return std::max(error * error + bias * bias, kSurest);
}

Belief belief(const LeverEffect& effect, const Parameters& p) {
  if (effect.grade == EvidenceGrade::kDecision)
    return {.weight = 1.0, .mean = elementary::log(effect.ratio), .sd = 0.0};
  const double prior = p[Parameter::evidence_prior_sd];
  if (effect.from_outcomes) return {.weight = 0.0, .mean = 0.0, .sd = prior};
  double precision = 1.0 / (prior * prior);
  double sum = 0.0;
  const auto add = [&](const EvidenceFinding& finding) {
    const double variance = variance_of(finding, p);
    precision += 1.0 / variance;
    sum += elementary::log(finding.ratio) / variance;
  };
  add(effect);
  for (const auto& finding : effect.besides) add(finding);
  Belief out;
  out.mean = sum / precision;
  out.sd = 1.0 / std::sqrt(precision);
  out.weight = 1.0 - out.sd * out.sd / (prior * prior);
  return out;
}

Gaussian prior_of_effects(const ServiceModel& model, const Parameters& p) {
  const auto n = static_cast<Index>(effects_of(model));
  VectorXd mean(n), sd(n), direction(n);
  for_each_effect(model, [&](Index i, const PracticeComponent&, const LeverEffect& effect) {
    const Belief own = belief(effect, p);
    mean[i] = own.mean;
    sd[i] = own.sd;
    direction[i] = effect.towards_claim();
  });
  MatrixXd covariance(n, n);
  const double shared = p[Parameter::evidence_shared_share];
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j)
      covariance(i, j) = sd[i] * sd[j] * (i == j ? 1.0 : shared * direction[i] * direction[j]);
  return {mean, covariance};
}

MatrixXd outcome_errors(const ServiceModel& model, const Parameters& p) {
  const auto n = static_cast<Index>(outcomes_of(model));
  std::vector<const Study*> studies;
  std::vector<const StudyOutcome*> outcomes;
  for_each_outcome(model, [&](Index, const Study& study, const StudyOutcome& outcome) {
    studies.push_back(&study);
    outcomes.push_back(&outcome);
  });
  const auto sd = [&](std::size_t k) { return std::sqrt(variance_of(*outcomes[k], p)); };
  MatrixXd out = MatrixXd::Zero(n, n);
  for (std::size_t a = 0; a < outcomes.size(); ++a)
    for (std::size_t b = 0; b < outcomes.size(); ++b) {
      if (studies[a] != studies[b]) continue;
      const bool same = outcomes[a]->measure == outcomes[b]->measure && outcomes[a]->per == outcomes[b]->per;
      const double together = a == b ? 1.0
                                     : p[same ? Parameter::evidence_outcome_correlation_years
                                              : Parameter::evidence_outcome_correlation_measures];
      out(static_cast<Index>(a), static_cast<Index>(b)) = together * sd(a) * sd(b);
    }
  return out;
}

Gaussian given_outcomes(const ServiceModel& model, const OutcomeResponse& response, const Parameters& p) {
  const Gaussian prior = prior_of_effects(model, p);
  return conditioned(prior, slopes_of(response), misses(model, response, prior.mean),
                     outcome_errors(model, p));
}

VectorXd given_claims(const ServiceModel& model, const OutcomeResponse& response, const Parameters& p) {
  const auto n = static_cast<Index>(effects_of(model));
  const double spread = p[Parameter::evidence_prior_sd];
  Gaussian out{VectorXd::Zero(n), MatrixXd::Zero(n, n)};
  for_each_effect(model, [&](Index i, const PracticeComponent&, const LeverEffect& effect) {
    out.mean[i] = elementary::log(effect.ratio);
    if (effect.from_outcomes) out.covariance(i, i) = spread * spread;
  });
  if (response.outcomes.empty()) return out.mean;
  const auto m = static_cast<Index>(response.outcomes.size());
  const MatrixXd all_slopes = slopes_of(response);
  for (;;) {
    MatrixXd slopes = all_slopes;
    VectorXd missed = misses(model, response, out.mean);
    MatrixXd error = MatrixXd::Identity(m, m);
    for_each_outcome(model, [&](Index k, const Study& study, const StudyOutcome& outcome) {
      if (study.repetition || !outcome.claimed) {
        slopes.row(k).setZero();
        missed[k] = 0.0;
      } else {
        const double allowed = kClaimTolerance * sampling_error(outcome);
        error(k, k) = allowed * allowed;
      }
    });
    const VectorXd found = conditioned(out, slopes, missed, error).mean;
    // What would have to be beyond the most is as far as that, and the others make up for it.
    Index furthest = 0;
    const double most = found.cwiseProduct(free_of(out)).cwiseAbs().maxCoeff(&furthest);
    if (!(most > kMostClaimed)) return found;
    out.mean[furthest] = std::copysign(kMostClaimed, found[furthest]);
    out.covariance(furthest, furthest) = 0.0;
  }
}

Gaussian believed_effects(const ServiceModel& model, const Parameters& p) {
  return model.response ? given_outcomes(model, model.response->believed, p) : prior_of_effects(model, p);
}

VectorXd claimed_effects(const ServiceModel& model, const Parameters& p) {
  return given_claims(model, model.response ? model.response->claimed : OutcomeResponse{}, p);
}

EffectBeliefs effect_beliefs(const ServiceModel& model, const Parameters& p) {
  return {prior_of_effects(model, p), believed_effects(model, p), claimed_effects(model, p)};
}

std::vector<InferredEffect> inferred_effects(const ServiceModel& model, const Parameters& p) {
  std::vector<InferredEffect> out;
  if (!model.response) return out;
  const EffectBeliefs beliefs = effect_beliefs(model, p);
  for (Index i = 0; i < beliefs.claimed.size(); ++i)
    out.push_back({beliefs.claimed[i], beliefs.believed.mean[i],
                   std::sqrt(std::max(0.0, beliefs.believed.covariance(i, i)))});
  return out;
}

std::vector<OutcomeBelief> outcome_beliefs(const ServiceModel& model, const Parameters& p) {
  std::vector<OutcomeBelief> out;
  if (!model.response) return out;
  const OutcomeResponse& at_belief = model.response->believed;
  const OutcomeResponse& at_claims = model.response->claimed;
  const EffectBeliefs beliefs = effect_beliefs(model, p);
  const auto given = [](const OutcomeResponse& response, const VectorXd& effects) -> VectorXd {
    return vector_of(response.outcomes) + product(slopes_of(response), effects - vector_of(response.point));
  };
  const VectorXd prior = given(at_belief, beliefs.prior.mean);
  const VectorXd believed = given(at_belief, beliefs.believed.mean);
  const VectorXd claimed = given(at_claims, beliefs.claimed);
  const MatrixXd slopes = slopes_of(at_belief);
  const VectorXd prior_variance = spread_through(slopes, beliefs.prior.covariance).diagonal();
  const VectorXd variance = spread_through(slopes, beliefs.believed.covariance).diagonal();
  for_each_outcome(model, [&](Index k, const Study& study, const StudyOutcome& outcome) {
    out.push_back({&study, &outcome, prior[k], std::sqrt(prior_variance[k]), believed[k],
                   std::sqrt(std::max(0.0, variance[k])), claimed[k],
                   model.response->noise.at(static_cast<std::size_t>(k))});
  });
  return out;
}

VectorXd convexity(const ServiceModel& model, const std::vector<std::size_t>& components,
                   const MatrixXd& covariance) {
  const Index n = covariance.rows();
  VectorXd slopes = VectorXd::Zero(n);
  MatrixXd on_levers = MatrixXd::Zero(static_cast<Index>(kLevers), n);  // reach of each effect on its lever
  for_each_effect(model, [&](Index i, const PracticeComponent& component, const LeverEffect& effect) {
    const auto position = static_cast<std::size_t>(&component - model.components.data());
    if (std::ranges::find(components, position) == components.end()) return;
    const auto lever = static_cast<std::size_t>(effect.lever);
    slopes[i] = component.reach * model.entries_response.at(lever).slope;
    on_levers(static_cast<Index>(lever), i) = component.reach;
  });
  const VectorXd along = product(covariance, slopes);
  const double spread = product(slopes.transpose(), along)(0, 0);
  if (!(spread > 0.0)) return VectorXd::Zero(n);
  double added = spread;
  for (std::size_t lever = 0; lever < kLevers; ++lever) {
    const double curvature = model.entries_response.at(lever).curvature;
    if (curvature == 0.0) continue;
    added += curvature * spread_through(on_levers.row(static_cast<Index>(lever)), covariance)(0, 0);
  }
  return -0.5 * added / spread * along;
}

}  // namespace hearth
