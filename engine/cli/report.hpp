// The page and the spreadsheet of a result: shared by hearth run, report and export.
#pragma once

#include <filesystem>

#include "scenario/files/loader.hpp"

namespace hearth {

// Reads `result`, writes `page` under a temporary name and renames it. Families are those of `loaded` where
// it is the scenario that the result was made from, else the page says why there are none; null: none are
// wanted. Throws DataError, Interrupted.
void write_report(const std::filesystem::path& result, const std::filesystem::path& page,
                  const LoadedScenario* loaded);

// What the page says first, of all authorities of the result: its headline, and the first sentence of each
// point. Lines of at most 100 columns. `data`: the tables of England.
std::string answer_text(const std::filesystem::path& result, const std::filesystem::path& data);

// Reads `result` and writes it as a spreadsheet, likewise.
void write_workbook(const std::filesystem::path& result, const std::filesystem::path& workbook);

}  // namespace hearth
