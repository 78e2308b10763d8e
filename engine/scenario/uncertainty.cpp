#include "scenario/uncertainty.hpp"

#include <algorithm>

namespace hearth {

Coverage coverage(const Scenario& scenario) {
  using enum UncertaintySource;
  Coverage out;
  const auto leave_out = [&](UncertaintySource source, const char* why) {
    out.left_out[index(source)] = scenario.uncertainty[index(source)] ? why : "switched off";
  };
  const auto any_arm = [&](auto&& which) {
    return std::any_of(scenario.arms.begin(), scenario.arms.end(), which);
  };
  leave_out(kProcess, "");
  const bool drifts = any_arm([](const Arm& arm) { return arm.parameters.on(Parameter::drift_enabled); });
  leave_out(kDrift, drifts ? "" : "drift.enabled is off");
  leave_out(kParameters, scenario.draws.values.empty() ? "the calibration has no draws"
                         : scenario.draws.parameters.empty()
                             ? "the scenario sets all that the calibration draws"
                             : "");
  const bool drawn = any_arm([&](const Arm& arm) {
    return arm.effects == EffectsMode::kSampled && !(arm.adoption.empty() && scenario.history.empty());
  });
  leave_out(kEffects, drawn ? "" : "no arm has \"effects\": \"sampled\"");
  return out;
}

Scenario with_sources(const Scenario& scenario, SourceSet sources) {
  Scenario out = scenario;
  out.uncertainty &= sources;
  return out;
}

bool draws_parameters(const Scenario& scenario) {
  return coverage(scenario).covers(UncertaintySource::kParameters);
}

EffectsMode effects_in(const Scenario& scenario, const Arm& arm) {
  const bool drawn = scenario.uncertainty[index(UncertaintySource::kEffects)];
  return arm.effects == EffectsMode::kSampled && !drawn ? EffectsMode::kEvidenceWeighted : arm.effects;
}

Arm arm_in_replicate(const Scenario& scenario, const Arm& arm, std::size_t replicate) {
  Arm out = arm;
  if (!scenario.uncertainty[index(UncertaintySource::kDrift)]) out.parameters[Parameter::drift_enabled] = 0.0;
  if (!draws_parameters(scenario)) return out;
  const ParameterDraws& draws = scenario.draws;
  const std::vector<double>& draw = draws.values[replicate % draws.values.size()];
  for (std::size_t i = 0; i < draw.size(); ++i) {
    const auto& own = arm.own_parameters;
    const auto set = std::ranges::find(own, draws.parameters[i], &OwnParameter::parameter);
    out.parameters[draws.parameters[i]] = set == own.end() ? draw[i] : set->in_draw(draw[i]);
  }
  return out;
}

}  // namespace hearth
