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

struct Region {
  std::string_view name;
  std::string_view ons_code;
};
inline constexpr std::array<Region, 9> kRegions = {{{"North East", "E12000001"},
                                                    {"North West", "E12000002"},
                                                    {"Yorkshire and the Humber", "E12000003"},
                                                    {"East Midlands", "E12000004"},
                                                    {"West Midlands", "E12000005"},
                                                    {"East of England", "E12000006"},
                                                    {"London", "E12000007"},
                                                    {"South East", "E12000008"},
                                                    {"South West", "E12000009"}}};
inline constexpr std::string_view kEnglandOnsCode = "E92000001";

// The authorities `codes`, then the regions that they make up wholly, then England if they are all of it.
std::vector<Location> make_locations(const England& england, const std::vector<int>& codes);

}  // namespace hearth
