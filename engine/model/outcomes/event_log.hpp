// What happens to each family, event by event: for the stories of single families. A run that counts keeps no
// log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/population/families.hpp"
#include "model/records.hpp"

namespace hearth {

enum class EventKind : std::uint8_t {
  kStarts,         // first birth within the horizon, or moving in; detail: NeedBits
  kNeedStarts,     // detail: component of need, 0 is poverty
  kNeedEnds,       // the same
  kReferred,       // detail: ReferralBits
  kCaseOpens,      // without a referral: support after a return home
  kAssessed,       // detail: Assessed
  kEnquiryStarts,  // section 47, other than at the end of an assessment
  kEnquiryEnds,    // detail: EnquiryEnd
  kPlanStarts,     // child protection plan
  kPlanEnds,
  kPreProceedingsStart,
  kPreProceedingsEnd,  // without an application
  kApplication,        // to the court
  kProceedingsEnd,
  kEntersCare,  // a child; detail: Placement
  kMoves,       // to another placement; detail: Placement
  kLeavesCare,  // detail: ExitReason
  kCaseCloses,
  kMovesAway,
  // Not logged: known from the family itself.
  kBorn,
  kTurns18,
};
enum ReferralBits : std::uint8_t { kByPolice = 1, kNoFurtherAction = 2, kWithinAYear = 4 };
enum class Assessed : std::uint8_t { kNotInNeed, kChildInNeed, kEnquiry };
enum class EnquiryEnd : std::uint8_t { kCloses, kChildInNeed, kConference, kPlan };

struct FamilyEvent {
  std::uint32_t family = 0;
  std::int16_t month = 0;  // from the origin
  EventKind kind = EventKind::kStarts;
  std::uint8_t child = 0;  // position in the family, where a child is meant
  std::uint8_t detail = 0;
  float time = 0.0F;  // months since the origin, within `month`
  bool operator==(const FamilyEvent&) const = default;
};

// The same thing happens in the same month, at whatever time of it.
inline bool same_event(const FamilyEvent& a, const FamilyEvent& b) {
  return a.family == b.family && a.month == b.month && a.kind == b.kind && a.child == b.child &&
         a.detail == b.detail;
}

// A family on the day of the origin.
struct FamilyAtOrigin {
  std::uint8_t state = 0;  // NeedBits
  bool open_case = false;
  bool on_plan = false;
  Stage stage = Stage::kAssessment;
  std::int16_t since = 0;  // month in which the stage (or the plan) started
  std::uint8_t left = 0;   // bit a child who lives with guardians or adopters
  bool operator==(const FamilyAtOrigin&) const = default;
};

// One authority in one replicate of one arm.
struct EventLog {
  Families families;
  std::vector<FamilyAtOrigin> at_origin;       // of all families, those to come too
  std::vector<LookedAfterChild> looked_after;  // at the origin
  std::vector<FamilyEvent> events;             // as they happened, month by month
};

}  // namespace hearth
