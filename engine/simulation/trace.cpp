#include "simulation/trace.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "random/draws.hpp"

namespace hearth {
namespace {

bool is(const FamilyEvent& e, TraceEvent what) {
  switch (what) {
    case TraceEvent::kEnteredCare:
    case TraceEvent::kAvoidedCare:
      return e.kind == EventKind::kEntersCare;
    case TraceEvent::kNeedResolved:
      return e.kind == EventKind::kNeedEnds && e.detail > 0;  // poverty is no need of an adult
    case TraceEvent::kReReferred:
      return e.kind == EventKind::kReferred && (e.detail & kWithinAYear) != 0;
    case TraceEvent::kReturnedHome:
      return e.kind == EventKind::kLeavesCare && e.detail == index(ExitReason::kReturnedHome);
    case TraceEvent::kPlanStarted:
      return e.kind == EventKind::kPlanStarts;
  }
  return false;
}

std::vector<bool> families_with(const EventLog& log, TraceEvent what) {
  std::vector<bool> out(log.families.size());
  for (const FamilyEvent& e : log.events)
    if (is(e, what)) out[e.family] = true;
  return out;
}

std::vector<FamilyEvent> events_of(const EventLog& log, std::uint32_t family, int months) {
  std::vector<FamilyEvent> out;
  for (const FamilyEvent& e : log.events)
    if (e.family == family) out.push_back(e);
  // Births and birthdays come from the family itself. Month m is over m + 1 months after the origin.
  const auto add = [&](EventKind kind, int month, std::size_t child) {
    if (month < 0 || month >= months) return;
    const FamilyEvent e{family, static_cast<std::int16_t>(month), kind, static_cast<std::uint8_t>(child), 0};
    const auto after = kind == EventKind::kTurns18
                           ? std::ranges::upper_bound(out, e.month, {}, &FamilyEvent::month)
                           : std::ranges::lower_bound(out, e.month, {}, &FamilyEvent::month);
    out.insert(after, e);
  };
  const Births& births = log.families.births[family];
  for (std::size_t k = 0; k < births.size(); ++k) {
    const int birth = births.month.at(k);
    if (birth > 0 && k > 0) add(EventKind::kBorn, birth, k);  // a first birth begins the family
    add(EventKind::kTurns18, birth + kAdultMonths - 1, k);
  }
  return out;
}

}  // namespace

Lifeline pair_futures(const EventLog& arm, const EventLog& against, std::uint32_t family, int months) {
  Lifeline out;
  out.family = family;
  const std::vector<FamilyEvent> a = events_of(arm, family, months);
  const std::vector<FamilyEvent> b = events_of(against, family, months);
  std::size_t i = 0;
  std::size_t j = 0;
  for (int month = 0; month < months; ++month) {
    const auto in_month = [&](const std::vector<FamilyEvent>& events, std::size_t at) {
      return at < events.size() && events[at].month == month;
    };
    // What both have in the same order, then what either has alone; what both have in another order is the
    // same all the same.
    while (in_month(a, i) && in_month(b, j) && a[i] == b[j]) {
      out.events.push_back({a[i], {true, true}});
      ++i;
      ++j;
    }
    std::vector<FamilyEvent> rest;
    while (in_month(b, j)) rest.push_back(b[j++]);
    for (; in_month(a, i); ++i) {
      const auto same = std::ranges::find(rest, a[i]);
      out.events.push_back({a[i], {true, same != rest.end()}});
      if (same != rest.end()) rest.erase(same);
    }
    for (const FamilyEvent& e : rest) out.events.push_back({e, {false, true}});
  }
  const auto apart = std::ranges::find_if(out.events, [](const PairedEvent& e) { return !e.both(); });
  if (apart != out.events.end()) out.parts = static_cast<std::size_t>(apart - out.events.begin());
  return out;
}

Trace trace_families(const Scenario& whole, const England& england, const TraceRequest& request,
                     const RunOptions& given) {
  // The population is that of the baseline's parameters, so the baseline stays.
  Scenario scenario = whole;
  scenario.replicates = 1;
  std::vector<std::size_t> kept = {whole.baseline, request.arm, request.against};
  std::ranges::sort(kept);
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  scenario.arms.clear();
  for (const std::size_t a : kept) scenario.arms.push_back(whole.arms[a]);
  const auto position = [](const auto& list, const auto& value) {
    return static_cast<std::size_t>(std::ranges::find(list, value) - list.begin());
  };
  scenario.baseline = position(kept, whole.baseline);
  const std::array<std::size_t, 2> arms = {position(kept, request.arm), position(kept, request.against)};
  if (std::ranges::all_of(scenario.arms, [](const Arm& arm) { return arm.peer_learning.members.empty(); }))
    scenario.authorities = {request.authority};
  const std::size_t authority = position(scenario.authorities, request.authority);

  Trace out;
  RunOptions options = given;
  options.replicates = {{request.replicate}};
  options.log = [&](std::size_t arm, std::size_t place) -> EventLog* {
    if (place != authority) return nullptr;
    return arm == arms[0] ? &out.logs[0] : arm == arms[1] ? &out.logs[1] : nullptr;
  };
  run_ensemble(scenario, england, options,
               [&](std::size_t arm, std::size_t, const std::vector<AuthoritySeries>& series) {
                 for (std::size_t side = 0; side < 2; ++side)
                   if (arm == arms[side]) out.series[side] = series[authority];
               });

  const auto families = out.logs[0].families.size();
  if (request.family && *request.family >= families)
    throw UsageError(fmt::format("there is no family {}; this authority has families 0 to {}",
                                 *request.family, families - 1));
  std::vector<bool> with = families_with(out.logs[0], request.event);
  std::vector<bool> without = families_with(out.logs[1], request.event);
  if (request.event == TraceEvent::kAvoidedCare) std::swap(with, without);
  // Numbers follow the ages of the children: a draw of its own gives families of all kinds.
  const Draws draws(scenario.seed, static_cast<std::uint32_t>(request.replicate), request.authority);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
  for (std::uint32_t f = 0; f < families; ++f) {
    if (with[f] && !without[f]) order.emplace_back(draws.block(Process::kInitialFamily, f, 2)[0], f);
    if (without[f] && !with[f]) ++out.other_way_round;
  }
  std::ranges::sort(order);
  for (const auto& [draw, f] : order) out.qualifying.push_back(f);
  std::vector<std::uint32_t> shown = out.qualifying;
  shown.resize(std::min(shown.size(), request.families));
  if (request.family) shown = {*request.family};
  for (const std::uint32_t f : shown)
    out.lifelines.push_back(pair_futures(out.logs[0], out.logs[1], f, scenario.horizon_months));
  return out;
}

}  // namespace hearth
