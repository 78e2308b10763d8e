// The story of single simulated families under two arms.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "report/story.hpp"
#include "scenario/files/loader.hpp"
#include "simulation/trace.hpp"

namespace hearth {

// What is asked for. As the options of hearth trace (docs/reference/cli.md).
struct StoryRequest {
  std::string authority;               // by name or code
  std::string event = "avoided_care";  // what happens to the families under one arm only (kTraceEventNames)
  std::string arm{};                   // empty: the first but `against`
  std::string against{};               // empty: the baseline
  std::optional<std::size_t> replicate{};  // from 0; nothing: the one nearest the median of all
  std::size_t families = 3;                // how many
  std::optional<std::uint32_t> family{};   // this one, by its number
};

// `loaded` must outlive it.
struct Story {
  const LoadedScenario& loaded;
  England england;
  TraceRequest request;
  Trace trace;
  std::optional<ReplicateDifferences> differences;

  // For trace_text() and trace_json() of report/story.hpp.
  Told told() const;
};

// What is asked for, in the scenario's own positions. Throws UsageError for names that it does not have.
TraceRequest find_trace(const LoadedScenario& loaded, const England& england, const StoryRequest& request);

// Simulates the authority under both arms. Throws UsageError, DataError; Interrupted when `stop` is set.
Story tell_story(const LoadedScenario& loaded, const StoryRequest& request,
                 const std::atomic<bool>* stop = nullptr);

}  // namespace hearth
