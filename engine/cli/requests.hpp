// What the command line and Python ask of the engine in the same words. Beside these, load_named,
// calibrate_origin and with_suggestion (commands.hpp).
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/calibration/calibrate.hpp"
#include "published/england.hpp"
#include "results/file/result_file.hpp"
#include "scenario/files/loader.hpp"

namespace hearth {

// "england"; where the command line simulates a part of it, "england_norfolk": what the file of a result is
// named after.
std::string name_of_result(const std::string& name, const LoadedScenario& loaded);

// A list of objects: file, line, column, pointer, and found, allowed, hint of a mistake, or found, usual,
// effect of a warning.
nlohmann::ordered_json diagnostics_json(const std::vector<Diagnostic>& diagnostics);

// Throws UsageError unless `arm` is empty or one of the scenario's.
void require_arm(const Scenario& scenario, const std::string& arm);

// The values whose names, or a part of them, start with `prefix`; those of one arm unless `arm` is empty.
// Throws UsageError where there is none, or no such arm.
std::vector<ResolvedValue> chosen_values(const LoadedScenario& loaded, const std::string& prefix,
                                         const std::string& arm);

// Business as usual at 31 March of a year, as a calibration starts from it or, with the file of one, has made
// it. `sample`: share of families.
Scenario scenario_to_fit(int origin, const CalibrationOptions& how, double sample,
                         std::optional<std::filesystem::path> calibration = {});

// The sources of uncertainty that a split runs alone. Throws UsageError where the scenario cannot be split.
std::vector<UncertaintySource> sources_to_split(const Scenario& scenario);

// `command`: what asked for the run, as it was typed.
ResultHeader make_header(const LoadedScenario& loaded, const England& england,
                         const std::vector<UncertaintySource>& split, const std::string& command);
// Once more, after the header's replicates have changed: what their effects are drawn as.
void note_effects(ResultHeader& header, const Scenario& scenario);

// Throws DataError, naming the file, unless all authorities of a result are in the tables of England at its
// origin.
void require_known_authorities(const std::filesystem::path& file, const ResultHeader& header,
                               const England& england);

}  // namespace hearth
