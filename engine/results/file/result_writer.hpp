// Writing the result of a run as one HDF5 file: format in outputs/README.md.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "core/measures.hpp"
#include "results/content/result_header.hpp"
#include "results/file/result_part.hpp"
#include "results/file/result_reader.hpp"

namespace hearth {

// What is left of a result that is not committed.
enum class Unfinished {
  kDiscard,  // nothing
  kKeep,     // FILE.partial as it was at the last checkpoint, with its journal; an older one is replaced
  kResume,   // likewise; where there is an older one, writing goes on from it
};

// The file that an unfinished result is kept in.
std::filesystem::path partial_name(const std::filesystem::path& file);

// Writes to a temporary name beside `file`; commit() renames it. Until then an older `file` is untouched. One
// thread at a time. Replicates are numbered as in the run: from header.first_replicate.
class ResultWriter {
 public:
  // Throws DataError (directory missing, not writable, another writer keeps FILE.partial, what is to be
  // resumed is of another run, ...).
  ResultWriter(const std::filesystem::path& file, const ResultHeader& header,
               Unfinished unfinished = Unfinished::kDiscard);
  // A virtual result: its numbers stay in the parts, which together hold every replicate once.
  ResultWriter(const std::filesystem::path& file, const ResultHeader& header,
               const std::vector<ResultPart>& parts);
  ~ResultWriter();
  ResultWriter(const ResultWriter&) = delete;
  ResultWriter& operator=(const ResultWriter&) = delete;

  // All authorities of one replicate of one arm, in the header's order and steps; each block once, in any
  // order. Throws
  // DataError (disk full, ...), InternalError (a block that the header does not have, or twice).
  void write(std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series);
  // The same of the ensemble in which only the source `header.split[source]` is on: the measures of
  // kSplitMeasures and the cost to authorities are kept.
  void write_alone(std::size_t source, std::size_t arm, std::size_t replicate,
                   const std::vector<AuthoritySeries>& series);
  // All replicates of another result, which is a part of this one. Throws DataError, InternalError as
  // write().
  void copy(const std::filesystem::path& part);

  // Numbers of the replicates that are not whole: some arm is not written, of the whole ensemble or
  // (`source`) of one alone.
  std::vector<std::size_t> missing(std::optional<std::size_t> source = {}) const;
  // What is written so far outlives the process, however it ends; for kKeep and kResume. Throws DataError.
  void checkpoint();

  // The result ends with the first `replicates`: those after them, of which none is written, are not in it.
  // Only where the header says that it may end early.
  void end_at(int replicates);

  // Adds wall time and thread count, closes, brings to the disk, renames. Throws DataError, and InternalError
  // while blocks are missing. Unless it succeeds an older `file` is untouched, and what `unfinished` says is
  // kept. A result that is to become a summarised one is for commit_result() (results/summarised.hpp).
  void commit(double wall_seconds, int threads);
  // Its parts, for a result that another takes the place of: a finished result under the temporary name that
  // is returned, and nothing of it left.
  std::filesystem::path finish(double wall_seconds, int threads);
  void discard();

  const std::filesystem::path& file() const;
  const ResultHeader& header() const;
  bool is_kept() const;  // so it has checkpoints

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What an unfinished result keeps, and which of its replicates are whole; while it is open here, no writer
// can go on with it. Nothing where none is kept. Throws DataError.
struct KeptResult {
  std::unique_ptr<ResultReader> result;
  std::vector<std::size_t> replicates;
};
std::optional<KeptResult> kept_result(const std::filesystem::path& file);

}  // namespace hearth
