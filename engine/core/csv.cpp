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

CsvRecords::CsvRecords(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
}

bool CsvRecords::next(std::vector<std::string>& fields) {
  if (at_ >= text_.size()) return false;
  line_ = next_line_;
  fields.assign(1, {});
  bool quoted = false;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '\n') ++next_line_;
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (at_ < text_.size() && text_[at_] == '"') {
        fields.back() += '"';
        ++at_;
      } else {
        quoted = false;
      }
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == delimiter_) {
      fields.emplace_back();
    } else if (c == '\n') {
      return true;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  unclosed_ = quoted;
  return true;
}

CsvTable::CsvTable(const std::filesystem::path& file) : file_(file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file))
    throw DataError(
        fmt::format("{}: cannot read this table; expected a comma-separated file", file.string()));
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  CsvRecords records(content);
  std::vector<std::string> record;
  const auto next = [&] {
    if (!records.next(record)) return false;
    if (records.unclosed())
      throw DataError(fmt::format("{}:{}: a quoted field is never closed; expected a closing \"",
                                  file.string(), records.line()));
    return true;
  };
  if (!next()) throw DataError(fmt::format("{}: the table is empty; expected a header", file.string()));

  columns_ = record;
  for (auto name = columns_.begin(); name != columns_.end(); ++name)
    if (std::find(columns_.begin(), name, *name) != name)
      throw DataError(
          fmt::format("{}:1: column '{}' appears twice; expected distinct names", file.string(), *name));

  while (next()) {
    if (record.size() == 1 && record.front().empty()) continue;  // an empty line
    if (record.size() != columns_.size())
      throw DataError(fmt::format("{}:{}: found {} fields; expected {}, as in the header", file.string(),
                                  records.line(), record.size(), columns_.size()));
    std::move(record.begin(), record.end(), std::back_inserter(cells_));
    lines_.push_back(records.line());
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
