// The categories that events and stocks are counted by, with the names that files and outputs use.
// Order is part of the result format (outputs/README.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hearth {

template <typename Enum>
constexpr std::size_t index(Enum value) {
  return static_cast<std::size_t>(value);
}

// Age bands of the looked-after statistics.
enum class AgeBand : std::uint8_t { kUnder1, k1To4, k5To9, k10To15, k16Plus };
inline constexpr std::size_t kAgeBands = 5;
inline constexpr std::array<std::string_view, kAgeBands> kAgeBandNames = {"under_1", "1_to_4", "5_to_9",
                                                                          "10_to_15", "16_plus"};
inline constexpr std::array<int, kAgeBands + 1> kAgeBandStartMonths = {0, 12, 60, 120, 192, 216};
// Of an age in months, below 18 years; without a branch.
inline constexpr std::size_t age_band(int age_months) {
  const auto from = [age_months](int start) { return static_cast<std::size_t>(age_months >= start); };
  return from(12) + from(60) + from(120) + from(192);
}

// Placements. The three fostering placements together are the published "foster placements"; `kOther` is
// residential schools, other residential settings and other placements.
enum class Placement : std::uint8_t {
  kKinFoster,
  kAuthorityFoster,
  kAgencyFoster,
  kChildrensHome,
  kSupportedAccommodation,
  kWithParents,
  kAdoption,
  kOther
};
inline constexpr std::size_t kPlacementKinds = 8;
inline constexpr std::array<std::string_view, kPlacementKinds> kPlacementNames = {
    "kin_foster",   "authority_foster", "agency_foster", "childrens_home", "supported_accommodation",
    "with_parents", "adoption",         "other"};

// Reasons for leaving care.
enum class ExitReason : std::uint8_t {
  kReturnedHome,
  kGuardianship,  // special guardianship and child arrangements orders
  kAdopted,
  kTurned18,
  kOther  // custody, independence before 18, transfer, other
};
inline constexpr std::size_t kExitReasons = 5;
inline constexpr std::array<std::string_view, kExitReasons> kExitReasonNames = {
    "returned_home", "guardianship", "adopted", "turned_18", "other"};

// Neighbourhoods by income deprivation affecting children, in five groups of about a fifth of England's
// children each (population/families.hpp).
inline constexpr std::size_t kDeprivationFifths = 5;
inline constexpr std::array<std::string_view, kDeprivationFifths> kDeprivationFifthNames = {
    "least_deprived", "second", "third", "fourth", "most_deprived"};

// Whether the family is in poverty when the event happens.
inline constexpr std::size_t kPovertyStates = 2;
inline constexpr std::array<std::string_view, kPovertyStates> kPovertyNames = {"not_in_poverty",
                                                                               "in_poverty"};

// Who pays.
enum class Payer : std::uint8_t { kAuthority, kProgramme, kPolice, kNhs, kCourts };
inline constexpr std::size_t kPayers = 5;
inline constexpr std::array<std::string_view, kPayers> kPayerNames = {"authority", "programme", "police",
                                                                      "nhs", "courts"};

// Years for which those who turn 18 in care are care leavers: to 25.
inline constexpr std::size_t kCareLeaverYears = 7;

// What for.
enum class CostCategory : std::uint8_t {
  kPlacements,
  kCareLeavers,
  kOtherCareServices,
  kSocialWork,
  kAssessmentAndSupport,
  kLegal,
  kServiceModel,
  kPoliceCallouts,
  kEmergencyAdmissions
};
inline constexpr std::size_t kCostCategories = 9;
inline constexpr std::array<std::string_view, kCostCategories> kCostCategoryNames = {
    "placements", "care_leavers",  "other_care_services", "social_work",         "assessment_and_support",
    "legal",      "service_model", "police_callouts",     "emergency_admissions"};

// What a price is of: prices of one kind grow together. In the order of rows::kPriceGrowth.
enum class PriceKind : std::uint8_t { kPay, kFosterCare, kResidentialCare, kOther };
inline constexpr std::size_t kPriceKinds = 4;
inline constexpr std::array<std::string_view, kPriceKinds> kPriceKindNames = {"pay", "foster_care",
                                                                              "residential_care", "other"};
constexpr std::size_t index(PriceKind kind) {
  return static_cast<std::size_t>(kind);
}

// What authorities report as spending on looked-after children (section 251).
constexpr bool is_of_looked_after(CostCategory category) {
  return category == CostCategory::kPlacements || category == CostCategory::kCareLeavers ||
         category == CostCategory::kOtherCareServices;
}

// (payer, category) pairs that can be non-zero.
struct CostLine {
  Payer payer;
  CostCategory category;
};
inline constexpr std::array<CostLine, 13> kCostLines = {{
    {Payer::kAuthority, CostCategory::kPlacements},
    {Payer::kAuthority, CostCategory::kCareLeavers},
    {Payer::kAuthority, CostCategory::kOtherCareServices},
    {Payer::kAuthority, CostCategory::kSocialWork},
    {Payer::kAuthority, CostCategory::kAssessmentAndSupport},
    {Payer::kAuthority, CostCategory::kLegal},
    {Payer::kAuthority, CostCategory::kServiceModel},
    {Payer::kProgramme, CostCategory::kServiceModel},
    {Payer::kPolice, CostCategory::kPoliceCallouts},
    {Payer::kNhs, CostCategory::kEmergencyAdmissions},
    {Payer::kCourts, CostCategory::kLegal},
    {Payer::kNhs, CostCategory::kServiceModel},
    {Payer::kPolice, CostCategory::kServiceModel},
}};

}  // namespace hearth
