#include "app/levers.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <utility>

#include "app/resolve.hpp"
#include "core/error.hpp"
#include "model/practice/practice.hpp"

namespace hearth {
namespace {

std::vector<LeverEffects> effects_on_levers(const ServiceModel& model, const Adoption& adoption,
                                            const Arm& arm) {
  const Parameters& p = arm.parameters;
  std::vector<LeverEffects> out;
  for (const auto& lever : kLeverTable) {
    LeverEffects row;
    row.lever = &lever;
    double claimed = 0.0, believed = 0.0, in_common = 0.0, own = 0.0;
    for (const std::size_t i : adoption.components)
      for (const auto& effect : model.components[i].effects) {
        if (effect.lever != lever.id) continue;
        const Belief belief = hearth::belief(effect, p);
        const double reach = model.components[i].reach;
        claimed += reach * std::log(effect.ratio);
        believed += reach * belief.mean;
        in_common += (effect.ratio < 1.0 ? -1.0 : 1.0) * reach * belief.sd;
        own += reach * reach * belief.sd * belief.sd;
        row.parts.push_back(fmt::format("{} ({}, {})", model.components[i].name,
                                        kEvidenceGradeNames[static_cast<std::size_t>(effect.grade)],
                                        effect.source));
        for (const auto& other : effect.besides)
          row.parts.push_back(fmt::format("also found ({}, {})",
                                          kEvidenceGradeNames[static_cast<std::size_t>(other.grade)],
                                          other.source));
      }
    const double shared = p[Parameter::evidence_shared_share];
    const double sd = std::sqrt(shared * in_common * in_common + (1.0 - shared) * own);
    constexpr double kNinetyPercent = 1.6448536269514722;
    row.claimed = std::exp(claimed);
    row.used = arm.effects == EffectsMode::kZero      ? 1.0
               : arm.effects == EffectsMode::kClaimed ? row.claimed
                                                      : std::exp(believed);
    row.low = std::exp(believed - kNinetyPercent * sd);
    row.high = std::exp(believed + kNinetyPercent * sd);
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
