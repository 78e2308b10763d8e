#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cli/interrupt.hpp"
#include "core/words.hpp"

namespace hearth {
namespace {

bool is_terminal(std::FILE* stream) {
  const char* const term = std::getenv("TERM");
  return isatty(fileno(stream)) != 0 && term != nullptr && std::string_view(term) != "dumb";
}

bool has_colour(std::FILE* stream) {
  const char* const no_colour = std::getenv("NO_COLOR");
  return is_terminal(stream) && (no_colour == nullptr || *no_colour == '\0');
}

int terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

std::string coloured(std::FILE* stream, Colour colour, std::string_view text) {
  if (!has_colour(stream)) return std::string(text);
  const auto code = [&] {
    switch (colour) {
      case Colour::kGreen:
        return 32;
      case Colour::kYellow:
        return 33;
      case Colour::kRed:
        return 31;
      case Colour::kBold:
        return 1;
      case Colour::kFaint:
        return 2;
    }
    return 0;
  }();
  return fmt::format("\033[{}m{}\033[0m", code, text);
}

Progress::Progress(bool quiet) : quiet_(quiet), terminal_(is_terminal(stderr)) {}

Progress::~Progress() {
  clear();
}

void Progress::clear() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
  drawn_ = false;
}

Listener Progress::listener() {
  return {[this](double done, double total) { update(done, total); },
          quiet_ ? std::function<void(std::string_view)>() : [this](std::string_view line) { note(line); },
          &stop_on_signal()};
}

void Progress::note(std::string_view line) {
  clear();
  fmt::print(stderr, "{}\n", line);
  start_ = Clock::now();
  quarters_ = 0;
}

void Progress::update(double done, double total) {
  if (quiet_ || total <= 0.0) return;
  const auto now = Clock::now();
  const double share = std::clamp(done / total, 0.0, 1.0);
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = seconds > 0.0 ? done / seconds : 0.0;
  const double left = share > 0.0 ? seconds * (1.0 - share) / share : 0.0;

  if (!terminal_) {
    const int quarters = static_cast<int>(share * 4.0);
    if (quarters <= quarters_) return;
    quarters_ = quarters;
    fmt::print(stderr, "{:3.0f}% after {}, {} family-months/s{}\n", share * 100.0, duration_text(seconds),
               family_months_text(rate), quarters == 4 ? "" : ", " + duration_text(left) + " left");
    return;
  }

  if (drawn_ && share < 1.0 && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  drawn_ = true;
  const std::string numbers = fmt::format(" {:3.0f}%  {} family-months/s  {} left", share * 100.0,
                                          family_months_text(rate), duration_text(left));
  const int room = std::clamp(terminal_width() - static_cast<int>(numbers.size()) - 3, 0, 40);
  const int filled = static_cast<int>(share * room);
  const std::string bar =
      room < 5 ? ""
               : "[" + coloured(stderr, Colour::kGreen, std::string(static_cast<std::size_t>(filled), '#')) +
                     std::string(static_cast<std::size_t>(room - filled), '.') + "]";
  fmt::print(stderr, "\r\033[K{}{}", bar, numbers);
  std::fflush(stderr);
}

}  // namespace hearth
