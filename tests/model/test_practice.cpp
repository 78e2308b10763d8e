// Service models against closed forms: what is believed of an effect, several models together, how practice
// grows and fades by component, exchanges between peers, and who pays.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "core/calendar.hpp"
#include "core/categories.hpp"
#include "model/practice/implementation.hpp"
#include "model/practice/practice.hpp"
#include "scenario/beliefs.hpp"
#include "statistics.hpp"

namespace hearth {
namespace {

using enum Parameter;

constexpr std::array kGrades = {EvidenceGrade::kRandomised, EvidenceGrade::kQuasiExperimental,
                                EvidenceGrade::kBeforeAfter, EvidenceGrade::kExpert};
constexpr std::array kBiases = {evidence_bias_randomised, evidence_bias_quasi_experimental,
                                evidence_bias_before_after, evidence_bias_expert};

LeverEffect effect(Lever lever, double ratio, EvidenceGrade grade, double width = 1.0) {
  LeverEffect out;
  out.lever = lever;
  out.ratio = ratio;
  out.low = ratio / width;
  out.high = ratio * width;
  out.grade = grade;
  return out;
}

Draws england(std::uint32_t replicate) {
  return {1, replicate, 0};
}

// ---- What is believed of an effect ----

// The posterior of a normal mean, found here by weighing a grid of truths, not by the formula.
TEST(Belief, IsWhatBayesRuleMakesOfAClaim) {
  const Parameters p;
  for (std::size_t g = 0; g < 4; ++g)
    for (const double ratio : {0.4, 0.9, 1.0, 1.7})
      for (const double width : {1.0, 1.3, 3.0}) {
        const Belief found = belief(effect(Lever::kRetention, ratio, kGrades[g], width), p);
        const double claim = std::log(ratio);
        const double error =
            std::log(width * width) / 3.289707;  // a 90% interval is 3.29 standard errors wide
        const double variance = error * error + p[kBiases[g]] * p[kBiases[g]];
        const double prior = p[evidence_prior_sd] * p[evidence_prior_sd];
        double weight = 0.0, mean = 0.0, square = 0.0;
        for (double truth = -4.0; truth <= 4.0; truth += 1e-4) {
          const double w =
              std::exp(-0.5 * truth * truth / prior - 0.5 * (claim - truth) * (claim - truth) / variance);
          weight += w;
          mean += w * truth;
          square += w * truth * truth;
        }
        mean /= weight;
        EXPECT_NEAR(found.mean, mean, 1e-6) << ratio << ", " << width;
        EXPECT_NEAR(found.sd * found.sd, square / weight - mean * mean, 1e-6) << ratio << ", " << width;
        EXPECT_NEAR(found.weight * claim, found.mean, 1e-12);
      }
}

TEST(Belief, WithoutErrorOrBiasIsTheClaim) {
  Parameters p;
  for (const auto bias : kBiases) p[bias] = 0.0;
  for (const auto grade : kGrades) {
    const Belief sure = belief(effect(Lever::kRetention, 0.7, grade), p);
    EXPECT_NEAR(sure.weight, 1.0, 1e-9);
    EXPECT_NEAR(sure.mean, std::log(0.7), 1e-9);
    EXPECT_NEAR(sure.sd, 0.0, 1e-5);
  }
}

// Two findings: as if the belief after the first were the prior of the second.
TEST(Belief, OfADecisionIsTheDecision) {
  const Belief decided = belief(effect(Lever::kFamilySupport, 0.5, EvidenceGrade::kDecision), Parameters{});
  EXPECT_EQ(decided.mean, std::log(0.5));
  EXPECT_EQ(decided.sd, 0.0);
  EXPECT_EQ(decided.weight, 1.0);
}

TEST(Belief, TakesInWhatElseWasFound) {
  const Parameters p;
  LeverEffect both = effect(Lever::kRetention, 1.9, EvidenceGrade::kBeforeAfter, 1.4);
  const LeverEffect second = effect(Lever::kRetention, 1.05, EvidenceGrade::kQuasiExperimental, 1.2);
  both.besides = {second};
  const Belief first = belief(effect(Lever::kRetention, 1.9, EvidenceGrade::kBeforeAfter, 1.4), p);
  const double error = std::log(1.2 * 1.2) / 3.289707;
  const double bias = p[evidence_bias_quasi_experimental];
  const double variance = error * error + bias * bias;
  const double expected =
      (first.mean * variance + std::log(1.05) * first.sd * first.sd) / (variance + first.sd * first.sd);
  const Belief found = belief(both, p);
  EXPECT_NEAR(found.mean, expected, 1e-6);
  EXPECT_NEAR(1.0 / (found.sd * found.sd), 1.0 / (first.sd * first.sd) + 1.0 / variance, 1e-3);
  EXPECT_LT(found.mean, first.mean);
  // The claim alone is what mode claimed uses, and the order of findings does not matter.
  ServiceModel model;
  model.name = "m";
  PracticeComponent component;
  component.name = "c";
  component.effects = {both};
  model.components = {component};
  EXPECT_NEAR(log_effects(model, {0}, p, EffectsMode::kClaimed, england(0))
                  .front()
                  .at(static_cast<std::size_t>(Lever::kRetention)),
              std::log(1.9), 1e-12);
  LeverEffect swapped = second;
  swapped.besides = {effect(Lever::kRetention, 1.9, EvidenceGrade::kBeforeAfter, 1.4)};
  EXPECT_NEAR(belief(swapped, p).mean, found.mean, 1e-12);
}

TEST(Belief, FallsWithEveryWeakerDesignAndWiderInterval) {
  const Parameters p;
  double above = 1.0;
  for (const auto grade : kGrades) {
    const Belief narrow = belief(effect(Lever::kRetention, 0.7, grade), p);
    const Belief wide = belief(effect(Lever::kRetention, 0.7, grade, 1.5), p);
    EXPECT_LT(narrow.weight, above);
    EXPECT_LT(wide.weight, narrow.weight);
    EXPECT_GT(wide.sd, narrow.sd);
    EXPECT_LT(wide.sd, p[evidence_prior_sd]);  // a claim tells something, however weak
    EXPECT_LT(wide.mean, 0.0);
    above = narrow.weight;
  }
}

// ---- Effects of a component ----

ServiceModel two_components() {
  ServiceModel model;
  model.name = "two";
  model.components.resize(2);
  model.components[0].name = "first";
  model.components[0].reach = 0.5;
  model.components[0].effects = {effect(Lever::kThresholdCare, 1.5, EvidenceGrade::kRandomised, 1.2),
                                 effect(Lever::kRetention, 0.8, EvidenceGrade::kExpert, 1.1)};
  model.components[1].name = "second";
  model.components[1].effects = {effect(Lever::kThresholdCare, 1.2, EvidenceGrade::kBeforeAfter, 1.4)};
  return model;
}

TEST(Effects, AreLogRatiosByReachAndBelief) {
  const Parameters p;
  const ServiceModel model = two_components();
  const auto of = [&](std::size_t component, EffectsMode mode) {
    return log_effects(model, {component}, p, mode, england(0)).front();
  };
  const LeverValues claimed = of(0, EffectsMode::kClaimed);
  EXPECT_NEAR(claimed[index(Lever::kThresholdCare)], 0.5 * std::log(1.5), 1e-12);
  EXPECT_NEAR(claimed[index(Lever::kRetention)], 0.5 * std::log(0.8), 1e-12);
  EXPECT_EQ(claimed[index(Lever::kReturnHome)], 0.0);
  EXPECT_NEAR(of(1, EffectsMode::kClaimed)[index(Lever::kThresholdCare)], std::log(1.2), 1e-12);
  const LeverValues weighted = of(0, EffectsMode::kEvidenceWeighted);
  for (const auto& claim : model.components[0].effects)
    EXPECT_NEAR(weighted[index(claim.lever)], 0.5 * belief(claim, p).mean, 1e-12);
  for (std::size_t component = 0; component < 2; ++component)
    for (const double x : of(component, EffectsMode::kZero)) EXPECT_EQ(x, 0.0);
}

// Standard normal deviates from the belief, one a replicate, of an effect of `model`.
constexpr std::uint32_t kReplicates = 20000;
std::vector<double> deviates(const ServiceModel& model, std::size_t component, std::size_t which,
                             const Parameters& p) {
  const PracticeComponent& c = model.components[component];
  const LeverEffect& claim = c.effects[which];
  const Belief believed = belief(claim, p);
  std::vector<double> out;
  for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
    const LeverValues drawn =
        log_effects(model, {component}, p, EffectsMode::kSampled, england(replicate)).front();
    out.push_back((drawn[index(claim.lever)] / c.reach - believed.mean) / believed.sd);
  }
  return out;
}
double mean_of_product(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0) / static_cast<double>(a.size());
}

