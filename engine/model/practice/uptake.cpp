#include "model/practice/uptake.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/calendar.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {
namespace {

// Share of England's children in authorities that take up a model within a year of `month`: they all recruit
// the same practitioners, whether or not the scenario simulates them.
double recruiting_share(const Arm& arm, const England& england, int month) {
  double recruiting = 0.0;
  double children = 0.0;
  for (const auto& authority : england.authorities) {
    children += authority.children;
    if (std::any_of(arm.adoption.begin(), arm.adoption.end(), [&](const Adoption& adoption) {
          return concerns(adoption.authorities, authority.code) &&
                 std::abs(adoption.start_month - month) <= kMonthsPerYear;
        }))
      recruiting += authority.children;
  }
  return recruiting / children;
}

}  // namespace

bool concerns(const std::vector<int>& authorities, int code) {
  return authorities.empty() || std::find(authorities.begin(), authorities.end(), code) != authorities.end();
}

std::vector<Uptake> uptakes_of(const Scenario& scenario, const Arm& arm, const England& england, int code) {
  std::vector<Uptake> out;
  for (const auto& before : scenario.history) {
    if (!concerns(before.authorities, code)) continue;
    Uptake uptake;
    uptake.model = &scenario.service_models.at(before.service_model);
    uptake.components = before.components;
    // In every arm alike, so that arms differ by what they take up alone.
    uptake.effects = effects_in(scenario, scenario.arms.at(scenario.baseline));
    uptake.start_month = before.start_month;
    uptake.before_origin = true;
    out.push_back(std::move(uptake));
  }
  for (const auto& adoption : arm.adoption) {
    if (!concerns(adoption.authorities, code) || adoption.start_month >= scenario.horizon_months) continue;
    Uptake uptake;
    uptake.model = &scenario.service_models.at(adoption.service_model);
    uptake.components = adoption.components;
    uptake.effects = effects_in(scenario, arm);
    uptake.start_month = adoption.start_month;
    uptake.grant_end_month = adoption.grant_end_month;
    uptake.partners_agree_month = adoption.partners_agree_month;
    for (auto& earlier : out) {
      if (!earlier.before_origin || earlier.model != uptake.model) continue;
      earlier.grant_end_month = adoption.grant_end_month;
      earlier.partners_agree_month = adoption.partners_agree_month;
      std::erase_if(uptake.components, [&](std::size_t i) {
        return std::find(earlier.components.begin(), earlier.components.end(), i) != earlier.components.end();
      });
    }
    if (uptake.components.empty() && !uptake.model->components.empty()) continue;
    uptake.crowding = 1.0 + arm.parameters[Parameter::implementation_recruitment_crowding] *
                                recruiting_share(arm, england, uptake.start_month);
    out.push_back(std::move(uptake));
  }
  return out;
}

}  // namespace hearth
