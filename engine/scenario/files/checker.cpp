#include "scenario/files/checker.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "core/day.hpp"
#include "core/nearest.hpp"
#include "core/text.hpp"

namespace hearth {

bool is_identifier(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  if (text.empty() || text.size() > kLongest || !std::islower(static_cast<unsigned char>(text.front())))
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return std::islower(static_cast<unsigned char>(c)) || std::isdigit(static_cast<unsigned char>(c)) ||
           c == '_';
  });
}

std::string number_text(double value) {
  constexpr double kExact = 9007199254740992.0;
  if (value == std::nearbyint(value) && std::abs(value) < kExact) return fmt::format("{:.0f}", value);
  return fmt::format("{}", value);
}

std::string bounds_text(Bounds bounds, std::string_view unit, bool whole) {
  if (bounds.lower == bounds.upper) return number_text(bounds.lower);
  std::string out = fmt::format("{} from {} to {}", whole ? "a whole number" : "a number",
                                number_text(bounds.lower), number_text(bounds.upper));
  if (!unit.empty()) out += fmt::format(" ({})", unit);
  return out;
}

void Checker::warn(const Cursor& at, std::string found, std::string usual, std::string does) {
  const Place& place = at.node->at;
  warnings.push_back({place.file ? *place.file : "", place.line, place.column, at.pointer, std::move(found),
                      std::move(usual), std::move(does), true});
}

namespace {

// What cannot be seen is said, before anything else is guessed.
std::string invisible_hint(std::string_view text) {
  const std::string what = invisible_character(text);
  return what.empty() ? what
                      : fmt::format("there is {} in it: write {}", what, in_quotes(without_invisible(text)));
}

}  // namespace

void Checker::wrong(const Cursor& at, std::string found, std::string allowed, std::string hint) {
  if (at.node->kind == Node::Kind::kString)
    if (auto invisible = invisible_hint(at.node->text); !invisible.empty()) hint = std::move(invisible);
  if (at.node->kind == Node::Kind::kNull && hint.empty())
    hint = "null removes a key of the file that this one extends; there is none of this name to remove";
  const Place& place = at.node->at;
  diagnostics.push_back({place.file ? *place.file : "", place.line, place.column, at.pointer,
                         std::move(found), std::move(allowed), std::move(hint)});
}

void Checker::wrong_key(const Cursor& object, const Member& member, std::string found, std::string allowed,
                        std::string hint) {
  if (auto invisible = invisible_hint(member.key); !invisible.empty()) hint = std::move(invisible);
  diagnostics.push_back({member.at.file ? *member.at.file : "", member.at.line, member.at.column,
                         pointer_to(object.pointer, member.key), std::move(found), std::move(allowed),
                         std::move(hint)});
}

bool Checker::open_object(const Cursor& at, std::string_view what) {
  if (at.node->kind == Node::Kind::kObject) return true;
  wrong(at, at.node->described(), fmt::format("{} in {{ }}", what));
  return false;
}

bool Checker::object(const Cursor& at, std::span<const KeyInfo> keys, std::string_view what) {
  if (!open_object(at, what)) return false;
  std::vector<std::string> names;
  for (const auto& key : keys) names.emplace_back(key.name);
  for (const auto& member : at.node->members) {
    if (std::find(names.begin(), names.end(), member.key) != names.end()) continue;
    wrong_key(at, member, fmt::format("the unknown key {}", in_quotes(member.key)),
              fmt::format("{} has the keys {}", what, fmt::join(names, ", ")),
              did_you_mean(nearest_names(member.key, names)));
  }
  for (const auto& key : keys)
    if (key.required && at.node->find(key.name) == nullptr)
      wrong(at, fmt::format("the key \"{}\" is missing", key.name), "",
            fmt::format("add it: {}", key.meaning));
  return true;
}

bool Checker::list(const Cursor& at, std::string_view what) {
  if (at.node->kind == Node::Kind::kArray) return true;
  wrong(at, at.node->described(), fmt::format("{} in [ ]", what));
  return false;
}

std::optional<Cursor> Checker::child(const Cursor& object, std::string_view key) {
  const Member* member = object.node->find(key);
  if (member == nullptr) return std::nullopt;
  return Cursor{&member->value, pointer_to(object.pointer, key)};
}

std::vector<Cursor> Checker::items(const Cursor& list) {
  std::vector<Cursor> out;
  for (std::size_t i = 0; i < list.node->items.size(); ++i)
    out.push_back({&list.node->items[i], fmt::format("{}/{}", list.pointer, i)});
  return out;
}

