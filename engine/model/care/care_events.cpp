#include "model/care/care_events.hpp"

#include <algorithm>

#include "model/care/left_for_good.hpp"
#include "model/casework/births_expected.hpp"
#include "model/casework/case_children.hpp"
#include "model/outcomes/event_notes.hpp"

namespace hearth {
namespace {

// When a spell in care starts, or ends at home.
Bits opening_draw(const AuthorityState& s, const LookedAfterChild& x, SpellDraw what) {
  return s.draws.block(Process::kCareOpening, x.entity.word(), care_opening(x.spell, what));
}

// Hazard of each lane over one month.
inline Lanes care_hazard(const AuthorityState& s, const LookedAfterChild& x, const CareTables& tables,
                         int month) {
  const bool alone = x.family == kNoFamily;
  const std::size_t band = hazard_band(month - x.since);
  const Lanes hazard =
      tables.base[alone ? 1 : 0][index(x.placement)][year_of_age(month - x.birth)][band] * s.care_month[band];
  const float needs = alone ? 1.0F : tables.return_home_needs[s.family[x.family].state & (kNeedStates - 1)];
  return hazard * with_lane(all_lanes(1.0F), kReturnHomeLane, needs);
}

inline ChildEvent next_event(AuthorityState& s, const DueLanes& due) {
  LookedAfterChild& x = s.looked_after[due.index];
  const FirstEvent first = bring_forward(x.remaining, due);
  const std::size_t counter = std::min<std::size_t>(first.lane, 4);
  return {due.index, first.rest, first.lane, care_event_key(x.spell, x.events[counter]++)};
}

// The last of s.looked_after takes the place of the child who leaves.
void leave_care(AuthorityState& s, std::uint32_t i, int month, ExitReason reason, float rest) {
  const LookedAfterChild x = s.looked_after[i];
  --s.placed[index(x.placement)];
  --s.aged[x.age];
  if (x.family == kNoFamily) --s.unaccompanied;
  s.looked_after[i] = s.looked_after.back();
  s.looked_after.pop_back();
  count(s, Measure::kCareExits, 1);
  count(s, Measure::kCareExitsByReason, 1, index(reason));
  count(s, Measure::kCareExitsByAge, 1, x.age);
  if (x.family == kNoFamily) return;
  FamilyState& f = s.family[x.family];
  const auto bit = static_cast<std::uint8_t>(1U << x.child);
  f.in_care = static_cast<std::uint8_t>(f.in_care & ~bit);
  --s.looked_after_by_fifth[deprivation_fifth(f.family_class)];
  note(s, EventKind::kLeavesCare, x.family, rest, index(reason), x.child);
  if (reason != ExitReason::kReturnedHome) {
    f.left = static_cast<std::uint8_t>(f.left | bit);
    leave_for_good(s, x, reason, month, rest);
    return;
  }
  count(s, Measure::kReturnedHome, 1);
  s.following.returned_home(month, x.entity, time_of(month, rest));
  if (f.case_index != kNoCase)
    support_at_home(s, x.family, month);
  else
    s.returns.push_back({x.family, rest, uniform(opening_draw(s, x, SpellDraw::kSupportAtHome)[0])});
}

// False if the child left care. `wait` is a unit exponential, `u` uniform.
bool apply(AuthorityState& s, const ChildEvent& event, int month, float wait, float u) {
  LookedAfterChild& x = s.looked_after[event.index];
  const bool alone = x.family == kNoFamily;
  x.remaining = with_lane(x.remaining, event.lane, wait);
  const auto leaves = [&](ExitReason reason) {
    leave_care(s, event.index, month, reason, event.rest);
    return false;
  };
  const auto moves = [&](Placement placement) {
    --s.placed[index(x.placement)];
    x.placement = placement;
    ++s.placed[index(x.placement)];
    if (!alone) note(s, EventKind::kMoves, x.family, event.rest, index(x.placement), x.child);
    return true;
  };
  switch (event.lane) {
    case kReturnHomeLane:
      return leaves(ExitReason::kReturnedHome);
    case kGuardianshipLane:
      return leaves(ExitReason::kGuardianship);
    case kLeavingLane:
      return leaves(ExitReason::kOther);
    case kAdoptionLane:
      return x.placement == Placement::kAdoption ? leaves(ExitReason::kAdopted) : moves(Placement::kAdoption);
    default:
      return moves(draw_placement(s.setting.care, x.age, alone, s.levers, s.parameters, u));
  }
}

// Handles the events of a child until there is none within `rest` of the month.
void advance_child(AuthorityState& s, std::uint32_t i, int month, float rest) {
  for (;;) {
    LookedAfterChild& x = s.looked_after[i];
    DueLanes due;
    if (!use_up(x.remaining, care_hazard(s, x, s.setting.care, month) * rest, i, rest, due)) return;
    const ChildEvent event = next_event(s, due);
    const Bits bits = s.draws.block(Process::kCareEvent, event.lane, x.entity.word(), event.occurrence);
    if (!apply(s, event, month, exponential(bits[0]), uniform(bits[1]))) return;
    rest = event.rest;
  }
}

}  // namespace

void enter_care(AuthorityState& s, std::uint32_t family, std::uint8_t child, int month, float rest) {
  FamilyState& f = s.family[family];
  const auto bit = static_cast<std::uint8_t>(1U << child);
  LookedAfterChild x;
  x.entity = EntityKey::child(family, child);
  x.family = family;
  x.child = child;
  x.birth = static_cast<std::int16_t>(birth(s, family, child));
  x.since = static_cast<std::int16_t>(month);
  const bool again = (f.ever_in_care & bit) != 0;
  x.spell = care_spell(again, month);
  if (again) {
    count(s, Measure::kReEntries, 1);
    s.following.entered_care(x.entity, time_of(month, rest));
  }
  f.in_care = static_cast<std::uint8_t>(f.in_care | bit);
  f.ever_in_care = static_cast<std::uint8_t>(f.ever_in_care | bit);
  const Bits bits = opening_draw(s, x, SpellDraw::kPlacement);
  x.age = static_cast<std::uint8_t>(age_band(month - x.birth));
  x.placement = draw_placement(s.setting.care, x.age, false, s.levers, s.parameters, uniform(bits[0]));
  note(s, EventKind::kEntersCare, family, rest, index(x.placement), child);
  expect_birth(s, family, month);
  add_looked_after(s, x, month, rest, true);
}

void add_looked_after(AuthorityState& s, LookedAfterChild& x, int month, float rest, bool entered) {
  const Bits first = opening_draw(s, x, SpellDraw::kFirstThresholds);
  const Bits second = opening_draw(s, x, SpellDraw::kLastThresholds);
  x.remaining = exponential_lanes(first, second);
  x.age = static_cast<std::uint8_t>(age_band(month - x.birth));
  x.next_age_month = static_cast<std::int16_t>(x.birth + kAgeBandStartMonths[x.age + std::size_t{1}]);
  ++s.placed[index(x.placement)];
  ++s.aged[x.age];
  if (x.family == kNoFamily)
    ++s.unaccompanied;
  else
    ++s.looked_after_by_fifth[deprivation_fifth(s.family[x.family].family_class)];
  s.looked_after.push_back(x);
  if (!entered) return;
  count(s, Measure::kCareEntries, 1);
  count(s, Measure::kCareEntriesByAge, 1, x.age);
  if (x.family == kNoFamily) {
    count(s, Measure::kCareEntriesUnaccompanied, 1);
  } else {
    const FamilyState& f = s.family[x.family];
    count(s, Measure::kCareEntriesByDeprivation, 1, deprivation_fifth(f.family_class));
    count(s, Measure::kCareEntriesByPoverty, 1, f.state & kPoverty);
  }
  advance_child(s, static_cast<std::uint32_t>(s.looked_after.size() - 1), month, rest);
}

void look_after_children(AuthorityState& s, int month) {
  const std::uint32_t n = s.looked_after_at_start;
  make_room(s.due_children, n);
  LookedAfterChild* const children = s.looked_after.data();
  DueLanes* const due_children = s.due_children.data();
  const CareTables& tables = s.setting.care;
  std::size_t due = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    LookedAfterChild& x = children[i];
    due += use_up(x.remaining, care_hazard(s, x, tables, month), i, 1.0F, due_children[due]) ? 1 : 0;
  }
  make_room(s.child_events, due);
  s.draw_list.resize(due);
  for (std::size_t k = 0; k < due; ++k) {
    const ChildEvent& event = s.child_events[k] = next_event(s, due_children[k]);
    s.draw_list.set(k, Process::kCareEvent, event.lane, children[event.index].entity.word(),
                    event.occurrence);
  }
  s.draw_list.draw(s.draws);
  s.draw_list.make_waits(0);
  // From the last on: who leaves is replaced by one who has been through the month.
  while (due-- > 0) {
    const ChildEvent& event = s.child_events[due];
    if (apply(s, event, month, s.draw_list.wait(due), uniform(s.draw_list.word(due, 1))))
      advance_child(s, event.index, month, event.rest);
  }
}

void pass_birthdays_in_care(AuthorityState& s, int month) {
  for (auto i = static_cast<std::uint32_t>(s.looked_after.size()); i-- > 0;) {
    LookedAfterChild& x = s.looked_after[i];
    if (month + 1 < x.next_age_month) continue;
    if (month + 1 >= x.birth + kAdultMonths) {
      leave_care(s, i, month, ExitReason::kTurned18, 0.0F);
      continue;
    }
    --s.aged[x.age];
    ++x.age;
    ++s.aged[x.age];
    x.next_age_month = static_cast<std::int16_t>(x.birth + kAgeBandStartMonths[x.age + std::size_t{1}]);
  }
}

}  // namespace hearth
