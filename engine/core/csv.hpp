// Tables with a header row, as Hearth keeps them and as people's programs save them: fields with commas,
// semicolons, tabs or bars between them, quoted where need be (RFC 4180), in any encoding of core/text.hpp. A
// blank cell is "not published".
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// The records of a text in UTF-8, one after the other. Lines end with LF, CR LF or CR. A byte order mark at
// the start is skipped, and so is a first line "sep=;", which names the sign between fields. `text` must
// outlive this.
class CsvRecords {
 public:
  // Without a delimiter: the one of , ; tab and | that the first line has most of outside quotes.
  explicit CsvRecords(std::string_view text, std::optional<char> delimiter = std::nullopt);

  // Reads the next record into `fields`; false at the end of the text.
  bool next(std::vector<std::string>& fields);
  // The line on which the last record starts, from 1.
  std::size_t line() const { return line_; }
  // The last record opens a quote that is never closed, and so reaches to the end of the text.
  bool unclosed() const { return unclosed_; }
  char delimiter() const { return delimiter_; }

 private:
  // Passes the line end of which `c`, just read, is the first character, if it is one.
  bool passes_line_end(char c);

  std::string_view text_;
  char delimiter_ = ',';
  std::size_t at_ = 0;
  std::size_t line_ = 0;
  std::size_t next_line_ = 1;
  bool unclosed_ = false;
};

// Which rows a table may have. Rows without anything in them are passed over, and so are columns at the end
// that have neither a name nor anything in them.
enum class CsvRows : std::uint8_t {
  kWhole,  // as many cells as the header has names: tables that Hearth keeps
  kShort,  // or fewer, the others being blank: tables that people save
  kAny     // or more (extra()): tables whose faulty rows the reader accounts for
};

// A table in memory. Rows count from 0; messages name the line of the file. Every error is a DataError that
// says file, line, column, what was found and what is expected. Cells and names of columns have plain spaces
// within and none at their ends. Columns are found whatever the case of their names, and with blanks, dots or
// hyphens for underscores.
class CsvTable {
 public:
  explicit CsvTable(const std::filesystem::path& file, CsvRows rows = CsvRows::kWhole);
  // From what a file holds; `name` is for messages.
  CsvTable(std::string name, std::string_view bytes, CsvRows rows);
  // To be filled by add().
  CsvTable(std::string name, std::vector<std::string> columns);
  // A row with a cell for each column, which starts on `line` of the file.
  void add(std::size_t line, std::vector<std::string> cells);

  const std::string& name() const { return name_; }
  std::size_t rows() const { return lines_.size(); }
  const std::vector<std::string>& columns() const { return columns_; }  // as written; blank: no name

  bool has_column(std::string_view name) const { return find_column(name).has_value(); }
  std::optional<std::size_t> find_column(std::string_view name) const;  // DataError when it is there twice
  std::size_t column(std::string_view name) const;                      // DataError when there is none

  // "" where the row stops before the column.
  const std::string& text(std::size_t row, std::size_t column) const;
  const std::string& text(std::size_t row, std::string_view name) const { return text(row, column(name)); }

  // Empty when the cell is blank. Thousands and decimals as people write them, where that is clear: 1110,
  // 1,110, 1 110, £1,110.50, 0.5, 0,5.
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
  // Fields of the row, and whether there is anything in those that no column is for.
  std::size_t width(std::size_t row) const { return starts_[row + 1] - starts_[row]; }
  bool extra(std::size_t row) const;

 private:
  void read(std::string_view text, CsvRows rows);
  void name_columns(std::vector<std::string> names, std::size_t line, CsvRows rows);
  void add_row(std::size_t line, std::vector<std::string>& record, CsvRows rows);

  std::string name_;
  char delimiter_ = ',';
  std::size_t header_line_ = 1;
  std::vector<std::string> columns_;
  std::vector<std::string> keys_;  // of the columns, by which they are found
  std::vector<bool> repeated_;     // other columns have the same key
  std::vector<std::string> cells_;
  std::vector<std::size_t> starts_ = {0};  // of each row in cells_, and the end of the last
  std::vector<std::size_t> lines_;         // of each row, from 1
};

// What names of columns are compared by: "Service Model" is service_model.
std::string column_key(std::string_view name);

// A number in a cell of a table with this sign between its fields; empty where it is none, or could be two:
// 1,110 is 1110 in Britain and 1.11 where semicolons part fields.
std::optional<double> read_number(std::string_view cell, char delimiter = ',');

// The text as a field of a table: in double quotes where it has to be.
std::string csv_field(std::string_view text);

}  // namespace hearth
