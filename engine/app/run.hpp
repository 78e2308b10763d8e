// Runs a scenario: into a result file, into memory, or both. A run is planned first, which finds whatever is
// wrong with the request and changes nothing; then it is run.
//
//   const LoadedScenario loaded = load_named("england");
//   const RunPlan plan = plan_run(loaded, {.output = "england.h5", .command = "my program"});
//   const RunOutcome done = run_to_file(plan, {});
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/experiments/decomposition.hpp"
#include "app/disk_space.hpp"
#include "app/listener.hpp"
#include "app/shard.hpp"
#include "published/england.hpp"
#include "results/content/result_header.hpp"
#include "scenario/files/loader.hpp"
#include "simulation/ensemble.hpp"

namespace hearth {

// The processes that share a run. One alone unless the program was started as several.
struct Processes {
  int number = 0;  // of this one, from 0
  int count = 1;
  // Wait until every process is here; the sum and the largest of what they bring. Called only where there are
  // several.
  std::function<double(double)> sum{};
  std::function<double(double)> largest{};

  bool first() const { return number == 0; }
};

// What is asked for. As the options of hearth run (docs/reference/cli.md).
struct RunRequest {
  std::filesystem::path
      output{};         // the result; empty: as default_result_file() says, shards with a name of their own
  int threads = 0;      // 0: one a core. Results do not depend on it
  std::string shard{};  // "2/4": the second of four parts of the replicates; empty: all of them
  bool resume = false;  // go on from what a run that was stopped has kept
  bool keep = true;     // when it is stopped, what is whole is kept beside the output for `resume`
  std::string until{};  // goal (analysis/experiments/precision.hpp); empty: the scenario's replicates
  int at_most = 0;      // replicates that `until` may run; 0: ten times the scenario's
  bool decompose = false;  // says how much each feedback loop adds; runs every arm eight times
  bool split = false;      // runs each source of uncertainty alone too
  std::string command{};   // what asked for the run, as it was typed: stored in the result
  Processes processes{};
};

// `loaded` must outlive it.
struct RunPlan {
  const LoadedScenario& loaded;
  RunRequest request;
  England england;
  Shard shard;
  std::filesystem::path result;  // of all processes together
  std::filesystem::path file;    // that this process writes: the result, or its shard of it
  ResultHeader header;

  bool together() const { return request.processes.count > 1; }
  // How often each replicate of each arm is simulated: once, and once for each source of a split.
  std::size_t ensembles() const { return 1 + header.split.size(); }
  // Beside the file, where the feedback loops are asked for.
  std::filesystem::path decomposition_file() const;
};

// Throws UsageError for what cannot be asked of this scenario, DataError where England's tables cannot be
// read.
RunPlan plan_run(const LoadedScenario& loaded, RunRequest request);

// What a run would take, in time, memory and room on the disk; nothing is run but a short probe.
struct RunCost {
  RunEstimate simulation;
  DiskSpace disk;
};
RunCost cost_of(const RunPlan& plan);

// Whether the goal of `until` was reached, and how well the number is known: "0.8% of the baseline, below 1%,
// after 40 replicates".
struct ReachedPrecision {
  bool met = false;
  std::string text;
};

struct RunOutcome {
  bool was_complete = false;   // with `resume`: the file was complete already, and nothing was run
  RunStatistics statistics{};  // of all processes
  int replicates = 0;          // of the whole run: the scenario's, or as many as `until` took
  std::optional<ReachedPrecision> precision{};
  std::vector<Attribution> decomposition{};  // empty unless it was asked for
};

// All authorities of one replicate (numbered as in the run) of one arm, in scenario order and the steps of
// the scenario's output. `alone`: position in header.split of the only source of uncertainty that is on;
// nothing: all are. Calls come one at a time, in any order, from another thread than the caller's.
using BlockSink = std::function<void(std::optional<std::size_t> alone, std::size_t arm, std::size_t replicate,
                                     const std::vector<AuthoritySeries>& series)>;

// Writes the result, which takes its name only when it is complete; with several processes the first then
// puts their shards together. `also` gets what is simulated: with `resume` not what was kept. Throws
// UsageError (the file holds another shard of this run, a wrong goal), DataError (no room, a file cannot be
// written), Interrupted, or an Error of that exit code that says how to go on from what is kept.
RunOutcome run_to_file(const RunPlan& plan, const Listener& listener, const BlockSink& also = {});

// Writes nothing; `resume` and several processes have no meaning. Throws UsageError (a wrong goal),
// Interrupted.
RunOutcome run_in_memory(const RunPlan& plan, const Listener& listener, const BlockSink& sink);

}  // namespace hearth
