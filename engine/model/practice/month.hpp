// The month's practice: what drift, shocks, service models and the workforce make of every rate.
#pragma once

#include "model/state.hpp"

namespace hearth {

// From the state at the month's start: drift, fidelity, workforce and thresholds, the month's tables and
// clocks.
void begin_month(AuthorityState& authority, int month);

// Practice at the origin, before any change: what the origin's cases need to know of it.
void begin_origin_practice(AuthorityState& authority);

}  // namespace hearth
