#include "simulation/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

#include "core/error.hpp"
#include "core/statistics.hpp"
#include "kernels/draws.hpp"

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

bool about_care(EventKind kind) {
  return kind == EventKind::kEntersCare || kind == EventKind::kMoves || kind == EventKind::kLeavesCare;
}
bool about_needs(EventKind kind) {
  return kind == EventKind::kNeedStarts || kind == EventKind::kNeedEnds;
}

// The simulation goes through a month in steps (needs, contacts, cases, care), so that what it notes of a
// family is in order within each step only. Here by time: what happens to the case, to each child in care and
// to needs is kept in its own order, a child enters care after what the case has come to, and a case opens
// after the child came home.
void put_in_order(std::vector<FamilyEvent>& events) {
  float last_of_case = 0.0F;
  float last_of_needs = 0.0F;
  float last_return = 0.0F;
  std::array<float, kMostChildren> last_of_child{};
  for (FamilyEvent& e : events) {
    float& last = about_care(e.kind)    ? last_of_child.at(e.child)
                  : about_needs(e.kind) ? last_of_needs
                                        : last_of_case;
    e.time = std::max(e.time, last);
    if (e.kind == EventKind::kEntersCare) e.time = last_of_case = std::max(e.time, last_of_case);
    if (e.kind == EventKind::kCaseOpens) e.time = std::max(e.time, last_return);
    if (e.kind == EventKind::kLeavesCare) last_return = e.time;
    last = e.time;
  }
  std::ranges::stable_sort(events, [](const FamilyEvent& a, const FamilyEvent& b) {
    return a.month != b.month ? a.month < b.month : a.time < b.time;
  });
}

std::vector<FamilyEvent> events_of(const EventLog& log, std::uint32_t family, int months) {
  std::vector<FamilyEvent> out;
  for (const FamilyEvent& e : log.events)
    if (e.family == family) out.push_back(e);
  put_in_order(out);
  // Births and birthdays come from the family itself: births at the start of a month, birthdays at its end,
  // before what follows from them. Month m is over m + 1 months after the origin.
  // Of a family that moves, while it is here.
  int comes = 0, goes = months;
  for (const FamilyEvent& e : out) {
    if (e.kind == EventKind::kStarts) comes = e.month;
    if (e.kind == EventKind::kMovesAway) goes = e.month;
  }
  const auto add = [&](EventKind kind, int month, float time, std::size_t child) {
    if (month < comes || month >= goes) return;
    const FamilyEvent e{family, static_cast<std::int16_t>(month), kind, static_cast<std::uint8_t>(child), 0,
                        time};
    const auto at = std::ranges::find_if(out, [&](const FamilyEvent& other) {
      return other.month > e.month || (other.month == e.month && other.time >= e.time);
    });
    out.insert(at, e);
  };
  const Births& births = log.families.births[family];
  for (std::size_t k = 0; k < births.size(); ++k) {
    const int birth = births.month.at(k);
    // A first birth begins the family.
    if (birth > 0 && k > 0) add(EventKind::kBorn, birth, static_cast<float>(birth), k);
    const int grown = birth + kAdultMonths;
    add(EventKind::kTurns18, grown - 1, static_cast<float>(grown), k);
  }
  return out;
}

// Events of one month, under either arm.
using Month = std::span<const FamilyEvent>;

// How many events can be paired from a[i] and b[j] on, [i][j]: the longest common subsequence.
std::vector<std::vector<std::size_t>> most_pairs(Month a, Month b) {
  std::vector<std::vector<std::size_t>> out(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t j = b.size(); j-- > 0;)
      out[i][j] = same_event(a[i], b[j]) ? 1 + out[i + 1][j + 1] : std::max(out[i + 1][j], out[i][j + 1]);
  return out;
}

void pair_month(Month a, Month b, std::vector<PairedEvent>& out) {
  const auto pairs = most_pairs(a, b);
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && same_event(a[i], b[j])) {
      out.push_back({a[i++], {true, true}});
      ++j;
      continue;
    }
    const bool can_pass_a = i < a.size() && pairs[i + 1][j] == pairs[i][j];
    const bool can_pass_b = j < b.size() && pairs[i][j + 1] == pairs[i][j];
    if (can_pass_a && (!can_pass_b || a[i].time <= b[j].time))
      out.push_back({a[i++], {true, false}});
    else
      out.push_back({b[j++], {false, true}});
  }
}

