// The page people read: one HTML file that holds its data, its style and its program, and asks no network.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace hearth {

// From report_data(), with "families" besides. Throws DataError where the program was built without ECharts.
std::string report_page(const nlohmann::ordered_json& data);

// Throws DataError where the program was built without ECharts: ask before the work is done.
void require_charts();

}  // namespace hearth
