// One number of the series of some authorities: what targets and studies look at.
#pragma once

#include <cstddef>
#include <vector>

#include "scenario/scenario.hpp"
#include "simulation/ensemble.hpp"

namespace hearth {

// A quantity over the months of a span, of some authorities together (positions in the scenario): flows and
// costs are summed over the months, stocks and levels averaged.
double measured(const Quantity& quantity, const TargetSpan& span, const std::vector<std::size_t>& authorities,
                const std::vector<AuthoritySeries>& series, double sampling_fraction);

}  // namespace hearth
