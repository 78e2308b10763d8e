#include "results/file/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include "core/error.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

// A journal is a Head, the record, and one Entry with its bytes for each piece that was overwritten, in that
// order.
constexpr std::array<char, 8> kMark = {'H', 'E', 'A', 'R', 'T', 'H', 'J', '1'};
struct Head {
  std::array<char, 8> mark = kMark;
  std::uint64_t end = 0;          // of the file at the checkpoint
  std::uint64_t record_size = 0;  // bytes
};
struct Entry {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

int checked(int result, const fs::path& file) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), file.string());
  return result;
}

template <typename Value>
void append(std::string& bytes, const Value& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void write_all(int descriptor, const std::string& bytes, const fs::path& file) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t more = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (more < 0 && errno == EINTR) continue;
    checked(static_cast<int>(std::min<ssize_t>(more, 1)), file);
    done += static_cast<std::size_t>(more);
  }
}

// Up to `size` bytes; fewer at the end of the file.
std::string read_at(int descriptor, std::uint64_t offset, std::uint64_t size, const fs::path& file) {
  std::string out(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t more =
        ::pread(descriptor, out.data() + done, size - done, static_cast<off_t>(offset + done));
    if (more < 0 && errno == EINTR) continue;
    checked(static_cast<int>(std::min<ssize_t>(more, 1)), file);
    if (more == 0) break;
    done += static_cast<std::size_t>(more);
  }
  out.resize(done);
  return out;
}

template <typename Value>
bool read_value(int descriptor, std::uint64_t offset, Value& value, const fs::path& file) {
  const std::string bytes = read_at(descriptor, offset, sizeof value, file);
  if (bytes.size() < sizeof value) return false;
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(&value));
  return true;
}

std::uint64_t size_of(int descriptor, const fs::path& file) {
  struct stat status {};
  checked(::fstat(descriptor, &status), file);
  return static_cast<std::uint64_t>(status.st_size);
}

// A descriptor that closes itself.
struct Descriptor {
  int number;
  explicit Descriptor(int open) : number(open) {}
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
};

}  // namespace

Journal::Journal(const fs::path& file)
    : file_(file), reading_(checked(::open(file.c_str(), O_RDONLY | O_CLOEXEC), file)) {}

Journal::~Journal() {
  ::close(reading_);
  if (writing_ >= 0) ::close(writing_);
}

fs::path Journal::name(const fs::path& file) {
  fs::path out = file;
  return out += ".journal";
}

void Journal::checkpoint(const std::string& record) {
  checked(::fdatasync(reading_), file_);
  const std::uint64_t end = size_of(reading_, file_);
  std::string bytes;
  append(bytes, Head{kMark, end, record.size()});
  bytes += record;
  // A new journal takes the place of the old at one stroke: at any moment there is one that is whole.
  fs::path fresh = name(file_);
  fresh += ".tmp";
  constexpr int kMode = 0666;
  Descriptor opened(
      checked(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, kMode), fresh));
  write_all(opened.number, bytes, fresh);
  checked(::fdatasync(opened.number), fresh);
  checked(::rename(fresh.c_str(), name(file_).c_str()), fresh);
  std::swap(writing_, opened.number);
  end_ = end;
}

void Journal::keep(std::uint64_t offset, std::uint64_t size) {
  if (writing_ < 0 || offset >= end_) return;
  const std::string before = read_at(reading_, offset, std::min(size, end_ - offset), file_);
  std::string bytes;
  append(bytes, Entry{offset, before.size()});
  bytes += before;
  write_all(writing_, bytes, name(file_));
}

void Journal::remove() noexcept {
  std::error_code ignored;
  fs::remove(name(file_), ignored);
}

std::optional<std::string> Journal::put_back(const fs::path& file) {
  const fs::path journal_name = name(file);
  const Descriptor journal(::open(journal_name.c_str(), O_RDONLY | O_CLOEXEC));
  const Descriptor target(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  if (journal.number < 0 || target.number < 0) return std::nullopt;
  const auto damaged = [&](const std::string& why) {
    return DataError(fmt::format("cannot go on from {}: {} is damaged ({}); start again without --resume",
                                 file.string(), journal_name.filename().string(), why));
  };
  const std::uint64_t all = size_of(journal.number, journal_name);
  Head head;
  if (!read_value(journal.number, 0, head, journal_name) || head.mark != kMark)
    throw damaged("it is no journal");
  if (head.record_size > all - sizeof head) throw damaged("its record is cut short");
  std::string record = read_at(journal.number, sizeof head, head.record_size, journal_name);

  std::vector<std::pair<Entry, std::uint64_t>> entries;  // with the place of their bytes
  std::uint64_t reaches =
      size_of(target.number, file);  // what there is of the file, with what was kept of it
  Entry entry;
  for (std::uint64_t at = sizeof head + head.record_size;
       read_value(journal.number, at, entry, journal_name);) {
    at += sizeof entry;
    // The last may be cut short: then what it was for has not been overwritten yet.
    if (entry.size > all - at) break;
    if (entry.offset > head.end || entry.size > head.end - entry.offset)
      throw damaged("a piece lies beyond the end of the file");
    entries.emplace_back(entry, at);
    at += entry.size;
    reaches = std::max(reaches, entry.offset + entry.size);
  }
  if (head.end > reaches) throw damaged("the file was larger than what is left of it");
  // Backwards: of a piece overwritten twice, the first to be kept is the right one.
  for (auto each = entries.rbegin(); each != entries.rend(); ++each) {
    const std::string bytes = read_at(journal.number, each->second, each->first.size, journal_name);
    checked(::lseek(target.number, static_cast<off_t>(each->first.offset), SEEK_SET) < 0 ? -1 : 0, file);
    write_all(target.number, bytes, file);
  }
  checked(::ftruncate(target.number, static_cast<off_t>(head.end)), file);
  return record;
}

WriteLock::WriteLock(const fs::path& file) {
  constexpr int kMode = 0666;
  descriptor_ = checked(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode), file);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(descriptor_, F_OFD_SETLK, &lock) == 0) return;
  const int why = errno == EACCES || errno == EAGAIN ? EWOULDBLOCK : errno;
  // Some shared file systems have no locks; there, two runs into one file are for the user to avoid.
  if (why == ENOLCK || why == ENOTSUP || why == ENOSYS || why == EINVAL) return;
  ::close(descriptor_);
  throw std::system_error(why, std::generic_category(), file.string());
}

WriteLock::~WriteLock() {
  ::close(descriptor_);
}

}  // namespace hearth
