#include "model/casework/case_children.hpp"

#include <algorithm>
#include <bit>

namespace hearth {

void refresh_children(AuthorityState& s, Case& c, int month) {
  const Births& births = s.families.births[c.family];
  const FamilyState& f = s.family[c.family];
  const unsigned home = children_mask(s, c.family, month);
  const int n = std::popcount(home);
  float court = 0.0F;
  float care = 0.0F;
  bool infant = false;
  int next = births.month[static_cast<std::size_t>(std::popcount(births.born_by(month)))];
  for_each_bit(home, [&](std::size_t k) {
    const ChildWeights& child = s.setting.casework.by_age[static_cast<std::size_t>(month - births.month[k])];
    court += child.court;
    infant = infant || month - births.month[k] < kMonthsPerYear;
    care += child.care;
    next = std::min(next, births.month[k] + child.until_age);
  });
  c.flags = static_cast<std::uint8_t>((c.flags & ~kInfant) | (infant ? unsigned{kInfant} : 0U));
  if (c.flags & kReunified) {
    if (month >= c.reunified_until) {
      c.flags = static_cast<std::uint8_t>(c.flags & ~kReunified);
    } else {
      care *= static_cast<float>(s.parameters[Parameter::care_re_entry_ratio]);
      next = std::min<int>(next, c.reunified_until);
    }
  }
  const int change = n - c.children;
  s.open_children += change;
  if (c.flags & kOnPlan) {
    // A child born into a plan starts one; a child who enters care or turns 18 ends it.
    s.plan_children += change;
    if (change > 0)
      count_plans_started(s, f, change);
    else
      count(s, Measure::kChildProtectionPlansEnded, -change);
  }
  c.children = static_cast<std::uint8_t>(n);
  c.court_weight = court;
  c.care_weight = care;
  c.next_age_month = static_cast<std::int16_t>(next);
}

void count_plans_started(AuthorityState& s, const FamilyState& f, int children) {
  count(s, Measure::kChildProtectionPlansStarted, children);
  count(s, Measure::kChildProtectionPlansStartedByDeprivation, children, deprivation_fifth(f.family_class));
  count(s, Measure::kChildProtectionPlansStartedByPoverty, children, f.state & kPoverty);
}

void support_at_home(AuthorityState& s, std::uint32_t family, int month) {
  Case& c = s.cases[s.family[family].case_index];
  c.flags = static_cast<std::uint8_t>(c.flags | kReunified);
  c.reunified_until = reunified_until(s, month);
  refresh_children(s, c, month);
}

}  // namespace hearth
