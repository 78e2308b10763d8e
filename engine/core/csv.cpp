#include "core/csv.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "core/from_chars.hpp"
#include "core/text.hpp"

namespace hearth {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kLineEnds = "\r\n";

// The sign after "sep=" in a line that says no more, as Excel reads and writes it.
std::optional<char> named_delimiter(std::string_view line) {
  if (line.starts_with('"') && line.ends_with('"') && line.size() > 1) line = line.substr(1, line.size() - 2);
  constexpr std::string_view kStart = "sep=";
  const bool named = line.size() == kStart.size() + 1 &&
                     std::ranges::equal(line.substr(0, kStart.size()), kStart,
                                        [](char a, char b) { return a == b || (a | 0x20) == b; });
  return named ? std::optional(line.back()) : std::nullopt;
}

char most_frequent_delimiter(std::string_view line) {
  std::array<std::pair<char, std::size_t>, 4> counts = {{{',', 0}, {';', 0}, {'\t', 0}, {'|', 0}}};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    for (auto& [sign, count] : counts)
      if (c == sign && !quoted) ++count;
  }
  return std::ranges::max_element(counts, {}, &std::pair<char, std::size_t>::second)->first;
}

// Most cells are as they should be.
void clean(std::string& cell) {
  const auto odd = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  if (std::ranges::any_of(cell, odd)) cell = without_invisible(cell);
  if (const std::string_view inner = trimmed(cell); inner.size() != cell.size()) cell = std::string(inner);
}

bool is_blank(const std::string& cell) {
  return cell.empty();
}

std::optional<double> plain_number(std::string_view text) {
  double value = 0.0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = number_from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

// 1,110 or 12,345,678: from one to three digits, the first no zero, then groups of three.
bool has_groups(std::string_view whole, char sign) {
  std::size_t first = whole.find(sign);
  if (first == 0 || first > 3 || whole.front() == '0') return false;
  for (std::size_t at = first; at < whole.size(); at += 4) {
    const std::string_view group = whole.substr(at + 1, 3);
    if (whole[at] != sign || group.size() != 3 || !std::ranges::all_of(group, is_digit)) return false;
  }
  return std::ranges::all_of(whole.substr(0, first), is_digit);
}

std::string without(std::string_view text, char sign) {
  std::string out(text);
  std::erase(out, sign);
  return out;
}

}  // namespace

CsvRecords::CsvRecords(std::string_view text, std::optional<char> delimiter) : text_(text) {
  if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  const auto line_at = [&](std::size_t start) {
    return text_.substr(start, std::min(text_.find_first_of(kLineEnds, start), text_.size()) - start);
  };
  const std::string_view first = line_at(at_);
  if (const auto named = named_delimiter(first)) {
    at_ += first.size();
    if (at_ < text_.size()) passes_line_end(text_[at_++]);
    delimiter_ = *named;
  } else {
    const std::size_t start = std::min(text_.find_first_not_of(kLineEnds, at_), text_.size());
    delimiter_ = most_frequent_delimiter(line_at(start));
  }
  if (delimiter) delimiter_ = *delimiter;
}