// Each comparison fails by chance once in a million (statistics.hpp).
TEST(Sampled, HasTheMeanVarianceAndShapeOfTheBelief) {
  for (const double shared : {0.0, 0.5, 1.0}) {
    Parameters p;
    p[evidence_shared_share] = shared;
    const ServiceModel model = two_components();
    for (const auto& [component, which] : {std::pair{0, 0}, std::pair{0, 1}, std::pair{1, 0}}) {
      const auto z = deviates(model, static_cast<std::size_t>(component), static_cast<std::size_t>(which), p);
      const double n = kReplicates;
      EXPECT_NEAR(std::accumulate(z.begin(), z.end(), 0.0) / n, 0.0, sigmas() / std::sqrt(n)) << shared;
      EXPECT_NEAR(mean_of_product(z, z), 1.0, sigmas() * std::sqrt(2.0 / n)) << shared;
      EXPECT_LT(distance(z, [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }),
                distance_bound(z.size()))
          << shared;
    }
  }
}

// Effects of one model have a share of their doubt in common, towards more or less of what is claimed: the
// sign of the claim turns it round. Models have none in common.
TEST(Sampled, DoubtIsSharedWithinAModel) {
  ServiceModel other = two_components();
  other.name = "other";
  for (const double shared : {0.0, 0.5, 0.9}) {
    Parameters p;
    p[evidence_shared_share] = shared;
    const ServiceModel model = two_components();
    const auto raises = deviates(model, 0, 0, p);
    const auto lowers = deviates(model, 0, 1, p);
    const auto same_lever = deviates(model, 1, 0, p);
    const auto elsewhere = deviates(other, 0, 0, p);
    const double n = kReplicates;
    const double bound = sigmas() * std::sqrt((1.0 + shared * shared) / n);
    EXPECT_NEAR(mean_of_product(raises, lowers), -shared, bound);
    EXPECT_NEAR(mean_of_product(raises, same_lever), shared, bound);
    EXPECT_NEAR(mean_of_product(raises, elsewhere), 0.0, sigmas() / std::sqrt(n));
  }
}

