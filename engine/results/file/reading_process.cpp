#include "results/file/reading_process.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <new>
#include <utility>

namespace hearth {
namespace {

enum class Outcome : std::uint8_t { kAnswer, kFailure };

// The whole of it; false where the other end is closed.
bool send_all(int socket, const void* data, std::size_t size) {
  for (const char* at = static_cast<const char*>(data); size > 0;) {
    const ssize_t sent = ::send(socket, at, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool receive_all(int socket, void* data, std::size_t size) {
  for (char* at = static_cast<char*>(data); size > 0;) {
    const ssize_t got = ::recv(socket, at, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool send_text(int socket, std::string_view text) {
  const std::uint64_t size = text.size();
  return send_all(socket, &size, sizeof size) && send_all(socket, text.data(), text.size());
}

bool receive_text(int socket, std::string& text) {
  std::uint64_t size = 0;
  if (!receive_all(socket, &size, sizeof size) || size > ReadingProcess::kMostBytes) return false;
  text.resize(size);
  return receive_all(socket, text.data(), size);
}

// ---- in the reading process

void limit(int resource, rlim_t most) {
  rlimit now{};
  ::getrlimit(static_cast<__rlimit_resource_t>(resource), &now);
  now.rlim_cur = std::min(now.rlim_max, most);
  ::setrlimit(static_cast<__rlimit_resource_t>(resource), &now);
}

void limit_everything() {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which keep terabytes for themselves
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  limit(RLIMIT_AS, pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + ReadingProcess::kMostBytes);
#endif
  // Ctrl-C is for the process that asks.
  for (const int signal_number : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal_number, SIG_IGN);
  std::signal(SIGPROF, SIG_DFL);
#ifndef __SANITIZE_ADDRESS__  // which explains a crash
  for (const int signal_number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    std::signal(signal_number, SIG_DFL);
#endif
}

// SIGPROF ends the process where an answer takes more processor time than this; 0: no bound.
void bound_time(int seconds) {
  itimerval timer{};
  timer.it_value.tv_sec = seconds;
  ::setitimer(ITIMER_PROF, &timer, nullptr);
}

[[noreturn]] void answer_all(int socket, const ReadingProcess::Answer& answer) noexcept {
  std::string question;
  while (receive_text(socket, question)) {
    Outcome outcome = Outcome::kAnswer;
    std::string text;
    bound_time(ReadingProcess::kMostSeconds);
    try {
      text = answer(question);
    } catch (const std::bad_alloc&) {
      outcome = Outcome::kFailure;
      text = "it asks for more than 1 GB of memory";
    } catch (const std::exception& error) {
      outcome = Outcome::kFailure;
      text = error.what();
    }
    bound_time(0);
    if (!send_all(socket, &outcome, sizeof outcome) || !send_text(socket, text)) break;
  }
  ::_exit(0);
}

}  // namespace

ReadingProcess::ReadingProcess(const Answer& answer) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw Failure(fmt::format("starting the process that reads it: {}", std::strerror(errno)));
  process_ = ::fork();
  if (process_ < 0) {
    const int why = errno;
    ::close(ends[0]);
    ::close(ends[1]);
    throw Failure(fmt::format("starting the process that reads it: {}", std::strerror(why)));
  }
  if (process_ == 0) {
    // Nothing that is open here stays so there: no lock outlives its owner.
    constexpr int kSocket = 3;
    if (::dup2(ends[1], kSocket) < 0) ::_exit(1);
    ::close_range(kSocket + 1, ~0U, 0);
    limit_everything();
    answer_all(kSocket, answer);
  }
  ::close(ends[1]);
  socket_ = ends[0];
}

ReadingProcess::~ReadingProcess() {
  end();
}

void ReadingProcess::end() noexcept {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  if (process_ > 0) {
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
  }
}

void ReadingProcess::explain_end() {
  ::close(std::exchange(socket_, -1));  // ends it, should it be there still
  int status = 0;
  pid_t ended = -1;
  do {
    ended = ::waitpid(process_, &status, 0);
  } while (ended < 0 && errno == EINTR);
  process_ = -1;
  if (ended < 0 || !WIFSIGNALED(status)) throw Failure("the process that reads it has ended");
  if (WTERMSIG(status) == SIGPROF)
    throw Failure(fmt::format("reading one piece of it takes more than {} seconds", kMostSeconds));
  throw Failure(fmt::format("the HDF5 library crashes on it ({})", ::strsignal(WTERMSIG(status))));
}

std::string ReadingProcess::ask(std::string_view question) {
  if (process_ <= 0) throw Failure("the process that reads it has ended");
  Outcome outcome = Outcome::kFailure;
  std::string text;
  if (!send_text(socket_, question) || !receive_all(socket_, &outcome, sizeof outcome) ||
      !receive_text(socket_, text))
    explain_end();
  if (outcome != Outcome::kAnswer) throw Failure(text);
  return text;
}

}  // namespace hearth
