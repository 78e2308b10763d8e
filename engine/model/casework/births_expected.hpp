// Births that services know of beforehand, as an older child of the family was taken into care: which, and
// what pre- proceedings before the birth come to. births_after_removal.hpp meets them.
#pragma once

#include <cstdint>

#include "model/state.hpp"

namespace hearth {

// A child of the family enters care in this month, or did before the origin (-1): its next birth will be
// looked at.
void expect_birth(AuthorityState& authority, std::uint32_t family, int month);

// Draws about the family's last birth up to this month.
Bits birth_draws(const AuthorityState& authority, std::uint32_t family, int month);

// Pre-proceedings that ran before the birth end now: with an application as often as others do in a case like
// it.
void end_pre_proceedings(const AuthorityState& authority, Case& c);

}  // namespace hearth
