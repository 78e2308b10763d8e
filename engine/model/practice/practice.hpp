// Service models as data: a bundle of practice components, each acting on named levers in proportion to its
// reach, the weight of its evidence, and how far the authority practises it.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/effect_draws.hpp"
#include "kernels/draws.hpp"
#include "parameters/registry.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// The code under which draws are England's, the same in every authority.
inline constexpr int kAllAuthorities = 0;

using LeverValues = std::array<double, kLevers>;

inline LeverValues neutral_levers() {
  LeverValues out;
  out.fill(1.0);
  return out;
}

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

// Log effects of a component on each lever at full dose, its reach included. `draws` are those of England in
// the replicate and used in mode sampled alone: the same effect has the same draw in every arm and authority.
LeverValues log_effects(const ServiceModel& model, const PracticeComponent& component,
                        const Parameters& parameters, EffectsMode mode, const Draws& draws);

// What the effects of each arm that samples them are drawn as in `replicates` replicates from `first`.
EffectDraws draw_effects(const Scenario& scenario, std::size_t first, std::size_t replicates);

// Multiplies `levers` by the effects of the service models of an authority; each item holds the log effects
// of one of them at its dose. On each lever and in each direction the largest counts whole and the others by
// practice.combination_share: nobody has measured two models together, and they do some of the same work.
void apply_levers(LeverValues& levers, std::span<const LeverValues> log_effects,
                  const Parameters& parameters);

}  // namespace hearth
