// Infers the effects of service models from the published outcomes of their studies, through the model
// itself.
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/service_model.hpp"

namespace hearth {

struct InferOptions {
  int replicates = 40;  // of each run of a study
  std::uint64_t seed = 2015;
  int threads = 0;  // 0: as many as the machine has
  const std::atomic<bool>* stop = nullptr;
  std::function<void(std::string_view line)> progress{};
};

// A service model with its response.
struct InferredModel {
  ServiceModel model;
  std::filesystem::path file;
};

struct InferredEffects {
  std::array<EntriesResponse, kLevers>
      entries_response{};             // as it is in the file, where nothing was measured
  std::vector<InferredModel> models;  // by name
};

// The service models named, by name or by the path of a file of one's own; none: all that come with the
// tables and have studies. Throws UsageError where there is no such model, or it has no studies;
// ScenarioError, DataError.
std::vector<InferredModel> models_to_infer(const std::vector<std::string>& names);

// Where what is inferred of them belongs: effects.json beside the tables, or beside one's own file.
std::filesystem::path effects_file_of(const std::vector<InferredModel>& models);

// Simulates the studies of each model; takes minutes. Of models that come with the tables also how entries
// answer to each lever. Throws ScenarioError (a study's places or dates), DataError, Interrupted.
InferredEffects infer_effects(std::vector<InferredModel> models, const InferOptions& how);

// The file: what was inferred, and what `file` says of other models where it is there.
std::string effects_json(const InferredEffects& inferred, const std::filesystem::path& file);

}  // namespace hearth
