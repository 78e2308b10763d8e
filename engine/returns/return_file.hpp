// A table of a return: of what kind it is, and the year that its name says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "core/csv.hpp"

namespace hearth::returns {

enum class FileKind : std::uint8_t { kEpisodes, kHeader, kUnaccompanied, kCosts, kPlacementCodes };
inline constexpr std::size_t kFileKinds = 5;
std::string_view name_of(FileKind kind);  // "episodes"

struct ReturnFile {
  std::string name;  // below the folder, or inside the zip: "2020/episodes.csv"; of a table of an XML return,
                     // "2020/ssda903.xml (EPISODE)"
  FileKind kind = FileKind::kEpisodes;
  int year = 0;  // the year to 31 March that its name or folder says; 0: it says none
  CsvTable table;
  std::string authority{};  // that a folder or the file's own name says; empty: they say none
};

// The year to 31 March that a path says, file name before folders: 2020, 2019-20, 2019_2020 and 201920 all
// mean 2020. 0 where it says none, or the file name says several.
int year_in_path(std::string_view path);
// All that a text says.
std::set<int> years_in(std::string_view text);

}  // namespace hearth::returns
