#include "scenario/files/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "core/statistics.hpp"
#include "kernels/elementary.hpp"
#include "scenario/beliefs.hpp"
#include "scenario/files/adoption.hpp"
#include "scenario/files/arms.hpp"
#include "scenario/files/authority_choice.hpp"
#include "scenario/files/bases.hpp"
#include "scenario/files/calibration_reader.hpp"
#include "scenario/files/cost_draws.hpp"
#include "scenario/files/effects_reader.hpp"
#include "scenario/files/load_context.hpp"
#include "scenario/files/population_reader.hpp"
#include "scenario/files/price_reader.hpp"
#include "scenario/files/resolved.hpp"
#include "scenario/files/settings.hpp"
#include "scenario/files/shared_parameters.hpp"
#include "scenario/files/tables.hpp"
#include "scenario/files/target_reader.hpp"
#include "scenario/files/timeline.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

// What was read of a scenario, each part by itself.
struct Parts {
  Tables tables;
  AuthorityChoice authorities;
  CalibratedParameters calibrated;
  SharedParameters parameters;
  std::vector<NamedAdoption> history;
  Arms arms;
};

// In the order in which the parts depend on each other. What stands alone goes to the scenario at once.
Parts read_parts(const MergedDocument& document, const ScenarioOverrides& overrides, Scenario& scenario,
                 LoadContext& context) {
  Parts out;
  const Cursor root = document.cursor();
  context.checker.object(root, kScenarioKeys, "a scenario");
  out.tables = read_tables(root, scenario.file, context);
  scenario.data_directory = out.tables.folder;
  read_settings(root, overrides, out.tables.origin_years, scenario, context);
  const Timeline timeline{scenario.origin, scenario.horizon_months};

  out.authorities =
      read_authorities(root, {out.tables.identities, out.tables.folder / "authorities.csv", scenario.origin},
                       overrides, context);
  scenario.authorities = out.authorities.simulated;
  if (!out.tables.identities.empty()) {
    scenario.place = place_name(out.tables.identities, scenario.authorities, scenario.origin.year);
    name_place(document, out.authorities, scenario, context);
  }

  out.calibrated = read_calibration_of(root, overrides.calibration, out.authorities.known, scenario, context);
  scenario.prices =
      read_prices(root, scenario.data_directory, scenario.origin,
                  overrides.months.value_or(scenario.horizon_months), out.calibrated.layer.values, context);
  scenario.population = read_population(root, scenario, context);
  scenario.reference = out.calibrated.layer.values;
  draw_costs(scenario.reference, scenario.draws);
  out.parameters = read_shared_parameters(root, out.calibrated.layer, overrides.set, scenario.draws, context);

  std::vector<Shock> shocks;
  if (const auto at = Checker::child(root, "shocks"))
    shocks = read_shocks(*at, timeline, out.authorities, context);
  PeerNetwork network;
  if (const auto at = Checker::child(root, "peer_learning"))
    network = read_peer_learning(*at, timeline, out.authorities, context);
  out.history = read_history(scenario.data_directory, scenario.origin, out.tables.models, context);
  out.arms = read_arms(root,
                       {{timeline, out.authorities, out.tables.models, out.history},
                        out.parameters,
                        scenario.draws,
                        shocks,
                        network,
                        scenario.place},
                       context);
  if (const auto at = Checker::child(root, "targets"))
    scenario.targets =
        read_targets(*at, {timeline, out.arms.names(), out.tables.evidence, out.authorities}, context);
  return out;
}

// What is wrong with the responses of the models that are adopted.
void report_responses(const Parts& parts, LoadContext& context) {
  std::set<std::string> adopted;
  for (const auto& draft : parts.arms.drafts)
    for (const auto& adoption : draft.adoption) adopted.insert(adoption.service_model);
  for (const auto& adoption : parts.history) adopted.insert(adoption.service_model);
  for (const auto& name : adopted) {
    const auto found = parts.tables.models.by_name.find(name);
    if (found == parts.tables.models.by_name.end()) continue;  // reported where it is adopted
    const ServiceModelFile& file = found->second;
    Checker& checker = context.checker;
    checker.diagnostics.insert(checker.diagnostics.end(), file.response_mistakes.begin(),
                               file.response_mistakes.end());
    checker.warnings.insert(checker.warnings.end(), file.response_warnings.begin(),
                            file.response_warnings.end());
  }
}

// What a response makes of each effect: ratios at full dose, believed with the middle 90%, and claimed where
// outcomes alone tell of it.
void record_inferred(const ServiceModelFile& file, const Parameters& parameters, LoadContext& context) {
  const std::vector<InferredEffect> inferred = inferred_effects(file.model, parameters);
  if (inferred.empty()) return;
  auto next = inferred.begin();
  for (const auto& component : file.model.components)
    for (const auto& effect : component.effects) {
      const auto record = [&](std::string_view what, double log_ratio) {
        context.record(
            fmt::format("/service_models/{}/components/{}/effects/{}/{}", file.model.name, component.name,
                        kLeverTable[static_cast<std::size_t>(effect.lever)].name, what),
            elementary::exp(log_ratio), "ratio", file.effects_file.generic_string());
      };
      if (effect.from_outcomes) record("claimed", next->claimed);
      record("believed", next->mean);
      record("believed_low", next->mean - kNormalInterval * next->sd);
      record("believed_high", next->mean + kNormalInterval * next->sd);
      ++next;
    }
}

