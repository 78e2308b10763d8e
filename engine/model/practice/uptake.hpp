// Which service models an authority takes up, when, and how they are paid for.
#pragma once

#include <optional>
#include <vector>

#include "parameters/registry.hpp"
#include "published/england.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// A service model in one authority: what an arm asks for, or what the authority did before the origin.
struct Uptake {
  const ServiceModel* model = nullptr;
  std::vector<std::size_t> components;  // of the model
  EffectsMode effects = EffectsMode::kEvidenceWeighted;
  int start_month = 0;
  std::optional<int> grant_end_month;       // first month without the grant; none: the authority pays
  std::optional<int> partners_agree_month;  // from which partners pay their share; none: never
  double crowding = 1.0;                    // of the market for practitioners: multiplies time to recruit
  // Taken up before the origin. What had been reached by then is in the authority's own rates and budget:
  // only change since then has an effect, and nothing costs again.
  bool before_origin = false;
};

// Whether a list of authorities in a scenario has this one: an empty list has all.
bool concerns(const std::vector<int>& authorities, int code);

// What the authority did before the origin goes on, and what the arm takes up is added. An arm that takes up
// what the authority does already says how that is paid for from now on. The scenario must outlive them.
std::vector<Uptake> uptakes_of(const Scenario& scenario, const Arm& arm, const England& england, int code);

}  // namespace hearth