// The draw belongs to the effect: not to who asks, nor to what else the model has or where it stands.
TEST(Sampled, IsKeyedByNames) {
  const Parameters p;
  const ServiceModel model = two_components();
  ServiceModel turned = model;
  std::swap(turned.components[0], turned.components[1]);
  std::swap(turned.components[1].effects[0], turned.components[1].effects[1]);
  const auto drawn = [&](const ServiceModel& from, std::size_t component, std::uint32_t replicate) {
    return log_effects(from, {component}, p, EffectsMode::kSampled, england(replicate)).front();
  };
  EXPECT_EQ(drawn(model, 0, 3), drawn(turned, 1, 3));
  EXPECT_EQ(drawn(model, 1, 3), drawn(turned, 0, 3));
  EXPECT_NE(drawn(model, 0, 3), drawn(model, 0, 4));
}

// ---- Several models ----

LeverValues combined(const std::vector<LeverValues>& effects, const Parameters& p = {}) {
  LeverValues out = neutral_levers();
  apply_levers(out, effects, p);
  for (double& x : out) x = std::log(x);
  return out;
}
LeverValues one_lever(double log_effect) {
  LeverValues out{};
  out[index(Lever::kRetention)] = log_effect;
  return out;
}

TEST(Together, OneModelCountsWhole) {
  for (const double x : {-0.7, 0.0, 0.4})
    EXPECT_NEAR(combined({one_lever(x)})[index(Lever::kRetention)], x, 1e-12);
  LeverValues levers = neutral_levers();
  apply_levers(levers, std::vector<LeverValues>(3, LeverValues{}), Parameters{});
  EXPECT_EQ(levers, neutral_levers());  // to the bit: a model without effects changes nothing
}

TEST(Together, ALargestEffectCountsWholeAndTheOthersByTheirShare) {
  Parameters p;
  for (const double share : {0.0, 0.5, 1.0}) {
    p[practice_combination_share] = share;
    const auto of = [&](std::vector<double> effects) {
      std::vector<LeverValues> each;
      for (const double x : effects) each.push_back(one_lever(x));
      return combined(each, p)[index(Lever::kRetention)];
    };
    EXPECT_NEAR(of({0.3, 0.2}), 0.3 + share * 0.2, 1e-12);
    EXPECT_NEAR(of({-0.3, -0.2, -0.1}), -0.3 - share * 0.3, 1e-12);
    EXPECT_NEAR(of({0.3, -0.2}), 0.1, 1e-12);  // opposite directions: each is the largest of its own
    EXPECT_NEAR(of({0.3, -0.2, 0.1, -0.05}), 0.3 + share * 0.1 - 0.2 - share * 0.05, 1e-12);
    EXPECT_NEAR(of({0.3, 0.0}), 0.3, 1e-12);
  }
}

TEST(Together, OrderDoesNotMatter) {
  std::vector<double> effects = {-0.3, -0.15, 0.05, 0.2};
  std::vector<LeverValues> first;
  for (const double x : effects) first.push_back(one_lever(x));
  const double expected = combined(first)[index(Lever::kRetention)];
  do {
    std::vector<LeverValues> each;
    for (const double x : effects) each.push_back(one_lever(x));
    EXPECT_NEAR(combined(each)[index(Lever::kRetention)], expected, 1e-12);
  } while (std::next_permutation(effects.begin(), effects.end()));
}

// ---- Fidelity by component ----

// A model of `n` components without staffing, taken up now, where nobody leaves and leaders stay.
struct Practice {
  ServiceModel model;
  std::vector<Uptake> uptakes;
  ImplementationState state;
  Parameters p;
  ImplementationMonth month;

  explicit Practice(std::size_t n = 1) {
    model.name = "practised";
    model.components.resize(n);
    for (std::size_t i = 0; i < n; ++i) model.components[i].name = "part_" + std::to_string(i);
    uptakes.resize(1);
    uptakes[0].model = &model;
    for (std::size_t i = 0; i < n; ++i) uptakes[0].components.push_back(i);
    start();
  }
  Practice(const Practice&) = delete;
  Practice& operator=(const Practice&) = delete;

  void start() { state = implementation_at_origin(uptakes, 0.0, p); }
  ComponentState& component(std::size_t i = 0) { return state.uptakes[0].components[i]; }
  double& fidelity(std::size_t i = 0) { return component(i).fidelity; }
  double& leadership() { return state.uptakes[0].leadership; }
  void advance(int months = 1) {
    for (int m = 0; m < months; ++m) {
      advance_implementation(state, uptakes, month, p);
      ++month.month;
    }
  }
};

TEST(Fidelity, GrowsAsAnExponentialApproachWithoutTurnover) {
  for (const double months : {6.0, 24.0, 60.0}) {
    Practice w;
    w.model.months_to_embed = months;
    for (int t = 1; t <= 120; ++t) {
      w.advance();
      ASSERT_NEAR(w.fidelity(), 1.0 - std::exp(-t / months), 1e-9);
    }
  }
}

