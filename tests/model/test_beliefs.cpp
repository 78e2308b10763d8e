// What is believed of the effects of a service model together, from made-up responses: no simulation.
#include "scenario/beliefs.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>

#include "model/practice/practice.hpp"
#include "statistics.hpp"

namespace hearth {
namespace {

using enum Parameter;

LeverEffect from_outcomes(Lever lever) {
  LeverEffect out;
  out.lever = lever;
  out.from_outcomes = true;
  return out;
}

StudyOutcome outcome(const std::string& measure, double ratio, double width = 1.2) {
  StudyOutcome out;
  out.measure = measure;
  out.ratio = ratio;
  out.low = ratio / width;
  out.high = ratio * width;
  out.grade = EvidenceGrade::kQuasiExperimental;
  return out;
}

// Two thresholds and retention, in one component; slopes: entries answer to the first two alike, plans to the
// second, and nothing to retention.
ServiceModel three_effects(double entries = 0.7) {
  ServiceModel model;
  model.name = "m";
  PracticeComponent& component = model.components.emplace_back();
  component.name = "c";
  component.effects = {from_outcomes(Lever::kThresholdCare), from_outcomes(Lever::kPreProceedingsResolved),
                       from_outcomes(Lever::kRetention)};
  Study& study = model.studies.emplace_back();
  study.name = "first";
  study.outcomes = {outcome("care_entries", entries)};
  return model;
}

std::shared_ptr<const MeasuredResponse> response(std::vector<double> slopes, std::size_t outcomes = 1) {
  MeasuredResponse out;
  out.believed.point = {0.0, 0.0, 0.0};
  out.believed.outcomes.assign(outcomes, 0.0);
  out.believed.slopes = std::move(slopes);
  out.claimed = out.believed;
  out.noise.assign(outcomes, 0.01);
  return std::make_shared<const MeasuredResponse>(std::move(out));
}

Parameters nothing_shared() {
  Parameters out;
  out[evidence_shared_share] = 0.0;
  return out;
}

TEST(Beliefs, WithoutAResponseTheyAreThoseOfEachEffect) {
  const Parameters p;
  const EffectBeliefs found = effect_beliefs(three_effects(), p);
  EXPECT_EQ(found.believed.mean, found.prior.mean);
  EXPECT_EQ(found.believed.mean, Eigen::VectorXd::Zero(3));
  EXPECT_NEAR(found.believed.covariance(0, 0), p[evidence_prior_sd] * p[evidence_prior_sd], 1e-15);
  EXPECT_NEAR(found.believed.covariance(0, 1),
              p[evidence_shared_share] * p[evidence_prior_sd] * p[evidence_prior_sd], 1e-15);
}

// Entries cannot tell the two mechanisms apart: they share what entries say, and stay negatively correlated.
// Retention keeps its prior.
TEST(Beliefs, WhatOutcomesCannotTellApartStaysUncertain) {
  const Parameters p = nothing_shared();
  ServiceModel model = three_effects();
  model.response = response({-0.8, -0.8, 0.0});
  const Gaussian found = effect_beliefs(model, p).believed;
  EXPECT_GT(found.mean[0], 0.02);
  EXPECT_NEAR(found.mean[0], found.mean[1], 1e-12);
  EXPECT_LT(found.covariance(0, 1), -0.1 * found.covariance(0, 0));
  EXPECT_EQ(found.mean[2], 0.0);
  EXPECT_NEAR(found.covariance(2, 2), p[evidence_prior_sd] * p[evidence_prior_sd], 1e-15);
  EXPECT_EQ(found.covariance(0, 2), 0.0);
}

// In common doubt an outcome tells a little of effects that it does not answer to.
TEST(Beliefs, SharedDoubtCarriesAnOutcomeFurther) {
  ServiceModel model = three_effects();
  model.response = response({-0.8, 0.0, 0.0});
  const Gaussian found = effect_beliefs(model, Parameters{}).believed;
  EXPECT_GT(found.mean[2], 0.0);
  EXPECT_LT(found.mean[2], found.mean[0]);
  EXPECT_LT(found.covariance(2, 2), effect_beliefs(model, Parameters{}).prior.covariance(2, 2));
}

// A repetition that found nothing halves what is believed, and is no part of the claim.
TEST(Beliefs, RepetitionsCountInBeliefsAndNotInClaims) {
  const Parameters p = nothing_shared();
  ServiceModel alone = three_effects();
  alone.response = response({-0.8, 0.0, 0.0});
  ServiceModel repeated = alone;
  Study again = alone.studies.front();
  again.name = "second";
  again.repetition = true;
  again.outcomes.front().ratio = 1.0;
  again.outcomes.front().low = 1.0 / 1.2;
  again.outcomes.front().high = 1.2;
  repeated.studies.push_back(again);
  repeated.response = response({-0.8, 0.0, 0.0, -0.8, 0.0, 0.0}, 2);
  const EffectBeliefs one = effect_beliefs(alone, p);
  const EffectBeliefs two = effect_beliefs(repeated, p);
  EXPECT_LT(two.believed.mean[0], 0.7 * one.believed.mean[0]);
  EXPECT_LT(two.believed.covariance(0, 0), one.believed.covariance(0, 0));
  EXPECT_NEAR(two.claimed[0], one.claimed[0], 1e-12);
  EXPECT_NEAR(one.claimed[0], std::log(0.7) / -0.8, 0.02);
}

// A claim comes back by the least that gives it: two mechanisms alike take half each. What is claimed of a
// lever itself is as written.
TEST(Beliefs, ClaimsAreTheNearestToNoEffectThatGivesThem) {
  const Parameters p;
  ServiceModel model = three_effects();
  LeverEffect& written = model.components.front().effects[2];
  written = {};
  written.lever = Lever::kRetention;
  written.ratio = 1.5;
  written.low = 1.2;
  written.high = 1.9;
  model.response = response({-0.8, -0.8, -0.2});
  const Eigen::VectorXd claimed = effect_beliefs(model, p).claimed;
  EXPECT_EQ(claimed[2], std::log(1.5));
  EXPECT_NEAR(claimed[0], claimed[1], 1e-12);
  const double given = -0.8 * (claimed[0] + claimed[1]) - 0.2 * claimed[2];
  constexpr double kTenth = 0.1;  // of the sampling error
  EXPECT_NEAR(given, std::log(0.7), kTenth * sampling_error(model.studies.front().outcomes.front()));
}

// Two figures of one study tell less than of two studies.
TEST(Beliefs, ErrorsOfOneStudyGoTogether) {
  const Parameters p = nothing_shared();
  ServiceModel together = three_effects();
  together.studies.front().outcomes.push_back(together.studies.front().outcomes.front());
  together.response = response({-0.8, 0.0, 0.0, -0.8, 0.0, 0.0}, 2);
  ServiceModel apart = three_effects();
  apart.studies.push_back(apart.studies.front());
  apart.response = together.response;
  const Eigen::MatrixXd errors = outcome_errors(together, p);
  EXPECT_NEAR(errors(0, 1), p[evidence_outcome_correlation_years] * errors(0, 0), 1e-15);
  EXPECT_EQ(outcome_errors(apart, p)(0, 1), 0.0);
  EXPECT_GT(effect_beliefs(together, p).believed.covariance(0, 0),
            effect_beliefs(apart, p).believed.covariance(0, 0));
}

std::vector<LeverValues> drawn(const ServiceModel& model, const Parameters& p, std::uint32_t replicate) {
  return log_effects(model, {0}, p, EffectsMode::kSampled, Draws(1, replicate, 0));
}

// Draws have the joint distribution of the belief.
TEST(Beliefs, DrawsGoTogetherAsBelieved) {
  const Parameters p = nothing_shared();
  ServiceModel model = three_effects();
  model.response = response({-0.8, -0.8, 0.0});
  const Gaussian believed = effect_beliefs(model, p).believed;
  constexpr std::uint32_t kReplicates = 20000;
  double sum = 0.0, product = 0.0;
  for (std::uint32_t r = 0; r < kReplicates; ++r) {
    const LeverValues values = drawn(model, p, r).front();
    const double a = values[static_cast<std::size_t>(Lever::kThresholdCare)] - believed.mean[0];
    const double b = values[static_cast<std::size_t>(Lever::kPreProceedingsResolved)] - believed.mean[1];
    sum += a;
    product += a * b;
  }
  const double variance = believed.covariance(0, 0);
  EXPECT_NEAR(sum / kReplicates, 0.0, sigmas() * std::sqrt(variance / kReplicates));
  EXPECT_NEAR(product / kReplicates, believed.covariance(0, 1),
              sigmas() * variance * std::sqrt(2.0 / kReplicates));
}

// Entries with a slope and a curvature by each effect have the mean that they have at the mean belief, though
// effects are drawn: that mean, its standard error, and what it would be otherwise.
struct Drawn {
  double mean, error, otherwise;
};
Drawn mean_entries(EntriesResponse care, EntriesResponse court) {
  const Parameters p;
  ServiceModel model = three_effects();
  model.entries_response[static_cast<std::size_t>(Lever::kThresholdCare)] = care;
  model.entries_response[static_cast<std::size_t>(Lever::kPreProceedingsResolved)] = court;
  const auto entries = [&](double a, double b) {
    return std::exp(care.slope * a + court.slope * b +
                    0.5 * (care.curvature * a * a + court.curvature * b * b));
  };
  const Eigen::VectorXd moved = convexity(model, {0}, effect_beliefs(model, p).believed.covariance);
  constexpr std::uint32_t kReplicates = 40000;
  double mean = 0.0, squares = 0.0, otherwise = 0.0;
  for (std::uint32_t r = 0; r < kReplicates; ++r) {
    const LeverValues values = drawn(model, p, r).front();
    const double a = values[static_cast<std::size_t>(Lever::kThresholdCare)];
    const double b = values[static_cast<std::size_t>(Lever::kPreProceedingsResolved)];
    const double found = entries(a, b);
    mean += found / kReplicates;
    squares += found * found / kReplicates;
    otherwise += entries(a - moved[0], b - moved[1]) / kReplicates;
  }
  return {mean, std::sqrt((squares - mean * mean) / kReplicates), otherwise};
}

TEST(Beliefs, ConvexityIsTakenOff) {
  constexpr double kFourthOrder = 0.003;  // stays
  const Drawn straight = mean_entries({-0.8, 0.0}, {-0.3, 0.0});
  EXPECT_NEAR(straight.mean, 1.0, sigmas() * straight.error);
  EXPECT_GT(straight.otherwise, 1.0 + 2.0 * sigmas() * straight.error);
  const Drawn convex = mean_entries({-0.8, 0.5}, {-0.3, 0.2});
  EXPECT_NEAR(convex.mean, 1.0, sigmas() * convex.error + kFourthOrder);
  EXPECT_GT(convex.otherwise, straight.otherwise + sigmas() * convex.error);
  const Drawn concave = mean_entries({-0.5, -0.25}, {0.0, 0.0});  // as much the one way as the other
  EXPECT_NEAR(concave.otherwise, 1.0, sigmas() * concave.error + kFourthOrder);
  EXPECT_NEAR(concave.mean, 1.0, sigmas() * concave.error + kFourthOrder);
}

TEST(Beliefs, WithoutAMeasuredResponseNothingIsMoved) {
  const ServiceModel model = three_effects();
  EXPECT_EQ(convexity(model, {0}, effect_beliefs(model, Parameters{}).believed.covariance),
            Eigen::VectorXd::Zero(3));
}

}  // namespace
}  // namespace hearth
