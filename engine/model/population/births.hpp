// When the children of a family are born.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/calendar.hpp"
#include "kernels/bit_mask.hpp"

namespace hearth {

inline constexpr std::size_t kMostChildren = 8;

// Months of birth from the origin, ascending; kNever after the last child. One register: questions about all
// children of a family have no loop that would end where the processor cannot foresee.
struct alignas(16) Births {
  static constexpr std::int16_t kNever = std::numeric_limits<std::int16_t>::max();
  std::array<std::int16_t, kMostChildren> month = {kNever, kNever, kNever, kNever,
                                                   kNever, kNever, kNever, kNever};

  // Children, those not born yet among them.
  std::size_t size() const { return static_cast<std::size_t>(std::popcount(born_by(kNever - 1))); }
  // Bit a child: born in this month or before.
  unsigned born_by(int at) const { return bit_mask(all() <= static_cast<std::int16_t>(at)); }
  // Bit a child: born, and under 18.
  unsigned minors(int at) const {
    const auto now = static_cast<std::int16_t>(at);
    const auto adults = static_cast<std::int16_t>(at - kAdultMonths);  // born by then
    return bit_mask((all() <= now) & (all() > adults));
  }
  bool operator==(const Births&) const = default;

 private:
  using Months = std::int16_t __attribute__((vector_size(kMostChildren * sizeof(std::int16_t))));

  Months all() const { return std::bit_cast<Months>(month); }
};

// Calls visit(k) for each bit k that is set, ascending.
template <typename Visit>
void for_each_bit(unsigned mask, Visit&& visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<std::size_t>(std::countr_zero(mask)));
}

}  // namespace hearth
