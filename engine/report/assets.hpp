// Files that the build puts into the program: web/ and the scores of the hindcast. Made by cmake/embed.cmake.
#pragma once

#include <string_view>

namespace hearth::assets {

extern const std::string_view kPage;    // web/page.html
extern const std::string_view kStyle;   // web/page.css
extern const std::string_view kScript;  // web/page/*.js, one after the other
extern const std::string_view kTiles;   // web/tiles.csv
extern const std::string_view kCharts;  // Apache ECharts; empty: it was not there when Hearth was built
extern const std::string_view kHindcastScores;  // tools/results/hindcast_scores.csv

}  // namespace hearth::assets
