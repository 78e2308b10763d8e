#include "model/casework/births_expected.hpp"

#include <bit>

namespace hearth {

using enum Parameter;

void expect_birth(AuthorityState& s, std::uint32_t family, int month) {
  if (s.parameters[proceedings_after_removal_share] <= 0.0) return;
  if (month < 0 && uniform(s.draws.block(Process::kNewborns, family, kRemovedBefore)[0]) >=
                       static_cast<float>(s.parameters[origin_births_after_removal_share]))
    return;
  const Births& births = s.families.births[family];
  const auto next = static_cast<std::size_t>(std::popcount(births.born_by(month)));
  if (next >= births.size()) return;
  const auto at = static_cast<std::size_t>(births.month[next]);
  if (at < s.births_ahead.size()) s.births_ahead[at].push_back(family);
}

Bits birth_draws(const AuthorityState& s, std::uint32_t family, int month) {
  const unsigned born = s.families.births[family].born_by(month);
  return s.draws.block(Process::kNewborns, family,
                       birth_after_removal(static_cast<std::size_t>(std::popcount(born)) - 1));
}

void end_pre_proceedings(const AuthorityState& s, Case& c) {
  const Lanes hazard = case_hazard(c, s.setting.casework, s.case_month, hazard_band(0));
  const float application = hazard[kEscalate] / (hazard[kEscalate] + hazard[kResolve]);
  const float u = uniform(birth_draws(s, c.family, s.month)[2]);
  c.remaining = with_lane(c.remaining, u < application ? kEscalate : kResolve, 0.0F);
}

}  // namespace hearth
