// Service model files: bundles of practice components, each with effects on levers, reach, cost and evidence.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "published/evidence.hpp"
#include "scenario/files/checker.hpp"
#include "scenario/files/resolved_value.hpp"
#include "scenario/service_model.hpp"

namespace hearth {

struct ServiceModelFile {
  ServiceModel model;
  std::filesystem::path file;
  Node name;                          // as the file gives it
  std::vector<ResolvedValue> values;  // every number, with its source
  // With its measured response; empty: it has none. What is wrong with that, or missing, matters to scenarios
  // that adopt the model.
  std::filesystem::path effects_file{};
  std::vector<Diagnostic> response_mistakes{};
  std::vector<Diagnostic> response_warnings{};
  std::optional<Node> same_draws_as{};
};

// Nothing where the file has mistakes; they are added to the checker.
std::optional<ServiceModelFile> read_service_model(const std::filesystem::path& file,
                                                   const Evidence& evidence, Checker& checker);

// The service models that a scenario can adopt.
struct ServiceModelSet {
  std::map<std::string, ServiceModelFile> by_name;
  bool complete = false;  // every file is right; a model whose file has mistakes is missing

  std::vector<std::string> names() const;
};

// Those of the folder `tables`/service_models and those of `own` files. Mistakes are added to the checker.
ServiceModelSet read_service_models(const std::filesystem::path& tables,
                                    const std::vector<std::filesystem::path>& own, const Evidence& evidence,
                                    Checker& checker);

}  // namespace hearth