TEST(Fidelity, OfAComponentHasItsOwnTime) {
  Practice w(2);
  w.model.months_to_embed = 24.0;
  w.model.components[1].months_to_embed = 6.0;
  w.advance(12);
  EXPECT_NEAR(w.fidelity(0), 1.0 - std::exp(-12.0 / 24.0), 1e-9);
  EXPECT_NEAR(w.fidelity(1), 1.0 - std::exp(-12.0 / 6.0), 1e-9);
}

TEST(Fidelity, OnlyOfWhatIsTakenUp) {
  Practice w(3);
  w.uptakes[0].components = {2};
  w.model.components[2].months_to_embed = 6.0;
  w.start();
  w.advance(12);
  ASSERT_EQ(w.state.uptakes[0].components.size(), 1U);
  EXPECT_NEAR(w.fidelity(), 1.0 - std::exp(-12.0 / 6.0), 1e-9);
}

TEST(Fidelity, WaitsForTheStartAndForTraining) {
  Practice w;
  w.uptakes[0].start_month = 3;
  w.model.training_months = 6.0;
  w.start();
  w.advance(9);
  EXPECT_EQ(w.fidelity(), 0.0);
  w.advance();
  EXPECT_NEAR(w.fidelity(), 1.0 - std::exp(-1.0 / 24.0), 1e-12);
}

TEST(Fidelity, SettlesWhereTurnoverMatchesGrowth) {
  Practice w;
  w.month.leavers_share = 0.02;
  w.advance(2000);
  const double growth = 1.0 - std::exp(-1.0 / 24.0);
  EXPECT_NEAR(w.fidelity(), growth / (growth + 0.02 * w.p[implementation_turnover_dilution]), 1e-9);
}

TEST(Fidelity, OverloadSlowsIt) {
  Practice w;
  w.month.caseload_ratio = 4.0;
  w.advance();
  EXPECT_NEAR(w.fidelity(), 1.0 - std::exp(-std::pow(4.0, -w.p[implementation_overload_elasticity]) / 24.0),
              1e-12);
}

TEST(Fidelity, FadesWhenTheGrantEndsUnlessPartnersHaveAgreed) {
  for (const double start : {0.95, 0.1}) {  // whether or not it had embedded
    Practice w;
    w.uptakes[0].grant_end_month = 12;
    w.month.month = 12;
    w.fidelity() = start;
    const double kept = 1.0 - w.p[implementation_grant_end_decay] / kMonthsPerYear;
    for (int t = 1; t <= 60; ++t) {
      w.advance();
      ASSERT_NEAR(w.fidelity(), start * std::pow(kept, t), 1e-9);
    }
    // Agreement in the end stops the fading and lets it grow again.
    const double low = w.fidelity();
    w.uptakes[0].partners_agree_month = w.month.month;
    w.advance();
    EXPECT_NEAR(w.fidelity(), low + (1.0 - low) * (1.0 - std::exp(-1.0 / 24.0)), 1e-12);
  }
  Practice granted, agreed, never;
  granted.uptakes[0].grant_end_month = 200;
  agreed.uptakes[0].grant_end_month = 12;
  agreed.uptakes[0].partners_agree_month = 12;
  for (Practice* w : {&granted, &agreed, &never}) w->advance(60);
  EXPECT_EQ(agreed.fidelity(), granted.fidelity());
  EXPECT_EQ(never.fidelity(), granted.fidelity());  // where the authority pays from the start funding lasts
}

TEST(Fidelity, StaysBetweenNothingAndAll) {
  Practice w;
  w.model.months_to_embed = 0.01;
  w.fidelity() = 1.0;
  w.advance();
  EXPECT_EQ(w.fidelity(), 1.0);
  w.month.leavers_share = 5.0;
  w.uptakes[0].grant_end_month = 0;
  w.advance();
  EXPECT_EQ(w.fidelity(), 0.0);
}

TEST(Leadership, IsLostAtAChangeAndRebuilt) {
  Practice w;
  w.month.month = 1;  // taken up the month before
  w.month.leadership_lost = 0.5;
  w.advance();
  w.month.leadership_lost = 0.0;
  const double recovery = 1.0 / w.p[leadership_recovery];
  double expected = 1.0 - 0.5 * std::exp(-recovery);
  EXPECT_NEAR(w.leadership(), expected, 1e-12);
  w.advance(24);
  EXPECT_NEAR(w.leadership(), 1.0 - 0.5 * std::exp(-25.0 * recovery), 1e-12);
  // A second change takes its share of what there is.
  const double before = w.leadership();
  w.month.leadership_lost = 0.3;
  w.advance();
  EXPECT_NEAR(1.0 - w.leadership(), (1.0 - 0.7 * before) * std::exp(-recovery), 1e-12);
  w.month.leadership_lost = 2.0;
  w.advance();
  EXPECT_GE(w.leadership(), 0.0);
}

TEST(Leadership, WhatIsMissingSlowsGrowthAndFadesPractice) {
  Practice w;
  w.p[leadership_recovery] = 1e12;  // lost for good
  w.leadership() = 0.4;
  w.fidelity() = 0.5;
  w.advance();
  const double growth = 1.0 - std::exp(-0.4 / 24.0);
  const double loss = 0.6 * w.p[implementation_leadership_decay] / kMonthsPerYear;
  EXPECT_NEAR(w.fidelity(), 0.5 + 0.5 * growth - 0.5 * loss, 1e-9);
  w.advance(4000);
  EXPECT_NEAR(w.fidelity(), growth / (growth + loss), 1e-6);
}

