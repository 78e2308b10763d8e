// The files that a virtual result's replicates lie in.
#pragma once

#include <filesystem>

namespace hearth {

// A file that holds some replicates of a virtual result.
struct ResultPart {
  std::filesystem::path file;
  int first_replicate = 0;
  int replicates = 0;

  bool operator==(const ResultPart&) const = default;
};

}  // namespace hearth
