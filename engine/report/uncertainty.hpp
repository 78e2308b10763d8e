// Where the uncertainty of a result comes from, for the page: the shares of a split run in words.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "results/split.hpp"

namespace hearth {

// "85%", "about none", "nearly all", each with its Monte Carlo error in percentage points; "not known" where
// nothing varies. An estimate below 5% or above 95% is not told apart from none or all, and can lie outside 0
// to 100%.
std::string split_share_text(const VarianceShare& share);

// {sentences: which source dominates at the end, of the first measure and of the differences in it, and what
// would change the answer; head; rows: [measure, way of working, when, one share a source]}. `names` of the
// measures, for people.
nlohmann::ordered_json uncertainty_json(const Split& split, const std::vector<std::string>& names);

}  // namespace hearth
