// The month's totals: stocks, costs and levels.
#pragma once

#include "core/measures.hpp"
#include "model/state.hpp"

namespace hearth {

// Counts the stocks at the month's end, and writes everything that was counted in it into `series`. Throws
// InternalError where looked-after children by placement or by age do not add up.
void end_month(AuthorityState& authority, int month, AuthoritySeries& series);

}  // namespace hearth
