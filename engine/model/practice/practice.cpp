#include "model/practice/practice.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "kernels/elementary.hpp"
#include "scenario/beliefs.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {
namespace {

// FNV-1a: a key that stays the same wherever the model stands in a scenario.
std::uint32_t key_of(std::string_view text, std::uint32_t key = 2166136261U) {
  for (const char c : text) key = (key ^ static_cast<std::uint8_t>(c)) * 16777619U;
  return key;
}

// How far each effect of a model is drawn from its believed mean. Without a response part of the doubt is in
// common: who overrates one effect of a model overrates the others. With one the outcomes say what goes
// together.
Eigen::VectorXd drawn_deviations(const ServiceModel& model, const Eigen::MatrixXd& covariance,
                                 const Parameters& p, const Draws& draws) {
  const auto standard_normal = [&](std::uint32_t key, std::uint32_t occurrence) {
    const Bits bits = draws.block(Process::kEffects, key, occurrence);
    return normal(bits[0], bits[1]);
  };
  const std::uint32_t of_model = key_of(model.same_draws_as.empty() ? model.name : model.same_draws_as);
  const double shared = p[Parameter::evidence_shared_share];
  const double common = std::sqrt(shared) * standard_normal(of_model, 0);
  Eigen::VectorXd own(covariance.rows());
  Eigen::VectorXd out(covariance.rows());
  Eigen::Index i = 0;
  for (const auto& component : model.components)
    for (const auto& effect : component.effects) {
      own[i] = standard_normal(key_of(component.name, key_of("/", of_model)),
                               1U + static_cast<std::uint32_t>(effect.lever));
      out[i] =
          std::sqrt(covariance(i, i)) * (effect.towards_claim() * common + std::sqrt(1.0 - shared) * own[i]);
      ++i;
    }
  return model.response ? Eigen::VectorXd(product(lower_root(covariance), own)) : out;
}

// Log effects at full dose, component by component, as a mode has them.
Eigen::VectorXd effects_in_mode(const ServiceModel& model, const std::vector<std::size_t>& components,
                                const Parameters& p, EffectsMode mode, const Draws& draws) {
  if (mode == EffectsMode::kZero) return Eigen::VectorXd::Zero(static_cast<Eigen::Index>(effects_of(model)));
  if (mode == EffectsMode::kClaimed) return claimed_effects(model, p);
  const Gaussian believed = believed_effects(model, p);
  if (mode == EffectsMode::kEvidenceWeighted) return believed.mean;
  return believed.mean + convexity(model, components, believed.covariance) +
         drawn_deviations(model, believed.covariance, p, draws);
}

}  // namespace

std::vector<LeverValues> log_effects(const ServiceModel& model, const std::vector<std::size_t>& components,
                                     const Parameters& p, EffectsMode mode, const Draws& draws) {
  const Eigen::VectorXd effects = effects_in_mode(model, components, p, mode, draws);
  std::vector<LeverValues> of_all(model.components.size());
  Eigen::Index at = 0;
  for (std::size_t c = 0; c < model.components.size(); ++c) {
    of_all[c].fill(0.0);
    for (const auto& effect : model.components[c].effects)
      of_all[c].at(static_cast<std::size_t>(effect.lever)) += model.components[c].reach * effects[at++];
  }
  std::vector<LeverValues> out;
  for (const std::size_t c : components) out.push_back(of_all.at(c));
  return out;
}

EffectDraws draw_effects(const Scenario& scenario, std::size_t first, std::size_t replicates) {
  // What an arm adopts of a model: for each lever the effects on it, with their reach.
  struct Drawn {
    const ServiceModel* model;
    const Parameters* parameters;
    Eigen::MatrixXd covariance;
    std::map<std::size_t, std::vector<std::pair<Eigen::Index, double>>> by_lever;
  };
  EffectDraws out;
  std::vector<Drawn> all;
  for (std::size_t a = 0; a < scenario.arms.size(); ++a) {
    const Arm& arm = scenario.arms[a];
    if (effects_in(scenario, arm) != EffectsMode::kSampled) continue;
    std::map<std::size_t, std::set<std::size_t>> adopted;  // components by model
    for (const Adoption& adoption : arm.adoption)
      adopted[adoption.service_model].insert(adoption.components.begin(), adoption.components.end());
    for (const auto& [position, components] : adopted) {
      const ServiceModel& model = scenario.service_models.at(position);
      Drawn drawn{&model, &arm.parameters, believed_effects(model, arm.parameters).covariance, {}};
      Eigen::Index at = 0;
      for (std::size_t c = 0; c < model.components.size(); ++c)
        for (const LeverEffect& effect : model.components[c].effects) {
          const Eigen::Index i = at++;
          if (!components.contains(c) || effect.grade == EvidenceGrade::kDecision) continue;
          drawn.by_lever[static_cast<std::size_t>(effect.lever)].emplace_back(i, model.components[c].reach);
        }
      for (const auto& [lever, effects] : drawn.by_lever)
        out.effects.push_back({a, model.name, std::string(kLeverTable[lever].name)});
      all.push_back(std::move(drawn));
    }
  }
  for (std::size_t r = first; r < first + replicates; ++r) {
    const Draws draws(scenario.seed, static_cast<std::uint32_t>(r), kAllAuthorities);
    for (const Drawn& drawn : all) {
      const Eigen::VectorXd deviations =
          drawn_deviations(*drawn.model, drawn.covariance, *drawn.parameters, draws);
      for (const auto& [lever, effects] : drawn.by_lever) {
        double sum = 0.0;
        for (const auto& [effect, reach] : effects) sum += reach * deviations[effect];
        out.deviations.push_back(sum);
      }
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
