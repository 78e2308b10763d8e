// Children enter care, move between placements, leave care and come home.
#pragma once

#include <cstdint>

#include "model/state.hpp"

namespace hearth {

// A child at home enters care with `rest` of the month (0 to 1) left, and runs through it.
void enter_care(AuthorityState& s, std::uint32_t family, std::uint8_t child, int month, float rest);

// Adds a child whose family, keys of draws, month of birth, start of care and placement are set. `entered`:
// in this month, through whose `rest` it runs; else at the origin.
void add_looked_after(AuthorityState& s, LookedAfterChild& child, int month, float rest, bool entered);

// The events of the children in care at the month's start; those who entered since have had theirs.
void look_after_children(AuthorityState& authority, int month);

// Birthdays come at the month's end, when all events have been: the stock that is counted then has the ages
// of that day. At 18 children leave.
void pass_birthdays_in_care(AuthorityState& authority, int month);

}  // namespace hearth
