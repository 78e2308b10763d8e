#include "model/care/left_for_good.hpp"

#include <algorithm>
#include <cmath>

#include "core/calendar.hpp"
#include "kernels/elementary.hpp"

namespace hearth {
namespace {

using enum Parameter;

// `from`: months from the origin; u: a uniform draw.
void foresee(AuthorityState& s, std::uint32_t family, std::size_t child, double yearly, float from, float u) {
  if (yearly <= 0.0) return;
  const float at = from - fast_log(u) * static_cast<float>(kMonthsPerYear / yearly);
  const auto last = static_cast<float>(
      std::min(birth(s, family, child) + kAdultMonths, static_cast<int>(s.breakdowns.size())));
  if (at >= last) return;
  const float month = std::floor(at);
  s.breakdowns[static_cast<std::size_t>(month)].push_back(
      {family, static_cast<std::uint8_t>(child), at - month});
}

}  // namespace

void place_left_for_good(AuthorityState& s, const std::vector<std::uint32_t>& known) {
  auto missing =
      std::lround(s.parameters[origin_left_for_good_ratio] * static_cast<double>(s.looked_after.size()));
  for (const std::uint32_t family : known) {
    if (missing <= 0) return;
    const Bits bits =
        s.draws.block(Process::kOriginSelection, family, origin_selection(OriginDraw::kLeftForGood));
    // As many were adopted as have guardians; half of the family's children, and none before the first
    // birthday.
    const double yearly = s.parameters[bits[0] & 1U ? care_adoption_breakdown : care_guardianship_breakdown];
    FamilyState& f = s.family[family];
    for_each_bit(children_mask(s, family, 0), [&](std::size_t k) {
      if (missing <= 0 || (bits[1] >> k & 1U) || -birth(s, family, k) < kMonthsPerYear) return;
      f.left = static_cast<std::uint8_t>(f.left | 1U << k);
      f.ever_in_care = static_cast<std::uint8_t>(f.ever_in_care | 1U << k);
      const Bits own = s.draws.block(Process::kCareOpening, EntityKey::child(family, k).word(),
                                     care_opening(0, SpellDraw::kBreakdown));
      foresee(s, family, k, yearly, 0.0F, uniform(own[0]));
      --missing;
    });
  }
}

void leave_for_good(AuthorityState& s, const LookedAfterChild& x, ExitReason reason, int month, float rest) {
  const double yearly = reason == ExitReason::kGuardianship ? s.parameters[care_guardianship_breakdown]
                        : reason == ExitReason::kAdopted    ? s.parameters[care_adoption_breakdown]
                                                            : 0.0;
  if (yearly <= 0.0) return;
  const Bits bits =
      s.draws.block(Process::kCareOpening, x.entity.word(), care_opening(x.spell, SpellDraw::kBreakdown));
  // Not within the month in which it began, whose events are being handled.
  const float from = std::max(time_of(month, rest), static_cast<float>(month + 1));
  foresee(s, x.family, x.child, yearly, from, uniform(bits[0]));
}

}  // namespace hearth
