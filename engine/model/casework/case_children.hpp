// The children of an open case: how many are at home, and how their ages bear on what happens next.
#pragma once

#include <cstdint>

#include "model/state.hpp"

namespace hearth {

// Counts the children at home and sets what depends on their ages, until the next birthday that matters.
// Plans start and end with children who come and go.
void refresh_children(AuthorityState& s, Case& c, int month);

// `children` of this family start a child protection plan.
void count_plans_started(AuthorityState& s, const FamilyState& f, int children);

// A child came home to a family with an open case, which is the support they get.
void support_at_home(AuthorityState& s, std::uint32_t family, int month);

}  // namespace hearth
