// Draws for many events at once: a list of what to draw for, and the words drawn, field by field.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "random/draws.hpp"

namespace hearth {

// Events that do not depend on each other: their draws are made together, so that the processor need not wait
// for one chain of rounds after the other.
class DrawList {
 public:
  // Room for `size` keys, whose values are then to be set.
  void resize(std::size_t size) {
    size_ = size;
    const std::size_t room = (size + Draws::kBatch - 1) / Draws::kBatch;
    if (keys_.size() < room) {
      keys_.resize(room);
      words_.resize(room);
    }
  }
  std::size_t size() const { return size_; }
  void set(std::size_t i, Process process, std::size_t lane, std::uint32_t entity, std::uint32_t occurrence) {
    Keys& keys = keys_[i / Draws::kBatch];
    const std::size_t k = i % Draws::kBatch;
    keys.processes[k] = static_cast<std::uint32_t>(process) + static_cast<std::uint32_t>(lane);
    keys.entities[k] = entity;
    keys.occurrences[k] = occurrence;
  }
  void set(std::size_t i, Process process, std::uint32_t entity, std::uint32_t occurrence) {
    set(i, process, 0, entity, occurrence);
  }
  void draw(const Draws& draws) {
    for (std::size_t b = 0; b * Draws::kBatch < size_; ++b)
      words_[b] = draws.blocks(keys_[b].processes, keys_[b].entities, keys_[b].occurrences);
  }
  // Unit exponentials from one of the words; room for a multiple of Draws::kBatch is made.
  void exponentials(std::size_t word, std::vector<float>& out) const {
    const std::size_t batches = (size_ + Draws::kBatch - 1) / Draws::kBatch;
    if (out.size() < batches * Draws::kBatch) out.resize(batches * Draws::kBatch);
    for (std::size_t b = 0; b < batches; ++b) {
      const auto eight = hearth::exponentials(words_[b].words[word]);
      std::copy(eight.begin(), eight.end(), out.begin() + static_cast<std::ptrdiff_t>(b * Draws::kBatch));
    }
  }
  std::uint32_t entity(std::size_t i) const { return keys_[i / Draws::kBatch].entities[i % Draws::kBatch]; }
  std::uint32_t word(std::size_t i, std::size_t w) const {
    return words_[i / Draws::kBatch].words[w][i % Draws::kBatch];
  }
  Bits bits(std::size_t i) const { return words_[i / Draws::kBatch].bits(i % Draws::kBatch); }

 private:
  struct Keys {
    Eight<std::uint32_t> processes, entities, occurrences;
  };
  std::vector<Keys> keys_;
  std::vector<Draws::Batch> words_;
  std::size_t size_ = 0;
};

}  // namespace hearth
