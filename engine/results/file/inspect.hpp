// What a result file is, without reading its numbers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "results/content/result_header.hpp"

namespace hearth {

// A variable with dimensions, as it lies in the file.
struct ResultVariable {
  std::string name;
  std::string long_name;
  std::string units;
  std::vector<std::string> dimensions;
  std::vector<std::uint64_t> shape;
  std::uint64_t stored_bytes = 0;  // compressed
};

struct ResultDescription {
  ResultHeader header;
  bool complete = false;  // the run was finished: a file that was left behind is not
  std::uint64_t bytes = 0;
  std::vector<ResultVariable> variables;       // in the order in which they were made; without coordinates
  std::vector<ResultVariable> of_authorities;  // of a summarised result: what it says of each over replicates
};

// Throws DataError for a file that is not a Hearth result or of another format version.
ResultDescription inspect_result(const std::filesystem::path& file);

}  // namespace hearth
