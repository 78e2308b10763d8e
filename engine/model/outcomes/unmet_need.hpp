// Unmet need: children at home with an adult's need and no open case, counted by a rotating panel of
// families.
#pragma once

#include <cstdint>

#include "model/state.hpp"

namespace hearth {

// A look at all families every month would take too long. They are taken in blocks, in their order, and every
// block is looked at in one month of twelve; what is seen there counts twelvefold. A year's number is made of
// every family once. It is the same block in all arms and replicates, so arms are compared family by family.
inline constexpr std::uint32_t kPanelBlock = 16;  // families: four cache lines
inline constexpr std::uint32_t kPanelMonths = 12;

// Of twelve blocks that follow each other, the one that is looked at in the month: one after another, from
// another of them in every `twelve`, so that no pace at which families grow up keeps time with the panel.
constexpr std::uint32_t panel_block(std::uint32_t twelve, int month) {
  const std::uint32_t first = (twelve * 0x9E3779B1U >> 16) % kPanelMonths;
  return twelve * kPanelMonths + (first + static_cast<std::uint32_t>(month)) % kPanelMonths;
}

// At the month's end.
void count_unmet_need(AuthorityState& authority, int month);

}  // namespace hearth
