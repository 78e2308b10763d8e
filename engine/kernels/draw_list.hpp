// Draws for many events at once: a list of what to draw for, and the words drawn, field by field.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/draws.hpp"
#include "kernels/lanes.hpp"

namespace hearth {

// Events that do not depend on each other: their draws are made together, so that the processor need not wait
// for one chain of rounds after the other. Room once made is kept.
class DrawList {
 public:
  // A list of `size` keys, which are then to be set.
  void resize(std::size_t size) {
    size_ = size;
    if (processes_.size() >= size) return;
    for (auto* field : {&processes_, &entities_, &occurrences_}) field->resize(2 * size);
    for (auto& word : words_) word.resize(2 * size);
    for (auto& waits : waits_) waits.resize(2 * size);
  }
  void set(std::size_t i, Process process, std::size_t lane, std::uint32_t entity, std::uint32_t occurrence) {
    processes_[i] = static_cast<std::uint32_t>(process) + static_cast<std::uint32_t>(lane);
    set(i, entity, occurrence);
  }
  void set(std::size_t i, std::uint32_t entity, std::uint32_t occurrence) {
    entities_[i] = entity;
    occurrences_[i] = occurrence;
  }

  // Each key has its own process, or all this one.
  void draw(const Draws& draws) {
    draws.blocks(first(processes_), first(entities_), first(occurrences_), words());
  }
  void draw(const Draws& draws, Process process) {
    draws.blocks(process, first(entities_), first(occurrences_), words());
  }
  // Makes the unit exponentials of a word.
  void make_waits(std::size_t word) { exponentials(first(words_[word]), {waits_[word].data(), size_}); }

  std::size_t size() const { return size_; }
  std::uint32_t entity(std::size_t i) const { return entities_[i]; }
  std::uint32_t word(std::size_t i, std::size_t w) const { return words_[w][i]; }
  float wait(std::size_t i, std::size_t w = 0) const { return waits_[w][i]; }
  const std::uint32_t* words(std::size_t w) const { return words_[w].data(); }
  const float* waits(std::size_t w) const { return waits_[w].data(); }
  // The waits of all words of blocks i and i + 1.
  Lanes lanes(std::size_t i) const {
    const auto& [a, b, c, d] = waits_;
    return Lanes{a[i], b[i], c[i], d[i], a[i + 1], b[i + 1], c[i + 1], d[i + 1]};
  }
  Bits bits(std::size_t i) const { return {words_[0][i], words_[1][i], words_[2][i], words_[3][i]}; }

 private:
  using Field = std::vector<std::uint32_t>;
  std::span<const std::uint32_t> first(const Field& field) const { return {field.data(), size_}; }
  Draws::Words words() { return {words_[0].data(), words_[1].data(), words_[2].data(), words_[3].data()}; }

  std::size_t size_ = 0;
  Field processes_;
  Field entities_;
  Field occurrences_;
  std::array<Field, 4> words_;
  std::array<std::vector<float>, 4> waits_;
};

}  // namespace hearth
