// What the drawn effects of service models came out as, replicate by replicate.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hearth {

// What the effects of each arm that samples them were drawn as. Differences between arms are nearly linear in
// them, so they tell how much of a mean over replicates is the chance of the draws.
struct EffectDraws {
  struct Effect {
    std::size_t arm = 0;  // position in the scenario
    std::string service_model;
    std::string lever;
  };
  std::vector<Effect> effects;
  std::vector<double> deviations;  // [replicate][effect]: log effect at full dose, less its mean
};

}  // namespace hearth
