// Prices above inflation, year by year: what is expected of each kind, and a growth that nobody foresaw,
// which lasts.
#pragma once

#include <array>

#include "core/categories.hpp"
#include "kernels/draws.hpp"
#include "parameters/registry.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// Of each kind, over those of the origin's year, in real terms.
using PriceLevels = std::array<double, kPriceKinds>;

// In the year `years` after the origin (1: the first). `england`: the draws of England in the
// replicate, the same for all authorities and arms; without a spread where drift is off. The spread widens
// what may come without raising its mean.
PriceLevels price_levels(const PricePaths& paths, const Parameters& parameters, const Draws& england,
                         int years);

}  // namespace hearth
