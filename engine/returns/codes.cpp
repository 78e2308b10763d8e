#include "returns/codes.hpp"

#include <algorithm>
#include <span>

namespace hearth::returns {
namespace {

template <typename Value>
struct Row {
  std::string_view code;
  Value value;
};

template <typename Value, std::size_t kSize>
std::optional<Value> find(const std::array<Row<Value>, kSize>& rows, std::string_view code) {
  const auto found = std::ranges::find(rows, code, &Row<Value>::code);
  return found == rows.end() ? std::nullopt : std::optional<Value>(found->value);
}

constexpr std::array<Row<LegalStatus>, 13> kLegal = {{
    {"C1", LegalStatus::kInterimCareOrder},
    {"C2", LegalStatus::kFullCareOrder},
    {"D1", LegalStatus::kPlacementOrder},  // freeing orders, before placement orders
    {"E1", LegalStatus::kPlacementOrder},
    {"V2", LegalStatus::kSection20},
    {"V3", LegalStatus::kSection20},
    {"V4", LegalStatus::kSection20},
    {"L1", LegalStatus::kEmergency},  // police protection
    {"L2", LegalStatus::kEmergency},  // emergency protection order
    {"L3", LegalStatus::kEmergency},  // child assessment order
    {"J1", LegalStatus::kYouthJustice},
    {"J2", LegalStatus::kYouthJustice},
    {"J3", LegalStatus::kYouthJustice},
}};

constexpr std::array<Row<Provider>, 6> kProvider = {{
    {"PR0", Provider::kParents},
    {"PR1", Provider::kOwnAuthority},
    {"PR2", Provider::kOtherAuthority},
    {"PR3", Provider::kOtherPublic},
    {"PR4", Provider::kPrivate},
    {"PR5", Provider::kVoluntary},
}};

// kAuthorityFoster here is fostering by others than kin: the provider says by whose carers.
constexpr std::array<Row<Placement>, 47> kPlaces = {{
    {"U1", Placement::kKinFoster},
    {"U2", Placement::kKinFoster},
    {"U3", Placement::kKinFoster},
    {"Q1", Placement::kKinFoster},
    {"F1", Placement::kKinFoster},
    {"F4", Placement::kKinFoster},
    {"U4", Placement::kAuthorityFoster},
    {"U5", Placement::kAuthorityFoster},
    {"U6", Placement::kAuthorityFoster},
    {"Q2", Placement::kAuthorityFoster},
    {"F2", Placement::kAuthorityFoster},
    {"F5", Placement::kAuthorityFoster},
    {"F3", Placement::kAgencyFoster},
    {"F6", Placement::kAgencyFoster},
    {"K1", Placement::kChildrensHome},  // secure
    {"K2", Placement::kChildrensHome},
    {"H1", Placement::kChildrensHome},           // secure, in the authority
    {"H2", Placement::kChildrensHome},           // secure, outside it
    {"H3", Placement::kChildrensHome},           // homes and hostels, in the authority
    {"H4", Placement::kChildrensHome},           // homes and hostels, outside it
    {"K3", Placement::kSupportedAccommodation},  // since 2025, registered with the inspectorate
    {"H5", Placement::kSupportedAccommodation},  // to 2024
    {"P2", Placement::kSupportedAccommodation},  // independent living
    {"P1", Placement::kWithParents},
    {"A3", Placement::kAdoption},
    {"A4", Placement::kAdoption},
    {"A5", Placement::kAdoption},
    {"A6", Placement::kAdoption},
    {"P3", Placement::kOther},  // residential employment
    {"R1", Placement::kOther},  // residential care home
    {"R2", Placement::kOther},  // health
    {"R3", Placement::kOther},  // family centre, mother and baby unit
    {"R5", Placement::kOther},  // young offender institution
    {"S1", Placement::kOther},  // residential school
    {"T0", Placement::kOther},  // temporary
    {"T1", Placement::kOther},
    {"T2", Placement::kOther},
    {"T3", Placement::kOther},
    {"T4", Placement::kOther},
    {"M1", Placement::kOther},  // older returns: missing
    {"M2", Placement::kOther},
    {"M3", Placement::kOther},
    {"Z1", Placement::kOther},
    {"Z11", Placement::kOther},  // Z11 to Z14: Z1 in parts, since 2026
    {"Z12", Placement::kOther},
    {"Z13", Placement::kOther},
    {"Z14", Placement::kOther},
}};

constexpr std::array<Row<ExitReason>, 25> kEnds = {{
    {"E1", ExitReason::kAdopted},  // older returns
    {"E11", ExitReason::kAdopted},      {"E12", ExitReason::kAdopted},
    {"E2", ExitReason::kOther},  // died
    {"E3", ExitReason::kOther},  // care taken over by another authority
    {"E4", ExitReason::kReturnedHome},  {"E4A", ExitReason::kReturnedHome},  // planned
    {"E4B", ExitReason::kReturnedHome},                                      // unplanned
    {"E13", ExitReason::kReturnedHome},  // to relatives without parental responsibility
    {"E41", ExitReason::kGuardianship},  // residence or child arrangements order
    {"E43", ExitReason::kGuardianship},  // special guardianship: former foster carer
    {"E44", ExitReason::kGuardianship},  // special guardianship: others
    {"E45", ExitReason::kGuardianship},  // special guardianship: former foster carer, relative or friend
    {"E46", ExitReason::kGuardianship},  // special guardianship: former foster carer, other
    {"E47", ExitReason::kGuardianship},  // special guardianship: other relative or friend
    {"E48", ExitReason::kGuardianship},  // special guardianship: other
    {"E5", ExitReason::kOther},          // independent living with support
    {"E6", ExitReason::kOther},          // independent living without
    {"E7", ExitReason::kOther},          // adult social care
    {"E8", ExitReason::kOther},          // other
    {"E9", ExitReason::kOther},          // custody
    {"E14", ExitReason::kOther},         // remand ended
    {"E15", ExitReason::kOther},         // found to be 18 or over
    {"E16", ExitReason::kOther},         // moved abroad
    {"E17", ExitReason::kTurned18},      // 18, stays with the carers
}};

}  // namespace

std::optional<LegalStatus> legal_status(std::string_view ls) {
  return find(kLegal, ls);
}

bool is_short_break(std::string_view ls) {
  return ls == "V3" || ls == "V4";
}

std::optional<Provider> provider(std::string_view place_provider) {
  return find(kProvider, place_provider);
}

std::optional<Placement> placement(std::string_view place, Provider by) {
  const auto found = find(kPlaces, place);
  const bool agency = by == Provider::kPrivate || by == Provider::kVoluntary;
  return found == Placement::kAuthorityFoster && agency ? Placement::kAgencyFoster : found;
}

bool is_reason_for_new_episode(std::string_view rne) {
  return rne.size() == 1 && std::string_view("SLPTBU").find(rne) != std::string_view::npos;
}

std::optional<ExitReason> exit_reason(std::string_view rec) {
  return find(kEnds, rec);
}

bool is_placement_change_reason(std::string_view reason) {
  return std::ranges::find(kPlacementChangeReasons, reason) != kPlacementChangeReasons.end();
}

}  // namespace hearth::returns
