// Summarised results, for ensembles of which the replicates of every authority would be too much to keep.
// Quantiles over replicates do not add up over authorities, nor is a difference of quantiles the quantile of
// a difference. So a summarised result keeps every replicate of the areas (areas_with_replicates()), and of
// each authority, measure, arm and year the Statistics over replicates, of the level and of the difference
// from the baseline with the same luck (docs/adr/0021). Format: outputs/README.md.
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <vector>

#include "core/statistics.hpp"
#include "results/file/result_file.hpp"
#include "results/summary.hpp"

namespace hearth {

// Writes `file` from a whole result with every replicate, first as `temporary`, which is beside it and
// replaced if it is there. A measure at a time is in memory: 8 bytes a replicate, arm, authority and year.
// Throws DataError, and Interrupted when `stop` becomes true; an older `file` is then as it was.
void write_summarised(const ResultReader& whole, const std::filesystem::path& temporary,
                      const std::filesystem::path& file, const std::atomic<bool>* stop = nullptr);

// What a summarised result says of one measure of its authorities: of each arm, or of its difference from the
// baseline, with the same luck.
class AuthorityStatistics {
 public:
  // Throws DataError where the file cannot be read.
  AuthorityStatistics(const ResultReader& result, const SummaryMeasure& measure, bool difference);
  // `period`: a year of summary_periods().
  Statistics at(std::size_t arm, std::size_t authority, std::size_t period) const;

 private:
  std::size_t replicates_;
  std::size_t authorities_;
  std::size_t periods_;
  std::size_t cells_;  // of one statistic
  std::vector<double> values_;
};

}  // namespace hearth
