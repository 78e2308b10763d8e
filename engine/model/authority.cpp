#include "model/authority.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

#include "model/care/breakdowns.hpp"
#include "model/care/care_events.hpp"
#include "model/care/unaccompanied.hpp"
#include "model/casework/births_after_removal.hpp"
#include "model/casework/case_events.hpp"
#include "model/contact/contact_events.hpp"
#include "model/needs/needs_events.hpp"
#include "model/origin.hpp"
#include "model/outcomes/month_totals.hpp"
#include "model/population/family_start.hpp"
#include "model/practice/month.hpp"

namespace hearth {

AuthorityState start_authority(const Setting& setting, std::uint64_t seed, const ReplicateKeys& keys) {
  AuthorityState authority(setting, seed, keys);
  start_at_origin(authority);
  return authority;
}

// Why in this order (docs/model.md, the month's order). Practice comes first, from the state at the month's
// start, so that every event of the month has the same rates. Families come before anything can happen to
// them. Needs come before births that services meet and before concerns, which they raise, and both before
// casework; a case opened by a referral runs for the rest of the month at once, so casework is left with the
// cases open at the month's start. Casework comes before care: a child who enters care runs for the rest of
// the month at once, so care is left with the children looked after at the start. What leads back from care
// to casework comes after it: support at home opens its cases when all returns are known. Birthdays and
// totals are of the day on which the month ends.
void advance(AuthorityState& s, int until, AuthoritySeries& series) {
  assert(until <= static_cast<int>(s.families.alive_begin.size()));
  for (; s.month < until; ++s.month) {
    begin_month(s, s.month);
    families_come_and_go(s, s.month);
    change_needs(s, s.month);
    meet_births(s, s.month);
    raise_concerns(s, s.month);
    work_on_cases(s, s.month);
    receive_unaccompanied(s, s.month);
    break_down(s, s.month);
    look_after_children(s, s.month);
    support_after_returns(s, s.month);
    pass_birthdays_in_care(s, s.month);
    end_month(s, s.month, series);
  }
}

NetworkMember network_member(AuthorityState& s) {
  return {&s.setting.uptakes, &s.implementation};
}

void reverse_lists(AuthorityState& s) {
  std::reverse(s.cases.begin(), s.cases.end());
  for (std::uint32_t i = 0; i < s.cases.size(); ++i) s.family[s.cases[i].family].case_index = i;
  std::reverse(s.looked_after.begin(), s.looked_after.end());
}

Census running(const AuthorityState& s) {
  return {s.open_children,
          s.plan_children,
          static_cast<int>(s.looked_after.size()),
          s.looked_after_by_fifth,
          {s.families_with[1], s.families_with[2], s.families_with[3]},
          s.families_with[0]};
}

Census counted(const AuthorityState& s) {
  Census out;
  const int month = std::max(0, s.month - 1);
  const auto m = static_cast<std::size_t>(month);
  for (const auto& c : s.cases) {
    const int n = children_at_home(s, c.family, month).children;
    out.open_children += n;
    if (c.flags & kOnPlan) out.on_plans += n;
  }
  for (auto f = s.families.alive_begin[m]; f < s.families.alive_end[m]; ++f) {
    for (unsigned k = 0; k < 3; ++k)
      if (s.family[f].state & (2U << k)) ++out.families_with[k];
    out.families_with_poverty += s.family[f].state & kPoverty;
    const int looked_after = __builtin_popcount(s.family[f].in_care);
    out.looked_after += looked_after;
    out.looked_after_by_fifth[deprivation_fifth(s.families.family_class[f])] += looked_after;
  }
  for (const auto& x : s.looked_after) out.looked_after += x.family == kNoFamily ? 1 : 0;
  return out;
}

}  // namespace hearth
