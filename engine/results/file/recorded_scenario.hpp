// The resolved scenario that a result carries, as JSON: what is read of it, checked. Whoever reads a key of
// it (summaries, the page, forecasts) may trust its type, and that what one key names under another is there;
// a further key that is read belongs into recorded_scenario.cpp. Keys may be missing, unless said otherwise
// there: earlier versions had fewer.
#pragma once

#include <string>

namespace hearth {

// The first thing that is not as promised, in words ("/arms/x/title is a number; a text is promised"); empty
// where all is. An empty text is a scenario that was not recorded.
std::string problem_of_scenario(const std::string& json);

}  // namespace hearth
