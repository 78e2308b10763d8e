// Casework, from assessment to court. While a case is open its stage, its duration, the family's needs, the
// children's ages, engagement, the authority's thresholds and the workforce set the hazards of what happens
// next.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/lanes.hpp"
#include "model/needs/needs.hpp"
#include "model/practice/practice.hpp"
#include "model/records.hpp"
#include "parameters/registry.hpp"

namespace hearth {

// Ages that matter for entry to care: the newborn (under one month), then the age bands.
inline constexpr std::size_t kEntryBands = kAgeBands + 1;
inline constexpr std::array<int, kEntryBands + 1> kEntryBandStartMonths = {0, 1, 12, 60, 120, 192, 216};
inline constexpr std::size_t entry_band(int age_months) {
  return age_months < kEntryBandStartMonths[1] ? 0 : 1 + age_band(age_months);
}

// What a child of some age adds to a case.
struct ChildWeights {
  float court = 0.0F;
  float care = 0.0F;
  float court_entry = 0.0F;  // chance that the child enters with the court's order
  int until_age = 0;         // months: the next age that matters
};

// Fixed for an arm and authority. A hazard is the product of a base and factors.
struct CaseTables {
  std::array<std::array<Lanes, kHazardBands>, kStages> base{};  // monthly rates; 1 in the need lanes
  std::array<std::array<Lanes, kNeedStates>, kStages> needs{};  // factor of needs and poverty
  std::array<Lanes, kStages> engagement{};                      // slope of the factor 1 + slope x engagement
  std::array<std::array<Lanes, kNeedStates>, kFamilyClasses>
      flips{};                                      // monthly rates in the need lanes, 1 elsewhere
  std::array<ChildWeights, kAdultMonths> by_age{};  // in months
};
CaseTables make_case_tables(const Parameters& parameters, const NeedsTables& needs);

// What this month's practice, propensities and workforce make of the tables.
struct CaseMonth {
  std::array<std::array<Lanes, kNeedStates>, kStages> factor{};
  std::array<std::array<Lanes, kNeedStates>, kStages> slope{};
  float engagement_growth = 0.0F;      // share of the missing engagement gained this month
  float engagement_start = 0.5F;       // mean at opening
  float conference_share = 0.0F;       // of enquiries, before the family's own factors
  std::array<float, 4> not_in_need{};  // share of assessments that find no need, by adult needs
  // Share of entries by agreement at an age that are kept: the lane's hazard is that of the readiest age.
  std::array<float, kEntryBands> entry_share{};
  Lanes after_return = all_lanes(1.0F);  // factor where a child returned home: the lever on entry again
};
// Ratios, 1 as at the origin. None is below zero, and care_entry is above.
struct CasePressures {
  double case_closure = 1.0;  // propensities
  double section_47 = 1.0;
  double protection_plan = 1.0;
  double protection_plan_end = 1.0;
  double care_entry = 1.0;  // under 16
  double care_entry_16_plus = 1.0;
  double caseload_ratio = 1.0;
  double direct_time = 1.0;
  double poverty_onset = 1.0;   // shock
  double family_support = 1.0;  // shock: money for it, relative to the origin
  double court_length = 1.0;    // shock: how long proceedings last; above zero
};
// Sets every field of `month`. `levers` are ratios, above zero.
void make_case_month(CaseMonth& month, const CaseTables& tables, const CasePressures& pressures,
                     const LeverValues& levers, const Parameters& parameters);

// Children's ages matter for entry to care by agreement at any stage, towards court at two: in
// pre-proceedings and proceedings it has been decided for whom.
inline constexpr LaneFlags kAges = {0, 0, 0, -1, 0, 0, 0, 0};
inline constexpr LaneFlags kAgesTowardsCourt = {0, 0, -1, -1, 0, 0, 0, 0};
inline constexpr std::array<LaneFlags, kStages> kAgesMatter = {
    kAges, kAgesTowardsCourt, kAges, kAgesTowardsCourt, kAges, kAges};

// Hazard of each lane over one month: monthly rates, none below zero. `band` is that of the months in the
// stage.
inline Lanes case_hazard(const Case& c, const CaseTables& tables, const CaseMonth& month, std::size_t band) {
  const auto stage = static_cast<std::size_t>(c.stage);
  const std::size_t state = c.state & (kNeedStates - 1);
  Lanes weight = {1.0F, 1.0F, c.court_weight, c.care_weight, 1.0F, 1.0F, 1.0F, 1.0F};
  weight = kAgesMatter[stage] ? weight : all_lanes(1.0F);
  if (c.flags & kReunified) weight *= month.after_return;
  return tables.base[stage][band] * tables.flips[c.family_class][state] * month.factor[stage][state] *
         (all_lanes(1.0F) + month.slope[stage][state] * c.engagement) * weight;
}

// What an event in one of the first four lanes leads to: one word, since a processor waits for bytes that are
// written one by one and read together.
enum class Outcome : std::uint32_t {
  kCloses = 1U << 3,
  kAssessed = 1U << 4,  // an assessment ends here
  kNotInNeed = 1U << 5,
  kEnquiry = 1U << 6,
  kConference = 1U << 7,
  kPlanStarts = 1U << 8,
  kPlanEnds = 1U << 9,
  kApplication = 1U << 10,
  kChildrenEnter = 1U << 11,  // by court order: the children at home, the youngest most surely
  kOneEnters = 1U << 12,      // one child, perhaps with siblings
  kEmergency = 1U << 13,      // and under police protection or an emergency protection order
};
struct CaseOutcome {
  std::uint32_t word = 0;

