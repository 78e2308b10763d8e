// Where numbers come from: the findings that effects, costs and targets give as their source
// (scenarios/england/evidence.csv).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// A row, as it is written.
struct EvidenceRow {
  std::string value;
  std::string unit;
  std::string source;
  std::string certainty;
};

struct Evidence {
  std::string file;  // name of the table, for messages; empty: none was read
  std::map<std::string, EvidenceRow, std::less<>> rows;  // by key; of a key that is there twice, the first

  bool contains(std::string_view key) const { return rows.contains(key); }
  std::vector<std::string> keys() const;  // sorted
};

// Throws DataError.
Evidence load_evidence(const std::filesystem::path& data_directory);

}  // namespace hearth
