// The keyed draws as a stream of words, for the distributions of Boost.Random and of the standard library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "kernels/draws.hpp"

namespace hearth {

// A uniform random bit generator (C++ [rand.req.urng]): the words of the blocks of one process and entity, in
// order of occurrence, 2^34 of them. Equal keys give equal streams; no other key has one of these blocks. For
// priors, noise and designs, where a draw need not be the same quantile in two futures; the model's own draws
// take their words by key (Draws::block), as they are paired between arms.
class BitGenerator {
 public:
  using result_type = std::uint32_t;

  BitGenerator(const Draws& draws, Process process, std::uint32_t entity)
      : draws_(draws), process_(process), entity_(entity) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  result_type operator()() {
    if (next_ == block_.size()) {
      block_ = draws_.block(process_, entity_, occurrence_++);
      next_ = 0;
    }
    return block_[next_++];
  }

 private:
  Draws draws_;
  Process process_;
  std::uint32_t entity_;
  std::uint32_t occurrence_ = 0;
  Bits block_{};
  std::size_t next_ = block_.size();
};

}  // namespace hearth
