// A share of the replicates of a run, for several machines to run at once.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

namespace hearth {

struct Shard {
  int number = 1;  // from 1
  int of = 1;

  // First number and count of its replicates, of `all`: shards follow each other and differ by one at most.
  std::pair<int, int> replicates(int all) const;
  // england.h5 -> england.shard-2-of-4.h5; the file itself where there is one shard.
  std::filesystem::path file(const std::filesystem::path& whole) const;
  // ", shard 2 of 4"; nothing where there is one.
  std::string text() const;
};

// "2/4". Throws UsageError; also where there are more shards than replicates.
Shard parse_shard(const std::string& text, int replicates);

}  // namespace hearth
