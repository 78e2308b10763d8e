// What an HDF5 file holds, as plain values (stored_file.hpp). Nothing here is checked yet: numbers may be
// any, texts may hold any bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace hearth::stored {

// What a file has where one text or number is usual, in words: "a list of 5".
struct Other {
  std::string what;

  bool operator==(const Other&) const = default;
  auto fields() { return std::tie(what); }
  auto fields() const { return std::tie(what); }
};
using Value = std::variant<std::string, std::int64_t, std::uint64_t, double, Other>;
using Attributes = std::map<std::string, Value>;

enum class Kind : std::uint8_t { kText, kInteger, kUnsigned, kReal };
struct Type {
  Kind kind = Kind::kText;
  std::uint32_t bits = 0;  // of a number

  bool operator==(const Type&) const = default;
  auto fields() { return std::tie(kind, bits); }
  auto fields() const { return std::tie(kind, bits); }
};
std::string name_of(const Type& type);  // "32-bit integers"

// Cells of a virtual dataset that lie in another file.
struct Piece {
  std::string file;
  std::string dataset;
  std::vector<std::uint64_t> start;
  std::vector<std::uint64_t> count;

  auto fields() { return std::tie(file, dataset, start, count); }
  auto fields() const { return std::tie(file, dataset, start, count); }
};

struct Dataset {
  std::string name;
  Type type;
  std::vector<std::uint64_t> extent;
  std::vector<std::string>
      dimensions;  // names of the datasets of this group that are its scales; empty: none
  Attributes attributes;
  std::vector<Piece> pieces;       // of a virtual dataset
  std::uint64_t stored_bytes = 0;  // where they were asked for
  // Of one that has one dimension or none: what is in it.
  std::vector<std::string> texts;
  std::vector<std::int32_t> integers;  // of 32 bits

  auto fields() {
    return std::tie(name, type, extent, dimensions, attributes, pieces, stored_bytes, texts, integers);
  }
  auto fields() const {
    return std::tie(name, type, extent, dimensions, attributes, pieces, stored_bytes, texts, integers);
  }
};

struct Group {
  std::string name;  // "" for the root
  Attributes attributes;
  std::vector<Dataset> datasets;  // in the order in which they were made

  const Dataset* find(std::string_view dataset) const;

  auto fields() { return std::tie(name, attributes, datasets); }
  auto fields() const { return std::tie(name, attributes, datasets); }
};

struct Content {
  Group root;
  std::vector<Group> groups;  // in the root; they hold datasets only

  const Group* find(std::string_view group) const;

  auto fields() { return std::tie(root, groups); }
  auto fields() const { return std::tie(root, groups); }
};

}  // namespace hearth::stored
