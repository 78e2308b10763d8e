#include "model/casework/births_after_removal.hpp"

#include <algorithm>
#include <bit>

#include "model/casework/case_events.hpp"
#include "model/outcomes/event_notes.hpp"

namespace hearth {
namespace {

using enum Parameter;

// Of the family's last birth up to this month.
Bits birth_draws(const AuthorityState& s, std::uint32_t family, int month) {
  const unsigned born = s.families.births[family].born_by(month);
  return s.draws.block(Process::kAfterRemoval, family,
                       birth_after_removal(static_cast<std::size_t>(std::popcount(born)) - 1));
}

bool is_met(const AuthorityState& s, std::uint32_t family, int month) {
  const FamilyState& f = s.family[family];
  if (f.left == kMovedAway || (f.in_care | f.left) == 0) return false;
  const unsigned newborn =
      s.families.births[family].born_by(month) & ~s.families.births[family].born_by(month - 1);
  return (children_mask(s, family, month) & newborn) != 0 &&
         uniform(birth_draws(s, family, month)[0]) <
             static_cast<float>(s.parameters[proceedings_after_removal_share]);
}

}  // namespace

void expect_birth(AuthorityState& s, std::uint32_t family, int month) {
  if (s.parameters[proceedings_after_removal_share] <= 0.0) return;
  if (month < 0 && uniform(s.draws.block(Process::kAfterRemoval, family, kRemovedBefore)[0]) >=
                       static_cast<float>(s.parameters[origin_births_after_removal_share]))
    return;
  const Births& births = s.families.births[family];
  const auto next = static_cast<std::size_t>(std::popcount(births.born_by(month)));
  if (next >= births.size()) return;
  const auto at = static_cast<std::size_t>(births.month[next]);
  if (at < s.births_ahead.size()) s.births_ahead[at].push_back(family);
}

void meet_births(AuthorityState& s, int month) {
  auto& families = s.births_ahead[static_cast<std::size_t>(month)];
  if (families.empty()) return;
  // One for each child of the family who was taken: in whatever order they were.
  std::sort(families.begin(), families.end());
  families.erase(std::unique(families.begin(), families.end()), families.end());
  s.openings.clear();
  for (const std::uint32_t family : families) {
    expect_birth(s, family, month);
    if (!is_met(s, family, month)) continue;
    const Bits bits = birth_draws(s, family, month);
    const std::uint32_t i = s.family[family].case_index;
    if (i == kNoCase) {
      plan_opening(s, family, Stage::kPreProceedings, kBeforeBirth, uniform(bits[3]), uniform(bits[1]));
      continue;
    }
    Case& c = s.cases[i];
    if (c.stage == Stage::kProceedings) continue;  // which the newborn joins
    if (c.stage != Stage::kPreProceedings) start_pre_proceedings(s, c, month, 1.0F);
    end_pre_proceedings(s, c);
  }
  open_cases(s, month);
}

void end_pre_proceedings(const AuthorityState& s, Case& c) {
  const Lanes hazard = case_hazard(c, s.setting.casework, s.case_month, hazard_band(0));
  const float application = hazard[kEscalate] / (hazard[kEscalate] + hazard[kResolve]);
  const float u = uniform(birth_draws(s, c.family, s.month)[2]);
  c.remaining = with_lane(c.remaining, u < application ? kEscalate : kResolve, 0.0F);
}

}  // namespace hearth
