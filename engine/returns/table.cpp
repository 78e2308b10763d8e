#include "returns/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "core/error.hpp"

namespace hearth::returns {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n\v\f");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n\v\f") - first + 1);
}

// The sign that the first line has most of.
char delimiter(std::string_view content) {
  const std::string_view line = content.substr(0, content.find('\n'));
  char best = ',';
  for (const char sign : {';', '\t'})
    if (std::ranges::count(line, sign) > std::ranges::count(line, best)) best = sign;
  return best;
}

std::vector<std::string> column_names(const std::vector<std::string>& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) {
    std::string name(trimmed(field));
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
      return c == ' ' ? '_' : static_cast<char>(std::toupper(c));
    });
    names.push_back(std::move(name));
  }
  while (!names.empty() && names.back().empty()) names.pop_back();
  return names;
}

// Stops at what is no text, before anything is made of it.
const std::string& checked(const ReturnFile& file) {
  const std::string& content = file.content;
  if (content.starts_with("\xFF\xFE") || content.starts_with("\xFE\xFF"))
    throw DataError(fmt::format("{}: found UTF-16 text; save it again as \"CSV UTF-8\"", file.name));
  if (content.find('\0') != content.npos)
    throw DataError(fmt::format(
        "{}: this is no text file; expected a CSV file. Export it again, or leave it out", file.name));
  return content;
}

}  // namespace

std::vector<std::string> header_columns(std::string_view content) {
  CsvRecords records(content, delimiter(content));
  std::vector<std::string> fields;
  return records.next(fields) ? column_names(fields) : std::vector<std::string>();
}

ReturnTable::ReturnTable(const ReturnFile& file, std::span<const std::string_view> required,
                         std::span<const std::string_view> optional)
    : name_(file.name), records_(checked(file), delimiter(file.content)) {
  if (!records_.next(fields_))
    throw DataError(
        fmt::format("{}: the file is empty; expected a first line with the names of its columns", name_));
  const auto names = column_names(fields_);
  columns_ = names.size();
  std::vector<std::string_view> missing;
  const auto place = [&](std::string_view name, bool needed) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      if (needed) missing.push_back(name);
      positions_.push_back(kNone);
      return;
    }
    if (std::find(found + 1, names.end(), name) != names.end())
      throw DataError(fmt::format("{}:1: column {} is there twice; expected once", name_, name));
    positions_.push_back(static_cast<std::size_t>(found - names.begin()));
    if (needed) least_ = std::max(least_, positions_.back() + 1);
  };
  for (const auto name : required) place(name, true);
  for (const auto name : optional) place(name, false);
  if (!missing.empty())
    throw DataError(fmt::format(
        "{}:1: column{} missing; found {} columns. Expected {} in the first line: add what is missing, or "
        "export the file again with its header",
        name_,
        missing.size() == 1 ? fmt::format(" {} is", missing[0])
                            : fmt::format("s {} are", fmt::join(missing, ", ")),
        columns_, fmt::join(required, ", ")));
}

bool ReturnTable::next() {
  const auto is_blank = [](const std::string& field) { return trimmed(field).empty(); };
  do {
    if (!records_.next(fields_)) return false;
    if (records_.unclosed())
      throw DataError(
          fmt::format("{}:{}: a quoted cell is never closed; expected a closing \"", name_, line()));
  } while (std::ranges::all_of(fields_, is_blank));
  return true;
}

std::string_view ReturnTable::text(std::size_t column) const {
  const std::size_t at = positions_[column];
  return at < fields_.size() ? trimmed(fields_[at]) : std::string_view();
}

bool ReturnTable::too_long() const {
  return std::any_of(fields_.begin() + static_cast<std::ptrdiff_t>(std::min(columns_, fields_.size())),
                     fields_.end(), [](const std::string& field) { return !trimmed(field).empty(); });
}

bool ReturnTable::too_short() const {
  return fields_.size() < least_;
}

}  // namespace hearth::returns
