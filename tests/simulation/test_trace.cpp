// Stories of single families: the log says what the measures count, and pairs of futures say where they part.
#include "simulation/trace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "trial.hpp"

namespace hearth {
namespace {

constexpr int kPlace = 857;
constexpr int kMonths = 48;

TraceRequest request_of(TraceEvent event, std::size_t arm = 2) {
  TraceRequest out;
  out.arm = arm;
  out.authority = kPlace;
  out.event = event;
  out.replicate = 1;
  return out;
}

int events_in(const EventLog& log, int month, EventKind kind) {
  return static_cast<int>(std::ranges::count_if(
      log.events, [&](const FamilyEvent& e) { return e.month == month && e.kind == kind; }));
}

TEST(EventLog, SaysWhatTheMeasuresCount) {
  const Scenario scenario = main_scenario({kPlace}, kMonths);
  const Trace trace = trace_families(scenario, england(), request_of(TraceEvent::kAvoidedCare), {});
  int entries = 0;
  for (std::size_t side = 0; side < 2; ++side)
    for (int month = 0; month < kMonths; ++month) {
      const auto of = [&](Measure measure, std::size_t category = 0) {
        return trace.series[side].counts(measure, category)[static_cast<std::size_t>(month)];
      };
      const EventLog& log = trace.logs[side];
      SCOPED_TRACE("side " + std::to_string(side) + ", month " + std::to_string(month));
      ASSERT_EQ(events_in(log, month, EventKind::kEntersCare),
                of(Measure::kCareEntries) - of(Measure::kCareEntriesUnaccompanied));
      ASSERT_EQ(events_in(log, month, EventKind::kApplication), of(Measure::kCareApplications));
      const auto home = std::ranges::count_if(log.events, [&](const FamilyEvent& e) {
        return e.month == month && e.kind == EventKind::kLeavesCare &&
               e.detail == index(ExitReason::kReturnedHome);
      });
      ASSERT_EQ(home, of(Measure::kReturnedHome));
      // Referrals and plans are counted in children: as many events as families.
      ASSERT_EQ(events_in(log, month, EventKind::kReferred) > 0, of(Measure::kReferrals) > 0);
      ASSERT_LE(events_in(log, month, EventKind::kPlanStarts), of(Measure::kChildProtectionPlansStarted));
      entries += of(Measure::kCareEntries);
    }
  EXPECT_GT(entries, 20);
}

TEST(EventLog, ChangesNothing) {
  const Scenario scenario = main_scenario({kPlace}, kMonths, 2);
  const Trace trace = trace_families(scenario, england(), request_of(TraceEvent::kAvoidedCare), {});
  const Results without = results_of(scenario);
  EXPECT_EQ(difference(trace.series[0], without.at({"support_is_protection", 1}).front()), "");
  EXPECT_EQ(difference(trace.series[1], without.at({"business_as_usual", 1}).front()), "");
}

// One family under one arm: goes along with its events as long as they can follow from each other.
class Story {
 public:
  Story(const EventLog& log, std::uint32_t family)
      : open_(log.at_origin[family].open_case), needs_(log.at_origin[family].state & (kNeedStates - 1)) {
    for (const auto& x : log.looked_after)
      if (x.family == family) in_care_ |= 1U << x.child;
  }

  bool can_follow(const FamilyEvent& e) {
    const unsigned bit = 1U << e.child;
    switch (e.kind) {
      case EventKind::kStarts:
        needs_ = e.detail & (kNeedStates - 1);
        return true;
      case EventKind::kNeedStarts:
      case EventKind::kNeedEnds:
        needs_ ^= 1U << e.detail;
        return ((needs_ >> e.detail) & 1U) == (e.kind == EventKind::kNeedStarts ? 1U : 0U);
      case EventKind::kReferred:
        return !std::exchange(open_, (e.detail & kNoFurtherAction) == 0);
      case EventKind::kCaseOpens:
        return !std::exchange(open_, true);
      case EventKind::kCaseCloses:
        return std::exchange(open_, false);
      case EventKind::kEntersCare:
        in_care_ ^= bit;
        return open_ && (in_care_ & bit) != 0;
      case EventKind::kMoves:
        return (in_care_ & bit) != 0;
      case EventKind::kLeavesCare:
        in_care_ ^= bit;
        return (in_care_ & bit) == 0 && (e.detail != index(ExitReason::kTurned18) || grown_up_ & bit);
      case EventKind::kBorn:
        return true;
      case EventKind::kTurns18:
        grown_up_ |= bit;
        return true;
      case EventKind::kMovesAway:
        return !open_ && in_care_ == 0;
      default:
        return open_;
    }
  }

