#include "app/levers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "app/resolve.hpp"
#include "core/error.hpp"
#include "core/statistics.hpp"
#include "scenario/beliefs.hpp"

namespace hearth {
namespace {

std::string part_text(const PracticeComponent& component, const LeverEffect& effect) {
  if (effect.from_outcomes) return fmt::format("{} (from the outcomes of its studies)", component.name);
  return fmt::format("{} ({}, {})", component.name,
                     kEvidenceGradeNames[static_cast<std::size_t>(effect.grade)], effect.source);
}

std::vector<LeverEffects> effects_on_levers(const ServiceModel& model, const Adoption& adoption,
                                            const Arm& arm) {
  const EffectBeliefs beliefs = effect_beliefs(model, arm.parameters);
  std::vector<LeverEffects> out;
  for (const auto& lever : kLeverTable) {
    LeverEffects row;
    row.lever = &lever;
    Eigen::VectorXd reach = Eigen::VectorXd::Zero(beliefs.claimed.size());  // of effects on the lever
    Eigen::Index at = 0;
    for (std::size_t i = 0; i < model.components.size(); ++i)
      for (const auto& effect : model.components[i].effects) {
        const Eigen::Index here = at++;
        if (effect.lever != lever.id ||
            std::ranges::find(adoption.components, i) == adoption.components.end())
          continue;
        reach[here] = model.components[i].reach;
        row.parts.push_back(part_text(model.components[i], effect));
        for (const auto& other : effect.besides)
          row.parts.push_back(fmt::format("also found ({}, {})",
                                          kEvidenceGradeNames[static_cast<std::size_t>(other.grade)],
                                          other.source));
      }
    const double believed = reach.dot(beliefs.believed.mean);
    const double sd = std::sqrt(std::max(0.0, reach.dot(beliefs.believed.covariance * reach)));
    row.claimed = std::exp(reach.dot(beliefs.claimed));
    row.used = arm.effects == EffectsMode::kZero      ? 1.0
               : arm.effects == EffectsMode::kClaimed ? row.claimed
                                                      : std::exp(believed);
    row.low = std::exp(believed - kNormalInterval * sd);
    row.high = std::exp(believed + kNormalInterval * sd);
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace

std::vector<AdoptedModel> adopted_models(const Scenario& scenario, const std::string& arm) {
  require_arm(scenario, arm);
  std::vector<AdoptedModel> out;
  for (const auto& each : scenario.arms) {
    if (!arm.empty() && each.name != arm) continue;
    std::set<std::pair<std::size_t, std::vector<std::size_t>>> seen;
    for (const auto& adoption : each.adoption) {
      if (!seen.emplace(adoption.service_model, adoption.components).second) continue;
      const ServiceModel& model = scenario.service_models[adoption.service_model];
      out.push_back({each, model, effects_on_levers(model, adoption, each)});
    }
  }
  if (out.empty())
    throw UsageError(arm.empty() ? fmt::format("no arm of {} adopts a service model", scenario.name)
                                 : fmt::format("the arm {} adopts no service model", arm));
  return out;
}

}  // namespace hearth
