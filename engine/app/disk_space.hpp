// How much room a result takes on the disk.
#pragma once

#include <cstddef>
#include <filesystem>

#include "scenario/scenario.hpp"

namespace hearth {

// In bytes: what the result will take, and what it takes at most meanwhile.
struct DiskSpace {
  double result = 0.0;
  double most = 0.0;
};

// An estimate. `alone`: sources of uncertainty with an ensemble of their own. `whole`: it is no shard. A
// result is summarised from one with every replicate, beside it.
DiskSpace space_for(const Scenario& scenario, std::size_t replicates, std::size_t alone, bool whole);

// Throws DataError unless there is room for the result, beside what is there of it.
void require_room(const std::filesystem::path& file, const DiskSpace& needed);

}  // namespace hearth
