#include "threads/threads.hpp"

#ifdef HEARTH_TBB
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>
#endif

namespace hearth {

#ifdef HEARTH_TBB
namespace {

class Threads final : public Parallel {
 public:
  explicit Threads(int threads)
      : threads_(threads),
        limit_(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)),
        arena_(threads) {}

  int threads() const override { return threads_; }

  void for_each_index(std::size_t n, const std::function<void(std::size_t)>& body) const override {
    arena_.execute([&] { tbb::parallel_for(std::size_t{0}, n, body); });
  }

  // Items end in the order in which they began and at most `slots` are on their way, so those on their way
  // follow each other, and no two have one slot.
  void in_order(std::size_t slots, const Steps& steps) const override {
    using tbb::filter_mode;
    std::size_t next = 0;
    const auto begin = [&](tbb::flow_control& flow) {
      const std::size_t slot = next % slots;
      if (steps.begin(slot))
        ++next;
      else
        flow.stop();
      return slot;
    };
    const auto work = [&](std::size_t slot) {
      steps.work(slot);
      return slot;
    };
    const auto end = [&](std::size_t slot) { steps.end(slot); };
    arena_.execute([&] {
      tbb::parallel_pipeline(slots,
                             tbb::make_filter<void, std::size_t>(filter_mode::serial_in_order, begin) &
                                 tbb::make_filter<std::size_t, std::size_t>(filter_mode::parallel, work) &
                                 tbb::make_filter<std::size_t, void>(filter_mode::serial_in_order, end));
    });
  }

 private:
  int threads_;
  tbb::global_control limit_;
  mutable tbb::task_arena arena_;
};

}  // namespace

std::shared_ptr<const Parallel> on_threads(int threads) {
  return std::make_shared<const Threads>(threads > 0 ? threads : tbb::info::default_concurrency());
}
#else
std::shared_ptr<const Parallel> on_threads(int /*threads*/) {
  return one_thread();
}
#endif

}  // namespace hearth
