// What a request that takes long tells whoever made it, and how it is stopped.
#pragma once

#include <atomic>
#include <functional>
#include <string_view>

namespace hearth {

// All of it may be left empty. Calls come from one thread at a time, which may be another than the caller's.
struct Listener {
  // Family-months done and in all, some times a second.
  std::function<void(double done, double total)> progress{};
  // A line for people: what happens next, and about how long it takes. Without a line end.
  std::function<void(std::string_view line)> note{};
  // Once it is set, by a signal handler or another thread, the request throws Interrupted.
  const std::atomic<bool>* stop = nullptr;

  void say(std::string_view line) const {
    if (note) note(line);
  }
  bool stopped() const { return stop != nullptr && *stop; }
};

}  // namespace hearth
