// What a result rests on: the effects of its service models with the evidence for each, and its parameters by
// how sure they are.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "scenario/files/recorded.hpp"

namespace hearth {

// The effects of the components that arms adopt, from a resolved scenario: a row for each, with lever, the
// claim and what else was found (ratio and 90% interval, grade, source, and what evidence.csv of
// `data_directory` says of the source), and what the simulation uses, given the arm's mode: the middle, and
// 90% of what replicates draw. Empty where no scenario was recorded. Throws DataError (no evidence.csv).
nlohmann::ordered_json effects_json(const RecordedScenario& scenario,
                                    const std::filesystem::path& data_directory);

// How many parameters there are of each certainty, and the assumed ones of widest spread, with their values.
nlohmann::ordered_json parameters_json(const RecordedScenario& scenario);

}  // namespace hearth
