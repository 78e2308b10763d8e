// Unaccompanied asylum-seeking children: they arrive alone and are looked after from their first day.
#pragma once

#include "model/state.hpp"

namespace hearth {

// Those who arrive this month, each at a time of it, through the rest of which they run.
void receive_unaccompanied(AuthorityState& authority, int month);

}  // namespace hearth
