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

using ByPlacement = std::array<double, kPlacementKinds>;

// Pounds a month, of the year to the origin. See docs/model.md, costs.
struct UnitCosts {
  ByPlacement placement_gbp_per_month{};
  // Of which so much follows the children at once, and the rest follows them at this share of the way a
  // month.
  ByPlacement at_once{};
  double capacity_step = 1.0;
  double other_services_gbp_per_month = 0.0;        // whatever the number of children in care
  double other_services_gbp_per_child_month = 0.0;  // in care
  double care_leaver_gbp_per_month = 0.0;           // of 18 to 20
  double care_leaver_from_21 = 0.0;                 // relative to that
  double social_worker_gbp_per_month = 0.0;
  double agency_gbp_per_month = 0.0;
  double family_support_gbp_per_month = 0.0;
  double care_application_gbp = 0.0;
  double court_gbp = 0.0;
  double police_callout_gbp = 0.0;
  double emergency_admission_gbp = 0.0;
};

// What an authority reported spending (section 251), in proportion to what it would have spent at the prices
// of `reference`: those of the registry and the calibration. It is the same whatever prices a scenario sets,
// so that a price that is doubled costs double.
struct Outturn {
  ByPlacement placement;  // ratio of its own price to the reference's
  double other_services_gbp_per_year = 0.0;
  double care_leaver = 1.0;
  double social_work = 1.0;
  double family_support = 1.0;
};
// `stock`: children of the whole authority at the origin, by placement. Foster care and children's homes cost
// what the authority says that a week does; care leavers what it reported; and what is left of its spending
// on looked-after children is on other services. Where nothing is left, placements cost as much less,
// unless the council itself says what a week costs.
Outturn outturn_of(const Parameters& reference, const AuthorityOrigin& authority, const ByPlacement& stock);

// Prices of `parameters`, each times the authority's ratio unless cost.outturn is off. What the council
// itself says that a week costs holds in any case.
UnitCosts make_unit_costs(const Parameters& parameters, const Parameters& reference,
                          const AuthorityOrigin& authority, const ByPlacement& stock);

// What a month's events and stocks cost. Scales: counts are of simulated children; `scale` makes them all
// children.
struct CostedMonth {
  ByPlacement placed{};    // children by placement at the month's end
  ByPlacement capacity{};  // children for whom what does not follow them at once is there
  double care_leavers_below_21 = 0.0;
  double care_leavers_from_21 = 0.0;
  double in_need_not_looked_after = 0.0;
  double applications = 0.0;
  double police_callouts = 0.0;
  double emergency_admissions = 0.0;
  double in_post = 0.0;
  double agency = 0.0;
  ModelCost model;
  double placement_shock = 1.0;
  double residential_scarcity = 1.0;  // what residential care costs, relative to the price of the year
  double family_support = 1.0;        // money for it, relative to the origin: budget and lever
  PriceLevels prices{};               // of the year
};
// By line, in the order of kCostLines; in pounds of the origin's year, of which prices above inflation are
// part.
std::array<Pence, kCostLines.size()> cost_of_month(const UnitCosts& costs, const CostedMonth& month);

// What residential care costs where there was capacity for `then` children in it at the origin and is for
// `now`, relative to its price: 1 unless feedback.placement_prices is on, and where there was none.
double residential_scarcity(double then, double now, const Parameters& parameters);
// Children in residential care (PriceKind::kResidentialCare).
double residential(const ByPlacement& children);

// A month on: capacity is a step nearer to the children placed.
void adjust_capacity(const UnitCosts& costs, const ByPlacement& placed, ByPlacement& capacity);

}  // namespace hearth
