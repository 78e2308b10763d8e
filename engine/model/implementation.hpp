// Fidelity: how far an authority works to the model it has taken up (0 to 1). It grows with training and
// protected time, and falls when trained staff leave, when caseloads overload them, and when funding stops.
#pragma once

#include "parameters/registry.hpp"

namespace hearth {

struct FidelityMonth {
  double months_to_embed = 24.0;  // of the service model
  double leavers_share = 0.0;     // of staff, this month
  double caseload_ratio = 1.0;    // relative to the origin
  bool grant_ended = false;
};
// Fidelity at the end of the month.
double next_fidelity(double fidelity, const FidelityMonth& month, const Parameters& parameters);

// After an exchange with peers whose mean fidelity (of those further on) is `peers`; never falls.
double fidelity_after_exchange(double fidelity, double peers, const Parameters& parameters);

}  // namespace hearth
