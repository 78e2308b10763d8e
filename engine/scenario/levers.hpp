// The named levers through which a service model acts on the mechanisms, and what each multiplies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hearth {

// One for each row of levers.def.
enum class Lever : std::uint8_t {
#define HEARTH_LEVER(id, ...) id,
#include "scenario/levers.def"
#undef HEARTH_LEVER
};

struct LeverInfo {
  Lever id;
  std::string_view name;     // as files write it
  std::string_view meaning;  // what a ratio multiplies
};

inline constexpr auto kLeverTable = std::to_array<LeverInfo>({
#define HEARTH_LEVER(id, ...) {Lever::id, __VA_ARGS__},
#include "scenario/levers.def"
#undef HEARTH_LEVER
});
inline constexpr std::size_t kLevers = kLeverTable.size();

constexpr std::optional<Lever> find_lever(std::string_view name) {
  for (const auto& row : kLeverTable)
    if (row.name == name) return row.id;
  return std::nullopt;
}

// Whether a ratio is an amount of money, which can be decided. The others follow from it, and have to be
// found.
inline constexpr bool can_be_decided(Lever id) {
  return id == Lever::kFamilySupport;
}

}  // namespace hearth
