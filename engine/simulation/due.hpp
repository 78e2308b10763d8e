// What happens to entities whose clock reading has been passed: a keyed block of draws for each, eight at a
// time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "random/draws.hpp"

namespace hearth {

// Calls event(entity, bits, wait) for each, in order: its block of draws, and a unit exponential from the
// first word. occurrence(entity) is called once for each, some before the events of others.
template <typename Occurrence, typename Event>
void for_each_with_draws(const Draws& draws, Process process, std::span<const std::uint32_t> due,
                         Occurrence&& occurrence, Event&& event) {
  Eight<std::uint32_t> entities{};
  Eight<std::uint32_t> occurrences{};
  for (std::size_t from = 0; from < due.size(); from += Draws::kBatch) {
    const std::size_t n = std::min(Draws::kBatch, due.size() - from);
    for (std::size_t k = 0; k < n; ++k) {
      entities[k] = due[from + k];
      occurrences[k] = occurrence(entities[k]);
    }
    const auto batch = draws.blocks(process, entities, occurrences);
    const auto waits = exponentials(batch.words[0]);
    for (std::size_t k = 0; k < n; ++k) event(entities[k], batch.bits(k), waits[k]);
  }
}

}  // namespace hearth
