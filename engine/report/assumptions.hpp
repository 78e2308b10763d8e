// What a result rests on: the effects of its service models with the evidence for each, and its parameters by
// how sure they are.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace hearth {

// The effects of the components that arms take up, from a resolved scenario: a row for each, with lever,
// claimed ratio and interval, grade, source, and what evidence.csv of `data_directory` says of the source.
// Empty where the scenario cannot be read. Throws DataError (no evidence.csv).
nlohmann::ordered_json effects_json(const nlohmann::json& scenario,
                                    const std::filesystem::path& data_directory);

// How many parameters there are of each certainty, and the assumed ones of widest spread, with their values.
nlohmann::ordered_json parameters_json(const nlohmann::json& scenario);

}  // namespace hearth
