#include "model/practice.hpp"

#include <cmath>

namespace hearth {

double evidence_weight(const Parameters& p, EffectsMode mode, EvidenceGrade grade) {
  using enum Parameter;
  switch (mode) {
    case EffectsMode::kClaimed:
      return 1.0;
    case EffectsMode::kZero:
      return 0.0;
    case EffectsMode::kEvidenceWeighted:
      break;
  }
  switch (grade) {
    case EvidenceGrade::kRandomised:
      return p[evidence_weight_randomised];
    case EvidenceGrade::kQuasiExperimental:
      return p[evidence_weight_quasi_experimental];
    case EvidenceGrade::kBeforeAfter:
      return p[evidence_weight_before_after];
    case EvidenceGrade::kExpert:
      return p[evidence_weight_expert];
  }
  return 0.0;
}

LeverValues log_effects(const ServiceModel& model, const Parameters& p, EffectsMode mode) {
  LeverValues out{};
  for (const auto& component : model.components)
    for (const auto& effect : component.effects)
      out.at(static_cast<std::size_t>(effect.lever)) +=
          component.reach * evidence_weight(p, mode, effect.grade) * std::log(effect.ratio);
  return out;
}

void apply_levers(LeverValues& levers, const LeverValues& effects, double fidelity) {
  for (std::size_t i = 0; i < kLevers; ++i)
    if (effects[i] != 0.0) levers[i] *= std::exp(fidelity * effects[i]);
}

}  // namespace hearth
