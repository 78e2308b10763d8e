// The rows of one file of a return, by the names of its columns: whatever their order and case, with commas,
// semicolons or tabs between them, blanks around what is in a cell.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/csv.hpp"
#include "returns/files.hpp"

namespace hearth::returns {

// The names in the first record, in capitals, without blanks at their ends.
std::vector<std::string> header_columns(std::string_view content);

class ReturnTable {
 public:
  // Columns are named by their place in `required`, then in `optional`. Throws DataError where a required
  // column is missing or one that is used is there twice, and where the file is no text.
  ReturnTable(const ReturnFile& file, std::span<const std::string_view> required,
              std::span<const std::string_view> optional);

  // The next row that is not blank; false at the end. Throws DataError at a quote that is never closed.
  bool next();
  std::size_t line() const { return records_.line(); }
  // What stands in a column of the row; "" where the file has no such column, or the row is too short.
  std::string_view text(std::size_t column) const;
  // As many cells as the header names, or blanks for what is more or less. A row that stops before its last
  // required column is too short.
  bool too_long() const;
  bool too_short() const;
  bool has(std::size_t column) const { return positions_[column] != kNone; }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::string name_;
  CsvRecords records_;
  std::vector<std::string> fields_;
  std::vector<std::size_t> positions_;
  std::size_t columns_ = 0;  // of the header, without blank ones at its end
  std::size_t least_ = 0;    // fields that a row must have
};

}  // namespace hearth::returns
