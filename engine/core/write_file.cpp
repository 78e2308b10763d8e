#include "core/write_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "core/error.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

void synchronise(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool failed = descriptor < 0 || ::fsync(descriptor) != 0;
  const int why = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (failed) throw std::system_error(why, std::generic_category(), "bringing it to the disk");
}

DataError cannot_write(const fs::path& file, const std::string& why) {
  return DataError(fmt::format("cannot write {}: {}", file.string(), why));
}

// Calls fill(a stream to `place`). Throws DataError that names `file`.
void fill_stream(const fs::path& place, const fs::path& file,
                 const std::function<void(std::ostream&)>& fill) {
  errno = 0;
  std::ofstream stream;
  // A full disk ends the work that is in vain.
  stream.exceptions(std::ios::badbit | std::ios::failbit);
  try {
    stream.open(place, std::ios::binary);
    fill(stream);
    stream.close();
  } catch (const std::ios_base::failure&) {
    const int why = errno;
    throw cannot_write(
        file, why == 0 ? "the disk is full, or it was removed" : std::generic_category().message(why));
  }
}

}  // namespace

fs::path temporary_name(const fs::path& file) {
  static std::atomic<unsigned> count{0};
  fs::path out = file;
  out += fmt::format(".{}-{}.tmp", ::getpid(), ++count);
  return out;
}

void check_target(const fs::path& file, const std::string& option) {
  std::error_code error;
  const fs::path folder = folder_of(file);
  if (!fs::is_directory(folder, error))
    throw cannot_write(file, fmt::format("there is no directory {}; make it, or choose another file with {}",
                                         folder.string(), option));
  if (fs::is_directory(file, error))
    throw cannot_write(
        file, fmt::format("it is a directory; name a file in it, such as {}", (file / "result.h5").string()));
}

bool is_stream(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  return fs::is_character_file(status) || fs::is_fifo(status) || fs::is_socket(status);
}

void publish(const fs::path& temporary, const fs::path& file) {
  synchronise(temporary, O_RDWR);
  std::error_code error;
  fs::rename(temporary, file, error);
  if (error) throw std::system_error(error, fmt::format("renaming {}", temporary.string()));
  synchronise(folder_of(file), O_RDONLY | O_DIRECTORY);
}

void replace_file(const fs::path& file, const std::function<void(const fs::path&)>& make) {
  check_target(file);
  const fs::path temporary = temporary_name(file);
  try {
    make(temporary);
    try {
      publish(temporary, file);
    } catch (const std::system_error& failure) {
      throw cannot_write(file, failure.what());
    }
  } catch (...) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw;
  }
}

void write_file(const fs::path& file, const std::function<void(std::ostream&)>& fill) {
  if (is_stream(file)) return fill_stream(file, file, fill);
  replace_file(file, [&](const fs::path& temporary) { fill_stream(temporary, file, fill); });
}

void write_text(const fs::path& file, const std::string& text) {
  write_file(file, [&](std::ostream& stream) { stream << text; });
}

}  // namespace hearth
