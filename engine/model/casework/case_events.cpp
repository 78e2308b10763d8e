// Open cases: from opening to closing, month by month (docs/model.md, casework).
#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "model/authority.hpp"

namespace hearth {

void World::plan_opening(std::uint32_t family, Stage stage, std::uint8_t flags, float engagement,
                         float rest) {
  contact_reading_[family] = needs_reading_[family] = kNever;
  openings_.push_back({family, stage, flags, engagement, rest});
}

void World::open_cases(int month) {
  const std::size_t n = openings_.size();
  draw_thresholds(n, [&](std::size_t k) { return openings_[k].family; });
  engagements_.resize(n);
  for (std::size_t k = 0; k < n; ++k) engagements_[k] = openings_[k].engagement;
  // u^((1 - s) / s) has mean s.
  const float s = std::clamp(case_month_.engagement_start, 0.01F, 0.99F);
  for (float& u : engagements_) u = fast_exp((1.0F - s) / s * fast_log(u));
  const auto first = static_cast<std::uint32_t>(cases_.size());
  for (std::size_t k = 0; k < n; ++k) open_case(openings_[k], k, month);
  make_room(due_cases_, n);
  const CaseTables& tables = setting_.casework;
  std::size_t due = 0;
  for (std::uint32_t k = 0; k < n; ++k) {
    const std::uint32_t i = first + k;
    Case& c = cases_[i];
    if (c.children == 0) [[unlikely]]
      close_case(i, openings_[k].rest);
    else
      due += is_due(c, i, tables, month, openings_[k].rest, due_cases_[due]) ? 1 : 0;
  }
  handle_events(due, month);
  remove_closed();
}

void World::open_case(const Opening& opening, std::size_t k, int month) {
  const std::uint32_t family = opening.family;
  const Stage stage = opening.stage;
  const std::uint8_t flags = opening.flags;
  FamilyState& f = family_[family];
  const auto i = static_cast<std::uint32_t>(cases_.size());
  f.case_index = i;
  Case& c = cases_.emplace_back();
  c.remaining = draw_list_.lanes(2 * k);
  c.family = family;
  c.engagement = engagements_[k];
  c.since = static_cast<std::int16_t>(month);
  c.stage = stage;
  c.flags = static_cast<std::uint8_t>(flags | ((f.state & kHadPlan) ? kEverPlan : 0));
  if (flags & kReunified) c.reunified_until = reunified_until(month);
  if (f.state & kReturned) {
    // A child came home shortly before the last case closed; that may be a short time ago still.
    f.state = static_cast<std::uint8_t>(f.state & ~kReturned);
    c.reunified_until = std::max(c.reunified_until, following_.take_reunified(family));
    if (c.reunified_until > month) c.flags = static_cast<std::uint8_t>(c.flags | kReunified);
  }
  set_recent_case(f, false);
  c.state = f.state;
  c.deprivation = f.deprivation;
  if (stage != Stage::kAssessment) note(EventKind::kCaseOpens, family, opening.rest);
  refresh_children(c, month);
}

// Counts the children at home and sets what depends on their ages, until the next birthday that matters.
void World::refresh_children(Case& c, int month) {
  const Births& births = families_.births[c.family];
  const FamilyState& f = family_[c.family];
  const unsigned home = children_mask(c.family, month);
  const int n = std::popcount(home);
  float court = 0.0F;
  float care = 0.0F;
  int next = births.month[static_cast<std::size_t>(std::popcount(births.born_by(month)))];
  for_each_bit(home, [&](std::size_t k) {
    const ChildWeights& child = setting_.casework.by_age[static_cast<std::size_t>(month - births.month[k])];
    court += child.court;
    care += child.care;
    next = std::min(next, births.month[k] + child.until_age);
  });
  if (c.flags & kReunified) {
    if (month >= c.reunified_until) {
      c.flags = static_cast<std::uint8_t>(c.flags & ~kReunified);
    } else {
      care *= static_cast<float>(parameters_[Parameter::care_re_entry_ratio]);
      next = std::min<int>(next, c.reunified_until);
    }
  }
  const int change = n - c.children;
  open_children_ += change;
  if (c.flags & kOnPlan) {
    // A child born into a plan starts one; a child who enters care or turns 18 ends it.
    plan_children_ += change;
    if (change > 0)
      count_plans_started(f, change);
    else
      count(Measure::kChildProtectionPlansEnded, -change);
  }
  c.children = static_cast<std::uint8_t>(n);
  c.court_weight = court;
  c.care_weight = care;
  c.next_age_month = static_cast<std::int16_t>(next);
}

void World::count_plans_started(const FamilyState& f, int children) {
  count(Measure::kChildProtectionPlansStarted, children);
  count(Measure::kChildProtectionPlansStartedByDeprivation, children, deprivation_fifth(f.deprivation));
  count(Measure::kChildProtectionPlansStartedByPoverty, children, f.state & kPoverty);
}

// The cases open at the month's start (those opened since have had their part of it): first what passes for
// all of them, then the events of those that have one.
void World::casework(int month) {
  const std::uint32_t n = cases_at_start_;
  make_room(due_cases_, n);
  const CaseTables& tables = setting_.casework;
  Case* const cases = cases_.data();
  DueItem* const due_cases = due_cases_.data();
  const float growth = case_month_.engagement_growth;
  std::size_t due = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    Case& c = cases[i];
    if (month >= c.next_age_month) {
      refresh_children(c, month);
      if (c.children == 0) {
        close_case(i, 1.0F);
        continue;
      }
    }
    c.engagement += (1.0F - c.engagement) * growth;
    due += is_due(c, i, tables, month, 1.0F, due_cases[due]) ? 1 : 0;
  }
  handle_events(due, month);
  remove_closed();
}

