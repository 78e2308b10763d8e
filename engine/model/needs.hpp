// Needs of the adults of a family: poverty, domestic abuse, mental ill-health, substance misuse. Two-state
// chains whose onset rises with deprivation, poverty and the other needs, so that needs cluster. A fifth bit
// marks families whose case closed recently.
#pragma once

#include <array>
#include <cstdint>

#include "core/calendar.hpp"
#include "parameters/registry.hpp"
#include "population/families.hpp"

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
  // Cumulative shares of the flips, for draws: the component is the number of shares that the quantile has
  // passed.
  std::array<std::array<std::array<float, 4>, kQuietStates>, kDeprivationClasses> passed{};
  // Stationary shares of the 16 states of need.
  std::array<std::array<double, kNeedStates>, kDeprivationClasses> stationary{};
};

// `low_income_share` and `idaci` of the authority set how many families of a class are in poverty.
NeedsTables make_needs_tables(const Parameters& parameters, double low_income_share, double idaci);

}  // namespace hearth
