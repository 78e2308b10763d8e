// Unit costs and who pays. Pounds of the year to the origin.
#pragma once

#include <array>

#include "core/categories.hpp"
#include "core/money.hpp"
#include "model/outcomes/prices.hpp"
#include "model/practice/implementation.hpp"
#include "model/practice/workforce.hpp"
#include "parameters/registry.hpp"
#include "published/england.hpp"

namespace hearth {

inline constexpr double kWeeksPerMonth = 365.25 / 7.0 / 12.0;

struct UnitCosts {
  std::array<double, kPlacementKinds> placement_gbp_per_month{};
  double social_worker_gbp_per_month = 0.0;
  double agency_gbp_per_month = 0.0;
  double family_support_gbp_per_month = 0.0;
  double care_application_gbp = 0.0;
  double court_gbp = 0.0;
  double police_callout_gbp = 0.0;
  double emergency_admission_gbp = 0.0;
};

// What the authority reported spending on looked-after children (section 251), over what its children at the
// origin, `stock` by placement, would cost at the prices of `reference`: those of the registry and the
// calibration. It is the same whatever prices a scenario sets, so that a price that is doubled costs double.
double placement_price_ratio(const Parameters& reference, const AuthorityOrigin& authority,
                             const std::array<double, kPlacementKinds>& stock);

// `stock`: children of the whole authority at the origin, by placement.
// Prices of `parameters`; those of placements times that ratio, unless cost.placement_outturn is off.
UnitCosts make_unit_costs(const Parameters& parameters, const Parameters& reference,
                          const AuthorityOrigin& authority, const std::array<double, kPlacementKinds>& stock);

// What a month's events and stocks cost. Scales: counts are of simulated children; `scale` makes them all
// children.
struct CostedMonth {
  std::array<double, kPlacementKinds> placed{};  // children by placement at the month's end
  double in_need_not_looked_after = 0.0;
  double applications = 0.0;
  double police_callouts = 0.0;
  double emergency_admissions = 0.0;
  double in_post = 0.0;
  double agency = 0.0;
  ModelCost model;
  double placement_shock = 1.0;
  double family_support = 1.0;  // money for it, relative to the origin: budget and lever
  PriceLevels prices{};         // of the year
};
// By line, in the order of kCostLines; in pounds of the origin's year, of which prices above inflation are
// part.
std::array<Pence, kCostLines.size()> cost_of_month(const UnitCosts& costs, const CostedMonth& month);

}  // namespace hearth