 private:
  bool open_;
  unsigned needs_;
  unsigned in_care_ = 0;
  unsigned grown_up_ = 0;
};

// What is told of each future can follow from what was told before, and goes forward in time: a family is
// referred before it is assessed, nobody enters care twice or leaves it from home.
TEST(Lifeline, OfEveryFamilyIsAPossibleStory) {
  const Scenario scenario = main_scenario({kPlace}, kMonths);
  const Trace trace = trace_families(scenario, england(), request_of(TraceEvent::kAvoidedCare), {});
  std::size_t told = 0;
  for (std::uint32_t family = 0; family < trace.logs[0].families.size(); ++family) {
    const Lifeline line = pair_futures(trace.logs[0], trace.logs[1], family, kMonths);
    std::array<std::size_t, 2> events{};
    for (std::size_t side = 0; side < 2; ++side) {
      Story story(trace.logs[side], family);
      float now = 0.0F;
      for (const PairedEvent& each : line.events) {
        if (!each.under[side]) continue;
        ASSERT_TRUE(story.can_follow(each.event))
            << "family " << family << ", side " << side << ", month " << each.event.month << ", kind "
            << static_cast<int>(each.event.kind);
        if (!each.both()) {  // the time of what both have is that under the first arm
          ASSERT_GE(each.event.time, now);
          now = each.event.time;
        }
        ++events[side];
      }
      told += events[side];
    }
  }
  const auto logged = trace.logs[0].events.size() + trace.logs[1].events.size();
  EXPECT_GE(told, logged);  // births and birthdays as well
}

// Under one arm the family is referred in November 2022 and assessed in December, under the other both happen
// in December (family 98398 of Norfolk in replicate 0 of the main scenario): the assessment that both have
// came before the referral. And what happens to a child who enters care was told before what happens later in
// the month to its case.
TEST(Lifeline, CausesComeFirst) {
  EventLog a;
  a.families.births.resize(1);
  a.families.births[0].month[0] = -24;
  a.families.family_class = {family_class(4, 0)};
  EventLog b = a;
  const auto add = [](EventLog& log, int month, double time, EventKind kind, std::size_t detail = 0) {
    log.events.push_back({0, static_cast<std::int16_t>(month), kind, 0, static_cast<std::uint8_t>(detail),
                          static_cast<float>(month + time)});
  };
  using enum EventKind;
  add(a, 7, 0.8, kReferred);
  add(a, 8, 0.4, kAssessed, index(Assessed::kEnquiry));
  add(b, 8, 0.2, kReferred);
  add(b, 8, 0.6, kAssessed, index(Assessed::kEnquiry));
  for (EventLog* log : {&a, &b}) {
    add(*log, 9, 0.2, kEntersCare);
    add(*log, 9, 0.9, kLeavesCare, index(ExitReason::kReturnedHome));
    add(*log, 9, 0.5, kProceedingsEnd);
    // A case that closes late in the month, as the model deals with it, before a child comes home early in
    // it.
    add(*log, 10, 0.7, kCaseCloses);
    add(*log, 10, 0.3, kLeavesCare, index(ExitReason::kReturnedHome));
    add(*log, 10, 0.3, kCaseOpens);
  }
  std::vector<std::pair<EventKind, std::array<bool, 2>>> told;
  for (const auto& each : pair_futures(a, b, 0, 12).events) told.emplace_back(each.event.kind, each.under);
  const std::array both = {true, true};
  const std::vector<std::pair<EventKind, std::array<bool, 2>>> expected = {
      {kReferred, {true, false}}, {kReferred, {false, true}}, {kAssessed, both},
      {kEntersCare, both},        {kProceedingsEnd, both},    {kLeavesCare, both},
      {kLeavesCare, both},        {kCaseCloses, both},        {kCaseOpens, both}};
  EXPECT_EQ(told, expected);
}

TEST(Trace, TheMiddlingReplicateIsNearestTheMedian) {
  ReplicateDifferences made;
  made.values = {-510.0, -20.0, 400.0, -28.0, -30.0, 7.0, 8.0};
  EXPECT_EQ(made.middling(), 1U);
  made.values = {3.0, 1.0};  // equally near: the first
  EXPECT_EQ(made.middling(), 0U);

  const Scenario scenario = main_scenario({kPlace}, kMonths, 5);
  const auto found = differences_of_replicates(scenario, england(), request_of(TraceEvent::kAvoidedCare), {});
  const Results results = results_of(scenario);
  ASSERT_EQ(found.values.size(), 5U);
  for (std::size_t r = 0; r < 5; ++r)
    EXPECT_EQ(found.values[r], sum(results.at({"support_is_protection", r}).front(), Measure::kCareEntries) -
                                   sum(results.at({"business_as_usual", r}).front(), Measure::kCareEntries));
  EXPECT_NE(*std::ranges::min_element(found.values), *std::ranges::max_element(found.values));
}

TEST(Trace, ChoosesFamiliesByWhatHappensUnderOneArmOnly) {
  constexpr int kLarger = 812;  // where something of everything happens
  const Scenario scenario = main_scenario({kLarger}, 96);
  for (std::size_t k = 0; k < kTraceEvents; ++k) {
    const auto event = static_cast<TraceEvent>(k);
    TraceRequest request = request_of(event);
    request.authority = kLarger;
    const Trace trace = trace_families(scenario, england(), request, {});
    const auto has = [&](std::size_t side, std::uint32_t family) {
      return std::ranges::any_of(trace.logs[side].events, [&](const FamilyEvent& e) {
        if (e.family != family) return false;
        switch (event) {
          case TraceEvent::kEnteredCare:
          case TraceEvent::kAvoidedCare:
            return e.kind == EventKind::kEntersCare;
          case TraceEvent::kNeedResolved:
            return e.kind == EventKind::kNeedEnds && e.detail != 0;
          case TraceEvent::kReReferred:
            return e.kind == EventKind::kReferred && (e.detail & kWithinAYear);
          case TraceEvent::kReturnedHome:
            return e.kind == EventKind::kLeavesCare && e.detail == 0;
          case TraceEvent::kPlanStarted:
            return e.kind == EventKind::kPlanStarts;
        }
        return false;
      });
    };
    const std::size_t with = event == TraceEvent::kAvoidedCare ? 1 : 0;
    ASSERT_FALSE(trace.qualifying.empty()) << kTraceEventNames[k];
    for (const auto family : trace.qualifying) {
      ASSERT_TRUE(has(with, family)) << kTraceEventNames[k];
      ASSERT_FALSE(has(1 - with, family)) << kTraceEventNames[k];
    }
    ASSERT_EQ(trace.lifelines.size(), std::min<std::size_t>(3, trace.qualifying.size()));
    TraceRequest swapped = request;
    std::swap(swapped.arm, swapped.against);
    ASSERT_EQ(trace.other_way_round, trace_families(scenario, england(), swapped, {}).qualifying.size());
    for (const auto& line : trace.lifelines) EXPECT_TRUE(line.parts.has_value());
  }
}

// The model is adopted in month 24: until then, whatever it is, no family's future can part.
TEST(Trace, FuturesAreTheSameUntilTheArmsDiffer) {
  constexpr int kStart = 24;
  Scenario scenario = main_scenario({kPlace}, kMonths);
  scenario.arms[2].adoption.at(0).start_month = kStart;
  const Trace trace = trace_families(scenario, england(), request_of(TraceEvent::kNeedResolved), {});
  const auto before = [&](const EventLog& log) {
    std::vector<FamilyEvent> out;
    std::ranges::copy_if(log.events, std::back_inserter(out),
                         [&](const FamilyEvent& e) { return e.month < kStart; });
    return out;
  };
  EXPECT_EQ(before(trace.logs[0]), before(trace.logs[1]));
  EXPECT_EQ(trace.logs[0].at_origin, trace.logs[1].at_origin);
  EXPECT_NE(trace.logs[0].events, trace.logs[1].events);
  for (const auto& line : trace.lifelines) {
    ASSERT_TRUE(line.parts.has_value());
    EXPECT_GE(line.events[*line.parts].event.month, kStart);
  }
}

TEST(Trace, WithoutEffectsNoFuturePartsAndNobodyQualifies) {
  Scenario scenario = main_scenario({kPlace}, kMonths);
  scenario.arms[2].effects = EffectsMode::kZero;
  const Trace trace = trace_families(scenario, england(), request_of(TraceEvent::kEnteredCare), {});
  EXPECT_TRUE(trace.qualifying.empty());
  EXPECT_TRUE(trace.lifelines.empty());
  EXPECT_EQ(trace.logs[0].events, trace.logs[1].events);
  EXPECT_GT(trace.logs[0].events.size(), 1000U);
}

TEST(Trace, AFamilyIsShownByItsNumber) {
  const Scenario scenario = main_scenario({kPlace}, 12);
  TraceRequest request = request_of(TraceEvent::kEnteredCare);
  request.family = 5;
  const Trace trace = trace_families(scenario, england(), request, {});
  ASSERT_EQ(trace.lifelines.size(), 1U);
  EXPECT_EQ(trace.lifelines[0].family, 5U);
  request.family = 1'000'000;
  EXPECT_THROW(trace_families(scenario, england(), request, {}), UsageError);
}

// Peers are of one mind: the story is that of the run of all of them.
TEST(Trace, RunsAllAuthoritiesWherePeersLearnFromEachOther) {
  Scenario scenario = main_scenario({812, kPlace, 929}, 36);
  scenario.arms[2].adoption.at(0).authorities = {812};
  Adoption later = scenario.arms[2].adoption.at(0);
  later.authorities = {kPlace};
  later.start_month = 12;
  scenario.arms[2].adoption.push_back(later);
  const auto series = [&] {
    TraceRequest request = request_of(TraceEvent::kEnteredCare);
    request.replicate = 0;
    return trace_families(scenario, england(), request, {}).series[0];
  };
  const AuthoritySeries alone = series();
  scenario.arms[2].peer_learning.members = {812, kPlace};
  const AuthoritySeries among_peers = series();
  EXPECT_EQ(difference(among_peers, results_of(scenario).at({"support_is_protection", 0})[1]), "");
  EXPECT_NE(difference(among_peers, alone), "");
}

// Two made-up logs of one family with a child born in month 2 who turns 18 in month 217.
TEST(Pair, MarksWhereFuturesPart) {
  EventLog a;
  a.families.births.resize(1);
  a.families.births[0].month[0] = -24;
  a.families.births[0].month[1] = 2;
  a.families.family_class = {family_class(4, 0)};
  EventLog b = a;
  const auto add = [](EventLog& log, int month, EventKind kind, std::uint8_t detail = 0) {
    log.events.push_back({0, static_cast<std::int16_t>(month), kind, 0, detail, static_cast<float>(month)});
  };
  for (EventLog* log : {&a, &b}) add(*log, 1, EventKind::kReferred);
  for (EventLog* log : {&a, &b}) {
    add(*log, 3, EventKind::kNeedEnds, 1);
    add(*log, 3, EventKind::kNeedEnds, 2);
  }
  EXPECT_FALSE(pair_futures(a, b, 0, 12).parts.has_value());
  add(a, 5, EventKind::kAssessed, 1);
  add(b, 6, EventKind::kAssessed, 1);
  add(a, 7, EventKind::kCaseCloses);
  add(b, 7, EventKind::kEnquiryStarts);
  add(b, 7, EventKind::kCaseCloses);
  const Lifeline line = pair_futures(a, b, 0, 12);
  std::string told;
  for (const auto& each : line.events)
    told += std::to_string(each.event.month) + (each.both() ? "=" : each.under[0] ? "a" : "b") + " ";
  EXPECT_EQ(told, "1= 2= 3= 3= 5a 6b 7b 7= ");
  EXPECT_EQ(line.parts, 4U);
  EXPECT_EQ(line.events[1].event.kind, EventKind::kBorn);
  // Child 1 is two at the origin.
  const Lifeline longer = pair_futures(a, b, 0, 240);
  EXPECT_EQ(longer.events.back().event.month, 2 + kAdultMonths - 1);
  EXPECT_EQ(std::ranges::count(longer.events, EventKind::kTurns18,
                               [](const PairedEvent& e) { return e.event.kind; }),
            2);
}

}  // namespace
}  // namespace hearth
