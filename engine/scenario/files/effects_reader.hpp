// The file effects.json of a folder: how outcomes answer to the effects of the service models there.
#pragma once

#include <filesystem>
#include <string>

#include "scenario/files/checker.hpp"
#include "scenario/files/service_models.hpp"

namespace hearth {

inline constexpr std::string_view kEffectsFileName = "effects.json";

// Of what a response depends on in a service model's file: its components with their reach, posts and months,
// and where, when and what its studies measured. What was published of them is not in it: effects follow from
// the response and the published figures when a scenario is loaded.
std::string response_key(const ServiceModel& model);

// Gives the models with studies their responses: those of `tables`/service_models from `tables`/effects.json,
// others from effects.json beside their file. What is wrong with the file as a whole is added to the checker.
// A model without a response has a warning, and one whose response was measured of another version of its
// file a mistake, both to be told where the model is adopted.
void add_responses(const std::filesystem::path& tables, ServiceModelSet& models, Checker& checker);

}  // namespace hearth
