#include "results/file/queued_writer.hpp"

#include <utility>

namespace hearth {
namespace {

// A block of England is 14 MB for ten years: few need to wait, for one is written in a fraction of the time
// that it takes to simulate.
constexpr std::size_t kMostWaiting = 3;
// A checkpoint is made when so many times its last duration have passed.
constexpr int kBetweenCheckpoints = 19;

}  // namespace

QueuedWriter::QueuedWriter(ResultWriter& writer, bool keep)
    : writer_(writer), keep_(keep), thread_([this] { work(); }) {}

QueuedWriter::~QueuedWriter() {
  {
    const std::scoped_lock lock(mutex_);
    waiting_.clear();
  }
  stop();
}

void QueuedWriter::write(std::optional<std::size_t> source, std::size_t arm, std::size_t replicate,
                         std::vector<AuthoritySeries> series) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() < kMostWaiting || failure_; });
  if (failure_) std::rethrow_exception(failure_);
  waiting_.push_back([this, source, arm, replicate, series = std::move(series)] {
    if (source)
      writer_.write_alone(*source, arm, replicate, series);
    else
      writer_.write(arm, replicate, series);
  });
  changed_.notify_all();
}

void QueuedWriter::finish() {
  stop();
  if (failure_) std::rethrow_exception(failure_);
  if (keep_) writer_.checkpoint();
}

void QueuedWriter::stop() noexcept {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void QueuedWriter::work() {
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !waiting_.empty() || closed_; });
      if (waiting_.empty()) return;
      job = std::move(waiting_.front());
      waiting_.pop_front();
    }
    changed_.notify_all();
    try {
      job();
      if (keep_) keep_when_due();
    } catch (...) {
      const std::scoped_lock lock(mutex_);
      failure_ = std::current_exception();
      waiting_.clear();
      closed_ = true;
    }
    changed_.notify_all();
  }
}

void QueuedWriter::keep_when_due() {
  const auto start = Clock::now();
  if (start - last_checkpoint_ < kBetweenCheckpoints * checkpoint_takes_) return;
  writer_.checkpoint();
  last_checkpoint_ = Clock::now();
  checkpoint_takes_ = last_checkpoint_ - start;
}

}  // namespace hearth
