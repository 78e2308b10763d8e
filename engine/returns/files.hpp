// Finds the files of returns in a folder or a zip, whatever a council calls them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::returns {

enum class FileKind : std::uint8_t { kEpisodes, kHeader, kUnaccompanied, kCosts, kPlacementCodes };
inline constexpr std::size_t kFileKinds = 5;
std::string_view name_of(FileKind kind);  // "episodes"

struct ReturnFile {
  std::string name;  // below the folder, or inside the zip: "2020/episodes.csv"
  FileKind kind = FileKind::kEpisodes;
  int year = 0;  // the year to 31 March that its name or folder says; 0: it says none
  std::string content;
};

struct FoundFiles {
  std::vector<ReturnFile> files;  // by name
  struct NotRead {
    std::string name;
    std::string why;
  };
  std::vector<NotRead> not_read;
};

// Reads every file of a return below `input`: a folder, in which there may be zips, or a zip. Kinds are known
// by the name ("episodes", "header", "uasc", anywhere in it), else by the columns. Throws DataError when
// `input` cannot be read, is neither, is locked by a password, or holds no episodes or no header file.
FoundFiles find_returns(const std::filesystem::path& input);

// The year to 31 March that a path says, file name before folders: 2020, 2019-20 and 2019_2020 all mean 2020.
// 0 where it says none, or the file name says several.
int year_in_path(std::string_view path);

}  // namespace hearth::returns
