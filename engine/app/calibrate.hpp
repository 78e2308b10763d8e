// Calibrates business as usual, and compares a calibration with what is published.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "analysis/calibration/calibrate.hpp"

namespace hearth {

// The year whose 31 March is the origin of a calibration: the last that England's tables allow unless one is
// asked for. Throws UsageError where they do not allow it, DataError.
int origin_to_fit(std::optional<int> year);

// Business as usual at 31 March of a year, as a calibration starts from it or, with the file of one, has made
// it. `sample`: share of families, above 0 to 1. Throws ScenarioError, DataError.
Scenario scenario_to_fit(int origin, const CalibrationOptions& how, double sample,
                         std::optional<std::filesystem::path> calibration = {});

// Calibrates business as usual at an origin with the tables that app/project.hpp finds. Takes minutes. Throws
// DataError; Interrupted when `how.stop` is set.
Calibration calibrate_origin(int origin, const CalibrationOptions& how, double sample = 1.0);

// How well a calibration file fits the figures published at the origin: a row a figure. Without a file, the
// calibration of that origin that comes with the tables. Throws DataError, Interrupted.
std::vector<TargetFit> check_calibration(int origin, const CalibrationOptions& how, double sample = 1.0,
                                         std::optional<std::filesystem::path> calibration = {});

}  // namespace hearth
