// Looked-after children at the origin.
#pragma once

#include <cstdint>
#include <vector>

#include "model/state.hpp"

namespace hearth {

// Looked-after children by age and placement as published; brothers and sisters often together. They come
// from the families `known` to services as far as these have children enough, in that order; families that
// supply them are taken out of it. Throws DataError where the population has too few children of some age.
void place_looked_after(AuthorityState& authority, std::vector<std::uint32_t>& known);

}  // namespace hearth
