// Looked-after children: placement, moves, and leaving care.
#pragma once

#include <array>
#include <cstdint>

#include "core/categories.hpp"
#include "kernels/lanes.hpp"
#include "model/needs/needs.hpp"
#include "model/practice/practice.hpp"
#include "parameters/registry.hpp"

namespace hearth {

enum CareLane : std::size_t { kReturnHome, kGuardianship, kAdoption, kLeaving, kMove };

inline constexpr std::uint32_t kNoFamily = 0xFFFFFFFFU;

// One looked-after child: a cache line.
struct alignas(64) LookedAfterChild {
  Lanes remaining;
  std::uint32_t entity = 0;          // key of its draws
  std::uint32_t family = kNoFamily;  // unaccompanied children have none here
  std::uint32_t occurrence = 0;      // base of its draws: the spell
  std::int16_t birth = 0;            // month
  std::int16_t since = 0;            // month of entry
  std::int16_t next_age_month = 0;
  std::uint8_t child = 0;  // position in the family
  std::uint8_t age = 0;    // AgeBand
  Placement placement = Placement::kOther;
  std::array<std::uint8_t, 5> events{};  // occurrences a lane
};
static_assert(sizeof(LookedAfterChild) == 64);

using PlacementWeights = std::array<float, kPlacementKinds>;

struct CareTables {
  // Monthly hazards; the first index is 1 for children without family here (unaccompanied).
  std::array<std::array<std::array<std::array<Lanes, kHazardBands>, kAgeBands>, kPlacementKinds>, 2> base{};
  std::array<PlacementWeights, kAgeBands> placement{};
  std::array<float, kNeedStates> return_home_needs{};
};
CareTables make_care_tables(const Parameters& parameters);

// This month's factors of the lanes.
Lanes care_month(double care_exit_propensity, const LeverValues& levers);

// Draws a placement for a child of this age. `odds` scale kin and residential placements (levers).
Placement draw_placement(const CareTables& tables, std::size_t age, bool unaccompanied,
                         const LeverValues& levers, const Parameters& parameters, float u);

}  // namespace hearth
