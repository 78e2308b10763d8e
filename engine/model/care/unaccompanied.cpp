#include "model/care/unaccompanied.hpp"

#include "core/calendar.hpp"
#include "model/care/care_events.hpp"

namespace hearth {

void receive_unaccompanied(AuthorityState& s, int month) {
  using enum Parameter;
  const double mean = s.setting.authority->care_entries_unaccompanied * s.setting.sampling_fraction /
                      kMonthsPerYear * s.parameters[unaccompanied_entry_ratio] *
                      shock(s, ShockKind::kUnaccompaniedChildren, month) *
                      unaccompanied_ratio(s.drift, s.setting.drift, month);
  const auto m = static_cast<std::uint32_t>(month);
  const int n = poisson_quantile(
      mean, static_cast<double>(uniform(s.draws.block(Process::kUnaccompanied, kWholeAuthority, m)[0])));
  for (int k = 0; k < n; ++k) {
    const EntityKey entity = EntityKey::arrives_alone(month, static_cast<std::uint32_t>(k));
    const Bits bits = s.draws.block(Process::kUnaccompanied, entity.word(), 1);
    LookedAfterChild x;
    x.entity = entity;
    const bool younger = uniform(bits[0]) < static_cast<float>(s.parameters[unaccompanied_under_16_share]);
    // 15, or 16 and 17, evenly. Half as many of those looked after are under 16 as of entrants: they turn 16
    // within half a year or so.
    const float age = younger ? 180.0F + 12.0F * uniform(bits[1]) : 192.0F + 24.0F * uniform(bits[1]);
    x.birth = static_cast<std::int16_t>(month - static_cast<int>(age));
    x.since = static_cast<std::int16_t>(month);
    x.placement = draw_placement(s.setting.care, age_band(month - x.birth), true, s.levers, s.parameters,
                                 uniform(bits[2]));
    add_looked_after(s, x, month, uniform(bits[3]), true);
  }
}

}  // namespace hearth
