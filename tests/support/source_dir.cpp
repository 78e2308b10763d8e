#include "source_dir.hpp"

namespace hearth {

const std::filesystem::path& source_dir() {
  static const std::filesystem::path value = HEARTH_SOURCE_DIR;
  return value;
}

}  // namespace hearth