// The service models that are adopted, by name, get their places in the scenario.
std::map<std::string, std::size_t> add_service_models(const Parts& parts, Scenario& scenario,
                                                      LoadContext& context) {
  std::map<std::string, std::size_t> positions;
  for (const auto& draft : parts.arms.drafts)
    for (const auto& adoption : draft.adoption) positions.emplace(adoption.service_model, 0);
  for (const auto& adoption : parts.history) positions.emplace(adoption.service_model, 0);
  for (auto& [name, position] : positions) {
    position = scenario.service_models.size();
    const ServiceModelFile& model = parts.tables.models.by_name.at(name);
    scenario.service_models.push_back(model.model);
    context.files.push_back(model.file);
    if (!model.effects_file.empty() &&
        std::ranges::find(context.files, model.effects_file) == context.files.end())
      context.files.push_back(model.effects_file);
    context.values.insert(context.values.end(), model.values.begin(), model.values.end());
    record_inferred(model, parts.parameters.layer.values, context);
  }
  return positions;
}

void add_history(const Parts& parts, const std::map<std::string, std::size_t>& positions, Scenario& scenario,
                 LoadContext& context) {
  for (const auto& [name, adoption] : parts.history) {
    scenario.history.push_back(adoption);
    scenario.history.back().service_model = positions.at(name);
    context.record(fmt::format("/history/{}/{}", adoption.authorities.front(), name),
                   adoption_json(adoption, parts.tables.models.by_name.at(name).model, scenario.origin), "",
                   (scenario.data_directory / "adoption.csv").generic_string());
  }
}

void add_arms(const Parts& parts, const std::map<std::string, std::size_t>& positions, Scenario& scenario) {
  scenario.baseline = parts.arms.baseline;
  std::set<int> adopting;
  for (const auto& draft : parts.arms.drafts) {
    Arm& arm = scenario.arms.emplace_back(draft.arm);
    for (const auto& [name, adoption] : draft.adoption) {
      arm.adoption.push_back(adoption);
      arm.adoption.back().service_model = positions.at(name);
      const auto codes =
          adoption.authorities.empty() ? parts.authorities.known.live_codes() : adoption.authorities;
      adopting.insert(codes.begin(), codes.end());
    }
    if (arm.peer_learning.members.size() == 1) arm.peer_learning.members.clear();  // nobody to meet
  }
  scenario.adopting_elsewhere = parts.authorities.others_than_simulated({adopting.begin(), adopting.end()});
}

void record_parameters(const Parts& parts, const Scenario& scenario, LoadContext& context) {
  const auto row = [&](std::string pointer, double value, const std::string& origin,
                       const ParameterInfo& about, const OwnParameter* set) {
    context.values.push_back({std::move(pointer), number_text(value), std::string(about.unit), origin,
                              std::string(about.source), std::string(name(about.certainty)),
                              drawn_text(set, about.id, scenario), &about});
  };
  const ParameterLayer& shared = parts.parameters.layer;
  for (const auto& about : parameter_registry())
    row(pointer_to("/parameters", about.name), shared.values[about.id],
        shared.origins[static_cast<std::size_t>(about.id)], about, nullptr);
  for (const auto& [pointer, set, origin] : parts.arms.parameters)
    row(pointer, set.value, origin, info(set.parameter), &set);
  const auto& propensities = parts.calibrated.propensities;
  context.values.insert(context.values.end(), propensities.begin(), propensities.end());
}

// The scenario of parts without mistakes.
void resolve(Parts& parts, Scenario& scenario, LoadContext& context) {
  std::erase_if(parts.history, [&](const NamedAdoption& row) {
    return !std::ranges::binary_search(scenario.authorities, row.adoption.authorities.front());
  });
  const auto positions = add_service_models(parts, scenario, context);
  add_history(parts, positions, scenario, context);
  add_arms(parts, positions, scenario);
  record_parameters(parts, scenario, context);
  scenario.resolved_json = resolved_text(scenario, parts.parameters);
}

LoadedScenario load(const fs::path& file, std::optional<std::string_view> text,
                    const ScenarioOverrides& overrides) {
  check_overrides(overrides);
  LoadContext context;
  const MergedDocument document = read_with_bases(file, text, context);
  if (!document.readable) context.stop_on_mistakes();  // what else to say depends on what cannot be read
  Scenario scenario;
  scenario.file = file;
  Parts parts = read_parts(document, overrides, scenario, context);
  apply_overrides(overrides, scenario, context);
  if (overrides.without_responses)  // a file of effects that cannot be read is about to be written again
    std::erase_if(context.checker.diagnostics,
                  [](const Diagnostic& each) { return fs::path(each.file).filename() == kEffectsFileName; });
  else
    report_responses(parts, context);
  context.stop_on_mistakes();
  resolve(parts, scenario, context);
  return {std::move(scenario), std::move(context.values), std::move(context.files), context.warnings(),
          parts.authorities.is_part()};
}

}  // namespace

LoadedScenario load_scenario(const fs::path& file, const ScenarioOverrides& overrides) {
  return load(file, std::nullopt, overrides);
}

LoadedScenario load_scenario(const ScenarioText& scenario, const ScenarioOverrides& overrides) {
  return load(scenario.file, scenario.text, overrides);
}

}  // namespace hearth
