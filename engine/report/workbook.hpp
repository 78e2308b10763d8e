// A result as one spreadsheet (.xlsx): a sheet a figure, the parameters and the scenario that it was made
// from, and where it came from.
#pragma once

#include <filesystem>

#include "published/places.hpp"
#include "results/content/result_source.hpp"

namespace hearth {

// Writes `file` itself, over what is there. `places`: what there is for looked-after children; empty: not
// known. Numbers are numbers, with the decimals that their unit carries; nothing is a formula, whatever a
// text starts with. The same result gives the same bytes. Throws DataError.
void write_workbook(const ResultSource& result, const std::filesystem::path& file, const PlacesTable& places);

}  // namespace hearth
