#include "app/kept_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/error.hpp"
#include "results/file/journal.hpp"
#include "results/summarised.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

std::string replicates_done(const ResultWriter& writer, const ResultHeader& header) {
  std::size_t missing = writer.missing().size();
  for (std::size_t s = 0; s < header.split.size(); ++s) missing = std::max(missing, writer.missing(s).size());
  return fmt::format("{} of {} replicates", static_cast<std::size_t>(header.replicates) - missing,
                     header.replicates);
}

Error interrupted(const ResultWriter& writer, const ResultHeader& header, const fs::path& file) {
  return {ExitCode::kInterrupted,
          fmt::format("stopped: {} are kept in {}; to go on, give the same command with --resume",
                      replicates_done(writer, header), partial_name(file).string())};
}

}  // namespace

std::optional<ResultHeader> part_of_run(const fs::path& file, const ResultHeader& header) {
  std::error_code error;
  if (!fs::exists(file, error)) return std::nullopt;
  try {
    ResultHeader there = ResultReader(file).header();
    if (!difference_of_runs(there, header)) return there;
  } catch (const DataError&) {
    // Something else, that the result will replace.
  }
  return std::nullopt;
}

bool same_replicates(const ResultHeader& one, const ResultHeader& other) {
  return one.first_replicate == other.first_replicate && one.replicates == other.replicates;
}

bool is_whole(const fs::path& file, const ResultHeader& header) {
  std::error_code error;
  if (fs::exists(partial_name(file), error)) return false;
  const auto there = part_of_run(file, header);
  return there && same_replicates(*there, header);
}

std::size_t replicates_missing(const fs::path& file, const ResultHeader& header, bool resume) {
  const auto all = static_cast<std::size_t>(header.replicates);
  if (!resume) return all;
  if (is_whole(file, header)) return 0;
  const auto kept = kept_result(file);
  return kept && !difference_of_runs(kept->result->header(), header) ? all - kept->replicates.size() : all;
}

double seconds_for(const Scenario& scenario, const England& england, int threads, std::size_t replicates) {
  return estimate_run(scenario, england, *on_threads(threads)).seconds * static_cast<double>(replicates) /
         scenario.replicates;
}

void remove_result(const fs::path& file) {
  std::error_code ignored;
  fs::remove(file, ignored);
  fs::remove(partial_name(file), ignored);
  fs::remove(Journal::name(partial_name(file)), ignored);
}

RunStatistics fill_file(const KeptRun& run, const Fill& fill) {
  const ResultHeader& header = run.header;
  ResultWriter writer(run.file, header, run.unfinished);
  if (run.unfinished == Unfinished::kResume)
    run.listener.say(fmt::format("going on from {}", replicates_done(writer, header)));
  const bool keep = run.unfinished != Unfinished::kDiscard;
  QueuedWriter queue(writer, keep);
  RunStatistics statistics;
  try {
    statistics = fill(writer, queue);
    queue.finish();
    if (run.listener.stopped()) throw Interrupted();
  } catch (const Interrupted&) {
    queue.finish();
    if (!keep || static_cast<int>(writer.missing().size()) == header.replicates) throw;
    throw interrupted(writer, header, run.file);
  }
  if (header.may_end_early) writer.end_at(run.end());
  if (header.is_to_become_summarised()) run.listener.say("summarising authorities");
  try {
    commit_result(writer, statistics.seconds, statistics.threads, run.listener.stop);
  } catch (const Interrupted&) {
    if (!keep) throw;
    throw interrupted(writer, header, run.file);
  }
  return statistics;
}

Fill fill_with(const Scenario& scenario, const England& england, int threads, const Listener& listener) {
  return [&scenario, &england, threads, &listener](ResultWriter& writer, QueuedWriter& queue) {
    RunOptions options;
    options.parallel = on_threads(threads);
    options.stop = listener.stop;
    options.progress = listener.progress;
    options.replicates = writer.missing();
    return run_ensemble(scenario, england, options,
                        [&](std::size_t arm, std::size_t replicate, const auto& monthly) {
                          queue.write({}, arm, replicate, in_steps(monthly, scenario.output.every_months()));
                        });
  };
}

}  // namespace hearth
