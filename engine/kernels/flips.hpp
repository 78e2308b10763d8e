// Changes of needs in wide registers, sixteen families at a time: the loop of model/needs/quiet_families.cpp,
// which is used where the processor has no such registers, to the bit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/draw_list.hpp"
#include "kernels/registers.hpp"

namespace hearth {

// A family's word of memory, as processors with the lowest byte first read it: how often its needs have
// flipped, its state (a bit a component, and marks above them) and its class.
struct FlipWord {
  static constexpr int kStateShift = 16;
  static constexpr int kClassShift = 24;

  std::uint16_t flips = 0;
  std::uint8_t state = 0;
  std::uint8_t family_class = 0;

  static constexpr FlipWord unpack(std::uint32_t word) {
    return {static_cast<std::uint16_t>(word), static_cast<std::uint8_t>(word >> kStateShift),
            static_cast<std::uint8_t>(word >> kClassShift)};
  }
  constexpr std::uint32_t pack() const {
    return flips | std::uint32_t{state} << kStateShift | std::uint32_t{family_class} << kClassShift;
  }
  bool operator==(const FlipWord&) const = default;
};

// By family.
struct FlipFamilies {
  static constexpr std::size_t kStride = 16;  // bytes from one word to the next

  void* words;  // of the first family
  float* contact_reading;
  float* needs_reading;
};

// Rows are kRowsOfClass states (their lowest bits) for each class; all in monthly rates.
struct FlipTables {
  static constexpr int kStateBits = 5;

  const std::array<float, 4>* passed;  // cumulative shares of the components; each 16 bytes aligned
  const float* total;                  // rate of any flip
  const float* contact_rate;
};

// A month of the two clocks.
struct FlipMonth {
  float contact_start;
  float contact_end;
  float needs_start;
  float needs_end;
};

#ifdef HEARTH_WIDE
// As needs_events() of model/needs/quiet_families.hpp, in a month without a shock to poverty. Only where
// wide_registers().
std::size_t wide_flips(const FlipFamilies& families, const FlipTables& tables, const FlipMonth& month,
                       const DrawList& draws, std::span<std::uint32_t> due, std::span<int, 5> families_with);
#endif

}  // namespace hearth
