// Comma-separated tables with a header row (RFC 4180: fields may be quoted). A blank cell is "not published".
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// The records of a text, one after the other (RFC 4180: fields may be quoted). A byte order mark at the start
// is skipped. `text` must outlive this.
class CsvRecords {
 public:
  explicit CsvRecords(std::string_view text, char delimiter = ',');

  // Reads the next record into `fields`; false at the end of the text.
  bool next(std::vector<std::string>& fields);
  // The line on which the last record starts, from 1.
  std::size_t line() const { return line_; }
  // The last record opens a quote that is never closed, and so reaches to the end of the text.
  bool unclosed() const { return unclosed_; }

 private:
  std::string_view text_;
  char delimiter_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
  std::size_t next_line_ = 1;
  bool unclosed_ = false;
};

// A table in memory. Rows count from 0; messages name the line of the file. Every error is a DataError that
// says file, line, column, what was found and what is expected.
class CsvTable {
 public:
  explicit CsvTable(const std::filesystem::path& file);

  const std::filesystem::path& file() const { return file_; }
  std::size_t rows() const { return lines_.size(); }
  const std::vector<std::string>& columns() const { return columns_; }

  bool has_column(std::string_view name) const { return find_column(name).has_value(); }
  std::optional<std::size_t> find_column(std::string_view name) const;
  std::size_t column(std::string_view name) const;  // DataError when there is none

  const std::string& text(std::size_t row, std::size_t column) const;
  const std::string& text(std::size_t row, std::string_view name) const { return text(row, column(name)); }

  // Empty when the cell is blank.
  std::optional<double> number(std::size_t row, std::size_t column) const;
  std::optional<double> number(std::size_t row, std::string_view name) const {
    return number(row, column(name));
  }
  std::optional<int> integer(std::size_t row, std::size_t column) const;
  std::optional<int> integer(std::size_t row, std::string_view name) const {
    return integer(row, column(name));
  }

  // DataError when the cell is blank.
  double required_number(std::size_t row, std::string_view name) const;
  int required_integer(std::size_t row, std::string_view name) const;

  std::size_t line(std::size_t row) const { return lines_[row]; }
  // "file:line, column name", for the messages of those who find a value wrong.
  std::string where(std::size_t row, std::size_t column) const;

 private:
  std::filesystem::path file_;
  std::vector<std::string> columns_;
  std::vector<std::string> cells_;  // rows x columns
  std::vector<std::size_t> lines_;  // of each row, from 1
};

// The text as a field of a table: in double quotes where it has to be.
std::string csv_field(std::string_view text);

}  // namespace hearth
