#include "model/casework/births_after_removal.hpp"

#include <algorithm>

#include "model/casework/births_expected.hpp"
#include "model/casework/case_events.hpp"

namespace hearth {
namespace {

using enum Parameter;

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

}  // namespace hearth
