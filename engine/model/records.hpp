// The records that the mechanisms share: one of each family, open case and looked-after child.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/categories.hpp"
#include "kernels/entity_key.hpp"
#include "kernels/lanes.hpp"

namespace hearth {

// Needs of the adults of a family (model/needs), with the marks that bear on them.
enum NeedBit : std::uint8_t {
  kPoverty = 1,
  kDomesticAbuse = 2,
  kMentalIllHealth = 4,
  kSubstanceMisuse = 8,
  kRecentCase = 16,
  kHadPlan = 32,   // a child protection plan once: a mark, not a need
  kReturned = 64,  // no case, and a child came home from care shortly before it closed: a mark too
};
inline constexpr std::size_t kNeeds = 4;        // with poverty
inline constexpr std::size_t kNeedStates = 16;  // without the recent case
inline constexpr std::size_t kQuietStates = 32;
inline constexpr std::size_t kComponents = 5;

// Adult needs present (without poverty): 0 to 3.
inline constexpr int adult_needs(unsigned state) {
  return ((state & kDomesticAbuse) ? 1 : 0) + ((state & kMentalIllHealth) ? 1 : 0) +
         ((state & kSubstanceMisuse) ? 1 : 0);
}

// Of a state (NeedBits), the part on which rates of quiet families depend: below kQuietStates.
inline constexpr std::size_t quiet_state(unsigned state) {
  return state & (kQuietStates - 1);
}

inline constexpr std::uint32_t kNoCase = 0xFFFFFFFFU;
inline constexpr std::uint8_t kMovedAway = 0xFF;

struct FamilyState {
  std::uint32_t case_index = kNoCase;
  std::int16_t last_referral = -1000;  // month
  std::uint16_t contacts = 0;          // occurrences of the contact process
  std::uint16_t transitions = 0;       // of the needs process
  std::uint8_t state = 0;              // NeedBit
  std::uint8_t family_class = 0;       // deprivation and frailty (population/families.hpp)
  std::uint8_t in_care = 0;            // bit a child
  std::uint8_t left = 0;               // children who left for good before 18; all: the family moved away
  std::uint8_t ever_in_care = 0;
  std::uint8_t cases = 0;  // opened so far, which draws of cases are keyed by
};
static_assert(sizeof(FamilyState) == 16);

enum class Stage : std::uint8_t {
  kAssessment,
  kChildInNeed,
  kSection47,
  kProtectionPlan,
  kPreProceedings,
  kProceedings
};
inline constexpr std::size_t kStages = 6;

// Bands of time in a stage or in care, for hazards: month 0, 1-2, 3-5, 6-11, 12-23, 24 and over.
inline constexpr std::size_t kHazardBands = 6;
inline constexpr std::array<std::uint8_t, 25> kHazardBandOf = {0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4,
                                                               4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5};
inline constexpr std::size_t hazard_band(int months) {
  return kHazardBandOf[std::min(static_cast<std::size_t>(months), kHazardBandOf.size() - 1)];
}

// Lanes of a case. What `kResolve` and `kEscalate` lead to depends on the stage (case_event).
enum CaseLane : std::size_t {
  kResolve,      // the stage comes to its end
  kEnquire,      // a section 47 enquiry starts
  kEscalate,     // pre-proceedings start, or a care application is made
  kAccommodate,  // a child enters care by agreement or in an emergency
  kFlipDomesticAbuse,
  kFlipMentalIllHealth,
  kFlipSubstanceMisuse,
  kFlipPoverty,
};

enum CaseFlag : std::uint8_t {
  kOnPlan = 1,        // children have a child protection plan
  kReunified = 2,     // a child returned home from care a short time ago
  kEverPlan = 4,      // the family had a plan before
  kRepeat = 8,        // opened by a referral within 12 months of the last, and has not reached a plan or care
  kInfant = 16,       // a child under 1 is at home
  kBeforeBirth = 32,  // opened by a birth, with pre-proceedings that ran before it and end now
};

// One open case: a cache line.
struct alignas(64) Case {
  Lanes remaining;  // thresholds
  std::uint32_t family = 0;
  float engagement = 0.0F;    // 0 to 1
  float court_weight = 0.0F;  // children's weights in kEscalate, at the stages where ages matter
  float care_weight = 0.0F;   // children's weights in kAccommodate
  std::int16_t since = 0;     // month in which the stage (or the plan) started
  std::int16_t reunified_until = 0;
  std::int16_t next_age_month = 0;       // when a child is born, grows into another age band, or turns 18
  std::array<std::uint8_t, 5> events{};  // occurrences: lanes 0 to 3, and the needs together
  Stage stage = Stage::kAssessment;
  std::uint8_t children = 0;  // at home, under 18
  std::uint8_t flags = 0;
  std::uint8_t state = 0;  // NeedBit
  std::uint8_t family_class = 0;
};
static_assert(sizeof(Case) == 64);

enum CareLane : std::size_t { kReturnHomeLane, kGuardianshipLane, kAdoptionLane, kLeavingLane, kMoveLane };

inline constexpr std::uint32_t kNoFamily = 0xFFFFFFFFU;

// One looked-after child: a cache line.
struct alignas(64) LookedAfterChild {
  Lanes remaining;
  EntityKey entity;                  // of its draws
  std::uint32_t family = kNoFamily;  // unaccompanied children have none here
  std::uint32_t spell = 0;           // of its draws (care_spell)
  std::int16_t birth = 0;            // month
  std::int16_t since = 0;            // month of entry
  std::int16_t next_age_month = 0;
  std::uint8_t child = 0;  // position in the family
  std::uint8_t age = 0;    // AgeBand
  Placement placement = Placement::kOther;
  std::array<std::uint8_t, 5> events{};  // occurrences a lane
};
static_assert(sizeof(LookedAfterChild) == 64);

}  // namespace hearth
