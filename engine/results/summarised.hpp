// Summarised results, for ensembles of which the replicates of every authority would be too much to keep.
// Quantiles over replicates do not add up over authorities, nor is a difference of quantiles the quantile of
// a difference. So a summarised result keeps every replicate of the areas (areas_with_replicates()), and of
// each authority, measure, arm and year the Statistics over replicates, of the level and of the difference
// from the baseline with the same luck (docs/adr/0021). Format: outputs/README.md.
#pragma once

#include <atomic>
#include <filesystem>

#include "results/content/result_source.hpp"
#include "results/file/result_writer.hpp"

namespace hearth {

// Writes `file` from a whole result with every replicate, first as `temporary`, which is beside it and
// replaced if it is there. A measure at a time is in memory: 8 bytes a replicate, arm, authority and year.
// Throws DataError, and Interrupted when `stop` becomes true; an older `file` is then as it was.
void write_summarised(const ResultSource& whole, const std::filesystem::path& temporary,
                      const std::filesystem::path& file, const std::atomic<bool>* stop = nullptr);

// Commits a result: one that is to become summarised (ResultHeader) is so first, with its replicates in a
// file beside it until then. As ResultWriter::commit(), and throws Interrupted when `stop` becomes true
// meanwhile.
void commit_result(ResultWriter& writer, double wall_seconds, int threads,
                   const std::atomic<bool>* stop = nullptr);

}  // namespace hearth
