// Service model files: bundles of practice components, each with effects on levers, reach, cost and evidence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "published/evidence.hpp"
#include "scenario/files/checker.hpp"
#include "scenario/files/loader.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

struct ServiceModelFile {
  ServiceModel model;
  Place at;                           // of its name
  std::vector<ResolvedValue> values;  // every number, with its source
  std::optional<Node> same_draws_as{};
};

// Nothing where the file has mistakes; they are added to the checker.
std::optional<ServiceModelFile> read_service_model(const Node& root, const Evidence& evidence,
                                                   Checker& checker);

}  // namespace hearth
