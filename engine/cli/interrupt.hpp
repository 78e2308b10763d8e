// Ctrl-C: the first signal asks the run to stop cleanly, the second kills.
#pragma once

#include <atomic>

namespace hearth {

// From now on SIGINT, SIGTERM and SIGHUP set the returned flag, unless the process was started ignoring them.
const std::atomic<bool>& stop_on_signal();

}  // namespace hearth
