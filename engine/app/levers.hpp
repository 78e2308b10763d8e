// What service models do to the levers of practice, as an arm uses them.
#pragma once

#include <string>
#include <vector>

#include "scenario/scenario.hpp"

namespace hearth {

// What one lever is multiplied by at full fidelity, with all posts filled. 1: nothing.
struct LeverEffects {
  const LeverInfo* lever = nullptr;
  double claimed = 1.0;
  double used = 1.0;  // by the arm; the median where it is sampled
  double low = 1.0;   // 90% interval of what is believed
  double high = 1.0;
  std::vector<std::string> parts;  // "component (grade, source)"; none: the model leaves the lever alone
};

// A service model, with the components that an arm adopts of it. All must outlive it.
struct AdoptedModel {
  const Arm& arm;
  const ServiceModel& model;
  std::vector<LeverEffects> levers;  // all there are, in the order of kLeverTable
};

// Of every arm, or of one unless `arm` is empty; each model with the same components once. Throws UsageError
// where there is no such arm, or no model is adopted.
std::vector<AdoptedModel> adopted_models(const Scenario& scenario, const std::string& arm = {});

}  // namespace hearth
