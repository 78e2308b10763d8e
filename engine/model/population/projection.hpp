// How far the number of children may be from its projection.
#pragma once

#include "kernels/draws.hpp"
#include "parameters/registry.hpp"
#include "published/england.hpp"

namespace hearth {

// Children of the month over those projected, as one draw has it: England's error and the authority's own,
// each growing in proportion to time, with mean 1. Families are the same in all replicates, so it changes how
// often concerns are raised, as that many more families would. 1 where drift is off or nothing is projected.
double children_over_projected(const AuthorityOrigin& authority, const Parameters& parameters,
                               const Draws& own, const Draws& england, int month);

}  // namespace hearth
