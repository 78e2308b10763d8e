// Families come and go: a family starts with its first birth, at the origin, or when it moves in, and leaves
// when its youngest child turns 18 or it moves away.
#pragma once

#include <array>
#include <cstdint>

#include "model/state.hpp"

namespace hearth {

// How many families start_families() takes at a time: what has no search in it then goes through wide
// registers.
inline constexpr std::uint32_t kStartedTogether = 256;
using ContactRates = std::array<float, kStartedTogether>;

// Starts n families (up to kStartedTogether) from `from` on, in `month`: 0 are those of the origin, later
// ones start with a first birth. Their needs, their next concern and change of need. Returns their monthly
// rates of contact; their draws of kInitialFamily are in s.draw_list, of which word 3 is of no use yet.
ContactRates start_families(AuthorityState& s, std::uint32_t from, std::uint32_t n, int month);

// Families whose youngest child turned 18, or who move away, leave; those with a first birth this month, or
// who move in, start.
void families_come_and_go(AuthorityState& authority, int month);

}  // namespace hearth
