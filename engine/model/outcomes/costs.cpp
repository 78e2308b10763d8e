#include "model/outcomes/costs.hpp"

#include "core/calendar.hpp"
#include "parameters/price_kinds.hpp"

namespace hearth {

double placement_price_ratio(const Parameters& reference, const AuthorityOrigin& authority,
                             const std::array<double, kPlacementKinds>& stock) {
  double gbp_per_year = 0.0;
  for (std::size_t q = 0; q < kPlacementKinds; ++q)
    gbp_per_year += reference[rows::kCostPlacement.at(q)] * kWeeksPerMonth * kMonthsPerYear * stock[q];
  if (gbp_per_year <= 0.0 || authority.looked_after_spend_gbp <= 0.0) return 1.0;
  return authority.looked_after_spend_gbp / gbp_per_year;
}

namespace {

// The price of a week that the council itself gives, for these kinds of placement together.
void use_own_price(double gbp_per_week, std::size_t first, std::size_t end, const Parameters& p,
                   const Parameters& reference, const std::array<double, kPlacementKinds>& stock,
                   UnitCosts& out) {
  if (gbp_per_week <= 0.0) return;
  double placed = 0.0, spent = 0.0;
  for (std::size_t q = first; q < end; ++q) {
    const double weight = stock[q] + 1e-6;  // of a kind that nobody is in yet, for all kinds alike
    placed += weight;
    spent += weight * reference[rows::kCostPlacement.at(q)];
  }
  for (std::size_t q = first; q < end; ++q)
    out.placement_gbp_per_month[q] =
        p[rows::kCostPlacement.at(q)] * kWeeksPerMonth * gbp_per_week * placed / spent;
}

}  // namespace

UnitCosts make_unit_costs(const Parameters& p, const Parameters& reference, const AuthorityOrigin& authority,
                          const std::array<double, kPlacementKinds>& stock) {
  using enum Parameter;
  UnitCosts out;
  const double ratio =
      p.on(cost_placement_outturn) ? placement_price_ratio(reference, authority, stock) : 1.0;
  for (std::size_t q = 0; q < kPlacementKinds; ++q)
    out.placement_gbp_per_month[q] = p[rows::kCostPlacement.at(q)] * kWeeksPerMonth * ratio;
  constexpr auto kHome = static_cast<std::size_t>(Placement::kChildrensHome);
  use_own_price(authority.own_foster_gbp_per_week, 0, kHome, p, reference, stock, out);
  use_own_price(authority.own_residential_gbp_per_week, kHome, kHome + 1, p, reference, stock, out);
  out.social_worker_gbp_per_month = p[cost_social_worker] / kMonthsPerYear;
  out.agency_gbp_per_month = out.social_worker_gbp_per_month * p[cost_agency_ratio];
  out.family_support_gbp_per_month = p[cost_family_support] / kMonthsPerYear;
  out.care_application_gbp = p[cost_care_application];
  out.court_gbp = p[cost_court];
  out.police_callout_gbp = p[cost_police_callout];
  out.emergency_admission_gbp = p[cost_emergency_admission];
  return out;
}

std::array<Pence, kCostLines.size()> cost_of_month(const UnitCosts& costs, const CostedMonth& month) {
  const auto price = [&](PriceKind kind) { return month.prices[index(kind)]; };
  double placements = 0.0;
  for (std::size_t q = 0; q < kPlacementKinds; ++q)
    placements += costs.placement_gbp_per_month[q] * month.placed[q] * month.placement_shock *
                  price(kPlacementPrices[q]);
  const double pay = price(PriceKind::kPay);
  const double other = price(PriceKind::kOther);
  // In the order of kCostLines.
  return {pence_from_gbp(placements),
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

}  // namespace hearth
