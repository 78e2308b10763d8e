// Work done at the same time on the threads of this machine.
#pragma once

#include <memory>

#include "core/parallel.hpp"

namespace hearth {

// At most `threads` at a time, 0: as many as the machine has. While it is there, nothing else in the process
// gets more. In a build without oneTBB it is one thread, whatever is asked for.
std::shared_ptr<const Parallel> on_threads(int threads);

}  // namespace hearth
