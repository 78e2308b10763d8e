// The origin: each authority's published stocks on the day, made of simulated families and children, with
// durations and needs such that the first month is like those that follow.
#pragma once

#include "model/state.hpp"

namespace hearth {

// Brings an authority that has just been made to its origin. Throws DataError where the population has too
// few children for its looked-after children.
void start_at_origin(AuthorityState& authority);

}  // namespace hearth