  // If it does not close.
  Stage next() const { return static_cast<Stage>(word & 7U); }
  bool has(Outcome what) const { return (word & static_cast<std::uint32_t>(what)) != 0; }

  CaseOutcome& to(Stage stage) {
    word |= static_cast<std::uint32_t>(stage);
    return *this;
  }
  CaseOutcome& with(Outcome what, bool happens = true) {
    word |= static_cast<std::uint32_t>(what) * static_cast<std::uint32_t>(happens);
    return *this;
  }
};
// What an event in `lane` (kResolve to kAccommodate) leads to, by two draws of `bits` (words 1 and 2).
// `stage` is the case's. Inline, and the stage for itself: where stage and lane are known beforehand, few
// branches are left.
inline CaseOutcome case_event(const Case& c, Stage stage, CaseLane lane, const CaseMonth& month,
                              const Parameters& p, const Bits& bits) {
  using enum Parameter;
  using enum Stage;
  using enum Outcome;
  const auto u = uniform(bits[1]);
  const auto v = uniform(bits[2]);
  const auto chance = [&](Parameter id) { return static_cast<float>(p[id]); };
  const bool on_plan = (c.flags & kOnPlan) != 0;
  CaseOutcome out;
  if (lane == kEnquire) return out.with(kEnquiry).with(kAssessed, stage == kAssessment).to(kSection47);
  if (lane == kAccommodate) {
    const bool emergency = u < chance(accommodation_emergency_share);
    out.with(kOneEnters).with(kEmergency, emergency);
    const bool applies =
        emergency && v < chance(accommodation_emergency_application_share) && stage != kProceedings;
    if (applies) return out.with(kApplication).with(kPlanEnds, on_plan).to(kProceedings);
    return out.to(stage);
  }
  if (lane == kEscalate) {
    if (stage != kPreProceedings) return out.to(kPreProceedings);
    return out.with(kApplication)
        .with(kPlanEnds, on_plan)
        .with(kChildrenEnter, u < chance((c.flags & kInfant) ? proceedings_interim_order_share_infant
                                                             : proceedings_interim_order_share))
        .to(kProceedings);
  }
  switch (stage) {
    case kAssessment: {
      const bool none = u < month.not_in_need[static_cast<std::size_t>(adult_needs(c.state))];
      return out.with(kAssessed).with(kNotInNeed, none).with(kCloses, none).to(kChildInNeed);
    }
    case kChildInNeed:
      return out.with(kCloses);
    case kSection47: {
      const float second = (c.flags & kEverPlan) ? chance(protection_plan_second_ratio) : 1.0F;
      const bool conference = u < month.conference_share * second;
      const bool plan = conference && v < chance(enquiry_plan_share);
      return out.with(kConference, conference)
          .with(kPlanStarts, plan)
          .with(kCloses, !conference && v >= chance(enquiry_continue_share))
          .to(plan ? kProtectionPlan : kChildInNeed);
    }
    case kProtectionPlan:
      return out.with(kPlanEnds).with(kCloses, u >= chance(protection_plan_step_down_share)).to(kChildInNeed);
    case kPreProceedings:
      return out.to(on_plan ? kProtectionPlan : kChildInNeed);
    case kProceedings:
      return out.with(kChildrenEnter, u < chance(proceedings_care_order_share)).to(kChildInNeed);
  }
  return out;
}

// A case to be opened with `rest` of the month left; `engagement` is a uniform draw.
struct Opening {
  std::uint32_t family;
  Stage stage;
  std::uint8_t flags;
  float engagement;
  float rest;
};
// An event of a case, within a month.
struct CaseEvent {
  std::uint32_t index;
  float rest;          // of the month, after the event
  std::uint32_t kind;  // below kCaseEventKinds: by the stage of the case, then by lane
  std::uint32_t occurrence;
};
inline constexpr std::size_t kCaseEventKinds = kStages * kLanes;

}  // namespace hearth