inline bool World::is_due(Case& c, std::uint32_t i, const CaseTables& tables, int month, float rest,
                          DueItem& due) {
  const Lanes hazard = case_hazard(c, tables, case_month_, hazard_band(month - c.since)) * rest;
  return use_up(c.remaining, hazard, i, rest, due);
}

inline void World::next_event(const DueItem& due, CaseEvent& event) {
  Case& c = cases_[due.index];
  const FirstEvent first = bring_forward(c.remaining, due);
  const std::size_t counter = std::min<std::size_t>(first.lane, 4);
  event.index = due.index;
  event.rest = first.rest;
  event.kind = static_cast<std::uint32_t>(index(c.stage) * kLanes + first.lane);
  event.occurrence = static_cast<std::uint32_t>(family_[c.family].cases) << 8 | c.events[counter]++;
}

void World::order_events(std::size_t n, const EventsByKind& events) {
  EventsByKind next{};
  for (std::size_t kind = 1; kind < next.size(); ++kind) next[kind] = next[kind - 1] + events[kind - 1];
  make_room(order_, n);
  for (std::uint32_t k = 0; k < n; ++k) order_[next[case_events_[k].kind]++] = k;
}

// In rounds: the next event of every case that has one, then the next of those that have another. Each step
// is done for all, so that no case waits for its draws while nothing else can be done; and events of a kind
// one after the other, so that the processor foresees what they lead to.
void World::handle_events(std::size_t n, int month) {
  // Needs come and go at all stages alike.
  constexpr auto kStageOf = [](std::size_t kind) {
    return kind % kLanes < kFlipDomesticAbuse ? static_cast<Stage>(kind / kLanes) : Stage::kAssessment;
  };
  constexpr auto kOfEachKind = [kStageOf]<std::size_t... kKind>(std::index_sequence<kKind...>) {
    return std::array{&World::apply_all<kStageOf(kKind), static_cast<CaseLane>(kKind % kLanes)>...};
  };
  static constexpr auto kApplyAll = kOfEachKind(std::make_index_sequence<kEventKinds>());
  while (n > 0) {
    make_room(case_events_, n);
    draw_list_.resize(n);
    EventsByKind events{};
    for (std::size_t k = 0; k < n; ++k) {
      CaseEvent& event = case_events_[k];
      next_event(due_cases_[k], event);
      ++events[event.kind];
      draw_list_.set(k, Process::kCaseEvent, event.kind % kLanes, cases_[event.index].family,
                     event.occurrence);
    }
    draw_list_.draw(draws_);
    draw_list_.make_waits(0);
    draw_list_.make_waits(3);
    order_events(n, events);
    std::size_t open = 0;
    std::size_t from = 0;
    for (std::size_t kind = 0; kind < kEventKinds; ++kind) {
      if (events[kind] == 0) continue;
      const std::size_t to = from + events[kind];
      open = (this->*kApplyAll[kind])(from, to, open, month);
      from = to;
    }
    std::size_t again = 0;
    for (std::size_t k = 0; k < open; ++k) {
      const CaseEvent& event = case_events_[order_[k]];
      again +=
          is_due(cases_[event.index], event.index, setting_.casework, month, event.rest, due_cases_[again])
              ? 1
              : 0;
    }
    n = again;
  }
}

