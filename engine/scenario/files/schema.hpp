// JSON Schemas (draft-07, without a final line end) of scenarios and service models, made from the parameter
// registry, the lever table, the key tables and the enumerations.
#pragma once

#include <string>

#include "published/england_tables.hpp"

namespace hearth {

// `years`: those from which a scenario may start.
std::string scenario_schema(const OriginYears& years);
std::string service_model_schema();

}  // namespace hearth
