// A process of its own to read a file in, for a library that a damaged or hostile file can make crash, hang
// or take all memory: nearly a fifth of the files in which single bytes were changed end HDF5 1.10.8 with a
// segmentation fault (docs/reliability.md). The process is a copy of this one; it can write nothing, has a
// bound on its memory and on the processor time of each answer, and ends with this object. Internal to
// results/.
#pragma once

#include <sys/types.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hearth {

class ReadingProcess {
 public:
  // Why there is no answer, in words: those of an exception in the process, or how the process ended.
  class Failure : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
  };
  // Beyond what this process has; for one answer.
  static constexpr std::size_t kMostBytes = std::size_t{1} << 30;
  static constexpr int kMostSeconds = 30;

  // `answer` runs in the process, one question at a time, and may keep what it likes between them.
  using Answer = std::function<std::string(std::string_view question)>;
  explicit ReadingProcess(const Answer& answer);
  ~ReadingProcess();
  ReadingProcess(const ReadingProcess&) = delete;
  ReadingProcess& operator=(const ReadingProcess&) = delete;

  // Throws Failure. After the process has ended, every question does.
  std::string ask(std::string_view question);

 private:
  void end() noexcept;
  [[noreturn]] void explain_end();

  pid_t process_ = -1;
  int socket_ = -1;
};

}  // namespace hearth
