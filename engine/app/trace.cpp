#include "app/trace.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/nearest.hpp"
#include "published/england_reader.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace {

// Position of a name among those that may be given; throws UsageError with the nearest.
std::size_t find_name(std::string_view what, const std::string& name, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return i;
  throw UsageError(with_suggestion(
      fmt::format("there is no {} {}; there are {}", what, name, fmt::join(names, ", ")), name, names));
}

int find_authority(const Scenario& scenario, const England& england, const std::string& name) {
  const std::string wanted = lower_case(name);
  std::vector<std::string> names;
  for (const int code : scenario.authorities) {
    const AuthorityOrigin& a = england.at(code);
    if (wanted == std::to_string(code) || wanted == lower_case(a.ons_code) || wanted == lower_case(a.name))
      return code;
    names.push_back(a.name);
  }
  throw UsageError(with_suggestion(
      fmt::format("the scenario has no authority {} (give a name or a code)", name), name, names));
}

}  // namespace

TraceRequest find_trace(const LoadedScenario& loaded, const England& england, const StoryRequest& asked) {
  const Scenario& scenario = loaded.scenario;
  std::vector<std::string> arms;
  for (const Arm& arm : scenario.arms) arms.push_back(arm.name);
  TraceRequest out;
  out.authority = find_authority(scenario, england, asked.authority);
  out.event = static_cast<TraceEvent>(
      find_name("event", asked.event, {kTraceEventNames.begin(), kTraceEventNames.end()}));
  out.against = asked.against.empty() ? scenario.baseline : find_name("arm", asked.against, arms);
  out.arm = out.against == 0 ? 1 : 0;
  if (!asked.arm.empty()) out.arm = find_name("arm", asked.arm, arms);
  if (out.arm == out.against)
    throw UsageError(fmt::format("--arm and --against are both {}: give two arms", arms[out.arm]));
  out.families = asked.families;
  if (asked.family) out.family = asked.family;
  return out;
}

Told Story::told() const {
  return {loaded.scenario, england.at(request.authority), request, trace,
          differences ? &*differences : nullptr};
}

Story tell_story(const LoadedScenario& loaded, const StoryRequest& asked, const std::atomic<bool>* stop) {
  const Scenario& scenario = loaded.scenario;
  if (scenario.arms.size() < 2)
    throw UsageError("the scenario has one arm only: two futures need two arms (docs/reference/scenario.md)");
  Story out{loaded, load_england(scenario.data_directory, scenario.origin, scenario.population), {}, {}, {}};
  out.request = find_trace(loaded, out.england, asked);
  RunOptions run;
  run.parallel = on_threads(0);
  run.stop = stop;
  if (asked.replicate) {
    out.request.replicate = *asked.replicate;
  } else {
    out.differences = differences_of_replicates(scenario, out.england, out.request, run);
    out.request.replicate = out.differences->middling();
  }
  out.trace = trace_families(scenario, out.england, out.request, run);
  return out;
}

}  // namespace hearth
