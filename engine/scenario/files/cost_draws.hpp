// Costs of which nothing published tells are as uncertain as their priors.
#pragma once

#include "scenario/scenario.hpp"

namespace hearth {

// Gives each draw of a calibration a draw of the costs of kDrawnCosts (parameters/price_kinds.hpp) too, about
// their values in `parameters`. Draws that have them already keep them; where there are no draws, there are
// none of costs.
void draw_costs(const Parameters& parameters, ParameterDraws& draws);

}  // namespace hearth
