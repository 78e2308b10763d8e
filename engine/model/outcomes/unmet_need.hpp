// Unmet need: children at home with an adult's need and no open case, counted by a rotating panel of
// families.
#pragma once

#include <cstdint>

#include "model/state.hpp"

namespace hearth {

// A look at all families every month would take too long. They are taken in blocks, in their order, and every
// block is looked at in one month of 48; what is seen there counts 48 times. It is the same month for a block
// in all arms and replicates, so arms are compared family by family.
inline constexpr std::uint32_t kPanelBlock = 64;  // families: sixteen cache lines in a row
inline constexpr std::uint32_t kPanelMonths = 48;
inline constexpr std::uint32_t kPanelRound = kPanelBlock * kPanelMonths;  // families: of a round

// Of the blocks of a round, the one that is looked at in the month. Families are in the order in which they
// grow up: steps of 29 spread a few months over all of a round, and rounds start at different blocks, so that
// no pace at which families grow up keeps time with the panel.
constexpr std::uint32_t panel_block(std::uint32_t round, int month) {
  const std::uint32_t first = (round * 0x9E3779B1U >> 16) % kPanelMonths;
  return round * kPanelMonths + (first + 29 * static_cast<std::uint32_t>(month)) % kPanelMonths;
}

// At the month's end.
void count_unmet_need(AuthorityState& authority, int month);

}  // namespace hearth
