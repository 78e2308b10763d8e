// The page and the spreadsheet of a result, and what the page says first.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>

#include "results/content/pounds.hpp"
#include "scenario/files/loader.hpp"

namespace hearth {

// The scenario that a result was made from, by its name, with the values that the command line may have
// given. Nothing where there is none of that name any more, or it cannot be read. Throws DataError where the
// result cannot be read.
std::optional<LoadedScenario> scenario_of_result(const std::filesystem::path& result);

// Reads `result`, writes `page` under a temporary name and renames it. Families are those of `loaded` where
// it is the scenario that the result was made from, else the page says why there are none; null: none are
// wanted. Throws UsageError where this build has no charts, DataError; Interrupted when `stop` is set.
void write_report(const std::filesystem::path& result, const std::filesystem::path& page,
                  const LoadedScenario* loaded, const std::atomic<bool>* stop = nullptr,
                  const Pounds& pounds = {});

// What the page says first, of all authorities of the result: its headline, and the first sentence of each
// point. Lines of at most 100 columns. `data`: the tables of England. Throws DataError.
std::string answer_text(const std::filesystem::path& result, const std::filesystem::path& data);

// Reads `result` and writes it as a spreadsheet, likewise. Throws DataError.
void write_workbook(const std::filesystem::path& result, const std::filesystem::path& workbook,
                    const Pounds& pounds = {});

}  // namespace hearth