// Who takes a model up leads it, whatever becomes of those who lead what is there already.
TEST(Leadership, IsOfEachModelFromItsStart) {
  const auto first_led = [](bool with_second) {
    Practice w;
    if (with_second) {
      Uptake second = w.uptakes[0];
      second.start_month = 6;
      w.uptakes.push_back(second);
    }
    w.start();
    w.month.leadership_lost = 0.2;
    w.advance(6);
    EXPECT_LT(w.leadership(), 0.6);
    EXPECT_EQ(mean_leadership(w.state, w.uptakes, 5), w.leadership());
    w.advance();
    if (with_second) {
      EXPECT_EQ(w.state.uptakes[1].leadership, 1.0);
      EXPECT_NEAR(mean_leadership(w.state, w.uptakes, 6), 0.5 * (1.0 + w.leadership()), 1e-15);
      w.advance();
      EXPECT_NEAR(w.state.uptakes[1].leadership, 1.0 - 0.2 * std::exp(-1.0 / w.p[leadership_recovery]),
                  1e-12);
    } else {
      w.advance();
    }
    EXPECT_EQ(mean_leadership({}, {}, 0), 0.0);
    return std::pair(w.leadership(), w.fidelity());
  };
  EXPECT_EQ(first_led(true), first_led(false));
}

TEST(Reorganisation, StopsGrowthAndFadesPracticeByItsStrength) {
  for (const double strength : {0.5, 1.0, 2.0}) {
    Practice w;
    w.month.reorganisation = strength;
    w.fidelity() = 0.6;
    w.advance();
    const double growth = 1.0 - std::exp(-(1.0 - std::min(strength, 1.0)) / 24.0);
    const double loss = strength * w.p[implementation_reorganisation_decay] / kMonthsPerYear;
    EXPECT_NEAR(w.fidelity(), 0.6 + 0.4 * growth - 0.6 * loss, 1e-12) << strength;
  }
}

// Meeting peers prevents a share of every loss, and adds no growth of its own.
TEST(PracticeNetwork, HoldsWhatThereIs) {
  const auto loss = [](bool network) {
    Practice w;
    w.uptakes[0].grant_end_month = 0;  // no growth
    w.month = {.leavers_share = 0.02, .reorganisation = 0.5, .practice_network = network};
    w.leadership() = 0.7;
    w.fidelity() = 0.8;
    w.advance();
    return 0.8 - w.fidelity();
  };
  EXPECT_GT(loss(false), 0.0);
  EXPECT_NEAR(loss(true) / loss(false), 1.0 - Parameters{}[implementation_peer_hold], 1e-9);
  Practice with, without;
  with.month.practice_network = true;
  with.advance(24);
  without.advance(24);
  EXPECT_EQ(with.fidelity(), without.fidelity());
}

// ---- Staffing ----

Staffing staffing(double months_to_recruit = 6.0) {
  return {.posts_per_100_cases = 5.0,
          .gbp_per_post = 48000.0,
          .months_to_recruit = months_to_recruit,
          .source = "a test"};
}

TEST(Recruiting, FillsPostsToABalanceWithLeaving) {
  Practice w;
  w.model.components[0].staffing = staffing();
  w.start();
  EXPECT_EQ(w.component().filled, 0.0);
  const double joining = 1.0 - std::exp(-1.0 / 6.0);
  const double leaving = w.p[implementation_practitioner_turnover] / kMonthsPerYear;
  const double settled = joining / (joining + leaving);
  for (int t = 1; t <= 60; ++t) {
    w.advance();
    ASSERT_NEAR(w.component().filled, settled * (1.0 - std::pow(1.0 - joining - leaving, t)), 1e-9);
  }
  EXPECT_NEAR(w.component().dose(), w.fidelity() * w.component().filled, 1e-15);
  EXPECT_NEAR(practitioners(w.state.uptakes[0], w.uptakes[0], 400.0), settled * 5.0 / 100.0 * 400.0, 1e-3);
}

TEST(Recruiting, IsSlowerInACrowdAndFollowsTheMarket) {
  const auto filled = [](double crowding, double market, double months_to_recruit) {
    Practice w;
    w.p[implementation_practitioner_turnover] = 0.0;
    w.model.components[0].staffing = staffing(months_to_recruit);
    w.uptakes[0].crowding = crowding;
    w.month.recruitment = market;
    w.start();
    w.advance(10);
    return w.component().filled;
  };
  EXPECT_NEAR(filled(1.0, 1.0, 6.0), 1.0 - std::exp(-10.0 / 6.0), 1e-12);
  EXPECT_NEAR(filled(3.0, 1.0, 6.0), filled(1.0, 1.0, 18.0), 1e-12);
  EXPECT_NEAR(filled(1.0, 0.5, 6.0), filled(1.0, 1.0, 12.0), 1e-12);
  EXPECT_EQ(filled(1.0, 0.0, 6.0), 0.0);
}

TEST(Recruiting, StopsWithTheMoneyAndGoesOnWithThePartners) {
  Practice w;
  w.model.components[0].staffing = staffing();
  w.uptakes[0].grant_end_month = 24;
  w.start();
  w.advance(24);
  const double filled = w.component().filled;
  const double leaving = w.p[implementation_practitioner_turnover] / kMonthsPerYear;
  w.advance(12);
  EXPECT_NEAR(w.component().filled, filled * std::pow(1.0 - leaving, 12), 1e-12);
  w.uptakes[0].partners_agree_month = w.month.month;
  const double low = w.component().filled;
  w.advance();
  EXPECT_GT(w.component().filled, low);
}

