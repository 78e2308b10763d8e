#include "model/population/projection.hpp"

#include "core/calendar.hpp"
#include "kernels/elementary.hpp"

namespace hearth {

double children_over_projected(const AuthorityOrigin& authority, const Parameters& p, const Draws& own,
                               const Draws& england, int month) {
  using enum Parameter;
  if (!p.on(drift_enabled) || authority.children_ahead.empty()) return 1.0;
  constexpr std::array kOwn = {population_projection_sd_a, population_projection_sd_b,
                               population_projection_sd_c};
  const double years = static_cast<double>(month + 1) / kMonthsPerYear;
  double log = 0.0;
  const auto add = [&](const Draws& draws, double sd) {
    const Bits bits = draws.block(Process::kProjection, 0, 0);
    log += sd * years * normal(bits[0], bits[1]) - 0.5 * sd * years * sd * years;
  };
  add(england, p[population_projection_sd_england]);
  add(own, p[kOwn[static_cast<std::size_t>(authority.projection_grade)]]);
  return elementary::exp(log);
}

}  // namespace hearth
