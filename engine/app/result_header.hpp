// What a result says of the run that it is of.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "published/england.hpp"
#include "results/content/result_header.hpp"
#include "scenario/files/loader.hpp"

namespace hearth {

// The sources of uncertainty that a split runs alone. Throws UsageError where the scenario cannot be split.
std::vector<UncertaintySource> sources_to_split(const Scenario& scenario);

// Of a run of the whole scenario. `split`: the sources that are also run alone. `command`: what asked for the
// run, as it was typed.
ResultHeader make_header(const LoadedScenario& loaded, const England& england,
                         const std::vector<UncertaintySource>& split, const std::string& command);
// Once more, after the header's replicates have changed: what their effects are drawn as.
void note_effects(ResultHeader& header, const Scenario& scenario);

// Throws DataError, naming the file, unless all authorities of a result are in the tables of England at its
// origin.
void require_known_authorities(const std::filesystem::path& file, const ResultHeader& header,
                               const England& england);

}  // namespace hearth
