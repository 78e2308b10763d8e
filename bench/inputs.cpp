#include "inputs.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "published/england_reader.hpp"
#include "scenario/files/loader.hpp"

namespace hearth::bench {

const Inputs& inputs() {
  static const Inputs out = [] {
    ScenarioOverrides overrides;
    overrides.replicates = 1;
    const auto file = std::filesystem::path(HEARTH_SOURCE_DIR) / "scenarios" / "england.json";
    Inputs in{load_scenario(file, overrides).scenario, {}};
    in.scenario.arms = {in.scenario.arms.at(in.scenario.baseline)};
    in.scenario.baseline = 0;
    in.england = load_england(in.scenario.data_directory, in.scenario.origin, in.scenario.population);
    return in;
  }();
  return out;
}

const AuthorityOrigin& typical_authority() {
  const auto& all = inputs().england.authorities;
  double mean = 0.0;
  for (const auto& a : all) mean += static_cast<double>(a.children) / static_cast<double>(all.size());
  const auto distance = [&](const AuthorityOrigin& a) { return std::abs(a.children - mean); };
  return *std::min_element(all.begin(), all.end(),
                           [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
}

Setting setting_of(const AuthorityOrigin& authority, const Families& families,
                   const CareHistory& care_history) {
  return make_setting(inputs().scenario, inputs().arm(), inputs().england, authority, families, care_history);
}

Prepared::Prepared(const AuthorityOrigin& authority)
    : families(make_families(authority, inputs().parameters(), inputs().scenario.seed,
                             inputs().scenario.sampling_fraction, inputs().scenario.horizon_months)),
      care_history(make_care_history(inputs().parameters(), inputs().england)),
      setting(setting_of(authority, families, care_history)) {}

const Prepared& typical_prepared() {
  static const Prepared out(typical_authority());
  return out;
}

}  // namespace hearth::bench
