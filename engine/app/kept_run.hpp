// Runs that write a result file and lose nothing when they are stopped: what run, forecast and hindcast
// share.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "app/listener.hpp"
#include "results/file/queued_writer.hpp"
#include "results/file/result_writer.hpp"
#include "simulation/ensemble.hpp"

namespace hearth {

// The file already is the result of this run, with these replicates.
bool is_whole(const std::filesystem::path& file, const ResultHeader& header);

// What a file holds if it is a result of this run, or a part of one.
std::optional<ResultHeader> part_of_run(const std::filesystem::path& file, const ResultHeader& header);
bool same_replicates(const ResultHeader& one, const ResultHeader& other);

// Simulates what the writer misses and hands it to the queue.
using Fill = std::function<RunStatistics(ResultWriter& writer, QueuedWriter& queue)>;

struct KeptRun {
  std::filesystem::path file;
  const ResultHeader& header;
  Unfinished unfinished = Unfinished::kKeep;
  const Listener& listener;
  // With which replicate the result ends, where the header says that it may end early.
  std::function<int()> end = {};
};

// Fills the file and commits it. Stopped, what is whole is kept, and Interrupted or an Error with that code
// says how to go on. Throws DataError where the file cannot be written.
RunStatistics fill_file(const KeptRun& run, const Fill& fill);

// Fills with all that is missing of a scenario, in the steps of its output; progress gets family-months.
Fill fill_with(const Scenario& scenario, const England& england, int threads, const Listener& listener);

// How many replicates are still to be run: all of them unless some of this run are to be gone on from.
std::size_t replicates_missing(const std::filesystem::path& file, const ResultHeader& header, bool resume);

// About how long so many replicates take on this machine, in seconds, by a short probe.
double seconds_for(const Scenario& scenario, const England& england, int threads, std::size_t replicates);

// Removes a result that was only needed on the way, and what is kept of it.
void remove_result(const std::filesystem::path& file);

}  // namespace hearth
