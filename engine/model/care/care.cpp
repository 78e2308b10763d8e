#include "model/care/care.hpp"

#include <algorithm>
#include <cassert>

#include "core/calendar.hpp"

namespace hearth {
namespace {

// Placements in the order in which the registry has their weights. Adoption has none: children are placed for
// adoption by an event of its own.
constexpr std::array kPlacementsDrawn = {
    Placement::kKinFoster,     Placement::kAuthorityFoster,        Placement::kAgencyFoster,
    Placement::kChildrensHome, Placement::kSupportedAccommodation, Placement::kWithParents,
    Placement::kOther};
static_assert(kPlacementsDrawn.size() == rows::kCarePlacementWeight.size());

}  // namespace

static_assert(rows::kCareReturnHomeShape.size() == kHazardBands);

CareTables make_care_tables(const Parameters& p) {
  using enum Parameter;
  CareTables out;
  const auto by_year = [&](const ParameterArray<kAgeBands>& row) {
    std::array<double, kAgeBands> by_band{};
    for (std::size_t band = 0; band < kAgeBands; ++band) by_band[band] = p[row.at(band)];
    return by_year_of_age(by_band, p);
  };
  const ByYearOfAge guardianship = by_year(rows::kCareGuardianship);
  const ByYearOfAge adoption_placing = by_year(rows::kCareAdoptionPlacing);
  for (std::size_t placement = 0; placement < kPlacementKinds; ++placement)
    for (std::size_t year = 0; year < kYearsOfAge; ++year)
      for (std::size_t b = 0; b < kHazardBands; ++b) {
        const std::size_t a = age_band(static_cast<int>(year) * kMonthsPerYear);
        Lanes family = all_lanes(0.0F);
        const auto monthly = [](double yearly) { return static_cast<float>(yearly / kMonthsPerYear); };
        if (placement == index(Placement::kAdoption)) {
          family[kAdoptionLane] = monthly(p[care_adopted]);
        } else {
          family[kReturnHomeLane] =
              monthly(p[rows::kCareReturnHome.at(a)] * p[rows::kCareReturnHomeShape.at(b)]);
          family[kGuardianshipLane] = monthly(guardianship[year] * p[rows::kCareGuardianshipShape.at(b)]);
          family[kAdoptionLane] = monthly(adoption_placing[year] * p[rows::kCareAdoptionPlacingShape.at(b)]);
          family[kLeavingLane] = monthly(p[rows::kCareLeaving.at(a)] * p[rows::kCareLeavingShape.at(b)]);
          family[kMoveLane] = monthly(p[rows::kCareMove.at(a)]);
        }
        out.base[0][placement][year][b] = family;
        Lanes unaccompanied = all_lanes(0.0F);
        unaccompanied[kLeavingLane] = monthly(p[unaccompanied_leaving]);
        unaccompanied[kMoveLane] = monthly(p[rows::kCareMove.at(a)]);
        out.base[1][placement][year][b] = unaccompanied;
      }
  for (std::size_t a = 0; a < kAgeBands; ++a)
    for (std::size_t i = 0; i < kPlacementsDrawn.size(); ++i)
      out.placement[a][index(kPlacementsDrawn[i])] =
          static_cast<float>(p[rows::kCarePlacement.at(a, i)] * p[rows::kCarePlacementWeight.at(i)]);
  for (std::size_t s = 0; s < kNeedStates; ++s) {
    double factor = 1.0;
    for (int n = adult_needs(static_cast<unsigned>(s)); n > 0; --n) factor *= p[care_return_home_need_ratio];
    out.return_home_needs[s] = static_cast<float>(factor);
  }
  return out;
}

CareMonth care_month(double care_exit_propensity, const LeverValues& levers, double court_length) {
  assert(court_length > 0.0);
  Lanes settled = all_lanes(static_cast<float>(care_exit_propensity));
  settled[kReturnHomeLane] *= static_cast<float>(levers[index(Lever::kReturnHome)]);
  settled[kMoveLane] = 1.0F;
  CareMonth out;
  out.fill(settled);
  for (std::size_t band = 0; band < hazard_band(2 * kMonthsPerYear); ++band)
    for (const CareLane lane : {kGuardianshipLane, kAdoptionLane})
      out[band][lane] *= static_cast<float>(1.0 / court_length);
  return out;
}

Placement draw_placement(const CareTables& tables, std::size_t age, bool unaccompanied,
                         const LeverValues& levers, const Parameters& p, float u) {
  assert(age < kAgeBands && u >= 0.0F && u <= 1.0F);
  if (unaccompanied) {
    const auto supported = static_cast<float>(p[Parameter::unaccompanied_supported_share]);
    const float below = age == index(AgeBand::k16Plus) ? supported : 0.0F;
    if (u < below) return Placement::kSupportedAccommodation;
    return u < 0.5F * (1.0F + below) ? Placement::kAuthorityFoster : Placement::kAgencyFoster;
  }
  PlacementWeights weights = tables.placement[age];
  weights[index(Placement::kKinFoster)] *= static_cast<float>(levers[index(Lever::kPlacementKin)]);
  weights[index(Placement::kChildrensHome)] *=
      static_cast<float>(levers[index(Lever::kPlacementResidential)]);
  float total = 0.0F;
  for (const float w : weights) total += w;
  return static_cast<Placement>(pick(weights, total, u));
}

}  // namespace hearth
