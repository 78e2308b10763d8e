// An HDF5 file, read in a process of its own (reading_process.hpp) and handed over as plain values. What no
// file of Hearth has is refused here, whatever it means: links to elsewhere, groups in groups, types that are
// neither text nor plain numbers, storage in other files, unknown filters, more or larger things than the
// limits below. Internal to results/.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "results/file/reading_process.hpp"
#include "results/file/stored.hpp"

namespace hearth {

class StoredFile {
 public:
  static constexpr std::size_t kMostObjects = 1000;         // in a group; a result has about 200
  static constexpr std::size_t kMostAttributes = 200;       // of an object
  static constexpr std::size_t kLongestName = 255;          // bytes
  static constexpr std::size_t kLongestText = 1 << 20;      // bytes of an attribute
  static constexpr std::size_t kLongestList = 10'000'000;   // of a dataset with one dimension
  static constexpr std::size_t kLargestChunk = 64 << 20;    // bytes; Hearth writes at most 1 MB
  static constexpr std::size_t kMostTextBytes = 256 << 20;  // of all texts of datasets

  struct How {
    bool sizes =
        false;  // also how many bytes each dataset takes on the disk, which looks at the place of every chunk
    bool own =
        false;  // no other program writes it now, and what is left of a killed one is to lock no one out
  };

  // Throws DataError that names the file.
  explicit StoredFile(const std::filesystem::path& file, How how);
  explicit StoredFile(const std::filesystem::path& file) : StoredFile(file, How()) {}

  const std::filesystem::path& file() const { return file_; }
  const stored::Content& content() const { return content_; }

  // Numbers of a dataset ("authorities/cost"), row-major, as they are stored: `count` along each dimension
  // from `start`, which must lie in it. Throws DataError.
  void read(const std::string& dataset, const std::vector<std::size_t>& start,
            const std::vector<std::size_t>& count, std::vector<double>& into) const;

 private:
  std::string ask(const std::string& question) const;

  std::filesystem::path file_;
  std::unique_ptr<ReadingProcess> process_;
  stored::Content content_;
};

}  // namespace hearth
