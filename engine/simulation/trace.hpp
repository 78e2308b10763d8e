// The stories of single families: what happens to the same family, with the same draws, under two arms.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "simulation/ensemble.hpp"

namespace hearth {

// What families are chosen by: it happens to them under one arm and not under the other.
enum class TraceEvent : std::uint8_t {
  kEnteredCare,
  kAvoidedCare,  // the other way round: a child enters care under the other arm only
  kNeedResolved,
  kReReferred,  // within 12 months
  kReturnedHome,
  kPlanStarted
};
inline constexpr std::size_t kTraceEvents = 6;
inline constexpr std::array<std::string_view, kTraceEvents> kTraceEventNames = {
    "entered_care", "avoided_care", "need_resolved", "re_referred", "returned_home", "plan_started"};

// What is counted of an event: replicates are compared by it. A need that ends is not counted as such;
// entries to care stand for it.
constexpr Measure measure_of(TraceEvent event) {
  constexpr std::array<Measure, kTraceEvents> kMeasureOf = {
      Measure::kCareEntries, Measure::kCareEntries,  Measure::kCareEntries,
      Measure::kReReferrals, Measure::kReturnedHome, Measure::kChildProtectionPlansStarted};
  return kMeasureOf[static_cast<std::size_t>(event)];
}

struct TraceRequest {
  std::size_t arm = 0;  // positions in the scenario
  std::size_t against = 0;
  int authority = 0;  // code
  std::size_t replicate = 0;
  TraceEvent event = TraceEvent::kAvoidedCare;
  std::size_t families = 3;             // how many to show
  std::optional<std::uint32_t> family;  // this one, whatever happens to it
};

// An event and under which arms it happens in that month: [0] `arm`, [1] `against`.
struct PairedEvent {
  FamilyEvent event;
  std::array<bool, 2> under{};
  bool both() const { return under[0] && under[1]; }
};

struct Lifeline {
  std::uint32_t family = 0;
  std::vector<PairedEvent> events;   // as they happen
  std::optional<std::size_t> parts;  // the first event that is not of both; none: the futures are the same
};

struct Trace {
  std::array<EventLog, 2> logs;  // under `arm`, under `against`
  std::array<AuthoritySeries, 2> series{AuthoritySeries(0), AuthoritySeries(0)};
  std::vector<std::uint32_t> qualifying;  // families, in the order of a draw of their own
  std::size_t other_way_round = 0;        // families it happens to under the other arm alone
  std::vector<Lifeline> lifelines;
};

// How the replicates differ: the measure of an event over all months in the authority, `arm` less `against`.
struct ReplicateDifferences {
  Measure measure = Measure::kCareEntries;
  std::vector<double> values;

  // The replicate whose difference is nearest the median; of equally near ones the first.
  std::size_t middling() const;
};
// Runs the two arms for all replicates of the scenario, for this authority alone or, where peers learn from
// each other, for all. Throws what run_ensemble throws.
ReplicateDifferences differences_of_replicates(const Scenario& scenario, const England& england,
                                               const TraceRequest& request, const RunOptions& options);

// Runs the two arms, for this authority alone or, where peers learn from each other, for all. Throws
// UsageError (no such family), and what run_ensemble throws.
Trace trace_families(const Scenario& scenario, const England& england, const TraceRequest& request,
                     const RunOptions& options);

// The two futures of a family, with births and birthdays. Each future's events are in the order in which they
// happen, a cause before what follows from it; an event that both have in a month is one line as far as
// neither order is changed by it.
Lifeline pair_futures(const EventLog& arm, const EventLog& against, std::uint32_t family, int months);

}  // namespace hearth
