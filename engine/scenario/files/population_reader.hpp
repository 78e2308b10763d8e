// How the number of children goes on: the key "population".
#pragma once

#include "published/children.hpp"
#include "scenario/files/load_context.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// A variant, or a table of one's own, which has to have the year after the origin for one of the authorities
// simulated at least.
PopulationChoice read_population(const Cursor& root, const Scenario& scenario, LoadContext& context);

}  // namespace hearth
