// An undo journal: whatever moment a process ends at, the file that it writes in place can be put back to its
// last checkpoint. Before bytes of that state are overwritten they are kept in NAME.journal beside it; bytes
// beyond the end at the checkpoint need no keeping. This is safe against the end of the process (kill -9, a
// full disk), not against a power cut, for the two files may then reach the disk in any order. Internal to
// results/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace hearth {

class Journal {
 public:
  // Of a file that no one else writes. Nothing can be put back before the first checkpoint. Throws
  // std::system_error, as all below.
  explicit Journal(const std::filesystem::path& file);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // What is in the file now is what it will be put back to; `record` is handed back with it.
  void checkpoint(const std::string& record);
  // To be called before `size` bytes from `offset` are overwritten, or cut off.
  void keep(std::uint64_t offset, std::uint64_t size);
  // There is nothing to be put back any more.
  void remove() noexcept;

  static std::filesystem::path name(const std::filesystem::path& file);
  // Puts the file back to its last checkpoint and returns what was recorded with it; nothing where there is
  // no journal. It may be called again and again. Throws DataError, and leaves the file as it is, where the
  // journal is damaged.
  static std::optional<std::string> put_back(const std::filesystem::path& file);

 private:
  std::filesystem::path file_;
  int reading_ = -1;       // descriptor of the file
  int writing_ = -1;       // of the journal; none before the first checkpoint
  std::uint64_t end_ = 0;  // of the file at the checkpoint
};

// The sole right to write a file, for as long as this lives: of all processes that ask for it.
class WriteLock {
 public:
  // Makes the file if there is none. Throws std::system_error; where another holds the right, with
  // EWOULDBLOCK.
  explicit WriteLock(const std::filesystem::path& file);
  ~WriteLock();
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace hearth
