// Where the uncertainty of a result comes from, for the page: the shares of a split run in words.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "results/split.hpp"

namespace hearth {

// "85%", "about none", "nearly all", each with its Monte Carlo error in percentage points; "not known" where
// nothing varies. An estimate below 5% or above 95% is not told apart from none or all, and can lie outside 0
// to 100%.
std::string split_share_text(const VarianceShare& share);

// {sentences: which source dominates, of the levels and of the differences at the end; head; rows: [measure,
// of what, year, one share a source, together]}. Of looked-after children, care entries and the cost to
// authorities.
nlohmann::ordered_json uncertainty_json(const Split& split);

}  // namespace hearth
