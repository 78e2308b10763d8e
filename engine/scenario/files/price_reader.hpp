// Prices: what England's table says they were, and what a scenario's own table says they will be.
#pragma once

#include "scenario/files/load_context.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// Of the table of the folder `england`, which may have none, and of the key "prices". Brings the unit costs
// of `registry` from its year to the origin's.
PricePaths read_prices(const Cursor& root, const std::filesystem::path& england, const MonthEnd& origin,
                       int horizon_months, Parameters& registry, LoadContext& context);

}  // namespace hearth
