// Children who left care for guardians or adopters, and when that will break down.
#pragma once

#include <cstdint>
#include <vector>

#include "model/state.hpp"

namespace hearth {

// Children who had left before the origin: of the families `known` to services, in that order. They live
// elsewhere.
void place_left_for_good(AuthorityState& authority, const std::vector<std::uint32_t>& known);

// A child leaves for guardians or adopters with `rest` of the month (0 to 1) left: whether and when that
// breaks down.
void leave_for_good(AuthorityState& authority, const LookedAfterChild& child, ExitReason reason, int month,
                    float rest);

}  // namespace hearth
