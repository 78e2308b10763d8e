// Families at the origin, and which of them are known to services.
#pragma once

#include <cstdint>
#include <vector>

#include "model/state.hpp"

namespace hearth {

// Starts the families of the origin. Those known to services: enough for the authority's children in need,
// and some to choose from, the likeliest first.
std::vector<std::uint32_t> start_families_known_first(AuthorityState& authority);

}  // namespace hearth
