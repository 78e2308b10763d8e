#include "model/outcomes/costs.hpp"

#include <algorithm>
#include <numeric>

#include "core/calendar.hpp"
#include "kernels/elementary.hpp"
#include "model/outcomes/care_leavers.hpp"
#include "parameters/price_kinds.hpp"

namespace hearth {

using enum Parameter;

namespace {

// Those before it are foster care.
constexpr auto kHome = static_cast<std::size_t>(Placement::kChildrensHome);

// Ratios at which a week in these kinds of placement together costs so much, where it is known.
void cost_a_week(double gbp, std::size_t first, std::size_t end, const Parameters& reference,
                 const ByPlacement& stock, ByPlacement& ratios) {
  if (gbp <= 0.0) return;
  double placed = 0.0, gbp_at_reference = 0.0;
  for (std::size_t q = first; q < end; ++q) {
    const double weight = stock[q] + 1e-6;  // of a kind that nobody is in yet, for all kinds alike
    placed += weight;
    gbp_at_reference += weight * reference[rows::kCostPlacement.at(q)];
  }
  if (gbp_at_reference <= 0.0) return;
  for (std::size_t q = first; q < end; ++q) ratios[q] = gbp * placed / gbp_at_reference;
}

double gbp_per_year(const Parameters& prices, const ByPlacement& ratios, const ByPlacement& stock) {
  double out = 0.0;
  for (std::size_t q = 0; q < kPlacementKinds; ++q)
    out += prices[rows::kCostPlacement.at(q)] * ratios[q] * kWeeksPerMonth * kMonthsPerYear * stock[q];
  return out;
}

bool is_residential(std::size_t placement) {
  return kPlacementPrices[placement] == PriceKind::kResidentialCare;
}

ByPlacement without_ratios() {
  ByPlacement out;
  out.fill(1.0);
  return out;
}

void use_own_weeks(const Parameters& reference, const AuthorityOrigin& authority, const ByPlacement& stock,
                   ByPlacement& ratios) {
  cost_a_week(authority.own_foster_gbp_per_week, 0, kHome, reference, stock, ratios);
  cost_a_week(authority.own_residential_gbp_per_week, kHome, kHome + 1, reference, stock, ratios);
}

bool has_own_weeks(const AuthorityOrigin& authority) {
  return authority.own_foster_gbp_per_week > 0.0 || authority.own_residential_gbp_per_week > 0.0;
}

double ratio_or_one(double reported, double at_reference) {
  return reported > 0.0 && at_reference > 0.0 ? reported / at_reference : 1.0;
}

}  // namespace

Outturn outturn_of(const Parameters& reference, const AuthorityOrigin& authority, const ByPlacement& stock) {
  Outturn out;
  out.placement = without_ratios();
  cost_a_week(authority.foster_gbp_per_week, 0, kHome, reference, stock, out.placement);
  cost_a_week(authority.residential_gbp_per_week, kHome, kHome + 1, reference, stock, out.placement);
  use_own_weeks(reference, authority, stock, out.placement);

  const CareLeavers leavers(authority.turned_18_in_care);
  out.care_leaver =
      ratio_or_one(authority.care_leaver_spend_gbp,
                   reference[cost_care_leaver] *
                       (leavers.below_21() + reference[cost_care_leaver_from_21] * leavers.from_21()));

  const double placements = gbp_per_year(reference, out.placement, stock);
  const double reported = authority.looked_after_spend_gbp - authority.care_leaver_spend_gbp;
  if (authority.looked_after_spend_gbp > 0.0 && reported > 0.0) {
    out.other_services_gbp_per_year = std::max(0.0, reported - placements);
    if (reported < placements && !has_own_weeks(authority))
      for (double& ratio : out.placement) ratio *= reported / placements;
  }

  const double agency = authority.agency_rate / (1.0 - std::min(authority.agency_rate, 0.9));
  out.social_work = ratio_or_one(
      authority.social_work_spend_gbp - reference[cost_care_application] * authority.care_applications,
      reference[cost_social_worker] * authority.social_workers_fte *
          (1.0 + agency * reference[cost_agency_ratio]));
  out.family_support =
      ratio_or_one(authority.family_support_spend_gbp,
                   reference[cost_family_support] * (authority.children_in_need - authority.looked_after));
  return out;
}

UnitCosts make_unit_costs(const Parameters& p, const Parameters& reference, const AuthorityOrigin& authority,
                          const ByPlacement& stock) {
  UnitCosts out;
  Outturn outturn;
  outturn.placement = without_ratios();
  if (p.on(cost_outturn))
    outturn = outturn_of(reference, authority, stock);
  else
    use_own_weeks(reference, authority, stock, outturn.placement);
  for (std::size_t q = 0; q < kPlacementKinds; ++q) {
    out.placement_gbp_per_month[q] = p[rows::kCostPlacement.at(q)] * kWeeksPerMonth * outturn.placement[q];
    out.at_once[q] = p[rows::kCostMarginalShare.at(q)];
  }
  out.capacity_step = 1.0 - elementary::exp(-1.0 / p[cost_capacity_months]);
  const double other = outturn.other_services_gbp_per_year / kMonthsPerYear;
  const double looked_after = std::accumulate(stock.begin(), stock.end(), 0.0);
  const double follows = looked_after > 0.0 ? p[cost_other_services_share] : 0.0;
  out.other_services_gbp_per_month = (1.0 - follows) * other;
  if (follows > 0.0) out.other_services_gbp_per_child_month = follows * other / looked_after;
  out.care_leaver_gbp_per_month = p[cost_care_leaver] * outturn.care_leaver / kMonthsPerYear;
  out.care_leaver_from_21 = p[cost_care_leaver_from_21];
  out.social_worker_gbp_per_month = p[cost_social_worker] * outturn.social_work / kMonthsPerYear;
  out.agency_gbp_per_month = out.social_worker_gbp_per_month * p[cost_agency_ratio];
  out.family_support_gbp_per_month = p[cost_family_support] * outturn.family_support / kMonthsPerYear;
  out.care_application_gbp = p[cost_care_application];
  out.court_gbp = p[cost_court];
  out.police_callout_gbp = p[cost_police_callout];
  out.emergency_admission_gbp = p[cost_emergency_admission];
  return out;
}

std::array<Pence, kCostLines.size()> cost_of_month(const UnitCosts& costs, const CostedMonth& month) {
  const auto price = [&](PriceKind kind) { return month.prices[index(kind)]; };
  double placements = 0.0;
  double looked_after = 0.0;
  for (std::size_t q = 0; q < kPlacementKinds; ++q) {
    const double paid_for = costs.at_once[q] * month.placed[q] + (1.0 - costs.at_once[q]) * month.capacity[q];
    const double scarcity = is_residential(q) ? month.residential_scarcity : 1.0;
    placements += costs.placement_gbp_per_month[q] * paid_for * month.placement_shock *
                  price(kPlacementPrices[q]) * scarcity;
    looked_after += month.placed[q];
  }
  const double pay = price(PriceKind::kPay);
  const double other = price(PriceKind::kOther);
  // In the order of kCostLines.
  return {pence_from_gbp(placements),
          pence_from_gbp(
              costs.care_leaver_gbp_per_month *
              (month.care_leavers_below_21 + costs.care_leaver_from_21 * month.care_leavers_from_21) * pay),
          pence_from_gbp(
              (costs.other_services_gbp_per_month + costs.other_services_gbp_per_child_month * looked_after) *
              pay),
          pence_from_gbp((costs.social_worker_gbp_per_month * month.in_post +
                          costs.agency_gbp_per_month * month.agency) *
                         pay),
          pence_from_gbp(costs.family_support_gbp_per_month * month.in_need_not_looked_after *
                         month.family_support * pay),
          pence_from_gbp(costs.care_application_gbp * month.applications * other),
          pence_from_gbp(month.model.authority * pay),
          pence_from_gbp(month.model.programme * pay),
          pence_from_gbp(costs.police_callout_gbp * month.police_callouts * other),
          pence_from_gbp(costs.emergency_admission_gbp * month.emergency_admissions * other),
          pence_from_gbp(costs.court_gbp * month.applications * other),
          pence_from_gbp(month.model.nhs * pay),
          pence_from_gbp(month.model.police * pay)};
}

double residential(const ByPlacement& children) {
  double out = 0.0;
  for (std::size_t q = 0; q < kPlacementKinds; ++q) out += is_residential(q) ? children[q] : 0.0;
  return out;
}

double residential_scarcity(double then, double now, const Parameters& p) {
  if (!p.on(feedback_placement_prices) || then <= 0.0) return 1.0;
  return elementary::pow(std::max(now, 0.0) / then, p[cost_scarcity_elasticity]);
}

void adjust_capacity(const UnitCosts& costs, const ByPlacement& placed, ByPlacement& capacity) {
  for (std::size_t q = 0; q < kPlacementKinds; ++q)
    capacity[q] += costs.capacity_step * (placed[q] - capacity[q]);
}

}  // namespace hearth
