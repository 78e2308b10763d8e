// The areas that results are about: England, its regions, its authorities.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/content/result_header.hpp"

namespace hearth {

// The authorities that a number is about.
struct Area {
  std::string name;            // "England", "North East", "Hertfordshire"
  AuthorityGroup authorities;  // positions in the header
};

// England (every authority of the result), a region, or an authority by name, Department for Education code
// or Office for National Statistics code; capitals do not matter. Throws UsageError naming the nearest.
Area find_area(const ResultHeader& header, std::string_view name);

// Those of which a summarised result keeps every replicate: England, and its regions in the order in which
// the header first has them, but one that is all of the result.
std::vector<Area> areas_with_replicates(const ResultHeader& header);

}  // namespace hearth
