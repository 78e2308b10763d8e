// Looked-after children: entry, moves, leaving, and coming home (docs/model.md, care).
#include <algorithm>
#include <tuple>

#include "model/authority.hpp"

namespace hearth {

void World::enter_care(std::uint32_t family, std::uint8_t child, int month, float rest) {
  FamilyState& f = family_[family];
  const auto bit = static_cast<std::uint8_t>(1U << child);
  LookedAfterChild x;
  x.entity = family * 8 + child;
  x.family = family;
  x.child = child;
  x.birth = static_cast<std::int16_t>(birth(family, child));
  x.since = static_cast<std::int16_t>(month);
  const bool again = (f.ever_in_care & bit) != 0;
  x.occurrence = again ? static_cast<std::uint32_t>(month + 1) << 8 : 0U;
  if (again) {
    count(Measure::kReEntries, 1);
    following_.entered_care(x.entity, time_of(month, rest));
  }
  f.in_care = static_cast<std::uint8_t>(f.in_care | bit);
  f.ever_in_care = static_cast<std::uint8_t>(f.ever_in_care | bit);
  const Bits bits = draws_.block(Process::kCareOpening, x.entity, x.occurrence + 2);
  x.age = static_cast<std::uint8_t>(age_band(month - x.birth));
  x.placement = draw_placement(setting_.care, x.age, false, levers_, parameters_, uniform(bits[0]));
  note(EventKind::kEntersCare, family, rest, index(x.placement), child);
  add_looked_after(x, month, rest, true);
}

void World::add_looked_after(LookedAfterChild& x, int month, float rest, bool entered) {
  const Bits first = draws_.block(Process::kCareOpening, x.entity, x.occurrence);
  const Bits second = draws_.block(Process::kCareOpening, x.entity, x.occurrence + 1);
  x.remaining = exponential_lanes(first, second);
  x.age = static_cast<std::uint8_t>(age_band(month - x.birth));
  x.next_age_month = static_cast<std::int16_t>(x.birth + kAgeBandStartMonths[x.age + std::size_t{1}]);
  ++placed_[index(x.placement)];
  ++aged_[x.age];
  if (x.family == kNoFamily)
    ++unaccompanied_;
  else
    ++looked_after_by_fifth_[deprivation_fifth(family_[x.family].deprivation)];
  children_.push_back(x);
  if (!entered) return;
  count(Measure::kCareEntries, 1);
  count(Measure::kCareEntriesByAge, 1, x.age);
  if (x.family == kNoFamily) {
    count(Measure::kCareEntriesUnaccompanied, 1);
  } else {
    const FamilyState& f = family_[x.family];
    count(Measure::kCareEntriesByDeprivation, 1, deprivation_fifth(f.deprivation));
    count(Measure::kCareEntriesByPoverty, 1, f.state & kPoverty);
  }
  advance_child(static_cast<std::uint32_t>(children_.size() - 1), month, rest);
}

// Birthdays come at the month's end, when all events have been: the stock that is counted then has the ages
// of that day.
void World::care(int month) {
  const std::uint32_t n = children_at_start_;
  make_room(due_children_, n);
  LookedAfterChild* const children = children_.data();
  DueItem* const due_children = due_children_.data();
  const CareTables& tables = setting_.care;
  std::size_t due = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    LookedAfterChild& x = children[i];
    due += use_up(x.remaining, care_hazard(x, tables, month), i, 1.0F, due_children[due]) ? 1 : 0;
  }
  make_room(child_events_, due);
  draw_list_.resize(due);
  for (std::size_t k = 0; k < due; ++k) {
    const ChildEvent& event = child_events_[k] = next_event(due_children[k]);
    draw_list_.set(k, Process::kCareEvent, event.lane, children[event.index].entity, event.occurrence);
  }
  draw_list_.draw(draws_);
  draw_list_.make_waits(0);
  // From the last on: who leaves is replaced by one who has been through the month.
  while (due-- > 0) {
    const ChildEvent& event = child_events_[due];
    if (apply(event, month, draw_list_.wait(due), uniform(draw_list_.word(due, 1))))
      advance_child(event.index, month, event.rest);
  }
  open_after_returns(month);
  for (auto i = static_cast<std::uint32_t>(children_.size()); i-- > 0;) {
    LookedAfterChild& x = children_[i];
    if (month + 1 < x.next_age_month) continue;
    if (month + 1 >= x.birth + kAdultMonths) {
      leave_care(i, month, ExitReason::kTurned18, 0.0F);
      continue;
    }
    --aged_[x.age];
    ++x.age;
    ++aged_[x.age];
    x.next_age_month = static_cast<std::int16_t>(x.birth + kAgeBandStartMonths[x.age + std::size_t{1}]);
  }
}

// Hazard of each lane over one month.
inline Lanes World::care_hazard(const LookedAfterChild& x, const CareTables& tables, int month) const {
  const bool alone = x.family == kNoFamily;
  const Lanes hazard =
      tables.base[alone ? 1 : 0][index(x.placement)][x.age][hazard_band(month - x.since)] * care_month_;
  const float needs = alone ? 1.0F : tables.return_home_needs[family_[x.family].state & (kNeedStates - 1)];
  return hazard * with_lane(all_lanes(1.0F), kReturnHome, needs);
}

inline World::ChildEvent World::next_event(const DueItem& due) {
  LookedAfterChild& x = children_[due.index];
  const FirstEvent first = bring_forward(x.remaining, due);
  const std::size_t counter = std::min<std::size_t>(first.lane, 4);
  return {due.index, first.rest, first.lane, x.occurrence | x.events[counter]++};
}