std::optional<std::string> Checker::text(const Cursor& at, std::string_view what) {
  if (at.node->kind == Node::Kind::kString) return at.node->text;
  wrong(at, at.node->described(), std::string(what));
  return std::nullopt;
}

std::optional<std::string> Checker::identifier(const Cursor& at) {
  constexpr std::string_view kAllowed = "a name of lower-case letters, digits and _, starting with a letter";
  const auto value = text(at, kAllowed);
  if (!value || is_identifier(*value)) return value;
  std::string mended;
  for (const char c : lower_case(*value)) mended += is_identifier(std::string("a") + c) ? c : '_';
  wrong(at, at.node->described(), std::string(kAllowed),
        is_identifier(mended) ? did_you_mean({mended}) : std::string());
  return std::nullopt;
}

std::optional<double> Checker::number(const Cursor& at, Bounds bounds, std::string_view unit) {
  if (at.node->kind == Node::Kind::kNumber && bounds.lower <= at.node->number &&
      at.node->number <= bounds.upper)
    return at.node->number;
  std::string hint;
  if (at.node->kind == Node::Kind::kString && !at.node->text.empty() &&
      at.node->text.find_first_not_of("0123456789.-+eE") == std::string::npos)
    hint = "remove the quotes";
  const double value = at.node->number;
  if (at.node->kind == Node::Kind::kNumber && unit.starts_with("share") && 2.0 <= value && value <= 100.0)
    hint = fmt::format("{}% is {}", number_text(value), number_text(value / 100.0));
  wrong(at, at.node->described(), bounds_text(bounds, unit), std::move(hint));
  return std::nullopt;
}

std::optional<bool> Checker::truth(const Cursor& at) {
  if (at.node->kind == Node::Kind::kBoolean) return at.node->boolean;
  wrong(at, at.node->described(), "true or false");
  return std::nullopt;
}

std::optional<double> Checker::whole_number(const Cursor& at, Bounds bounds, std::string_view unit) {
  const double value = at.node->number;
  if (at.node->kind == Node::Kind::kNumber && value == std::nearbyint(value) && bounds.lower <= value &&
      value <= bounds.upper)
    return value;
  wrong(at, at.node->described(), bounds_text(bounds, unit, true),
        at.node->kind == Node::Kind::kString && !at.node->text.empty() &&
                at.node->text.find_first_not_of("0123456789") == std::string::npos
            ? "remove the quotes"
            : "");
  return std::nullopt;
}

std::optional<MonthEnd> Checker::month(const Cursor& at) {
  constexpr std::string_view kAllowed = "a month as \"YYYY-MM\", such as \"2022-04\"";
  const auto value = text(at, kAllowed);
  if (!value) return std::nullopt;
  constexpr std::size_t kLength = 7;
  const auto digits = [&](std::size_t from, std::size_t count) {
    return std::all_of(value->begin() + static_cast<std::ptrdiff_t>(from),
                       value->begin() + static_cast<std::ptrdiff_t>(from + count),
                       [](unsigned char c) { return std::isdigit(c) != 0; });
  };
  try {
    if (value->size() == kLength && digits(0, 4) && (*value)[4] == '-' && digits(5, 2))
      return parse_month_end(*value);
  } catch (const std::invalid_argument&) {
    // falls through to the message below
  }
  const std::string meant = month_meant(*value);
  wrong(at, at.node->described(), std::string(kAllowed),
        meant.empty() ? "" : fmt::format("write the month as {}", in_quotes(meant)));
  return std::nullopt;
}

std::optional<std::filesystem::path> Checker::existing_file(const Cursor& at, std::string_view allowed) {
  const std::filesystem::path file = relative_to_file(*at.node, at.node->text);
  if (file_exists(file)) return file;
  wrong(at, fmt::format("{}; there is no file {}", at.node->described(), file.generic_string()),
        std::string(allowed), nearest_file(file));
  return std::nullopt;
}

std::optional<std::size_t> Checker::choice(const Cursor& at, std::span<const std::string_view> names) {
  const std::string allowed = fmt::format("{}{}", names.size() > 1 ? "one of " : "", fmt::join(names, ", "));
  const auto value = text(at, allowed);
  if (!value) return std::nullopt;
  const auto found = std::find(names.begin(), names.end(), *value);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  wrong(at, at.node->described(), allowed,
        did_you_mean(nearest_names(*value, std::vector<std::string>(names.begin(), names.end()))));
  return std::nullopt;
}

}  // namespace hearth