bool CsvRecords::passes_line_end(char c) {
  if (c != '\n' && c != '\r') return false;
  if (c == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
  ++next_line_;
  return true;
}

bool CsvRecords::next(std::vector<std::string>& fields) {
  if (at_ >= text_.size()) return false;
  line_ = next_line_;
  fields.assign(1, {});
  bool quoted = false;
  while (at_ < text_.size()) {
    const std::size_t start = at_;
    const char c = text_[at_++];
    if (quoted) {
      if (c == '"' && at_ < text_.size() && text_[at_] == '"') {
        fields.back() += '"';
        ++at_;
      } else if (c == '"') {
        quoted = false;
      } else {
        passes_line_end(c);
        fields.back() += text_.substr(start, at_ - start);
      }
    } else if (c == delimiter_) {
      fields.emplace_back();
    } else if (c == '"' && fields.back().find_first_not_of(' ') == std::string::npos) {
      fields.back().clear();
      quoted = true;
    } else if (passes_line_end(c)) {
      return true;
    } else {
      fields.back() += c;
    }
  }
  unclosed_ = quoted;
  return true;
}

CsvTable::CsvTable(const std::filesystem::path& file, CsvRows rows) : name_(path_text(file)) {
  read(decode_text(read_bytes(file, "a comma-separated table"), name_), rows);
}

CsvTable::CsvTable(std::string name, std::string_view bytes, CsvRows rows) : name_(std::move(name)) {
  read(decode_text(bytes, name_), rows);
}

CsvTable::CsvTable(std::string name, std::vector<std::string> columns) : name_(std::move(name)) {
  name_columns(std::move(columns), 1, CsvRows::kWhole);
}

void CsvTable::add(std::size_t line, std::vector<std::string> cells) {
  for (auto& cell : cells) clean(cell);
  add_row(line, cells, CsvRows::kWhole);
}

void CsvTable::read(std::string_view text, CsvRows rows) {
  CsvRecords records(text);
  delimiter_ = records.delimiter();
  std::vector<std::string> record;
  // Those that hold something.
  const auto next = [&] {
    do {
      if (!records.next(record)) return false;
      if (records.unclosed())
        throw DataError(fmt::format("{}:{}: a quoted field is never closed; expected a closing \"", name_,
                                    records.line()));
      for (auto& cell : record) clean(cell);
    } while (std::ranges::all_of(record, is_blank));
    return true;
  };
  if (!next())
    throw DataError(
        fmt::format("{}: the table is empty; expected a first line with the names of its columns", name_));
  name_columns(record, records.line(), rows);
  while (next()) add_row(records.line(), record, rows);
}

void CsvTable::name_columns(std::vector<std::string> names, std::size_t line, CsvRows rows) {
  columns_ = std::move(names);
  header_line_ = line;
  while (!columns_.empty() && columns_.back().empty()) columns_.pop_back();
  for (const auto& name : columns_) keys_.push_back(column_key(name));
  for (const auto& key : keys_) repeated_.push_back(!key.empty() && std::ranges::count(keys_, key) > 1);
  if (rows == CsvRows::kWhole)
    for (const auto& name : columns_) find_column(name);
}

void CsvTable::add_row(std::size_t line, std::vector<std::string>& record, CsvRows rows) {
  while (record.size() > columns_.size() && record.back().empty()) record.pop_back();
  if ((rows != CsvRows::kAny && record.size() > columns_.size()) ||
      (rows == CsvRows::kWhole && record.size() < columns_.size())) {
    const bool comma = delimiter_ == ',' && record.size() > columns_.size();
    throw DataError(fmt::format("{}:{}: found {} fields; expected {}, as in the header{}", name_, line,
                                record.size(), columns_.size(),
                                comma ? ". Put a field that has a comma in it into double quotes" : ""));
  }
  std::move(record.begin(), record.end(), std::back_inserter(cells_));
  starts_.push_back(cells_.size());
  lines_.push_back(line);
}

std::optional<std::size_t> CsvTable::find_column(std::string_view name) const {
  auto found = static_cast<std::size_t>(std::ranges::find(columns_, name) - columns_.begin());
  if (found == columns_.size()) {
    const std::string key = column_key(name);
    found = static_cast<std::size_t>(std::ranges::find(keys_, key) - keys_.begin());
    if (found == columns_.size() || key.empty()) return std::nullopt;
  }
  if (repeated_[found])
    throw DataError(fmt::format("{}:{}: column {} is there twice; expected once", name_, header_line_, name));
  return found;
}

std::size_t CsvTable::column(std::string_view name) const {
  if (const auto found = find_column(name)) return *found;
  throw DataError(fmt::format("{}:{}: there is no column '{}'; found {}", name_, header_line_, name,
                              fmt::join(columns_, ", ")));
}

const std::string& CsvTable::text(std::size_t row, std::size_t column) const {
  static const std::string kNothing;
  return column < width(row) ? cells_[starts_[row] + column] : kNothing;
}

std::string CsvTable::where(std::size_t row, std::size_t column) const {
  return fmt::format("{}:{}, column '{}'", name_, lines_.at(row), columns_.at(column));
}

bool CsvTable::extra(std::size_t row) const {
  for (std::size_t column = columns_.size(); column < width(row); ++column)
    if (!text(row, column).empty()) return true;
  return false;
}

std::optional<double> CsvTable::number(std::size_t row, std::size_t column) const {
  const std::string& cell = text(row, column);
  if (cell.empty()) return std::nullopt;
  if (const auto value = read_number(cell, delimiter_)) return value;
  throw DataError(fmt::format("{}: found '{}'; expected a number, or nothing where none is published",
                              where(row, column), cell));
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

std::string column_key(std::string_view name) {
  std::string key;
  for (const char c : name) {
    const bool between = c == ' ' || c == '_' || c == '-' || c == '.';
    if (!between)
      key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    else if (!key.empty() && key.back() != '_')
      key += '_';
  }
  if (key.ends_with('_')) key.pop_back();
  return key;
}

std::optional<double> read_number(std::string_view cell, char delimiter) {
  if (const auto value = plain_number(cell)) return value;
  const std::string plain = without_invisible(cell);
  std::string_view text = trimmed(plain);
  constexpr std::string_view kPound = "\u00A3";
  if (text.starts_with(kPound)) text = trimmed(text.substr(kPound.size()));
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto point = std::min(text.find('.'), text.size());
  const auto comma = std::min(text.find(','), text.size());
  std::string digits(text);
  if (has_groups(text.substr(0, point), ',')) {
    if (delimiter == ';' && point == text.size() && text.find(',', comma + 1) == text.npos)
      return std::nullopt;
    digits = without(text, ',');
  } else if (has_groups(text.substr(0, std::min(point, comma)), ' ')) {
    digits = without(text, ' ');
  } else if (has_groups(text.substr(0, comma), '.') && comma < text.size()) {
    digits = without(text, '.');
  }
  if (const auto decimal = digits.find(','); decimal != digits.npos) {
    if (digits.find('.') != digits.npos) return std::nullopt;
    digits[decimal] = '.';
  }
  if (digits.empty() || !is_digit(digits.front())) return std::nullopt;
  const auto value = plain_number(digits);
  return value && negative ? -*value : value;
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

}  // namespace hearth
