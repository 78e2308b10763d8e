// Needs of the adults of a family: poverty, domestic abuse, mental ill-health, substance misuse. Two-state
// chains whose onset rises with deprivation, poverty and the other needs, so that needs cluster. A fifth bit
// marks families whose case closed recently.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "core/calendar.hpp"
#include "model/population/families.hpp"
#include "parameters/registry.hpp"

namespace hearth {

enum NeedBit : std::uint8_t {
  kPoverty = 1,
  kDomesticAbuse = 2,
  kMentalIllHealth = 4,
  kSubstanceMisuse = 8,
  kRecentCase = 16,
  kHadPlan = 32,   // a child protection plan once: a mark, not a need
  kReturned = 64,  // no case, and a child came home from care shortly before it closed: a mark too
};
inline constexpr std::size_t kNeeds = 4;        // with poverty
inline constexpr std::size_t kNeedStates = 16;  // without the recent case
inline constexpr std::size_t kQuietStates = 32;
inline constexpr std::size_t kComponents = 5;

// Adult needs present (without poverty): 0 to 3.
inline constexpr int adult_needs(unsigned state) {
  return ((state & kDomesticAbuse) ? 1 : 0) + ((state & kMentalIllHealth) ? 1 : 0) +
         ((state & kSubstanceMisuse) ? 1 : 0);
}

struct NeedsTables {
  // Monthly rates at which each component flips in a quiet family, by deprivation class and state.
  std::array<std::array<std::array<float, kComponents>, kQuietStates>, kDeprivationClasses> flip{};
  std::array<std::array<float, kQuietStates>, kDeprivationClasses> total{};
  // Cumulative shares of the flips: the component that flips is the number of shares that a quantile has
  // passed.
  using Shares = float __attribute__((vector_size(4 * sizeof(float))));
  std::array<std::array<Shares, kQuietStates>, kDeprivationClasses> passed{};
  std::size_t component(std::size_t deprivation, std::size_t state, float quantile) const {
    const Shares& shares = passed[deprivation][state];
#ifdef __SSE__
    return static_cast<std::size_t>(std::popcount(static_cast<unsigned>(
        __builtin_ia32_movmskps(std::bit_cast<Shares>(Shares{} + quantile >= shares)))));
#else
    std::size_t out = 0;
    for (std::size_t k = 0; k < 4; ++k) out += quantile >= shares[k] ? 1 : 0;
    return out;
#endif
  }
  // Stationary shares of the 16 states of need.
  std::array<std::array<double, kNeedStates>, kDeprivationClasses> stationary{};
};

// `low_income_share` and `idaci` of the authority set how many families of a class are in poverty.
NeedsTables make_needs_tables(const Parameters& parameters, double low_income_share, double idaci);

}  // namespace hearth
