// Finds the files of returns in a folder or a zip, whatever a council calls them.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "returns/return_file.hpp"

namespace hearth::returns {

struct FoundFiles {
  std::vector<ReturnFile> files;  // by name
  struct NotRead {
    std::string name;
    std::string why;
  };
  std::vector<NotRead> not_read;
};

// Of the names of folders and files, those that name an authority.
using NamesAuthority = std::function<bool(std::string_view)>;

// Reads every file of a return at or below `input`: a folder, in which there may be zips, a zip, or a file.
// Kinds are known by the name ("episodes", "header", "uasc", anywhere in it), else by the columns. Throws
// DataError when `input` or a table that a name says is needed cannot be read, when a zip is locked by a
// password, and when there is no episodes or no header file.
FoundFiles find_returns(const std::filesystem::path& input, const NamesAuthority& names_authority = {});

}  // namespace hearth::returns
