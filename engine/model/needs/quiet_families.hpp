// Families without an open case: their state, and what happens to all of them whose needs change in a month.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/draw_list.hpp"
#include "model/contact/contact.hpp"
#include "model/needs/needs.hpp"
#include "model/records.hpp"

namespace hearth {

// A month of the two clocks.
struct QuietMonth {
  float contact_start = 0.0F;
  float contact_end = 0.0F;
  float needs_start = 0.0F;
  float needs_end = 0.0F;
  float poverty_shock = 1.0F;
};

// By family.
struct QuietFamilies {
  FamilyState* family;
  float* contact_reading;
  float* needs_reading;
};

// The keys of the next transitions of those due, which it counts: a second call has the keys after these.
void needs_keys(FamilyState* family, std::span<const std::uint32_t> due, DrawList& draws);

// Their transitions: which component of need flips, and when the next flips. `families_with` is kept. Those
// that are due again within the month are moved to the front of `due`; how many they are.
std::size_t needs_events(const QuietFamilies& families, const NeedsTables& needs,
                         const ContactTables& contact, const QuietMonth& month, const DrawList& draws,
                         std::span<std::uint32_t> due, std::array<int, kComponents>& families_with);

}  // namespace hearth
