#include "model/implementation.hpp"

#include <algorithm>
#include <cmath>

#include "core/calendar.hpp"

namespace hearth {

double next_fidelity(double fidelity, const FidelityMonth& month, const Parameters& p) {
  using enum Parameter;
  const double overload =
      std::pow(std::max(month.caseload_ratio, 0.05), -p[implementation_overload_elasticity]);
  // Without funding nothing embeds any further; what there is fades.
  const double growth = month.grant_ended ? 0.0 : 1.0 - std::exp(-overload / month.months_to_embed);
  const double fading = month.grant_ended ? p[implementation_grant_end_decay] / kMonthsPerYear : 0.0;
  const double out = fidelity + (1.0 - fidelity) * growth -
                     fidelity * (month.leavers_share * p[implementation_turnover_dilution] + fading);
  return std::clamp(out, 0.0, 1.0);
}

double fidelity_after_exchange(double fidelity, double peers, const Parameters& p) {
  return fidelity + std::max(0.0, peers - fidelity) * p[Parameter::implementation_peer_rate];
}

}  // namespace hearth