void World::advance_child(std::uint32_t i, int month, float rest) {
  for (;;) {
    LookedAfterChild& x = children_[i];
    DueItem due;
    if (!use_up(x.remaining, care_hazard(x, setting_.care, month) * rest, i, rest, due)) return;
    const ChildEvent event = next_event(due);
    const Bits bits = draws_.block(Process::kCareEvent, event.lane, x.entity, event.occurrence);
    if (!apply(event, month, exponential(bits[0]), uniform(bits[1]))) return;
    rest = event.rest;
  }
}

bool World::apply(const ChildEvent& event, int month, float wait, float u) {
  LookedAfterChild& x = children_[event.index];
  const bool alone = x.family == kNoFamily;
  x.remaining = with_lane(x.remaining, event.lane, wait);
  const auto leaves = [&](ExitReason reason) {
    leave_care(event.index, month, reason, event.rest);
    return false;
  };
  const auto moves = [&](Placement placement) {
    --placed_[index(x.placement)];
    x.placement = placement;
    ++placed_[index(x.placement)];
    if (!alone) note(EventKind::kMoves, x.family, event.rest, index(x.placement), x.child);
    return true;
  };
  switch (event.lane) {
    case kReturnHome:
      return leaves(ExitReason::kReturnedHome);
    case kGuardianship:
      return leaves(ExitReason::kGuardianship);
    case kLeaving:
      return leaves(ExitReason::kOther);
    case kAdoption:
      return x.placement == Placement::kAdoption ? leaves(ExitReason::kAdopted) : moves(Placement::kAdoption);
    default:
      return moves(draw_placement(setting_.care, x.age, alone, levers_, parameters_, u));
  }
}

void World::leave_care(std::uint32_t i, int month, ExitReason reason, float rest) {
  const LookedAfterChild x = children_[i];
  --placed_[index(x.placement)];
  --aged_[x.age];
  if (x.family == kNoFamily) --unaccompanied_;
  children_[i] = children_.back();
  children_.pop_back();
  count(Measure::kCareExits, 1);
  count(Measure::kCareExitsByReason, 1, index(reason));
  count(Measure::kCareExitsByAge, 1, x.age);
  if (x.family == kNoFamily) return;
  FamilyState& f = family_[x.family];
  const auto bit = static_cast<std::uint8_t>(1U << x.child);
  f.in_care = static_cast<std::uint8_t>(f.in_care & ~bit);
  --looked_after_by_fifth_[deprivation_fifth(f.deprivation)];
  note(EventKind::kLeavesCare, x.family, rest, index(reason), x.child);
  if (reason != ExitReason::kReturnedHome) {
    f.left = static_cast<std::uint8_t>(f.left | bit);
    return;
  }
  count(Measure::kReturnedHome, 1);
  following_.returned_home(month, x.entity, time_of(month, rest));
  if (f.case_index != kNoCase)
    support_at_home(x.family, month);
  else
    returns_.push_back(
        {x.family, rest, uniform(draws_.block(Process::kCareOpening, x.entity, x.occurrence + 3)[0])});
}

void World::support_at_home(std::uint32_t family, int month) {
  Case& c = cases_[family_[family].case_index];
  c.flags = static_cast<std::uint8_t>(c.flags | kReunified);
  c.reunified_until = reunified_until(month);
  refresh_children(c, month);
}

// Of brothers and sisters who come home in a month, the first opens the case.
void World::open_after_returns(int month) {
  std::sort(returns_.begin(), returns_.end(), [](const Return& a, const Return& b) {
    return std::tuple(a.family, b.rest, a.engagement) < std::tuple(b.family, a.rest, b.engagement);
  });
  while (!returns_.empty()) {
    openings_.clear();
    std::size_t later = 0;
    std::uint32_t last = kNoFamily;
    for (const Return r : returns_) {
      if (r.family == last) {
        returns_[later++] = r;
        continue;
      }
      last = r.family;
      if (family_[r.family].case_index != kNoCase)
        support_at_home(r.family, month);
      else
        plan_opening(r.family, Stage::kChildInNeed, kReunified, r.engagement, r.rest);
    }
    returns_.resize(later);
    open_cases(month);
  }
}

void World::unaccompanied(int month) {
  using enum Parameter;
  const double mean = setting_.authority->care_entries_unaccompanied * setting_.sampling_fraction /
                      kMonthsPerYear * parameters_[unaccompanied_entry_ratio] *
                      shock(ShockKind::kUnaccompaniedChildren, month);
  const auto m = static_cast<std::uint32_t>(month);
  const int n =
      poisson_quantile(mean, static_cast<double>(uniform(draws_.block(Process::kUnaccompanied, 0, m)[0])));
  for (int k = 0; k < n; ++k) {
    const auto entity = 0x80000000U | (m << 20) | static_cast<std::uint32_t>(k);
    const Bits bits = draws_.block(Process::kUnaccompanied, entity, 1);
    LookedAfterChild x;
    x.entity = entity;
    const bool younger = uniform(bits[0]) < static_cast<float>(parameters_[unaccompanied_under_16_share]);
    // 13 to 15, or 16 and 17, evenly.
    const float age = younger ? 156.0F + 36.0F * uniform(bits[1]) : 192.0F + 24.0F * uniform(bits[1]);
    x.birth = static_cast<std::int16_t>(month - static_cast<int>(age));
    x.since = static_cast<std::int16_t>(month);
    x.placement = draw_placement(setting_.care, age_band(month - x.birth), true, levers_, parameters_,
                                 uniform(bits[2]));
    add_looked_after(x, month, uniform(bits[3]), true);
  }
}

}  // namespace hearth
