// The page people read: one HTML file that holds its data, its style and its program, and asks no network.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace hearth {

// A page can still be sent by mail: of all of England it would pass this with five arms.
constexpr std::size_t kLargestPage = 4'900'000;

// From report_data(), with "families" added. A page that would be longer than `largest` bytes leaves out
// parts for single authorities, one after the other until it fits, and names them in "left_out". Throws
// DataError where the program was built without ECharts.
std::string report_page(nlohmann::ordered_json data, std::size_t largest = kLargestPage);

// Was the program built with Apache ECharts, which draws the page, and what to do if not.
bool can_draw_charts();
constexpr std::string_view kHowToGetCharts =
    "run ./run (it needs npm and the network once), or run npm ci in web/ and build again";
// Throws DataError where not: ask before the work is done.
void require_charts();

}  // namespace hearth
