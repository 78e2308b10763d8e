// What people see: numbers in words, colour where wanted, progress.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "core/words.hpp"

namespace hearth {

std::string bytes_text(double bytes);          // "34.5 MB"
std::string duration_text(double seconds);     // "0.8 s", "3 min 2 s", "2 h 5 min"
std::string family_months_text(double count);  // "412 million"

// `text` in an ANSI colour when `stream` is a terminal that has colours and NO_COLOR (https://no-color.org)
// is unset.
enum class Colour { kGreen, kYellow, kRed, kBold, kFaint };
std::string coloured(std::FILE* stream, Colour colour, std::string_view text);

// Progress on stderr: a bar with rate and time left on a terminal, a line each quarter otherwise, nothing if
// quiet.
class Progress {
 public:
  explicit Progress(bool quiet);
  // Clears an unfinished bar.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(double done_family_months, double total_family_months);

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