TEST(Recruiting, ComponentsWithoutPostsAreNotHeldUp) {
  Practice w(2);
  w.model.components[0].staffing = staffing();
  w.start();
  EXPECT_EQ(w.component(1).filled, 1.0);
  w.month.recruitment = 0.0;
  w.advance(24);
  EXPECT_EQ(w.component(0).dose(), 0.0);
  EXPECT_GT(w.component(0).fidelity, 0.6);  // those there are work so
  EXPECT_EQ(w.component(1).dose(), w.component(1).fidelity);
}

// ---- Before the origin ----

TEST(BeforeTheOrigin, PracticeHasGrownForItsYears) {
  Practice w;
  w.p[leadership_change_rate] = 0.0;
  w.uptakes[0].start_month = -36;
  w.uptakes[0].before_origin = true;
  w.start();
  EXPECT_NEAR(w.fidelity(), 1.0 - std::exp(-36.0 / 24.0), 1e-9);
  EXPECT_EQ(w.state.uptakes[0].dose_at_origin[0], w.component().dose());
  // The grant of what an arm takes up is not in the past.
  w.uptakes[0].before_origin = false;
  w.start();
  EXPECT_EQ(w.state.uptakes[0].dose_at_origin[0], 0.0);
  w.model.training_months = 12.0;
  w.start();
  EXPECT_NEAR(w.fidelity(), 1.0 - std::exp(-24.0 / 24.0), 1e-9);
  w.model.training_months = 0.0;
  w.uptakes[0].grant_end_month = -24;
  w.start();
  const double kept = 1.0 - w.p[implementation_grant_end_decay] / kMonthsPerYear;
  EXPECT_NEAR(w.fidelity(), (1.0 - std::exp(-12.0 / 24.0)) * std::pow(kept, 24), 1e-9);
  // Turnover since then, at the authority's rate.
  w.uptakes[0].grant_end_month.reset();
  w.state = implementation_at_origin(w.uptakes, 0.3, w.p);
  EXPECT_LT(w.fidelity(), 1.0 - std::exp(-36.0 / 24.0));
}

// Leaders changed before the origin too: practice has grown under, and starts with, the mean of leadership.
TEST(BeforeTheOrigin, WasLedAsLeadersWhoChangeLeadOnAverage) {
  Practice w;
  const double changing = 1.0 - std::exp(-w.p[leadership_change_rate] / kMonthsPerYear);
  w.month = {.month = 1, .leadership_lost = changing * w.p[leadership_change_loss]};  // mean of its months
  w.advance(4000);
  const double usual = w.leadership();
  EXPECT_GT(usual, 0.5);
  EXPECT_LT(usual, 0.95);
  w.uptakes[0].start_month = -36;
  w.uptakes[0].before_origin = true;
  w.start();
  EXPECT_NEAR(w.leadership(), usual, 1e-12);
  const double growth = 1.0 - std::exp(-usual / 24.0);
  const double loss = (1.0 - usual) * w.p[implementation_leadership_decay] / kMonthsPerYear;
  EXPECT_NEAR(w.fidelity(), growth / (growth + loss) * (1.0 - std::pow(1.0 - growth - loss, 36.0)), 1e-9);
}

TEST(MeanFidelity, IsOfWhatIsUnderWayByReach) {
  Practice w(2);
  w.model.components[0].reach = 0.25;
  w.model.components[1].reach = 0.75;
  w.fidelity(0) = 0.8;
  w.fidelity(1) = 0.4;
  EXPECT_NEAR(mean_fidelity(w.state, w.uptakes, 0), 0.5, 1e-12);
  Uptake later = w.uptakes[0];
  later.start_month = 12;
  w.uptakes.push_back(later);
  w.state.uptakes.push_back({.components = {{}, {}}, .dose_at_origin = {0.0, 0.0}});
  EXPECT_NEAR(mean_fidelity(w.state, w.uptakes, 11), 0.5, 1e-12);
  EXPECT_NEAR(mean_fidelity(w.state, w.uptakes, 12), 0.25, 1e-12);
  EXPECT_EQ(mean_fidelity({}, {}, 0), 0.0);
}

// ---- Exchanges ----

// Three authorities with the same model of two components, and one with another model.
struct Network {
  ServiceModel model, other_model;
  std::array<std::vector<Uptake>, 4> uptakes;
  std::array<ImplementationState, 4> states;
  PeerNetwork network;
  Parameters p;

  Network() {
    model.components.resize(2);
    other_model.components.resize(2);
    for (std::size_t k = 0; k < 4; ++k) {
      Uptake uptake;
      uptake.model = k < 3 ? &model : &other_model;
      uptake.components = {0, 1};
      uptakes[k] = {uptake};
      states[k] = implementation_at_origin(uptakes[k], 0.0, p);
    }
    set_fidelity({0.2, 0.5, 0.9, 1.0});
    const std::array<double, 4> leadership = {0.3, 0.6, 0.9, 1.0};
    for (std::size_t k = 0; k < 4; ++k) states[k].uptakes[0].leadership = leadership[k];
  }
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;
  void set_fidelity(const std::array<double, 4>& values) {
    for (std::size_t k = 0; k < 4; ++k) states[k].uptakes[0].components[0].fidelity = values[k];
  }
  double fidelity(std::size_t k, std::size_t component = 0) const {
    return states[k].uptakes[0].components[component].fidelity;
  }
  void meet(std::vector<std::size_t> order = {0, 1, 2, 3}, int month = 0) {
    std::vector<NetworkMember> members;
    for (const std::size_t k : order) members.push_back({&uptakes[k], &states[k]});
    exchange(members, network, month, p);
  }
};

