// Open cases at the origin.
#pragma once

#include <cstdint>
#include <vector>

#include "model/state.hpp"

namespace hearth {

// Child protection plans and children in need as published, to the child; from the families `known` to
// services, in that order, as far as there are enough. Looked-after children are placed before.
void open_origin_cases(AuthorityState& authority, const std::vector<std::uint32_t>& known);

}  // namespace hearth
