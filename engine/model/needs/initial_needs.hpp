// Needs of families at the origin and when they start: the stationary shares of the chains.
#pragma once

#include <array>
#include <cstdint>

#include "model/contact/contact.hpp"
#include "model/needs/needs.hpp"
#include "parameters/registry.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

struct InitialNeeds {
  // Cumulative shares of the quiet states, by class of family; the last is above one.
  using Shares = std::array<std::array<float, kQuietStates>, kFamilyClasses>;

  InitialNeeds() = default;
  explicit InitialNeeds(const Shares& cumulative);

  Shares shares{};
  // Where the search among them begins, by class and the first bits of the draw.
  static constexpr int kGuideBits = 8;
  std::array<std::array<std::uint8_t, 1U << kGuideBits>, kFamilyClasses> guide{};

  // The state at the quantile uniform(bits).
  std::size_t state(std::size_t family_class, std::uint32_t bits) const {
    const auto& cumulative = shares[family_class];
    std::size_t out = guide[family_class][bits >> (32 - kGuideBits)];
    while (uniform(bits) >= cumulative[out]) ++out;
    return out;
  }
};

// Needs in their stationary shares; a family is marked as having had a recent case as often as contact and
// the decay of the mark keep in balance. `at_origin` are log propensities.
InitialNeeds initial_needs(const NeedsTables& needs, const ContactTables& contact,
                           const PropensityVector& at_origin, const Parameters& parameters);

}  // namespace hearth
