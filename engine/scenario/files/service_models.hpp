// Service model files: bundles of practice components, each with effects on levers, reach, cost and evidence.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenario/files/checker.hpp"
#include "scenario/files/loader.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// The keys of evidence.csv: what an effect or a cost may give as its source.
struct EvidenceKeys {
  std::string file;
  std::set<std::string> keys;
};
// Throws DataError.
EvidenceKeys load_evidence_keys(const std::filesystem::path& data_directory);

struct ServiceModelFile {
  ServiceModel model;
  Place at;                           // of its name
  std::vector<ResolvedValue> values;  // every number, with its source
  std::optional<Node> same_draws_as{};
};

// Nothing where the file has mistakes; they are added to the checker.
std::optional<ServiceModelFile> read_service_model(const Node& root, const EvidenceKeys& evidence,
                                                   Checker& checker);

}  // namespace hearth
