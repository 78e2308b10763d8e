// A JSON text (// and /* */ comments allowed) as a tree in which every key and value knows where it stands.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace hearth {

class CsvTable;

struct Place {
  std::shared_ptr<const std::string> file;  // as the user named it
  int line = 0;                             // from 1
  int column = 0;                           // from 1, in characters

  std::string text() const;  // "file:line"
};

struct Member;

struct Node {
  enum class Kind { kNull, kBoolean, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  Place at;
  std::string text;  // of a string its value, of another scalar what stands in the file
  double number = 0.0;
  bool boolean = false;
  std::vector<Node> items;
  std::vector<Member> members;  // in order of appearance

  const Member* find(std::string_view key) const;
  // What a message says was found: `the text "abc"`, `the number 3`, `a list`, ...
  std::string described() const;
};

struct Member {
  std::string key;
  Place at;  // of the key
  Node value;
};

// Adds syntax errors and repeated keys to `diagnostics`; empty where the text is no JSON.
std::optional<Node> parse_document(std::string_view text, const std::string& file,
                                   std::vector<Diagnostic>& diagnostics);

// A table as a document: a list with an object for each row, its keys the columns, without the blank cells.
// Cells of columns in `lists` hold texts with semicolons between them.
Node table_document(const CsvTable& table, const std::set<std::string>& lists);

// The whole file as text. Throws DataError.
std::string read_text(const std::filesystem::path& file);

// The path that stands in a document, from the working directory: it is written from the document's folder.
std::filesystem::path relative_to_file(const Node& node, const std::string& path);
bool file_exists(const std::filesystem::path& file);
// 'did you mean "a.json"?': of the JSON files in its folder; empty where none is near.
std::string nearest_file(const std::filesystem::path& wanted);

// JSON merge patch: objects merge, everything else replaces, null removes. Places stay those of the text each
// part came from.
void merge(Node& base, Node change);

// In double quotes and on one line, as a message repeats it; long text is shortened.
std::string in_quotes(std::string_view text);

// A pointer one step further down, with / and ~ escaped (RFC 6901).
std::string pointer_to(std::string_view pointer, std::string_view key);

}  // namespace hearth
