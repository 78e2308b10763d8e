// Needs of the adults of a family: poverty, domestic abuse, mental ill-health, substance misuse. Two-state
// chains whose onset rises with deprivation, poverty and the other needs, so that needs cluster. A fifth bit
// marks families whose case closed recently.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "core/calendar.hpp"
#include "kernels/bit_mask.hpp"
#include "model/population/families.hpp"
#include "model/records.hpp"
#include "parameters/registry.hpp"

namespace hearth {

struct NeedsTables {
  // Monthly rates at which each component flips in a quiet family, by class of family and state.
  std::array<std::array<std::array<float, kComponents>, kQuietStates>, kFamilyClasses> flip{};
  std::array<std::array<float, kQuietStates>, kFamilyClasses> total{};
  // Cumulative shares of the flips: the component that flips is the number of shares that a quantile has
  // passed. One register a state.
  alignas(
      16) std::array<std::array<std::array<float, kComponents - 1>, kQuietStates>, kFamilyClasses> passed{};
  std::size_t component(std::size_t family_class, std::size_t state, float quantile) const {
    using Shares = float __attribute__((vector_size(4 * sizeof(float))));
    const auto shares = std::bit_cast<Shares>(passed[family_class][state]);
    const FourFlags reached = Shares{} + quantile >= shares;
    return static_cast<std::size_t>(std::popcount(bit_mask(reached)));
  }
  // Stationary shares of the 16 states of need.
  std::array<std::array<double, kNeedStates>, kFamilyClasses> stationary{};
};

// `low_income_share` and `idaci` of the authority (0 to 1) set how many families of a class are in poverty.
NeedsTables make_needs_tables(const Parameters& parameters, double low_income_share, double idaci);

}  // namespace hearth
