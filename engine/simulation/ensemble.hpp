// Runs a scenario: arms x replicates x authorities in parallel, the same bits for any number of threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/measures.hpp"
#include "core/parallel.hpp"
#include "model/outcomes/event_log.hpp"
#include "model/population/families.hpp"
#include "published/england.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

struct RunOptions {
  std::shared_ptr<const Parallel> parallel = one_thread();  // never null
  const std::atomic<bool>* stop = nullptr;  // set by a signal handler: the run throws Interrupted
  // Called from one thread at a time with family-months done and in all.
  std::function<void(double done, double total)> progress;
  // Numbers of the replicates to run, which draws are keyed by; nothing: as many as the scenario has, from 0.
  // Each is the same whatever others run.
  std::optional<std::vector<std::size_t>> replicates;
  // Families made before by make_all_families, for many runs that differ in nothing that families depend on;
  // empty: made for this run.
  std::span<const Families> families;
  // The log that events of an arm and authority (positions in the scenario) go to, of one replicate; null:
  // none.
  std::function<EventLog*(std::size_t arm, std::size_t authority)> log;
};

// One replicate of one arm, all authorities in scenario order. Calls come one at a time, in any order of
// (arm, replicate).
using ResultSink =
    std::function<void(std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series)>;

// `count` numbers from `first`.
std::vector<std::size_t> replicate_range(std::size_t first, std::size_t count);

struct RunStatistics {
  double family_months = 0.0;  // simulated, over all arms and replicates
  double seconds = 0.0;
  int threads = 0;
};

// Throws Interrupted, DataError (population), InternalError (conservation violated).
RunStatistics run_ensemble(const Scenario& scenario, const England& england, const RunOptions& options,
                           const ResultSink& sink);

// The families of all authorities, in scenario order. They depend on the seed, the sampling fraction, the
// horizon and the baseline's population.* parameters. Throws DataError.
std::vector<Families> make_all_families(const Scenario& scenario, const England& england,
                                        const Parallel& parallel);

// What a run would take, without running it.
struct RunEstimate {
  double families = 0.0;
  double family_months = 0.0;
  double memory_bytes = 0.0;
  double seconds = 0.0;  // at a rate measured on this machine by a short probe
};
// Size of a result file with every replicate; measured for England's ten years, more where little is
// simulated. And of one that is summarised.
double estimate_file_bytes(const Scenario& scenario, std::size_t replicates);
double estimate_summarised_bytes(const Scenario& scenario, std::size_t replicates);
RunEstimate estimate_run(const Scenario& scenario, const England& england, const Parallel& parallel);

}  // namespace hearth
