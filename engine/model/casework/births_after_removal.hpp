// A child is born to a family of which an older one was taken into care and has not come home. Services know
// the family: pre-proceedings often ran before the birth, and end with it.
#pragma once

#include <cstdint>

#include "model/state.hpp"

namespace hearth {

// A child of the family enters care in this month, or did before the origin (-1): its next birth will be
// looked at.
void expect_birth(AuthorityState& authority, std::uint32_t family, int month);

// Births of this month. Cases without one open, and open at the end of pre-proceedings; open ones are there
// now.
void meet_births(AuthorityState& authority, int month);

// Pre-proceedings that ran before the birth end now: with an application as often as others do in a case like
// it.
void end_pre_proceedings(const AuthorityState& authority, Case& c);

}  // namespace hearth