template <Stage kStage, CaseLane kLane>
std::size_t World::apply_all(std::size_t from, std::size_t to, std::size_t open, int month) {
  for (; from < to; ++from) {
    const std::uint32_t k = order_[open] = order_[from];
    open += apply<kStage, kLane>(case_events_[k], k, month) ? 1 : 0;
  }
  return open;
}

template <Stage kStage, CaseLane kLane>
inline bool World::apply(const CaseEvent& event, std::size_t k, int month) {
  const std::uint32_t i = event.index;
  const float rest = event.rest;
  Case& c = cases_[i];
  FamilyState& f = family_[c.family];
  const float wait = draw_list_.wait(k);
  c.remaining = with_lane(c.remaining, kLane, wait);

  if constexpr (kLane >= kFlipDomesticAbuse) {
    // Poverty is the first component and the last lane.
    constexpr std::size_t kComponent = kLane == kFlipPoverty ? 0 : kLane - kFlipDomesticAbuse + 1;
    flip(f.state, kComponent);
    if (logs()) [[unlikely]]
      note_need(c.family, kComponent, rest);
    c.state = f.state;
    return true;
  } else {
    const std::uint32_t occurrence = event.occurrence;
    std::size_t enters = kNobody;
    if constexpr (kLane == kAccommodate) {
      // Thinned where some ages enter more readily than others: the hazard is that of the readiest.
      const Bits choice = entry_draws(c.family, kLane, occurrence);
      enters = child_to_enter(c.family, month, uniform(choice[0]));
      if (enters == kNobody ||
          uniform(choice[3]) >= case_month_.entry_share[entry_band(month - birth(c.family, enters))])
        return true;
    }
    const CaseOutcome out = case_event(c, kStage, kLane, case_month_, parameters_, draw_list_.bits(k));
    const int n = c.children;
    if (logs()) [[unlikely]]
      note_outcome(c, out, rest);
    if (out.has(Outcome::kAssessed)) {
      count(Measure::kAssessments, n);
      // No branch on what is as good as random.
      const int needs = f.state / kDomesticAbuse;
      count(Measure::kAssessedWithDomesticAbuse, n * (needs & 1));
      count(Measure::kAssessedWithMentalIllHealth, n * (needs >> 1 & 1));
      count(Measure::kAssessedWithSubstanceMisuse, n * (needs >> 2 & 1));
    }
    if (out.has(Outcome::kAssessed) && !out.has(Outcome::kCloses))
      following_.taken_on(month, c.family, f.state);
    if (out.has(Outcome::kNotInNeed)) count(Measure::kNotInNeed, n);
    if (out.has(Outcome::kEnquiry)) count(Measure::kSection47Enquiries, n);
    if (out.has(Outcome::kConference)) count(Measure::kInitialChildProtectionConferences, n);
    if (out.has(Outcome::kApplication)) {
      count(Measure::kCareApplications, 1);
      following_.application(c.family, time_of(month, rest));
    }
    if (out.has(Outcome::kPlanEnds) && (c.flags & kOnPlan)) {
      count(Measure::kChildProtectionPlansEnded, n);
      plan_children_ -= n;
      c.flags = static_cast<std::uint8_t>(c.flags & ~kOnPlan);
    }
    if (out.has(Outcome::kPlanStarts)) {
      count_plans_started(f, n);
      if (f.state & kHadPlan) count(Measure::kSecondChildProtectionPlans, n);
      f.state = static_cast<std::uint8_t>(f.state | kHadPlan);
      c.state = f.state;
      c.flags = static_cast<std::uint8_t>(c.flags | kOnPlan | kEverPlan);
      plan_children_ += n;
    }
    if (out.has(Outcome::kCloses)) {
      // The lane's next threshold is of no use any more; the family's next contact is drawn with it.
      close_case(i, rest, wait, draw_list_.wait(k, 3));
      return false;
    }
    if (out.next() == Stage::kPreProceedings && kStage != Stage::kPreProceedings) {
      count(Measure::kPreProceedingsStarted, n);
      following_.pre_proceedings(month, c.family, static_cast<std::uint8_t>(children_mask(c.family, month)),
                                 time_of(month, rest));
    }
    // Pre-proceedings run beside a plan: the plan's own clock goes on.
    const bool beside_plan = out.next() == Stage::kPreProceedings || kStage == Stage::kPreProceedings;
    if (out.next() != kStage && !(beside_plan && (c.flags & kOnPlan)))
      c.since = static_cast<std::int16_t>(month);
    c.stage = out.next();
    const std::uint32_t family = c.family;
    if (out.has(Outcome::kOneEnters)) one_enters_care(c, enters, month, rest, occurrence);
    if (out.has(Outcome::kChildrenEnter)) {
      for_each_bit(children_mask(family, month), [&](std::size_t child) {
        if (child_draw(family, kLane, occurrence, child) >=
            setting_.casework.court_entry[entry_band(month - birth(family, child))])
          return;
        count(Measure::kCareEntriesByCourt, 1);
        enter_care(family, static_cast<std::uint8_t>(child), month, rest);
      });
    }
    if (!out.has(Outcome::kOneEnters) && !out.has(Outcome::kChildrenEnter)) return true;
    refresh_children(c, month);
    if (c.children == 0) {
      close_case(i, rest);
      return false;
    }
    return true;
  }
}

