// Which kind of price each unit cost is (core/categories.hpp).
#pragma once

#include <array>

#include "core/categories.hpp"
#include "parameters/registry.hpp"

namespace hearth {

// In the order of rows::kCostPlacement.
inline constexpr std::array<PriceKind, kPlacementKinds> kPlacementPrices = {
    PriceKind::kFosterCare,       // kin foster
    PriceKind::kFosterCare,       // authority foster
    PriceKind::kFosterCare,       // agency foster
    PriceKind::kResidentialCare,  // children's home
    PriceKind::kResidentialCare,  // supported accommodation
    PriceKind::kFosterCare,       // with parents
    PriceKind::kFosterCare,       // adoption
    PriceKind::kResidentialCare,  // other
};

struct UnitCostPrice {
  Parameter cost;
  PriceKind kind;
};
// The other unit costs of the registry.
inline constexpr std::array kOtherPrices = std::to_array<UnitCostPrice>({
    {Parameter::cost_social_worker, PriceKind::kPay},
    {Parameter::cost_family_support, PriceKind::kPay},
    {Parameter::cost_care_leaver, PriceKind::kPay},
    {Parameter::cost_care_application, PriceKind::kOther},
    {Parameter::cost_court, PriceKind::kOther},
    {Parameter::cost_police_callout, PriceKind::kOther},
    {Parameter::cost_emergency_admission, PriceKind::kOther},
});

// What no published figure tells of costs: of each draw of the calibration, from the prior. The others are
// pinned by what authorities report (cost.outturn).
inline constexpr std::array kDrawnCosts = std::to_array<Parameter>({
    Parameter::cost_marginal_share_kin_foster,
    Parameter::cost_marginal_share_authority_foster,
    Parameter::cost_marginal_share_agency_foster,
    Parameter::cost_marginal_share_childrens_home,
    Parameter::cost_marginal_share_supported_accommodation,
    Parameter::cost_marginal_share_with_parents,
    Parameter::cost_marginal_share_adoption,
    Parameter::cost_marginal_share_other,
    Parameter::cost_capacity_months,
    Parameter::cost_other_services_share,
    Parameter::cost_care_application,
    Parameter::cost_court,
    Parameter::cost_police_callout,
    Parameter::cost_emergency_admission,
});

// The year to 31 March in whose pounds the registry gives them.
inline constexpr int kRegistryPriceYear = 2022;

}  // namespace hearth
