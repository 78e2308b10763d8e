// What is believed of the effects of a service model together: what was found of each lever, and what the
// published outcomes of its studies say through the model's own response.
//
// Every log effect has the normal belief of its own findings, with part of the doubt in common. Each outcome
// is a sum of effects by the slopes of the response, plus the error of its study and the bias of its design.
// Conditioning on all outcomes together gives a joint normal distribution: effects that outcomes cannot tell
// apart stay correlated, and one that none answers to is moved by the common doubt alone.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/gaussian.hpp"
#include "parameters/registry.hpp"
#include "scenario/service_model.hpp"

namespace hearth {

// What is believed of an effect, on the log scale. A claim y is taken as the truth, plus sampling error with
// the standard error s of its interval, plus the bias of its study design with standard deviation b; the
// truth comes from a normal distribution with mean 0 and standard deviation t. Then the truth is normal with
// mean w y and variance (1 - w) t^2, where w = t^2 / (t^2 + s^2 + b^2). What was found besides counts in the
// same way: precisions add up, and the mean is weighted by them.
struct Belief {
  double weight = 1.0;  // share of the prior variance that the findings take away
  double mean = 0.0;
  double sd = 0.0;
};
Belief belief(const LeverEffect& effect, const Parameters& parameters);

// Standard deviation of a finding's sampling error, from the width of its 90% interval; and its variance with
// that of the bias of its design. Both of the logarithm.
double sampling_error(const EvidenceFinding& finding);
double variance_of(const EvidenceFinding& finding, const Parameters& parameters);

// Of all log effects at full dose, component by component, before reach.
struct EffectBeliefs {
  Gaussian prior;           // by the findings of each effect alone
  Gaussian believed;        // with the outcomes of the studies, where the response was measured
  Eigen::VectorXd claimed;  // what whoever made the model claims
};
EffectBeliefs effect_beliefs(const ServiceModel& model, const Parameters& parameters);
// Parts of it, for who needs no more.
Gaussian believed_effects(const ServiceModel& model, const Parameters& parameters);
Eigen::VectorXd claimed_effects(const ServiceModel& model, const Parameters& parameters);

// Log effects as their own findings and claims have them: the point at which a response is measured first.
Gaussian prior_of_effects(const ServiceModel& model, const Parameters& parameters);

// What the prior and a response make of the outcomes of all studies.
Gaussian given_outcomes(const ServiceModel& model, const OutcomeResponse& response,
                        const Parameters& parameters);

// Effects that have claims of their own as these are written. The others such that the response gives the
// outcomes claimed by those who made the model, repetitions and bias left out: among those that do, the
// nearest to no effect. An outcome may be missed by a tenth of its sampling error, and no lever is moved more
// than five times: a claim that needs more does not come back whole.
Eigen::VectorXd given_claims(const ServiceModel& model, const OutcomeResponse& response,
                             const Parameters& parameters);

// The effects of a model with a response, one by one; none without.
std::vector<InferredEffect> inferred_effects(const ServiceModel& model, const Parameters& parameters);

// An outcome as the effects give it, by the response: log ratio, with its standard deviation.
struct OutcomeBelief {
  const Study* study;
  const StudyOutcome* outcome;
  double prior = 0.0;  // before the outcomes
  double prior_sd = 0.0;
  double believed = 0.0;  // after
  double believed_sd = 0.0;
  double claimed = 0.0;
  double noise = 0.0;  // Monte Carlo standard error
};
// Of all outcomes in order; empty where the response was not measured. The model must outlive them.
std::vector<OutcomeBelief> outcome_beliefs(const ServiceModel& model, const Parameters& parameters);

// Covariance of the errors of all outcomes, sampling error and bias together.
Eigen::MatrixXd outcome_errors(const ServiceModel& model, const Parameters& parameters);

// What to add to the believed mean of each effect so that entries into care are on average what they are at
// that mean. With slopes k and curvatures c of log entries, drawing effects with the covariance C adds
// (k'Ck + sum of c times the variance of what acts on their lever) / 2 to the mean of entries; the least move
// of the mean that takes it off again, for everything that goes in proportion to entries, is along C k. Of
// the components adopted (positions in the model).
Eigen::VectorXd convexity(const ServiceModel& model, const std::vector<std::size_t>& components,
                          const Eigen::MatrixXd& covariance);

}  // namespace hearth
