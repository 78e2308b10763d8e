// One result of the parts of a run: shards of its replicates, each a result file of its own.
#pragma once

#include <atomic>
#include <filesystem>
#include <vector>

namespace hearth {

enum class MergeHow {
  kVirtual,  // the numbers stay in the parts, which must stay where they are (seen from `file`)
  kCopy,     // `file` stands alone
};

// Writes `file` from parts in any order; where their scenario wants summaries of authorities it is summarised
// and stands alone in any case. Throws DataError, naming the parts, where they are not all the replicates of
// one run, each once, and Interrupted when `stop` becomes true; an older `file` is then as it was.
void merge_results(const std::vector<std::filesystem::path>& parts, const std::filesystem::path& file,
                   MergeHow how, const std::atomic<bool>* stop = nullptr);

}  // namespace hearth