// The child at home who enters care by agreement, at a quantile u of their weights; kNobody if none can.
std::size_t World::child_to_enter(std::uint32_t family, int month, float u) const {
  std::array<float, kMostChildren> weights{};
  float total = 0.0F;
  for_each_bit(children_mask(family, month), [&](std::size_t k) {
    // Oldest last, so that a quantile of the draw means the same child whatever the arm.
    float& weight = weights[kMostChildren - 1 - k];
    weight = setting_.casework.care_weight[entry_band(month - birth(family, k))];
    total += weight;
  });
  return total > 0.0F ? kMostChildren - 1 - pick(weights, total, u) : kNobody;
}

void World::one_enters_care(Case& c, std::size_t child, int month, float rest, std::uint32_t occurrence) {
  constexpr int kOwnWay = 12 * kMonthsPerYear;  // from 12 on, children enter alone
  const bool young = month - birth(c.family, child) < kOwnWay;
  enter_care(c.family, static_cast<std::uint8_t>(child), month, rest);
  if (!young) return;
  const auto share = static_cast<float>(parameters_[Parameter::accommodation_sibling_share]);
  for_each_bit(children_mask(c.family, month), [&](std::size_t k) {
    if (month - birth(c.family, k) < kOwnWay && child_draw(c.family, kAccommodate, occurrence, k) < share)
      enter_care(c.family, static_cast<std::uint8_t>(k), month, rest);
  });
}

void World::close_case(std::uint32_t i, float rest) {
  const std::uint32_t family = cases_[i].family;
  const Bits bits = draws_.block(Process::kContact, family, family_[family].contacts++);
  close_case(i, rest, exponential(bits[0]), exponential(bits[3]));
}

void World::close_case(std::uint32_t i, float rest, float contact_wait, float needs_wait) {
  const Case& c = cases_[i];
  const std::uint32_t family = c.family;
  open_children_ -= c.children;
  if (c.flags & kOnPlan) {
    plan_children_ -= c.children;
    if (c.children > 0) {
      count(Measure::kChildProtectionPlansEnded, c.children);
      note(EventKind::kPlanEnds, family, rest);
    }
  }
  FamilyState& f = family_[family];
  f.case_index = kNoCase;
  note(EventKind::kCaseCloses, family, rest);
  if ((c.flags & kReunified) && c.reunified_until > month_) {
    f.state = static_cast<std::uint8_t>(f.state | kReturned);
    following_.keep_reunified(family, c.reunified_until);
  }
  set_recent_case(f, true);
  closed_.push_back(i);
  settle(family, rest, contact_wait, needs_wait);
}

// Cases from the end take the places of those that closed.
void World::remove_closed() {
  const std::size_t kept = cases_.size() - closed_.size();
  std::size_t from = kept;
  for (const std::uint32_t i : closed_) {
    if (i >= kept) continue;
    while (family_[cases_[from].family].case_index != from) ++from;
    cases_[i] = cases_[from];
    family_[cases_[i].family].case_index = i;
    ++from;
  }
  cases_.resize(kept);
  closed_.clear();
}

void World::settle(std::uint32_t family, float rest, float contact_wait, float needs_wait) {
  FamilyState& f = family_[family];
  const float contact_now = quiet_.contact_end - rest * (quiet_.contact_end - quiet_.contact_start);
  const float needs_now = quiet_.needs_end - rest * (quiet_.needs_end - quiet_.needs_start);
  contact_reading_[family] = contact_now + contact_wait / contact_rate(f);
  needs_reading_[family] = needs_now + needs_wait / setting_.needs.total[f.deprivation][quiet_state(f)];
}

}  // namespace hearth
