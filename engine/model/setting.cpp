#include "model/setting.hpp"

#include <algorithm>

#include "model/casework/case_history.hpp"

namespace hearth {

Setting make_setting(const Scenario& scenario, const Arm& arm, const England& england,
                     const AuthorityOrigin& authority, const Families& families,
                     const CareHistory& care_history) {
  Setting s;
  const Parameters& p = arm.parameters;
  s.authority = &authority;
  s.families = &families;
  s.care_history = &care_history;
  s.parameters = &p;
  s.sampling_fraction = scenario.sampling_fraction;
  s.needs = make_needs_tables(p, authority.low_income_share, authority.idaci);
  s.contact = make_contact_tables(p);
  s.casework = make_case_tables(p, s.needs);
  s.care = make_care_tables(p);
  s.costs = make_unit_costs(p, scenario.reference, authority, placements_at_origin(p, authority));
  s.prices = &scenario.prices;
  s.drift = make_drift_tables(scenario, p, authority.code, region_number(authority.region));
  s.at_origin = propensities_at_origin(s.drift);
  s.uptakes = uptakes_of(scenario, arm, england, authority.code);
  const auto& members = arm.peer_learning.members;
  if (std::find(members.begin(), members.end(), authority.code) != members.end())
    s.network = &arm.peer_learning;
  for (const auto& shock : arm.shocks) {
    if (!concerns(shock.authorities, authority.code)) continue;
    const bool is_ratio = kShockTable[index(shock.kind)].is_ratio;
    auto& sizes = s.shocks.at(index(shock.kind));
    sizes.resize(static_cast<std::size_t>(scenario.horizon_months), is_ratio ? 1.0F : 0.0F);
    for (int m = std::max(shock.start_month, 0); m < std::min(shock.end_month, scenario.horizon_months);
         ++m) {
      float& size = sizes[static_cast<std::size_t>(m)];
      size = is_ratio ? size * static_cast<float>(shock.size) : size + static_cast<float>(shock.size);
    }
  }
  s.initial_needs = initial_needs(s.needs, s.contact, s.at_origin, p);
  s.plan_before_per_contact = plan_before_per_contact(s.needs, s.contact, families, p);
  s.child_in_need_months =
      child_in_need_months(s.casework, authority, england.children_in_need_duration, s.at_origin, p);
  return s;
}

}  // namespace hearth
