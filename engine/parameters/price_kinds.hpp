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
    {Parameter::cost_care_application, PriceKind::kOther},
    {Parameter::cost_court, PriceKind::kOther},
    {Parameter::cost_police_callout, PriceKind::kOther},
    {Parameter::cost_emergency_admission, PriceKind::kOther},
});

// The year to 31 March in whose pounds the registry gives them.
inline constexpr int kRegistryPriceYear = 2022;

}  // namespace hearth
