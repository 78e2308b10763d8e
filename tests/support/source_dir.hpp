// Where the sources are. In one object file, so that a compiler cache serves the others to every clone.
#pragma once

#include <filesystem>

namespace hearth {

const std::filesystem::path& source_dir();

}  // namespace hearth