TEST(Exchange, LiftsTowardsThoseFurtherOnWithTheSameComponent) {
  Network w;
  const double rate = w.p[implementation_peer_rate];
  w.meet();
  EXPECT_NEAR(w.fidelity(0), 0.2 + rate * ((0.5 + 0.9) / 2.0 - 0.2), 1e-12);
  EXPECT_NEAR(w.fidelity(1), 0.5 + rate * (0.9 - 0.5), 1e-12);
  EXPECT_EQ(w.fidelity(2), 0.9);  // nobody falls
  EXPECT_EQ(w.fidelity(3), 1.0);
  for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(w.fidelity(k, 1), 0.0);  // nobody is further on with it
  EXPECT_NEAR(w.states[0].uptakes[0].leadership, 0.3 + rate * ((0.6 + 0.9 + 1.0) / 3.0 - 0.3), 1e-12);
  EXPECT_NEAR(w.states[2].uptakes[0].leadership, 0.9 + rate * 0.1,
              1e-12);  // leaders learn from leaders of any model
  EXPECT_EQ(w.states[3].uptakes[0].leadership, 1.0);
  // What came of it is told: the mean over the authority's components.
  EXPECT_NEAR(w.states[0].fidelity_from_peers, (w.fidelity(0) - 0.2) / 2.0, 1e-12);
  EXPECT_NEAR(w.states[0].leadership_from_peers, w.states[0].uptakes[0].leadership - 0.3, 1e-12);
  EXPECT_EQ(w.states[2].fidelity_from_peers, 0.0);
  // The same component taken up by others of a list counts as the same.
  w.uptakes[1][0].components = {1};
  w.states[1].uptakes[0].components = {{.fidelity = 0.7}};
  w.states[0].uptakes[0].components[1].fidelity = 0.1;
  const double before = w.fidelity(0);
  w.meet({0, 1});
  EXPECT_EQ(w.fidelity(0), before);
  EXPECT_NEAR(w.fidelity(0, 1), 0.1 + rate * 0.6, 1e-12);
}

