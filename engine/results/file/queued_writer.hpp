// Writes a result on a thread of its own, so that simulating does not wait for compression and the disk.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "results/file/result_writer.hpp"

namespace hearth {

// No other thread may use HDF5 while this lives.
class QueuedWriter {
 public:
  // `keep`: makes a checkpoint where a replicate is whole, as often as takes a twentieth of the time.
  QueuedWriter(ResultWriter& writer, bool keep);
  // What is waiting is lost, unless finish() was called.
  ~QueuedWriter();
  QueuedWriter(const QueuedWriter&) = delete;
  QueuedWriter& operator=(const QueuedWriter&) = delete;

  // As ResultWriter::write, or write_alone with a source; waits while there is no room. Throws what went
  // wrong with an earlier block.
  void write(std::optional<std::size_t> source, std::size_t arm, std::size_t replicate,
             std::vector<AuthoritySeries> series);
  // Waits until all is written, and kept where that was asked for. Throws what went wrong.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  void work();
  void stop() noexcept;
  void keep_when_due();

  ResultWriter& writer_;
  bool keep_;
  Clock::time_point last_checkpoint_ = Clock::now();
  Clock::duration checkpoint_takes_{};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool closed_ = false;
  std::exception_ptr failure_;
  std::jthread thread_;
};

}  // namespace hearth
