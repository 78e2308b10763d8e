// Concerns about families without an open case, and the referrals that come of them.
#pragma once

#include "model/state.hpp"

namespace hearth {

// A month of concerns. A referral opens a case, which runs for the rest of the month.
void raise_concerns(AuthorityState& authority, int month);

}  // namespace hearth
