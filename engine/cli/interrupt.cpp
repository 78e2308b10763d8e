#include "cli/interrupt.hpp"

#include <signal.h>
#include <unistd.h>

namespace hearth {
namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the handler may only touch lock-free atomics");

void request_stop(int) {
  stop_requested.store(true);
  constexpr char kMessage[] = "\nhearth: stopping; once more stops at once\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
}

}  // namespace

const std::atomic<bool>& stop_on_signal() {
  for (const int signal_number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    sigaction(signal_number, nullptr, &before);
    if (before.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = request_stop;
    action.sa_flags =
        static_cast<int>(SA_RESTART | SA_RESETHAND);  // the default action takes the second signal
    sigaction(signal_number, &action, nullptr);
  }
  return stop_requested;
}

}  // namespace hearth
