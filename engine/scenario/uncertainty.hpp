// What the sources of uncertainty that are on mean for a scenario, and for one replicate of one of its arms.
#pragma once

#include <cstddef>

#include "scenario/scenario.hpp"

namespace hearth {

// Which sources make the scenario's replicates differ, and why the others do not.
Coverage coverage(const Scenario& scenario);

// The scenario with these sources alone, as far as it has them on.
Scenario with_sources(const Scenario& scenario, SourceSet sources);

// Whether replicates of an arm have parameters of their own.
bool draws_parameters(const Scenario& scenario);

// The mode that an arm's effects are used in: drawn ones become their means where effects are switched off.
EffectsMode effects_in(const Scenario& scenario, const Arm& arm);

// The arm with the parameters that it has in a replicate: the replicate's draw, the same in every arm, or what
// the arm makes of it where it sets the parameter itself; and without drift where that is switched off.
Arm arm_in_replicate(const Scenario& scenario, const Arm& arm, std::size_t replicate);

}  // namespace hearth
