// A scenario's document with those that it extends.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/files/load_context.hpp"

namespace hearth {

struct MergedDocument {
  Node root;                       // what the scenario says, over what those that it extends say
  std::vector<std::string> chain;  // the scenario's file, then those that it extends in turn
  bool readable = false;           // all of them; where not, that is reported

  Cursor cursor() const { return {&root, ""}; }
  // How many files are extended on the way to the one in which something stands.
  std::size_t depth(const Cursor& at) const;
};

// `text`: of the scenario, where it is not in its file. Throws DataError where a file cannot be opened.
MergedDocument read_with_bases(const std::filesystem::path& file, std::optional<std::string_view> text,
                               LoadContext& context);

}  // namespace hearth
