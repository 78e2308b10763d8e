#include "model/state.hpp"

#include "kernels/scan.hpp"

namespace hearth {

ReplicateKeys::ReplicateKeys(const SourceSet& on, std::uint32_t replicate) : ReplicateKeys(0) {
  using enum UncertaintySource;
  if (on[index(kProcess)]) process = replicate;
  if (on[index(kDrift)]) drift = replicate;
  if (on[index(kEffects)]) effects = replicate;
}

AuthorityState::AuthorityState(const Setting& on, std::uint64_t seed, const ReplicateKeys& keys)
    : setting(on),
      families(*on.families),
      parameters(*on.parameters),
      log(on.log),
      draws(seed, keys.process, on.authority->code),
      drift_draws(seed, keys.drift, on.authority->code),
      national_drift_draws(seed, keys.drift, kAllAuthorities),
      contact_reading(families.size(), kNever),
      needs_reading(families.size(), kNever),
      family(families.size()),
      trust(families.size()),
      births_ahead(families.alive_begin.size()),
      breakdowns(families.alive_begin.size()),
      levers(neutral_levers()),
      workforce(workforce_at_origin(*on.authority)),
      implementation(implementation_at_origin(on.uptakes, on.authority->turnover_rate, parameters)),
      at_dose(on.uptakes.size()),
      drift(start_drift(on.drift, drift_draws)),
      care_leavers(on.authority->turned_18_in_care),
      following(families.size()),
      due(families.size()) {
  cases.reserve(static_cast<std::size_t>(on.authority->children_in_need) + 64);
  looked_after.reserve(static_cast<std::size_t>(on.authority->looked_after) * 3 / 2 + 64);
  const Draws effect_draws(seed, keys.effects, kAllAuthorities);
  for (const Uptake& uptake : on.uptakes)
    effects.push_back(
        log_effects(*uptake.model, uptake.components, parameters, uptake.effects, effect_draws));
}

std::span<std::uint32_t> find_due_families(AuthorityState& s, const std::vector<float>& readings, float end,
                                           int month) {
  const auto m = static_cast<std::size_t>(month);
  const std::uint32_t first = s.families.alive_begin[m];
  const std::uint32_t last = s.families.alive_end[m];
  return {s.due.data(), find_due(readings.data(), first, last, end, s.due.data())};
}

}  // namespace hearth
