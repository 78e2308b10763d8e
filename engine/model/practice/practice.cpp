#include "model/practice/practice.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include "kernels/elementary.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {
namespace {

constexpr double kNinetyPercent = 2.0 * 1.6448536269514722;  // width of a 90% interval in standard deviations

// FNV-1a: a key that stays the same wherever the model stands in a scenario.
std::uint32_t key_of(std::string_view text, std::uint32_t key = 2166136261U) {
  for (const char c : text) key = (key ^ static_cast<std::uint8_t>(c)) * 16777619U;
  return key;
}

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

}  // namespace

Belief belief(const LeverEffect& effect, const Parameters& p) {
  if (effect.grade == EvidenceGrade::kDecision)
    return {.weight = 1.0, .mean = elementary::log(effect.ratio), .sd = 0.0};
  const double prior = p[Parameter::evidence_prior_sd];
  double precision = 1.0 / (prior * prior);
  double sum = 0.0;
  const auto add = [&](const EvidenceFinding& finding) {
    const double error = elementary::log(finding.high / finding.low) / kNinetyPercent;
    const double bias = p[bias_of(finding.grade)];
    constexpr double kSurest = 1e-12;  // a finding beyond doubt still divides
    const double variance = std::max(error * error + bias * bias, kSurest);
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

LeverValues log_effects(const ServiceModel& model, const PracticeComponent& component, const Parameters& p,
                        EffectsMode mode, const Draws& draws) {
  LeverValues out{};
  if (mode == EffectsMode::kZero) return out;
  const auto standard_normal = [&](std::uint32_t key, std::uint32_t occurrence) {
    const Bits bits = draws.block(Process::kEffects, key, occurrence);
    return normal(bits[0], bits[1]);
  };
  for (const auto& effect : component.effects) {
    double log_ratio = elementary::log(effect.ratio);
    if (mode != EffectsMode::kClaimed) {
      const Belief believed = belief(effect, p);
      log_ratio = believed.mean;
      if (mode == EffectsMode::kSampled) {
        // Who overrates one effect of a model overrates the others: part of the doubt is in common, towards
        // more or less of what is claimed.
        const double shared = p[Parameter::evidence_shared_share];
        const std::uint32_t of_model = key_of(model.same_draws_as.empty() ? model.name : model.same_draws_as);
        const double common = standard_normal(of_model, 0);
        const double own = standard_normal(key_of(component.name, key_of("/", of_model)),
                                           1U + static_cast<std::uint32_t>(effect.lever));
        const double direction = effect.ratio < 1.0 ? -1.0 : 1.0;
        log_ratio += believed.sd * (std::sqrt(shared) * direction * common + std::sqrt(1.0 - shared) * own);
      }
    }
    out.at(static_cast<std::size_t>(effect.lever)) += component.reach * log_ratio;
  }
  return out;
}

EffectDraws draw_effects(const Scenario& scenario, std::size_t first, std::size_t replicates) {
  struct Column {
    std::size_t arm;
    const ServiceModel* model;
    std::vector<const PracticeComponent*> components;
    std::size_t lever;

    double log_effect(const Parameters& p, EffectsMode mode, const Draws& draws) const {
      double out = 0.0;
      for (const PracticeComponent* component : components)
        out += log_effects(*model, *component, p, mode, draws)[lever];
      return out;
    }
  };
  EffectDraws out;
  std::vector<Column> columns;
  for (std::size_t a = 0; a < scenario.arms.size(); ++a) {
    const Arm& arm = scenario.arms[a];
    if (effects_in(scenario, arm) != EffectsMode::kSampled) continue;
    std::map<std::size_t, std::set<std::size_t>> adopted;  // components by model
    for (const Adoption& adoption : arm.adoption)
      adopted[adoption.service_model].insert(adoption.components.begin(), adoption.components.end());
    for (const auto& [position, components] : adopted) {
      const ServiceModel& model = scenario.service_models.at(position);
      std::map<std::size_t, std::vector<const PracticeComponent*>> by_lever;
      for (const std::size_t i : components)
        for (const LeverEffect& effect : model.components[i].effects) {
          if (effect.grade == EvidenceGrade::kDecision) continue;  // nothing is drawn
          auto& acting = by_lever[static_cast<std::size_t>(effect.lever)];
          if (acting.empty() || acting.back() != &model.components[i]) acting.push_back(&model.components[i]);
        }
      for (auto& [lever, acting] : by_lever) {
        columns.push_back({a, &model, std::move(acting), lever});
        out.effects.push_back({a, model.name, std::string(kLeverTable[lever].name)});
      }
    }
  }
  for (std::size_t r = first; r < first + replicates; ++r) {
    const Draws draws(scenario.seed, static_cast<std::uint32_t>(r), kAllAuthorities);
    for (const Column& column : columns) {
      const Parameters& p = scenario.arms[column.arm].parameters;
      out.deviations.push_back(column.log_effect(p, EffectsMode::kSampled, draws) -
                               column.log_effect(p, EffectsMode::kEvidenceWeighted, draws));
    }
  }
  return out;
}

void apply_levers(LeverValues& levers, std::span<const LeverValues> log_effects, const Parameters& p) {
  const double share = p[Parameter::practice_combination_share];
  for (std::size_t i = 0; i < kLevers; ++i) {
    double up = 0.0, down = 0.0, most = 0.0, least = 0.0;
    for (const auto& effects : log_effects) {
      up += std::max(effects[i], 0.0);
      down += std::min(effects[i], 0.0);
      most = std::max(most, effects[i]);
      least = std::min(least, effects[i]);
    }
    const double combined = most + share * (up - most) + least + share * (down - least);
    if (combined != 0.0) levers[i] *= elementary::exp(combined);
  }
}

}  // namespace hearth
