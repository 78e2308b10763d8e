// Service models as data: a bundle of practice components, each acting on named levers in proportion to its
// reach, the weight of its evidence, and the fidelity with which the authority works to the model.
#pragma once

#include <array>

#include "parameters/registry.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

using LeverValues = std::array<double, kLevers>;  // what each lever is multiplied by

inline LeverValues neutral_levers() {
  LeverValues out;
  out.fill(1.0);
  return out;
}

// Share of an effect of this grade that counts in this mode (0 to 1).
double evidence_weight(const Parameters& parameters, EffectsMode mode, EvidenceGrade grade);

// Sum of log effects on each lever at full fidelity.
LeverValues log_effects(const ServiceModel& model, const Parameters& parameters, EffectsMode mode);

// Multiplies `levers` by exp(fidelity x log_effects).
void apply_levers(LeverValues& levers, const LeverValues& log_effects, double fidelity);

}  // namespace hearth
