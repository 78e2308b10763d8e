// JSON Schemas (draft-07, without a final line end) of scenarios and service models, made from the parameter
// registry, the lever table, the key tables and the enumerations.
#pragma once

#include <string>

namespace hearth {

std::string scenario_schema();
std::string service_model_schema();

}  // namespace hearth
