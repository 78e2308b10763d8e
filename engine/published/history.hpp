// The authorities' published figures, year by year (scenarios/england/history.csv).
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hearth {

// Authority x year x measure. Years are years to 31 March; stocks are those at their end. Suppressed cells
// and cells that were never published are alike: not a number.
class History {
 public:
  // Reads a table with the columns "code" and "year", and one for each measure. Throws DataError.
  explicit History(const std::filesystem::path& file);

  // Not a number where none is published. Throws DataError where no column is named `measure`.
  double value(int code, int year, std::string_view measure) const;
  // Whether any authority has a figure of the year.
  bool published(std::string_view measure, int year) const;
  // The first year in which any has; nothing where none ever had.
  std::optional<int> first_published(std::string_view measure) const;

  // Each authority (by code) and year that has a row, ascending.
  std::vector<std::pair<int, int>> rows() const;
  const std::filesystem::path& file() const { return file_; }

  // Authorities that share a workforce each publish all of it: the same posts, cases and caseload (Kingston
  // and Richmond; North and West Northamptonshire). Gives each its part by children. And with less than one
  // worker in post the rates mean nothing (Isles of Scilly): takes them out.
  void share_workforces();

 private:
  std::size_t column(std::string_view measure) const;

  std::filesystem::path file_;
  std::size_t columns_ = 0;
  std::unordered_map<std::string, std::size_t> measures_;
  std::map<std::pair<int, int>, std::size_t> rows_;  // by code and year
  std::vector<double> cells_;
};

}  // namespace hearth
