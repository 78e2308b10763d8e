// Who does work that may be done at the same time. It is handed to what has such work, so that the engine
// runs with a library of threads (threads/threads.hpp), or on one thread where there is none.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace hearth {

// An exception of the work reaches the caller, once nothing runs any more; what had not begun is left out.
class Parallel {
 public:
  virtual ~Parallel() = default;

  // How many things are done at the same time, at most.
  virtual int threads() const = 0;

  // Calls body(i) once for each i below n, in any order.
  virtual void for_each_index(std::size_t n, const std::function<void(std::size_t)>& body) const = 0;

  // Items go through three steps, each in a slot of its own below `slots`, which it has to itself from first
  // to last. `begin` is called for one item after the other, until it says that there is none; `work` for
  // many at the same time; `end` for one after the other, in the order in which they began.
  struct Steps {
    std::function<bool(std::size_t slot)> begin;
    std::function<void(std::size_t slot)> work;
    std::function<void(std::size_t slot)> end;
  };
  virtual void in_order(std::size_t slots, const Steps& steps) const = 0;
};

// All of it by the caller, one thing after the other.
std::shared_ptr<const Parallel> one_thread();

}  // namespace hearth
