// Arrays with named dimensions as one HDF5 file that xarray reads: what analyses write (docs/reference).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace hearth {

struct ArrayFile {
  struct Dimension {
    std::string name;
    std::string long_name;
    std::variant<std::vector<std::string>, std::vector<std::int32_t>, std::vector<double>> labels;
  };
  // Further text along one dimension: names beside codes.
  struct Along {
    std::string name;
    std::string long_name;
    std::string dimension;
    std::vector<std::string> values;
  };
  struct Variable {
    std::string name;
    std::string long_name;
    std::string units;
    std::vector<std::string> dimensions;  // names, outermost first
    std::vector<double> values;           // row-major; not a number where there is none
  };
  std::map<std::string, std::string> attributes;  // title, ...
  std::vector<Dimension> dimensions;
  std::vector<Along> along;
  std::vector<Variable> variables;
  std::map<std::string, std::string> provenance;  // as in result files
  std::map<std::string, std::string> inputs;      // file -> SHA-256
};

// Writes under a temporary name, then renames; an older file stays as it was until then. Throws DataError;
// InternalError where values do not fill their dimensions.
void write_array_file(const std::filesystem::path& file, const ArrayFile& content);

}  // namespace hearth
