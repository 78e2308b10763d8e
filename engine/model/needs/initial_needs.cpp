#include "model/needs/initial_needs.hpp"

#include "kernels/draws.hpp"
#include "kernels/elementary.hpp"

namespace hearth {

InitialNeeds::InitialNeeds(const Shares& cumulative) : shares(cumulative) {
  for (std::size_t d = 0; d < kFamilyClasses; ++d) {
    std::uint8_t state = 0;
    for (std::uint32_t i = 0; i < guide[d].size(); ++i) {
      while (uniform(i << (32 - kGuideBits)) >= shares[d][state]) ++state;
      guide[d][i] = state;
    }
  }
}

InitialNeeds initial_needs(const NeedsTables& needs, const ContactTables& contact,
                           const PropensityVector& at_origin, const Parameters& p) {
  using enum Parameter;
  InitialNeeds::Shares out{};
  const double end = 1.0 / p[contact_recent_duration];
  const double referral =
      elementary::exp(at_origin[index(Propensity::kReferral)]) * (1.0 - p[contact_no_further_action]);
  double age = 0.0;
  for (const float a : contact.age) age += static_cast<double>(a) / kAgeBands;
  for (std::size_t d = 0; d < kFamilyClasses; ++d) {
    double running = 0.0;
    for (std::size_t state = 0; state < kQuietStates; ++state) {
      const std::size_t need = state & (kNeedStates - 1);
      const double onset = static_cast<double>(contact.rate[d][need]) * age * referral;
      const double recent = onset / (onset + end);
      running += needs.stationary[d][need] * ((state & kRecentCase) ? recent : 1.0 - recent);
      out[d][state] = static_cast<float>(running);
    }
    out[d].back() = 2.0F;
  }
  return InitialNeeds(out);
}

}  // namespace hearth
