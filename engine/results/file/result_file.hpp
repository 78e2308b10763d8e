// The result of a run as one HDF5 file: format in outputs/README.md.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/calendar.hpp"
#include "core/effect_draws.hpp"
#include "core/measures.hpp"
#include "core/uncertainty.hpp"

namespace hearth {

inline constexpr int kResultFormatVersion = 2;
// Of results whose numbers are not of months, which a reader of the former would misread.
inline constexpr int kResultFormatVersionOfSteps = 3;
// Of results that keep no single replicates of authorities, whose variables have other dimensions.
inline constexpr int kResultFormatVersionOfSummaries = 5;

// What a result keeps of the ensembles in which one source of uncertainty is on alone, beside the cost to
// authorities. Social workers are the weights of caseload.
inline constexpr std::array kSplitMeasures = {
    Measure::kLookedAfter, Measure::kCareEntries, Measure::kChildProtectionPlans, Measure::kChildrenInNeed,
    Measure::kReferrals,   Measure::kCaseload,    Measure::kSocialWorkersFte};

// Everything about a result that is not a number of the simulation.
struct ResultHeader {
  struct Arm {
    std::string name;
    std::string title;

    bool operator==(const Arm&) const = default;
  };
  struct Authority {
    int code = 0;
    std::string ons_code;
    std::string name;
    std::string region;

    bool operator==(const Authority&) const = default;
  };
  std::string title;
  std::string question;
  std::vector<Arm> arms;
  std::size_t baseline = 0;
  int replicates = 0;          // in this file
  int first_replicate = 0;     // number of the first of them; above 0 in a part of a run only
  int run_replicates = 0;      // of the run that this file is a part of; 0: it is the whole
  bool may_end_early = false;  // written only: ResultWriter::end_at may be called
  // The scenario wants no single replicates of authorities to be kept of the whole (results/summarised.hpp);
  // a part keeps them. `summarised`: this file has none; it is read, never set to write.
  bool to_summarise = false;
  bool summarised = false;
  std::vector<Authority> authorities;
  MonthEnd origin;
  int months = 0;       // simulated
  int step_months = 1;  // from one number to the next along time: 1, 3 or 12; the last may have fewer
  std::uint64_t seed = 0;
  double sampling_fraction = 1.0;
  int compression = 1;
  EffectDraws effects;                            // of the replicates in this file; none where none are drawn
  std::vector<UncertaintySource> split;           // sources with an ensemble of their own; mostly none
  std::string scenario_json;                      // resolved
  std::map<std::string, std::string> provenance;  // commit, compiler, versions, machine, command, ...
  std::map<std::string, std::string> inputs;      // file -> SHA-256

  int steps() const { return (months + step_months - 1) / step_months; }
  int format_version() const {
    return summarised         ? kResultFormatVersionOfSummaries
           : step_months == 1 ? kResultFormatVersion
                              : kResultFormatVersionOfSteps;
  }
};

// Nothing where two files are parts of one run, or one run at two times: all but replicates, command, machine
// and times agree. Else what does not, in words: "the seed is 1 in one and 2 in the other".
std::optional<std::string> difference_of_runs(const ResultHeader& one, const ResultHeader& other);

// What is left of a result that is not committed.
enum class Unfinished {
  kDiscard,  // nothing
  kKeep,     // FILE.partial as it was at the last checkpoint, with its journal; an older one is replaced
  kResume,   // likewise; where there is an older one, writing goes on from it
};

// The file that an unfinished result is kept in.
std::filesystem::path partial_name(const std::filesystem::path& file);

// A file that holds some replicates of a virtual result.
struct ResultPart {
  std::filesystem::path file;
  int first_replicate = 0;
  int replicates = 0;

  bool operator==(const ResultPart&) const = default;
};

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

