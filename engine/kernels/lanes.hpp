// Competing hazards of one case or one looked-after child: eight lanes, each with its own unit-exponential
// threshold. Cumulative hazard uses a threshold up; the lane that reaches zero first has its event. A lane's
// threshold does not change when another lane's event happens, so a service model that acts on one hazard
// leaves the luck of the others.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/bit_mask.hpp"
#include "kernels/draws.hpp"

namespace hearth {

inline constexpr std::size_t kLanes = 8;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

constexpr Lanes all_lanes(float value) {
  return Lanes{value, value, value, value, value, value, value, value};
}

using LaneFlags = EightFlags;  // of a comparison of lanes

// Whether any lane's threshold is used up.
inline bool any_due(const Lanes& remaining) {
  return bit_mask(remaining <= all_lanes(0.0F)) != 0;
}

// The lane that is due first (of several at once the first in order), and after which share of the stretch
// over which `hazard` accumulates (0 to 1).
struct Due {
  std::size_t lane;
  float share;
};
inline Due first_due(const Lanes& remaining, const Lanes& hazard) {
  // A lane without hazard is never due: its share is far above one.
  const Lanes least_hazard = all_lanes(1e-30F);
  const Lanes zero = all_lanes(0.0F);
  const Lanes shares =
      (remaining > zero ? remaining : zero) / (hazard > least_hazard ? hazard : least_hazard);
  const auto smaller = [](const Lanes& a, const Lanes& b) { return a < b ? a : b; };
  Lanes least = smaller(shares, __builtin_shufflevector(shares, shares, 4, 5, 6, 7, 0, 1, 2, 3));
  least = smaller(least, __builtin_shufflevector(least, least, 2, 3, 0, 1, 6, 7, 4, 5));
  least = smaller(least, __builtin_shufflevector(least, least, 1, 0, 3, 2, 5, 4, 7, 6));
  return {static_cast<std::size_t>(__builtin_ctz(bit_mask(shares == least))), least[0]};
}

// Eight thresholds, of item number `index`, that are used up within `rest` of a month: as they stood at the
// start of that, and the hazard over it.
struct DueLanes {
  Lanes remaining;
  Lanes hazard;
  std::uint32_t index;
  float rest;
};
// Takes `hazard`, which is over `rest` of the month, off thresholds; true if one is used up within it. Either
// way `due` says what there was before: who has an event cannot be foreseen, so there is no branch.
inline bool use_up(Lanes& remaining, const Lanes& hazard, std::uint32_t index, float rest, DueLanes& due) {
  const Lanes before = remaining;
  const Lanes after = before - hazard;
  remaining = after;
  due.remaining = before;
  due.hazard = hazard;
  due.index = index;
  due.rest = rest;
  return any_due(after);
}
// Brings thresholds forward to the first event: its lane, and the rest of the month after it.
struct FirstEvent {
  std::size_t lane;
  float rest;
};
inline FirstEvent bring_forward(Lanes& remaining, const DueLanes& due) {
  const Due first = first_due(due.remaining, due.hazard);
  const float share = std::min(first.share, 1.0F);
  remaining = due.remaining - due.hazard * share;
  return {first.lane, due.rest * (1.0F - share)};
}

// The lanes with one of them replaced, in the register: a store of one lane would hold up the next read of
// all.
inline Lanes with_lane(const Lanes& lanes, std::size_t lane, float value) {
  using Numbers = std::int32_t __attribute__((vector_size(kLanes * sizeof(std::int32_t))));
  constexpr Numbers kNumbers = {0, 1, 2, 3, 4, 5, 6, 7};
  const auto chosen = static_cast<std::int32_t>(lane);
  return kNumbers == Numbers{chosen, chosen, chosen, chosen, chosen, chosen, chosen, chosen}
             ? all_lanes(value)
             : lanes;
}

inline Lanes exponential_lanes(const Bits& first, const Bits& second) {
  return Lanes{exponential(first[0]),  exponential(first[1]),  exponential(first[2]),
               exponential(first[3]),  exponential(second[0]), exponential(second[1]),
               exponential(second[2]), exponential(second[3])};
}

}  // namespace hearth
