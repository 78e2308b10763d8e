// Reads values out of a document and collects what is wrong with them.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.hpp"
#include "scenario/files/document.hpp"
#include "scenario/files/keys.hpp"

namespace hearth {

// A value and how to get to it. `node` is never null.
struct Cursor {
  const Node* node;
  std::string pointer;
};

// Readers return nothing where the value is wrong, after adding a diagnostic.
class Checker {
 public:
  std::vector<Diagnostic> diagnostics;
  std::vector<Diagnostic> warnings;

  // Adds a warning: what stands there, what is usual (may be empty), and what it would do.
  void warn(const Cursor& at, std::string found, std::string usual, std::string does);
  void wrong(const Cursor& at, std::string found, std::string allowed, std::string hint = "");
  // At the key rather than at its value.
  void wrong_key(const Cursor& object, const Member& member, std::string found, std::string allowed,
                 std::string hint = "");

  // False where it is no object. Reports unknown and missing keys.
  bool object(const Cursor& at, std::span<const KeyInfo> keys, std::string_view what);
  // False where it is no object; its keys are for the caller to judge.
  bool open_object(const Cursor& at, std::string_view what);
  bool list(const Cursor& at, std::string_view what);

  static std::optional<Cursor> child(const Cursor& object, std::string_view key);
  static std::vector<Cursor> items(const Cursor& list);

  std::optional<std::string> text(const Cursor& at, std::string_view what = "text in double quotes");
  std::optional<std::string> identifier(const Cursor& at);
  std::optional<double> number(const Cursor& at, Bounds bounds, std::string_view unit = "");
  std::optional<bool> truth(const Cursor& at);
  std::optional<double> whole_number(const Cursor& at, Bounds bounds, std::string_view unit = "");
  // "2022-04": the month as a month end.
  std::optional<MonthEnd> month(const Cursor& at);
  // The file whose path, from the document's folder, is the text; nothing where there is none.
  std::optional<std::filesystem::path> existing_file(const Cursor& at, std::string_view allowed);
  // The position of the text in `names`.
  std::optional<std::size_t> choice(const Cursor& at, std::span<const std::string_view> names);
};

bool is_identifier(std::string_view text);
// A number as people write it: 0.25, 120, 1e-06.
std::string number_text(double value);
std::string bounds_text(Bounds bounds, std::string_view unit, bool whole = false);

}  // namespace hearth
