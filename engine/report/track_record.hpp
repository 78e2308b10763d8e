// How good earlier forecasts were: the scores of the hindcast that Hearth was built with.
#pragma once

#include <nlohmann/json.hpp>

namespace hearth {

// A row for each level, figure and year ahead, over all origins: forecasts scored, error over that of the
// last published value, shares of figures inside the 50% and 90% intervals, bias (log of median over figure).
nlohmann::ordered_json track_record();

}  // namespace hearth
