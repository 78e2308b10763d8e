// How good earlier forecasts were: the scores of the hindcast that Hearth was built with.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace hearth {

// `rows`: one for each level, figure and year ahead, over all origins: forecasts scored, error over that of
// the last published value, per cent of figures inside the 50% and 90% intervals, and by how many per cent
// medians are too high (the bias is the mean log of median over figure). Of the rows of authorities: how many
// `kinds` there are, how many of them are `better` than the last published value, and the per cent of figures
// `inside_90`. Rounded as they are shown.
nlohmann::ordered_json track_record();

}  // namespace hearth
