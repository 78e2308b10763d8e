#include "core/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"

namespace hearth {

namespace {

// Reads one record from `at`; leaves `at` after its line end and adds the line ends it passed to `line`.
std::vector<std::string> read_record(const std::string& text, std::size_t& at, std::size_t& line,
                                     const std::filesystem::path& file) {
  const std::size_t first_line = line;
  std::vector<std::string> fields(1);
  bool quoted = false;
  while (at < text.size()) {
    const char c = text[at++];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (at < text.size() && text[at] == '"') {
        fields.back() += '"';
        ++at;
      } else {
        quoted = false;
      }
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      return fields;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  if (quoted)
    throw DataError(fmt::format("{}:{}: a quoted field is never closed; expected a closing \"", file.string(),
                                first_line));
  return fields;
}

}  // namespace

CsvTable::CsvTable(const std::filesystem::path& file) : file_(file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file))
    throw DataError(
        fmt::format("{}: cannot read this table; expected a comma-separated file", file.string()));
  std::string content{std::istreambuf_iterator<char>(stream), {}};
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::size_t at = content.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  std::size_t line = 1;
  if (at == content.size())
    throw DataError(fmt::format("{}: the table is empty; expected a header", file.string()));

  columns_ = read_record(content, at, line, file);
  for (auto name = columns_.begin(); name != columns_.end(); ++name)
    if (std::find(columns_.begin(), name, *name) != name)
      throw DataError(
          fmt::format("{}:1: column '{}' appears twice; expected distinct names", file.string(), *name));

  while (at < content.size()) {
    const std::size_t row_line = line;
    auto record = read_record(content, at, line, file);
    if (record.size() == 1 && record.front().empty()) continue;  // an empty line
    if (record.size() != columns_.size())
      throw DataError(fmt::format("{}:{}: found {} fields; expected {}, as in the header", file.string(),
                                  row_line, record.size(), columns_.size()));
    std::move(record.begin(), record.end(), std::back_inserter(cells_));
    lines_.push_back(row_line);
  }
}

std::optional<std::size_t> CsvTable::find_column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

std::size_t CsvTable::column(std::string_view name) const {
  if (const auto found = find_column(name)) return *found;
  throw DataError(fmt::format("{}:1: there is no column '{}'; found {}", file_.string(), name,
                              fmt::join(columns_, ", ")));
}

const std::string& CsvTable::text(std::size_t row, std::size_t column) const {
  return cells_.at(row * columns_.size() + column);
}

std::string CsvTable::where(std::size_t row, std::size_t column) const {
  return fmt::format("{}:{}, column '{}'", file_.string(), lines_.at(row), columns_.at(column));
}

std::optional<double> CsvTable::number(std::size_t row, std::size_t column) const {
  const std::string& cell = text(row, column);
  if (cell.empty()) return std::nullopt;
  double value = 0.0;
  const char* const end = cell.data() + cell.size();
  const auto [stop, error] = std::from_chars(cell.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value))
    throw DataError(fmt::format("{}: found '{}'; expected a number, or nothing where none is published",
                                where(row, column), cell));
  return value;
}

std::optional<int> CsvTable::integer(std::size_t row, std::size_t column) const {
  const auto value = number(row, column);
  if (!value) return std::nullopt;
  if (*value != std::nearbyint(*value) || std::abs(*value) > 2e9)
    throw DataError(fmt::format("{}: found '{}'; expected a whole number, or nothing where none is published",
                                where(row, column), text(row, column)));
  return static_cast<int>(*value);
}

double CsvTable::required_number(std::size_t row, std::string_view name) const {
  const std::size_t at = column(name);
  if (const auto value = number(row, at)) return *value;
  throw DataError(fmt::format("{}: the cell is blank; expected a number", where(row, at)));
}

int CsvTable::required_integer(std::size_t row, std::string_view name) const {
  const std::size_t at = column(name);
  if (const auto value = integer(row, at)) return *value;
  throw DataError(fmt::format("{}: the cell is blank; expected a whole number", where(row, at)));
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

}  // namespace hearth