// Everyone speaks from where they stood before the meeting.
TEST(Exchange, OrderOfMembersDoesNotMatter) {
  Network first;
  first.meet();
  std::vector<std::size_t> order = {0, 1, 2, 3};
  do {
    Network w;
    w.meet(order);
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_NEAR(w.fidelity(k), first.fidelity(k), 1e-15);
      EXPECT_NEAR(w.states[k].uptakes[0].leadership, first.states[k].uptakes[0].leadership, 1e-15);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

// Nobody learns from oneself: those who lead two models of an authority meet others.
TEST(Exchange, IsWithOthers) {
  Network w;
  w.uptakes[0].push_back(w.uptakes[3][0]);
  w.states[0].uptakes.push_back(w.states[3].uptakes[0]);
  w.states[0].uptakes[1].leadership = 0.9;
  w.meet({0, 1});
  const double gain = w.p[implementation_peer_rate] * (0.6 - 0.3);
  EXPECT_NEAR(w.states[0].uptakes[0].leadership, 0.3 + gain, 1e-12);
  EXPECT_EQ(w.states[0].uptakes[1].leadership, 0.9);
  EXPECT_NEAR(w.states[0].leadership_from_peers, gain / 2.0, 1e-12);
  EXPECT_NEAR(w.states[1].uptakes[0].leadership, 0.6 + w.p[implementation_peer_rate] * (0.9 - 0.6), 1e-12);
}

TEST(Exchange, EachChannelCarriesItsOwn) {
  for (const bool leadership : {false, true}) {
    Network w;
    w.network.leadership = leadership;
    w.network.practice = !leadership;
    w.meet();
    EXPECT_EQ(w.states[0].uptakes[0].leadership > 0.3, leadership);
    EXPECT_EQ(w.fidelity(0) > 0.2, !leadership);
  }
}

TEST(Exchange, ThoseWhoHaveNotStartedNeitherSpeakNorLearn) {
  Network w;
  w.uptakes[2][0].start_month = 12;  // the furthest on
  w.uptakes[0][0].start_month = 12;
  w.meet({0, 1, 2}, 11);
  EXPECT_EQ(w.fidelity(0), 0.2);
  EXPECT_EQ(w.fidelity(1), 0.5);
  EXPECT_EQ(w.states[0].uptakes[0].leadership, 0.3);
  EXPECT_EQ(w.states[1].uptakes[0].leadership, 0.6);
  w.meet({0, 1, 2}, 12);
  EXPECT_GT(w.fidelity(0), 0.2);
  EXPECT_GT(w.fidelity(1), 0.5);
}

// ---- Who pays ----

struct Paid {
  ModelCost sum;
  double in_all() const { return sum.programme + sum.authority + sum.nhs + sum.police; }
};
Paid paid(const Uptake& uptake, UptakeState& state, double cases, int from, int to, const Parameters& p) {
  Paid out;
  for (int month = from; month < to; ++month) {
    const ModelCost cost = cost_of_uptake(state, uptake, cases, month, p);
    out.sum.programme += cost.programme;
    out.sum.authority += cost.authority;
    out.sum.nhs += cost.nhs;
    out.sum.police += cost.police;
  }
  return out;
}

// 1,000 cases: component 0 reaches 400 with 20 posts, 3/4 of them filled; component 1 costs its running
// money.
struct Priced : Practice {
  static constexpr double kCases = 1000.0;
  static constexpr double kPosts = 0.75 * 5.0 / 100.0 * 400.0 * 48000.0;  // a year
  static constexpr double kRunning = 400.0 * 30.0 + 1000.0 * 120.0;       // a year
  static constexpr double kSetup = 800.0 * (0.4 * 250.0 + 60.0);          // 800 cases when it began

  Priced() : Practice(2) {
    model.components[0].reach = 0.4;
    model.components[0].staffing = staffing();
    model.components[0].running_gbp_per_case = 30.0;
    model.components[0].setup_gbp_per_case = 250.0;
    model.components[1].running_gbp_per_case = 120.0;
    model.components[1].setup_gbp_per_case = 60.0;
    start();
    component(0).filled = 0.75;
    state.uptakes[0].cases_at_start = 800.0;
  }
  Paid pay(int from, int to) { return paid(uptakes[0], state.uptakes[0], kCases, from, to, p); }
};

TEST(Paying, TheAuthorityPaysWithoutAGrant) {
  Priced w;
  const Paid year = w.pay(0, 12);
  EXPECT_NEAR(year.sum.authority, Priced::kPosts + Priced::kRunning + Priced::kSetup, 1e-6);
  EXPECT_EQ(year.in_all(), year.sum.authority);
}

TEST(Paying, SetUpIsSpentOnceOverItsMonths) {
  for (const double months : {1.0, 12.0, 17.5}) {
    Priced w;
    w.p[implementation_setup_months] = months;
    const double running = (Priced::kPosts + Priced::kRunning) / kMonthsPerYear;
    EXPECT_NEAR(w.pay(0, 1).in_all(), running + Priced::kSetup / months, 1e-6);
    EXPECT_NEAR(w.pay(1, 40).in_all(), 39.0 * running + Priced::kSetup * (1.0 - 1.0 / months), 1e-5);
    EXPECT_NEAR(w.state.uptakes[0].setup_spent_gbp, Priced::kSetup, 1e-6);
  }
}

TEST(Paying, TheGrantPaysUntilItEndsThenTheAuthorityAndItsPartners) {
  Priced w;
  w.uptakes[0].grant_end_month = 24;
  const double running = Priced::kPosts + Priced::kRunning;
  const Paid grant = w.pay(0, 24);
  EXPECT_NEAR(grant.sum.programme, 2.0 * running + Priced::kSetup, 1e-5);
  EXPECT_EQ(grant.in_all(), grant.sum.programme);
  const Paid alone = w.pay(24, 36);
  EXPECT_NEAR(alone.sum.authority, running, 1e-6);
  EXPECT_EQ(alone.in_all(), alone.sum.authority);
  w.uptakes[0].partners_agree_month = 36;
  const Paid shared = w.pay(36, 48);
  EXPECT_NEAR(shared.sum.nhs, running * w.p[implementation_partner_share_nhs], 1e-6);
  EXPECT_NEAR(shared.sum.police, running * w.p[implementation_partner_share_police], 1e-6);
  EXPECT_NEAR(shared.in_all(), running, 1e-6);
  EXPECT_EQ(shared.sum.programme, 0.0);
  // An agreement during the grant changes nothing until the grant ends.
  Priced early;
  early.uptakes[0].grant_end_month = 24;
  early.uptakes[0].partners_agree_month = 6;
  const Paid during = early.pay(0, 24);
  EXPECT_EQ(during.in_all(), during.sum.programme);
}

// Partners share what goes on, not what was needed to begin.
TEST(Paying, PartnersDoNotPayForSettingUp) {
  Priced w;
  w.uptakes[0].partners_agree_month = 0;
  const Paid year = w.pay(0, 12);
  const double running = Priced::kPosts + Priced::kRunning;
  const double share = w.p[implementation_partner_share_nhs] + w.p[implementation_partner_share_police];
  EXPECT_NEAR(year.sum.authority, running * (1.0 - share) + Priced::kSetup, 1e-5);
}

TEST(Paying, StaffingCostsByPostsFilledAndNothingIsPaidBeforeTheStart) {
  Priced w;
  w.component(0).filled = 0.0;
  EXPECT_NEAR(w.pay(0, 12).in_all(), Priced::kRunning + Priced::kSetup, 1e-6);
  w.uptakes[0].start_month = 30;
  EXPECT_EQ(w.pay(12, 30).in_all(), 0.0);
  EXPECT_GT(w.pay(30, 31).in_all(), 0.0);
}

TEST(Paying, WhatBeganBeforeTheOriginCostsNothingAnew) {
  Priced w;
  w.uptakes[0].start_month = -24;
  w.uptakes[0].before_origin = true;
  w.uptakes[0].grant_end_month = 12;
  EXPECT_EQ(w.pay(0, 36).in_all(), 0.0);
}

}  // namespace
}  // namespace hearth
