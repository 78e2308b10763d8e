// Looked-after children: placement, moves, and leaving care.
#pragma once

#include <array>
#include <cstdint>

#include "core/categories.hpp"
#include "kernels/lanes.hpp"
#include "model/age_profile.hpp"
#include "model/practice/practice.hpp"
#include "model/records.hpp"
#include "parameters/registry.hpp"

namespace hearth {

using PlacementWeights = std::array<float, kPlacementKinds>;

struct CareTables {
  // Monthly hazards, by year of age; the first index is 1 for children without family here (unaccompanied).
  std::array<std::array<std::array<std::array<Lanes, kHazardBands>, kYearsOfAge>, kPlacementKinds>, 2> base{};
  std::array<PlacementWeights, kAgeBands> placement{};
  std::array<float, kNeedStates> return_home_needs{};
};
CareTables make_care_tables(const Parameters& parameters);

// This month's factors of the lanes, by time in care.
using CareMonth = std::array<Lanes, kHazardBands>;
// The propensity is a ratio to the parameters' rate of leaving. `court_length`, a ratio above 0, is how long
// care proceedings last: guardianship and adoption wait for their end, in the first two years in care.
CareMonth care_month(double care_exit_propensity, const LeverValues& levers, double court_length = 1.0);

// The placement of a child of this age band at the quantile u (0 to 1). Levers scale the odds of kin and
// residential placements; not those of unaccompanied children. Never for adoption.
Placement draw_placement(const CareTables& tables, std::size_t age, bool unaccompanied,
                         const LeverValues& levers, const Parameters& parameters, float u);

// An event of a looked-after child, within a month.
struct ChildEvent {
  std::uint32_t index;
  float rest;  // of the month, after the event
  std::size_t lane;
  std::uint32_t occurrence;
};
// A child who left care for good enters it again, at a time from 0 to 1 within the month.
struct Breakdown {
  std::uint32_t family;
  std::uint8_t child;
  float time;
};
// A child home from care to a family without an open case.
struct ReturnHome {
  std::uint32_t family;
  float rest;        // of the month
  float engagement;  // uniform draw
};

}  // namespace hearth
