// Published outcomes of a service model for people: as published, claimed, before and after they were used.
#pragma once

#include "parameters/registry.hpp"
#include "scenario/service_model.hpp"

namespace hearth {

// Nothing where the model has no studies.
void print_outcomes(const ServiceModel& model, const Parameters& parameters);

}  // namespace hearth
