// Children under 16 who entered care in a year. Numbers by age are published, but many are suppressed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/categories.hpp"

namespace hearth {

// Children by AgeBand; blank where suppressed.
using EntriesByAge = std::array<std::optional<double>, kAgeBands>;

// A suppressed cell is small (1 to 5), or would give away one that is. What the known cells leave of the
// total says which, where 16 and over is blank too.
enum class BlankAges : std::uint8_t {
  // Shared equally, if it is no more than 5 for each blank cell; else not known. The definition.
  kSharedWhereSmall,
  // Shared equally however much it is, if any age is known. Calibrations up to 2026 were fitted to this;
  // where
  // the cells are not small it is off by as much as a sixth of the figure.
  kShared
};

// From the published total and numbers by age. All four younger cells known: their sum. Else, where 16 and
// over is known, the total less those. Else by the rule. Nothing where it is not known.
std::optional<double> entries_under_16(const std::optional<double>& total, const EntriesByAge& by_age,
                                       BlankAges rule);

// The same, but whatever is left of the total is shared among the blank ages as `shares` are (England's):
// close enough for one authority of many in a sum, not for a figure of its own. Nothing without a total.
std::optional<double> entries_under_16_by_shares(const std::optional<double>& total,
                                                 const EntriesByAge& by_age, const EntriesByAge& shares);

}  // namespace hearth