Month month_of(Month events, int month) {
  const auto before = [&](int m) {
    return std::partition_point(events.begin(), events.end(),
                                [&](const FamilyEvent& e) { return e.month < m; }) -
           events.begin();
  };
  const auto first = static_cast<std::size_t>(before(month));
  return events.subspan(first, static_cast<std::size_t>(before(month + 1)) - first);
}

// The two arms alone, with the baseline, whose parameters make the population; and their positions.
struct TwoArms {
  Scenario scenario;
  std::array<std::size_t, 2> arms{};
  std::size_t authority = 0;
};

TwoArms two_arms(const Scenario& whole, const TraceRequest& request) {
  TwoArms out{whole};
  Scenario& scenario = out.scenario;
  std::vector<std::size_t> kept = {whole.baseline, request.arm, request.against};
  std::ranges::sort(kept);
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  scenario.arms.clear();
  for (const std::size_t a : kept) scenario.arms.push_back(whole.arms[a]);
  const auto position = [](const auto& list, const auto& value) {
    return static_cast<std::size_t>(std::ranges::find(list, value) - list.begin());
  };
  scenario.baseline = position(kept, whole.baseline);
  out.arms = {position(kept, request.arm), position(kept, request.against)};
  if (std::ranges::all_of(scenario.arms, [](const Arm& arm) { return arm.peer_learning.members.empty(); }))
    scenario.authorities = {request.authority};
  out.authority = position(scenario.authorities, request.authority);
  return out;
}

}  // namespace

Lifeline pair_futures(const EventLog& arm, const EventLog& against, std::uint32_t family, int months) {
  Lifeline out;
  out.family = family;
  const std::vector<FamilyEvent> a = events_of(arm, family, months);
  const std::vector<FamilyEvent> b = events_of(against, family, months);
  for (int month = 0; month < months; ++month) pair_month(month_of(a, month), month_of(b, month), out.events);
  const auto apart = std::ranges::find_if(out.events, [](const PairedEvent& e) { return !e.both(); });
  if (apart != out.events.end()) out.parts = static_cast<std::size_t>(apart - out.events.begin());
  return out;
}

std::size_t ReplicateDifferences::middling() const {
  const double median = quantile(values, 0.5);
  const auto nearest =
      std::ranges::min_element(values, {}, [&](double value) { return std::abs(value - median); });
  return static_cast<std::size_t>(nearest - values.begin());
}

ReplicateDifferences differences_of_replicates(const Scenario& whole, const England& england,
                                               const TraceRequest& request, const RunOptions& options) {
  const TwoArms two = two_arms(whole, request);
  ReplicateDifferences out;
  out.measure = measure_of(request.event);
  out.values.resize(static_cast<std::size_t>(whole.replicates));
  run_ensemble(two.scenario, england, options,
               [&](std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
                 const auto counts = series[two.authority].counts(out.measure);
                 const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
                 if (arm == two.arms[0]) out.values[replicate] += total;
                 if (arm == two.arms[1]) out.values[replicate] -= total;
               });
  return out;
}

Trace trace_families(const Scenario& whole, const England& england, const TraceRequest& request,
                     const RunOptions& given) {
  TwoArms two = two_arms(whole, request);
  Scenario& scenario = two.scenario;
  scenario.replicates = 1;

  Trace out;
  RunOptions options = given;
  options.replicates = {{request.replicate}};
  options.log = [&](std::size_t arm, std::size_t place) -> EventLog* {
    if (place != two.authority) return nullptr;
    return arm == two.arms[0] ? &out.logs[0] : arm == two.arms[1] ? &out.logs[1] : nullptr;
  };
  run_ensemble(scenario, england, options,
               [&](std::size_t arm, std::size_t, const std::vector<AuthoritySeries>& series) {
                 for (std::size_t side = 0; side < 2; ++side)
                   if (arm == two.arms[side]) out.series[side] = series[two.authority];
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
