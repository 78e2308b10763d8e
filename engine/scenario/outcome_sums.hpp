// What outcomes of studies are measured by: a measure as in targets, or a sum of several that is published as
// one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/measures.hpp"

namespace hearth {

struct OutcomePart {
  Quantity quantity;
  double weight = 1.0;
};

// Nothing where there is no measure of that name.
std::vector<OutcomePart> outcome_parts(std::string_view name);

// Names of the sums.
std::vector<std::string> outcome_sum_names();

}  // namespace hearth