  // Adds wall time and thread count, closes, brings to the disk, renames; a whole that is to be summarised is
  // so first, into another temporary file. Throws DataError, Interrupted when `stop` becomes true meanwhile,
  // and InternalError while blocks are missing. Unless it succeeds an older `file` is untouched, and what
  // `unfinished` says is kept.
  void commit(double wall_seconds, int threads, const std::atomic<bool>* stop = nullptr);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Positions of authorities in a result's header.
using AuthorityGroup = std::vector<std::size_t>;

// Some replicates, by their position in the file: `count` from `first`, or to the last.
struct ReplicateRange {
  std::size_t first = 0;
  std::size_t count = std::numeric_limits<std::size_t>::max();
};

// Whether a result may be one whose run was not finished, in which numbers that were not written are zero:
// yes, or yes and it is our own, which no one else writes now (WriteLock).
enum class Accept { kWhole, kUnfinished, kOwn };

// Reading back. The file is read in a process of its own and everything in it is checked against what the
// format promises (outputs/README.md), so a damaged or hostile file ends in a DataError that says what is
// wrong. So does one that is not a Hearth result, or of another format version; and, of a summarised result,
// where replicates of other authorities are asked for than those of one of areas_with_replicates().
class ResultReader {
 public:
  explicit ResultReader(const std::filesystem::path& file, Accept accept = Accept::kWhole);
  ~ResultReader();
  ResultReader(const ResultReader&) = delete;
  ResultReader& operator=(const ResultReader&) = delete;

  const ResultHeader& header() const;
  // Whether the result has the replicates of these authorities together.
  bool has_replicates(const AuthorityGroup& authorities) const;
  // Values of a measure summed over `authorities` (positions in the header): [arm][replicate][step],
  // row-major. A ratio of several authorities is their weighted mean: caseload and fidelity by social workers
  // in post (full-time equivalent), the vacancy rate by posts, in post / (1 - vacancy rate); unweighted where
  // nobody is in post.
  std::vector<double> series(Measure measure, const std::vector<std::size_t>& authorities,
                             std::size_t category = 0) const;
  // Pounds, summed over authorities; payers and categories chosen by position, empty: all.
  std::vector<double> cost(const std::vector<std::size_t>& authorities,
                           const std::vector<std::size_t>& payers = {},
                           const std::vector<std::size_t>& categories = {}) const;
  // The same of several groups of authorities at once, [group], and of some replicates only: the file is
  // read once for all of them, not once for each.
  std::vector<std::vector<double>> series_of_each(Measure measure, const std::vector<AuthorityGroup>& groups,
                                                  std::size_t category = 0,
                                                  ReplicateRange replicates = {}) const;
  std::vector<std::vector<double>> cost_of_each(const std::vector<AuthorityGroup>& groups,
                                                const std::vector<std::size_t>& payers = {},
                                                const std::vector<std::size_t>& categories = {},
                                                ReplicateRange replicates = {}) const;
  // As series() and cost(), of the ensemble in which only the source `header().split[source]` is on; cost is
  // that to authorities.
  std::vector<double> series_alone(std::size_t source, Measure measure,
                                   const std::vector<std::size_t>& authorities) const;
  std::vector<double> cost_alone(std::size_t source, const std::vector<std::size_t>& authorities) const;
  std::vector<std::vector<double>> series_alone_of_each(std::size_t source, Measure measure,
                                                        const std::vector<AuthorityGroup>& groups,
                                                        ReplicateRange replicates = {}) const;
  std::vector<std::vector<double>> cost_alone_of_each(std::size_t source,
                                                      const std::vector<AuthorityGroup>& groups,
                                                      ReplicateRange replicates = {}) const;
  // Of a summarised result: a variable of what is kept of each authority, [statistic][arm][authority][year],
  // row-major; of one category where it has several (results/summarised.hpp).
  std::vector<double> authority_statistics(const std::string& variable,
                                           const std::vector<std::size_t>& categories) const;
  // Planes of authorities (or areas) by steps as they are stored, one for each of the replicates: of a
  // variable of result_variables(header()), or of a summarised result area_variables(header()).
  void planes(std::size_t variable, std::size_t arm, ReplicateRange replicates,
              const std::vector<std::size_t>& categories, std::vector<double>& into) const;
  // One replicate of one arm, each authority by itself, in the header's order: [authority][month], row-major.
  std::vector<double> by_authority(std::size_t arm, std::size_t replicate, Measure measure,
                                   std::size_t category = 0) const;
  std::vector<double> cost_by_authority(std::size_t arm, std::size_t replicate,
                                        const std::vector<std::size_t>& payers = {}) const;

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
