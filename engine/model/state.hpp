// One authority in one replicate of one arm: its state, which the mechanisms change month by month, and the
// questions about it that several of them ask.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "core/measures.hpp"
#include "kernels/draw_list.hpp"
#include "kernels/draws.hpp"
#include "model/care/care.hpp"
#include "model/casework/casework.hpp"
#include "model/contact/contact.hpp"
#include "model/needs/quiet_families.hpp"
#include "model/outcomes/care_leavers.hpp"
#include "model/outcomes/event_log.hpp"
#include "model/outcomes/follow_up.hpp"
#include "model/outcomes/prices.hpp"
#include "model/population/families.hpp"
#include "model/practice/drift.hpp"
#include "model/practice/implementation.hpp"
#include "model/practice/practice.hpp"
#include "model/practice/workforce.hpp"
#include "model/records.hpp"
#include "model/setting.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {

// The replicate whose draws each source of uncertainty has: that of replicate 0 where the source is off.
// Parameters have no luck of their own: a replicate's are in its Setting.
struct ReplicateKeys {
  ReplicateKeys(std::uint32_t replicate) : process(replicate), drift(replicate), effects(replicate) {}
  ReplicateKeys(const SourceSet& on, std::uint32_t replicate);

  std::uint32_t process;
  std::uint32_t drift;
  std::uint32_t effects;
};

// A reading that no clock reaches: of families with an open case or without children under 18.
inline constexpr float kNever = 3e38F;

struct AuthorityState {
  // Without families known to services yet: start_authority() (authority.hpp) brings it to the origin.
  // `setting`, which must outlive it, has what is fixed.
  AuthorityState(const Setting& setting, std::uint64_t seed, const ReplicateKeys& keys);

  const Setting& setting;
  const Families& families;
  const Parameters& parameters;
  EventLog* log;  // null: nothing is logged
  Draws draws;
  Draws drift_draws;
  Draws national_drift_draws;
  int month = 0;
  std::uint32_t cases_at_start = 0;         // of this month: how many of `cases` had been opened before
  std::uint32_t looked_after_at_start = 0;  // likewise of `looked_after`

  // By family, of all the horizon. The readings of the two clocks at which the next concern is raised and the
  // next need changes stand apart: they are scanned every month.
  std::vector<float> contact_reading;
  std::vector<float> needs_reading;
  std::vector<FamilyState> family;
  // Engagement in the last case, in 255ths: what is left of it when the next opens counts while the case is a
  // recent one (kRecentCase).
  std::vector<std::uint8_t> trust;
  // By month, where a birth of it is to be looked at: families of which a child was taken into care
  // (casework/births_expected.hpp), and children whose guardianship or adoption breaks down
  // (care/left_for_good.hpp).
  std::vector<std::vector<std::uint32_t>> births_ahead;
  std::vector<std::vector<Breakdown>> breakdowns;
  std::vector<Case> cases;  // open
  std::vector<LookedAfterChild> looked_after;

  // The authority's clocks: the integral of its multiplier over time.
  double contact_clock = 0.0;
  double needs_clock = 0.0;

  // Practice, and what it makes of the month's rates (practice/month.cpp).
  LeverValues levers;
  Workforce workforce;
  WorkforceDrift workforce_drift;
  ImplementationState implementation;
  std::vector<std::vector<LeverValues>> effects;  // log, at full dose, by uptake and component
  std::vector<LeverValues> at_dose;               // by service model, this month: at its first uptake
  DriftState drift;
  PriceLevels prices{};         // of this year
  double over_projected = 1.0;  // children over those projected, this month
  double open_at_origin = 1.0;  // children with an open case or looked after
  QuietMonth quiet;
  ContactMonth contact_month;
  CaseMonth case_month;
  CareMonth care_month{};

  // Stocks, children unless it says otherwise.
  int open_children = 0;  // with an open case, at home
  int plan_children = 0;
  int unaccompanied = 0;                      // looked after
  std::array<int, kPlacementKinds> placed{};  // looked after, by placement
  std::array<int, kAgeBands> aged{};          // looked after, by age
  std::array<int, kDeprivationFifths> looked_after_by_fifth{};
  std::array<int, kComponents> families_with{};  // families by component of need
  // What is spent later on what was done earlier: whole authority.
  ByPlacement capacity{};              // of placements: children (outcomes/costs.hpp)
  double residential_at_origin = 0.0;  // capacity
  CareLeavers care_leavers;
  Following following;
  MonthCounts counts{};  // of this month

