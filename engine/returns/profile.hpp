// What a council's returns say of its looked-after children, in counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "returns/histories.hpp"

namespace hearth::returns {

// One figure. `year` is the year to 31 March, or kAllYears.
struct Cell {
  int year = 0;
  std::string measure;
  std::string category;  // "total" for the measure itself
  double value = 0.0;    // children, periods or placements; pounds a week for unit costs
  bool hidden = false;   // not shown, so that nobody can be recognised
};
inline constexpr int kAllYears = 0;
inline constexpr std::string_view kTotal = "total";

struct MeasureText {
  std::string_view name;
  std::string_view unit;
  std::string_view title;
};
// All measures that a profile can have, in order (docs/reference/profile.md).
const std::vector<MeasureText>& profile_measures();

// Cells that are related by a sum, mostly the first being that of the others: who knows all but one knows
// that one too.
using SumGroup = std::vector<std::size_t>;

struct Profile {
  std::vector<int> years;
  std::size_t children = 0;  // with an episode that is used
  std::vector<Cell> cells;
  std::vector<SumGroup> sums;

  const Cell* find(int year, std::string_view measure, std::string_view category = kTotal) const;
};

// Counts. A flow of a year counts each child once, as published statistics do: the first time a child starts,
// and the last time a child ceases, to be looked after in it. A stock is of the end of 31 March.
Profile build_profile(const Histories& histories, const WeeklyCosts& costs);

inline constexpr int kLargestSmallCount = 5;
// Hides every count of 1 to 5, then, in each sum of which one figure alone is hidden, the smallest other
// part, so that subtraction does not give it back; and unit costs of so few children. Returns how many
// figures are hidden.
std::size_t hide_small_counts(Profile& profile);

}  // namespace hearth::returns
