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

// Log effects of each of some components on each lever at full dose, its reach included. `draws` are those of
// England in the replicate and used in mode sampled alone: the same effect has the same draw in every arm and
// authority.
std::vector<LeverValues> log_effects(const ServiceModel& model, const std::vector<std::size_t>& components,
                                     const Parameters& parameters, EffectsMode mode, const Draws& draws);

// What the effects of each arm that samples them are drawn as in `replicates` replicates from `first`.
EffectDraws draw_effects(const Scenario& scenario, std::size_t first, std::size_t replicates);

// Multiplies `levers` by the effects of the service models of an authority; each item holds the log effects
// of one of them at its dose. On each lever and in each direction the largest counts whole and the others by
// practice.combination_share: nobody has measured two models together, and they do some of the same work.
void apply_levers(LeverValues& levers, std::span<const LeverValues> log_effects,
                  const Parameters& parameters);

}  // namespace hearth
