// Effects of a service model inferred through the model itself: measures how the outcomes of its studies
// answer to its effects, first where its own findings put them, then where the outcomes do.
#pragma once

#include <functional>
#include <string_view>

#include "analysis/effects/outcome_runs.hpp"
#include "parameters/registry.hpp"
#include "scenario/service_model.hpp"

namespace hearth {

struct InferenceOptions {
  int rounds = 4;  // of moving to where the outcomes put the effects, and looking what the model gives there
  std::function<void(std::string_view line)> progress{};
};

// The slopes at the effects' own beliefs, by a two-level design (core/measured_response.hpp), with
// steps of evidence.prior_sd; then the believed and the claimed effects, to which a few runs lead that
// correct the slopes by what they gave (Broyden). Throws Interrupted.
MeasuredResponse infer(const ServiceModel& model, const Parameters& parameters, OutcomeRuns& runs,
                       const InferenceOptions& options);

// How log entries into care over the months of `place` answer to the log of each lever, where a service model
// that moves this lever alone starts in its second month in every authority: two runs a lever, with the same
// random numbers, and one beside nothing to see the noise. Zero where it cannot be told from that.
std::array<EntriesResponse, kLevers> measure_entries_response(const StudyPlace& place,
                                                              std::shared_ptr<const Parallel> parallel,
                                                              const std::atomic<bool>* stop);

}  // namespace hearth
