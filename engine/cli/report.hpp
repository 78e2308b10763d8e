// The page of a result: shared by hearth report and hearth run --report.
#pragma once

#include <filesystem>

#include "scenario/loader.hpp"

namespace hearth {

// Reads `result`, writes `page` under a temporary name and renames it. Families are those of `loaded` where
// it is the scenario that the result was made from, else the page says why there are none; null: none are
// wanted. Throws DataError, Interrupted.
void write_report(const std::filesystem::path& result, const std::filesystem::path& page,
                  const LoadedScenario* loaded);

}  // namespace hearth
