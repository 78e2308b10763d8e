// Guardianship and adoption that break down (left_for_good.hpp says when).
#pragma once

#include "model/state.hpp"

namespace hearth {

// Children for whom it breaks down this month enter care again, and run through the rest of the month.
void break_down(AuthorityState& authority, int month);

}  // namespace hearth
