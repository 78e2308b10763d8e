#include "model/casework/case_events.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <tuple>

#include "model/care/care_events.hpp"
#include "model/casework/births_expected.hpp"
#include "model/casework/case_children.hpp"
#include "model/outcomes/event_notes.hpp"

namespace hearth {
namespace {

constexpr std::size_t kNobody = ~std::size_t{0};
using EventsByKind = std::array<std::uint32_t, kCaseEventKinds>;

// Draws of an event by which children enter care: for the event as a whole, and one for each child.
Bits entry_draws(const AuthorityState& s, std::uint32_t family, CaseLane lane, std::uint32_t occurrence,
                 std::uint32_t block = 0) {
  return s.draws.block(Process::kCareEntry, family, care_entry_key(occurrence, lane, block));
}
float child_draw(const AuthorityState& s, std::uint32_t family, CaseLane lane, std::uint32_t occurrence,
                 std::size_t child) {
  return uniform(
      entry_draws(s, family, lane, occurrence, static_cast<std::uint32_t>(1 + child / 4))[child % 4]);
}

// What is left of the engagement in a case that closed a short time ago: families remember how they were met.
float trust_kept(const AuthorityState& s, std::uint32_t family) {
  return static_cast<float>(s.parameters[Parameter::engagement_kept_share]) *
         (static_cast<float>(s.trust[family]) / kWholeTrust);
}

void count_pre_proceedings(AuthorityState& s, const Case& c, int month, float rest) {
  const unsigned home = children_mask(s, c.family, month);
  count(s, Measure::kPreProceedingsStarted, std::popcount(home));
  s.following.pre_proceedings(month, c.family, static_cast<std::uint8_t>(home), time_of(month, rest));
}

// At the end of s.cases; its draws are numbers 2 k and 2 k + 1 of s.draw_list.
void open_case(AuthorityState& s, const Opening& opening, std::size_t k, int month) {
  const std::uint32_t family = opening.family;
  const Stage stage = opening.stage;
  const std::uint8_t flags = opening.flags;
  FamilyState& f = s.family[family];
  const auto i = static_cast<std::uint32_t>(s.cases.size());
  f.case_index = i;
  Case& c = s.cases.emplace_back();
  c.remaining = s.draw_list.lanes(2 * k);
  c.family = family;
  c.engagement = s.engagements[k];
  c.since = static_cast<std::int16_t>(month);
  c.stage = stage;
  c.flags = static_cast<std::uint8_t>((flags & ~kBeforeBirth) | ((f.state & kHadPlan) ? kEverPlan : 0));
  if (flags & kReunified) c.reunified_until = reunified_until(s, month);
  if (f.state & kReturned) {
    // A child came home shortly before the last case closed; that may be a short time ago still.
    f.state = static_cast<std::uint8_t>(f.state & ~kReturned);
    c.reunified_until = std::max(c.reunified_until, s.following.take_reunified(family));
    if (c.reunified_until > month) c.flags = static_cast<std::uint8_t>(c.flags | kReunified);
  }
  if (f.state & kRecentCase) c.engagement += (1.0F - c.engagement) * trust_kept(s, family);
  set_recent_case(s, f, false);
  c.state = f.state;
  c.family_class = f.family_class;
  if (stage != Stage::kAssessment) note(s, EventKind::kCaseOpens, family, opening.rest);
  refresh_children(s, c, month);
  if (!(flags & kBeforeBirth)) return;
  count_pre_proceedings(s, c, month, opening.rest);
  note(s, EventKind::kPreProceedingsStart, family, opening.rest);
  end_pre_proceedings(s, c);
}

// Whether the case has an event within `rest` of the month.
inline bool is_due(AuthorityState& s, Case& c, std::uint32_t i, const CaseTables& tables, int month,
                   float rest, DueLanes& due) {
  const Lanes hazard = case_hazard(c, tables, s.case_month, hazard_band(month - c.since)) * rest;
  return use_up(c.remaining, hazard, i, rest, due);
}

// Brings the case forward to its first event, field by field: the processor waits for what is written in
// parts and read as a whole.
inline void next_event(AuthorityState& s, const DueLanes& due, CaseEvent& event) {
  Case& c = s.cases[due.index];
  const FirstEvent first = bring_forward(c.remaining, due);
  const std::size_t counter = std::min<std::size_t>(first.lane, 4);
  event.index = due.index;
  event.rest = first.rest;
  event.kind = static_cast<std::uint32_t>(index(c.stage) * kLanes + first.lane);
  event.occurrence = case_event_key(s.family[c.family].cases, c.events[counter]++);
}

// Makes s.order of the first n of s.case_events, of each kind so many.
void order_events(AuthorityState& s, std::size_t n, const EventsByKind& events) {
  EventsByKind next{};
  for (std::size_t kind = 1; kind < next.size(); ++kind) next[kind] = next[kind - 1] + events[kind - 1];
  make_room(s.order, n);
  for (std::uint32_t k = 0; k < n; ++k) s.order[next[s.case_events[k].kind]++] = k;
}

// Quiet again: unit exponentials until the next contact and the next transition.
void settle(AuthorityState& s, std::uint32_t family, float rest, float contact_wait, float needs_wait) {
  FamilyState& f = s.family[family];
  const float contact_now = s.quiet.contact_end - rest * (s.quiet.contact_end - s.quiet.contact_start);
  const float needs_now = s.quiet.needs_end - rest * (s.quiet.needs_end - s.quiet.needs_start);
  s.contact_reading[family] =
      contact_now + contact_wait / s.setting.contact.rate[f.family_class][quiet_state(f.state)];
  s.needs_reading[family] =
      needs_now + needs_wait / s.setting.needs.total[f.family_class][quiet_state(f.state)];
}

// The case stays in its place, without effect, until remove_closed().
void close_case(AuthorityState& s, std::uint32_t i, float rest, float contact_wait, float needs_wait) {
  const Case& c = s.cases[i];
  const std::uint32_t family = c.family;
  s.open_children -= c.children;
  if (c.flags & kOnPlan) {
    s.plan_children -= c.children;
    if (c.children > 0) {
      count(s, Measure::kChildProtectionPlansEnded, c.children);
      note(s, EventKind::kPlanEnds, family, rest);
    }
  }
  FamilyState& f = s.family[family];
  f.case_index = kNoCase;
  note(s, EventKind::kCaseCloses, family, rest);
  if ((c.flags & kReunified) && c.reunified_until > s.month) {
    f.state = static_cast<std::uint8_t>(f.state | kReturned);
    s.following.keep_reunified(family, c.reunified_until);
  }
  set_recent_case(s, f, true);
  keep_trust(s, family, c.engagement);
  s.closed.push_back(i);
  settle(s, family, rest, contact_wait, needs_wait);
}

void close_case(AuthorityState& s, std::uint32_t i, float rest) {
  const std::uint32_t family = s.cases[i].family;
  const Bits bits = s.draws.block(Process::kContact, family, s.family[family].contacts++);
  close_case(s, i, rest, exponential(bits[0]), exponential(bits[3]));
}

// Cases from the end take the places of those that closed.
void remove_closed(AuthorityState& s) {
  const std::size_t kept = s.cases.size() - s.closed.size();
  std::size_t from = kept;
  for (const std::uint32_t i : s.closed) {
    if (i >= kept) continue;
    while (s.family[s.cases[from].family].case_index != from) ++from;
    s.cases[i] = s.cases[from];
    s.family[s.cases[i].family].case_index = i;
    ++from;
  }
  s.cases.resize(kept);
  s.closed.clear();
}

// The child at home who enters care by agreement, at a quantile u of their weights; kNobody if none can.
std::size_t child_to_enter(const AuthorityState& s, std::uint32_t family, int month, float u) {
  std::array<float, kMostChildren> weights{};
  float total = 0.0F;
  for_each_bit(children_mask(s, family, month), [&](std::size_t k) {
    // Oldest last, so that a quantile of the draw means the same child whatever the arm.
    float& weight = weights[kMostChildren - 1 - k];
    weight = s.setting.casework.by_age[static_cast<std::size_t>(month - birth(s, family, k))].care;
    total += weight;
  });
  return total > 0.0F ? kMostChildren - 1 - pick(weights, total, u) : kNobody;
}

// The child enters care by agreement, if young perhaps with brothers and sisters. Returns how many enter.
int one_enters_care(AuthorityState& s, Case& c, std::size_t child, int month, float rest,
                    std::uint32_t occurrence) {
  constexpr int kOwnWay = 12 * kMonthsPerYear;  // from 12 on, children enter alone
  const bool young = month - birth(s, c.family, child) < kOwnWay;
  enter_care(s, c.family, static_cast<std::uint8_t>(child), month, rest);
  int entered = 1;
  if (!young) return entered;
  const auto share = static_cast<float>(s.parameters[Parameter::accommodation_sibling_share]);
  for_each_bit(children_mask(s, c.family, month), [&](std::size_t k) {
    if (month - birth(s, c.family, k) >= kOwnWay ||
        child_draw(s, c.family, kAccommodate, occurrence, k) >= share)
      return;
    enter_care(s, c.family, static_cast<std::uint8_t>(k), month, rest);
    ++entered;
  });
  return entered;
}

// The case reaches a plan or care. Of one opened by a re-referral, its `children` are counted the first time.
void count_repeat(AuthorityState& s, Case& c, int children) {
  if (!(c.flags & kRepeat)) return;
  c.flags = static_cast<std::uint8_t>(c.flags & ~kRepeat);
  count(s, Measure::kReReferralsToPlanOrCare, children);
}

// False if the case closed. The event's draws are number k of s.draw_list.
template <Stage kStage, CaseLane kLane>
inline bool apply(AuthorityState& s, const CaseEvent& event, std::size_t k, int month) {
  const std::uint32_t i = event.index;
  const float rest = event.rest;
  Case& c = s.cases[i];
  FamilyState& f = s.family[c.family];
  const float wait = s.draw_list.wait(k);
  c.remaining = with_lane(c.remaining, kLane, wait);

  if constexpr (kLane >= kFlipDomesticAbuse) {
    // Poverty is the first component and the last lane.
    constexpr std::size_t kComponent = kLane == kFlipPoverty ? 0 : kLane - kFlipDomesticAbuse + 1;
    flip(s, f.state, kComponent);
    if (logs(s)) [[unlikely]]
      note_need(s, c.family, kComponent, rest);
    c.state = f.state;
    return true;
  } else {
    const std::uint32_t occurrence = event.occurrence;
    std::size_t enters = kNobody;
    if constexpr (kLane == kAccommodate) {
      // Thinned where some ages enter more readily than others: the hazard is that of the readiest.
      const Bits choice = entry_draws(s, c.family, kLane, occurrence);
      enters = child_to_enter(s, c.family, month, uniform(choice[0]));
      if (enters == kNobody ||
          uniform(choice[3]) >= s.case_month.entry_share[entry_band(month - birth(s, c.family, enters))])
        return true;
    }
    const CaseOutcome out = case_event(c, kStage, kLane, s.case_month, s.parameters, s.draw_list.bits(k));
    const int n = c.children;
    if (logs(s)) [[unlikely]]
      note_outcome(s, c, out, rest);
    if (out.has(Outcome::kAssessed)) {
      count(s, Measure::kAssessments, n);
      // No branch on what is as good as random.
      const int needs = f.state / kDomesticAbuse;
      count(s, Measure::kAssessedWithDomesticAbuse, n * (needs & 1));
      count(s, Measure::kAssessedWithMentalIllHealth, n * (needs >> 1 & 1));
      count(s, Measure::kAssessedWithSubstanceMisuse, n * (needs >> 2 & 1));
    }
    if (out.has(Outcome::kAssessed) && !out.has(Outcome::kCloses))
      s.following.taken_on(month, c.family, f.state);
    if (out.has(Outcome::kNotInNeed)) count(s, Measure::kNotInNeed, n);
    if (out.has(Outcome::kEnquiry)) count(s, Measure::kSection47Enquiries, n);
    if (out.has(Outcome::kConference)) count(s, Measure::kInitialChildProtectionConferences, n);
    if (out.has(Outcome::kApplication)) {
      count(s, Measure::kCareApplications, 1);
      s.following.application(c.family, time_of(month, rest));
    }
    if (out.has(Outcome::kPlanEnds) && (c.flags & kOnPlan)) {
      count(s, Measure::kChildProtectionPlansEnded, n);
      s.plan_children -= n;
      c.flags = static_cast<std::uint8_t>(c.flags & ~kOnPlan);
    }
    if (out.has(Outcome::kPlanStarts)) {
      count_plans_started(s, f, n);
      count_repeat(s, c, n);
      if (f.state & kHadPlan) count(s, Measure::kSecondChildProtectionPlans, n);
      f.state = static_cast<std::uint8_t>(f.state | kHadPlan);
      c.state = f.state;
      c.flags = static_cast<std::uint8_t>(c.flags | kOnPlan | kEverPlan);
      s.plan_children += n;
    }
    if (out.has(Outcome::kCloses)) {
      // The lane's next threshold is of no use any more; the family's next contact is drawn with it.
      close_case(s, i, rest, wait, s.draw_list.wait(k, 3));
      return false;
    }
    if (out.next() == Stage::kPreProceedings && kStage != Stage::kPreProceedings)
      count_pre_proceedings(s, c, month, rest);
    // Pre-proceedings run beside a plan: the plan's own clock goes on.
    const bool beside_plan = out.next() == Stage::kPreProceedings || kStage == Stage::kPreProceedings;
    if (out.next() != kStage && !(beside_plan && (c.flags & kOnPlan)))
      c.since = static_cast<std::int16_t>(month);
    c.stage = out.next();
    const std::uint32_t family = c.family;
    int entered = 0;
    if (out.has(Outcome::kOneEnters)) {
      entered = one_enters_care(s, c, enters, month, rest, occurrence);
      count(s, Measure::kCareEntriesEmergency, out.has(Outcome::kEmergency) ? entered : 0);
    }
    if (out.has(Outcome::kChildrenEnter)) {
      for_each_bit(children_mask(s, family, month), [&](std::size_t child) {
        if (child_draw(s, family, kLane, occurrence, child) >=
            s.setting.casework.by_age[static_cast<std::size_t>(month - birth(s, family, child))].court_entry)
          return;
        count(s, Measure::kCareEntriesByCourt, 1);
        enter_care(s, family, static_cast<std::uint8_t>(child), month, rest);
        ++entered;
      });
    }
    if (entered > 0) count_repeat(s, c, n);
    if (!out.has(Outcome::kOneEnters) && !out.has(Outcome::kChildrenEnter)) return true;
    refresh_children(s, c, month);
    if (c.children == 0) {
      close_case(s, i, rest);
      return false;
    }
    return true;
  }
}

// Applies the events of a kind, s.order[from] to s.order[to]. Those whose case stays open are moved to
// s.order[open] and on; returns where they end.
template <Stage kStage, CaseLane kLane>
std::size_t apply_all(AuthorityState& s, std::size_t from, std::size_t to, std::size_t open, int month) {
  for (; from < to; ++from) {
    const std::uint32_t k = s.order[open] = s.order[from];
    open += apply<kStage, kLane>(s, s.case_events[k], k, month) ? 1 : 0;
  }
  return open;
}

// apply_all() of every kind of event: compiled for each stage and lane, so that few branches are left in it.
// Needs come and go at all stages alike.
using ApplyAll = std::size_t (*)(AuthorityState&, std::size_t, std::size_t, std::size_t, int);
template <Stage kStage>
constexpr std::array<ApplyAll, kLanes> kApplyAtStage = {apply_all<kStage, kResolve>,
                                                        apply_all<kStage, kEnquire>,
                                                        apply_all<kStage, kEscalate>,
                                                        apply_all<kStage, kAccommodate>,
                                                        apply_all<Stage::kAssessment, kFlipDomesticAbuse>,
                                                        apply_all<Stage::kAssessment, kFlipMentalIllHealth>,
                                                        apply_all<Stage::kAssessment, kFlipSubstanceMisuse>,
                                                        apply_all<Stage::kAssessment, kFlipPoverty>};
constexpr std::array<std::array<ApplyAll, kLanes>, kStages> kApplyAll = {
    kApplyAtStage<Stage::kAssessment>,     kApplyAtStage<Stage::kChildInNeed>,
    kApplyAtStage<Stage::kSection47>,      kApplyAtStage<Stage::kProtectionPlan>,
    kApplyAtStage<Stage::kPreProceedings>, kApplyAtStage<Stage::kProceedings>};

// In rounds: the next event of every case that has one, then the next of those that have another. Each step
// is done for all, so that no case waits for its draws while nothing else can be done; and events of a kind
// one after the other, so that the processor foresees what they lead to. Of the first n of s.due_cases, until
// none has one within the month.
void handle_events(AuthorityState& s, std::size_t n, int month) {
  while (n > 0) {
    make_room(s.case_events, n);
    s.draw_list.resize(n);
    EventsByKind events{};
    for (std::size_t k = 0; k < n; ++k) {
      CaseEvent& event = s.case_events[k];
      next_event(s, s.due_cases[k], event);
      ++events[event.kind];
      s.draw_list.set(k, Process::kCaseEvent, event.kind % kLanes, s.cases[event.index].family,
                      event.occurrence);
    }
    s.draw_list.draw(s.draws);
    s.draw_list.make_waits(0);
    s.draw_list.make_waits(3);
    order_events(s, n, events);
    std::size_t open = 0;
    std::size_t from = 0;
    for (std::size_t kind = 0; kind < kCaseEventKinds; ++kind) {
      if (events[kind] == 0) continue;
      const std::size_t to = from + events[kind];
      open = kApplyAll[kind / kLanes][kind % kLanes](s, from, to, open, month);
      from = to;
    }
    std::size_t again = 0;
    for (std::size_t k = 0; k < open; ++k) {
      const CaseEvent& event = s.case_events[s.order[k]];
      again += is_due(s, s.cases[event.index], event.index, s.setting.casework, month, event.rest,
                      s.due_cases[again])
                   ? 1
                   : 0;
    }
    n = again;
  }
}

}  // namespace

void start_pre_proceedings(AuthorityState& s, Case& c, int month, float rest) {
  count_pre_proceedings(s, c, month, rest);
  note(s, EventKind::kPreProceedingsStart, c.family, rest);
  if (!(c.flags & kOnPlan)) c.since = static_cast<std::int16_t>(month);
  c.stage = Stage::kPreProceedings;
}

void plan_opening(AuthorityState& s, std::uint32_t family, Stage stage, std::uint8_t flags, float engagement,
                  float rest) {
  s.contact_reading[family] = s.needs_reading[family] = kNever;
  s.openings.push_back({family, stage, flags, engagement, rest});
}

void open_cases(AuthorityState& s, int month) {
  const std::size_t n = s.openings.size();
  draw_thresholds(s, n, [&](std::size_t k) { return s.openings[k].family; });
  s.engagements.resize(n);
  for (std::size_t k = 0; k < n; ++k) s.engagements[k] = s.openings[k].engagement;
  // u^((1 - mean) / mean) has that mean.
  const float mean = std::clamp(s.case_month.engagement_start, 0.01F, 0.99F);
  for (float& u : s.engagements) u = fast_exp((1.0F - mean) / mean * fast_log(u));
  const auto first = static_cast<std::uint32_t>(s.cases.size());
  for (std::size_t k = 0; k < n; ++k) open_case(s, s.openings[k], k, month);
  make_room(s.due_cases, n);
  const CaseTables& tables = s.setting.casework;
  std::size_t due = 0;
  for (std::uint32_t k = 0; k < n; ++k) {
    const std::uint32_t i = first + k;
    Case& c = s.cases[i];
    if (c.children == 0) [[unlikely]]
      close_case(s, i, s.openings[k].rest);
    else
      due += is_due(s, c, i, tables, month, s.openings[k].rest, s.due_cases[due]) ? 1 : 0;
  }
  handle_events(s, due, month);
  remove_closed(s);
}

void work_on_cases(AuthorityState& s, int month) {
  const std::uint32_t n = s.cases_at_start;
  make_room(s.due_cases, n);
  const CaseTables& tables = s.setting.casework;
  Case* const cases = s.cases.data();
  DueLanes* const due_cases = s.due_cases.data();
  const float growth = s.case_month.engagement_growth;
  std::size_t due = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    Case& c = cases[i];
    if (month >= c.next_age_month) {
      refresh_children(s, c, month);
      if (c.children == 0) {
        close_case(s, i, 1.0F);
        continue;
      }
    }
    c.engagement += (1.0F - c.engagement) * growth;
    due += is_due(s, c, i, tables, month, 1.0F, due_cases[due]) ? 1 : 0;
  }
  handle_events(s, due, month);
  remove_closed(s);
}

// Of brothers and sisters who come home in a month, the first opens the case.
void support_after_returns(AuthorityState& s, int month) {
  std::sort(s.returns.begin(), s.returns.end(), [](const ReturnHome& a, const ReturnHome& b) {
    return std::tuple(a.family, b.rest, a.engagement) < std::tuple(b.family, a.rest, b.engagement);
  });
  while (!s.returns.empty()) {
    s.openings.clear();
    std::size_t later = 0;
    std::uint32_t last = kNoFamily;
    for (const ReturnHome r : s.returns) {
      if (r.family == last) {
        s.returns[later++] = r;
        continue;
      }
      last = r.family;
      if (s.family[r.family].case_index != kNoCase)
        support_at_home(s, r.family, month);
      else
        plan_opening(s, r.family, Stage::kChildInNeed, kReunified, r.engagement, r.rest);
    }
    s.returns.resize(later);
    open_cases(s, month);
  }
}

}  // namespace hearth
