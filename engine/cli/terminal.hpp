// What people see on a terminal: colour where it is wanted, progress.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "app/listener.hpp"

namespace hearth {

// `text` in an ANSI colour when `stream` is a terminal that has colours and NO_COLOR (https://no-color.org)
// is unset.
enum class Colour { kGreen, kYellow, kRed, kBold, kFaint };
std::string coloured(std::FILE* stream, Colour colour, std::string_view text);

// Progress on stderr: a bar with rate and time left on a terminal, a line each quarter otherwise, nothing if
// quiet. Time counts from the last line that was noted.
class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // What shows progress and lines here, and stops on Ctrl-C. It must not outlive this.
  Listener listener();

  void update(double done_family_months, double total_family_months);
  void note(std::string_view line);
  void clear();  // an unfinished bar

 private:
  using Clock = std::chrono::steady_clock;

  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  int quarters_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
};

}  // namespace hearth
