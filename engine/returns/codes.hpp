// The codes of the SSDA903 return (Department for Education, children looked after return guides, the codes
// of earlier years included) and what each means to Hearth.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/categories.hpp"

namespace hearth::returns {

// LS, in groups.
enum class LegalStatus : std::uint8_t {
  kInterimCareOrder,
  kFullCareOrder,
  kPlacementOrder,
  kSection20,
  kEmergency,
  kYouthJustice,
  kNotKnown
};
inline constexpr std::size_t kLegalStatuses = 7;
inline constexpr std::array<std::string_view, kLegalStatuses> kLegalStatusNames = {
    "interim_care_order", "full_care_order", "placement_order", "section_20",
    "emergency",          "youth_justice",   "not_known"};
// Empty for a code that is none.
std::optional<LegalStatus> legal_status(std::string_view ls);
// V3 and V4: agreed series of short breaks, which statistics do not count as being looked after.
bool is_short_break(std::string_view ls);

// PLACE_PROVIDER.
enum class Provider : std::uint8_t {
  kParents,
  kOwnAuthority,
  kOtherAuthority,
  kOtherPublic,
  kPrivate,
  kVoluntary,
  kNotGiven
};
inline constexpr std::size_t kProviders = 7;
inline constexpr std::array<std::string_view, kProviders> kProviderNames = {
    "parents", "own_authority", "other_authority", "other_public", "private", "voluntary", "not_given"};
std::optional<Provider> provider(std::string_view place_provider);

// PLACE with who provides it, as one of Hearth's placements. Empty for a code that is none.
std::optional<Placement> placement(std::string_view place, Provider provider);

// RNE: S started to be looked after; L legal status changed; P, T placement changed; B, U both.
bool is_reason_for_new_episode(std::string_view rne);

// REC without X1, which says that the child stays looked after: as one of Hearth's reasons for leaving care.
std::optional<ExitReason> exit_reason(std::string_view rec);

// REASON_PLACE_CHANGE.
inline constexpr std::array<std::string_view, 12> kPlacementChangeReasons = {
    "CARPL", "CLOSE", "ALLEG", "STAND", "APPRR",  "CREQB",
    "CREQO", "CHILD", "LAREQ", "PLACE", "CUSTOD", "OTHER"};
bool is_placement_change_reason(std::string_view reason);

}  // namespace hearth::returns