  // Within a month; kept from one to the next so that nothing is allocated. The lists given room by
  // make_room() hold what the month's steps say, and no more is read of them.
  DrawList draw_list;
  std::vector<std::uint32_t> due;  // families whose reading the clock has passed
  std::vector<Referral> referrals;
  std::vector<Opening> openings;
  std::vector<float> engagements;  // of openings
  std::vector<DueLanes> due_cases;
  std::vector<CaseEvent> case_events;
  std::vector<std::uint32_t> order;   // of case_events, by kind
  std::vector<std::uint32_t> closed;  // positions in cases
  std::vector<DueLanes> due_children;
  std::vector<ChildEvent> child_events;
  std::vector<ReturnHome> returns;
};

// Keeps what is there.
template <typename Item>
void make_room(std::vector<Item>& list, std::size_t size) {
  if (list.size() < size) list.resize(2 * size);
}

// Adds n (children, families or events, as the measure says) to a count of this month.
inline void count(AuthorityState& s, Measure measure, int n, std::size_t category = 0) {
  s.counts[index(measure)][category] += n;
}

// Month of birth of a child, from the origin.
inline int birth(const AuthorityState& s, std::uint32_t family, std::size_t child) {
  return s.families.births[family].month[child];
}

// Bit a child: born, under 18 and at home in the month.
inline unsigned children_mask(const AuthorityState& s, std::uint32_t family, int month) {
  const FamilyState& f = s.family[family];
  const auto away = static_cast<unsigned>(f.in_care | f.left);
  return s.families.births[family].minors(month) & ~away;
}

struct AtHome {
  int children;
  std::size_t youngest;  // age in months; kAdultMonths: none
};
inline AtHome children_at_home(const AuthorityState& s, std::uint32_t family, int month) {
  const unsigned home = children_mask(s, family, month);
  const auto youngest = static_cast<std::size_t>(std::bit_width(home | 1U) - 1);
  return {std::popcount(home),
          static_cast<std::size_t>(home != 0 ? month - birth(s, family, youngest) : kAdultMonths)};
}

// A need comes or goes: `state` of a family of this authority, in which bit `component` (below kComponents)
// flips.
inline void flip(AuthorityState& s, std::uint8_t& state, std::size_t component) {
  state = static_cast<std::uint8_t>(state ^ (1U << component));
  s.families_with[component] += 2 * static_cast<int>((state >> component) & 1U) - 1;
}

inline void set_recent_case(AuthorityState& s, FamilyState& f, bool recent) {
  const bool was = (f.state & kRecentCase) != 0;
  f.state = static_cast<std::uint8_t>((f.state & ~kRecentCase) | (recent ? kRecentCase : 0));
  s.families_with[kComponents - 1] += static_cast<int>(recent) - static_cast<int>(was);
}

inline constexpr float kWholeTrust = 255.0F;
// `engagement` (0 to 1) in the family's case as it closes.
inline void keep_trust(AuthorityState& s, std::uint32_t family, float engagement) {
  s.trust[family] = static_cast<std::uint8_t>(kWholeTrust * engagement);
}

// Until which month a child who comes home in this one is likelier to enter care again.
inline std::int16_t reunified_until(const AuthorityState& s, int month) {
  return static_cast<std::int16_t>(month + static_cast<int>(s.parameters[Parameter::care_re_entry_duration]));
}

// What is left of the month (0 to 1) when a clock that goes from `start` to `end` over it stands at
// `reading`.
inline float rest_at(float reading, float start, float end) {
  return end > start ? std::clamp((end - reading) / (end - start), 0.0F, 1.0F) : 0.0F;
}

// The point in time, in months from the origin, at which `rest` of the month is left.
inline float time_of(int month, float rest) {
  return static_cast<float>(month + 1) - rest;
}

// A shock in this month: ratio (1: none) or strength (0: none), as its kind is.
inline double shock(const AuthorityState& s, ShockKind kind, int month) {
  const auto& sizes = s.setting.shocks[index(kind)];
  if (sizes.empty()) return kShockTable[index(kind)].is_ratio ? 1.0 : 0.0;
  return static_cast<double>(sizes[static_cast<std::size_t>(month)]);
}

// The families whose reading the clock, which is at `end` at the month's end, passes this month: in s.due.
std::span<std::uint32_t> find_due_families(AuthorityState& s, const std::vector<float>& readings, float end,
                                           int month);

}  // namespace hearth
