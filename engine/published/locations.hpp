// The places that figures are of: England, its regions, its authorities.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "published/england.hpp"

namespace hearth {

enum class Level : std::uint8_t { kAuthority, kRegion, kEngland };
inline constexpr std::array<std::string_view, 3> kLevelNames = {"authority", "region", "england"};

// Where a figure is forecast.
struct Location {
  Level level = Level::kEngland;
  int code = 0;          // Department for Education code of an authority; else 0
  std::string ons_code;  // of an authority, region or England: unlike any other's
  std::string name;
  std::string region;                // of an authority
  std::vector<std::size_t> members;  // positions among the authorities that are simulated
};

inline constexpr std::string_view kEnglandOnsCode = "E92000001";

// The authorities `codes`, then the regions that they make up wholly, then England if they are all of it.
std::vector<Location> make_locations(const England& england, const std::vector<int>& codes);

}  // namespace hearth
