#include "report/assumptions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/statistics.hpp"
#include "parameters/registry.hpp"
#include "published/evidence.hpp"
#include "report/numbers.hpp"
#include "scenario/beliefs.hpp"
#include "scenario/levers.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidest = 20;
constexpr int kRatioDecimals = 2;

std::string meaning_of(const std::string& lever) {
  const auto found = std::ranges::find(kLeverTable, lever, &LeverInfo::name);
  return found == kLeverTable.end() ? std::string() : std::string(found->meaning);
}

// The parameters that an arm uses where nothing is drawn, as the scenario has them.
Parameters parameters_of(const RecordedScenario& scenario, const RecordedArm& arm) {
  Parameters out;
  for (const auto& [name, value] : scenario.parameters)
    if (const auto known = find_parameter(name)) out[*known] = value;
  for (const auto& [name, own] : arm.parameters)
    if (const auto known = find_parameter(name)) out[*known] = own.value(out[*known]);
  return out;
}

template <typename T>
std::map<std::string, T> sorted(const ByName<T>& all) {
  return {all.begin(), all.end()};
}

// What components do by the arms that adopt them: arms with the same mode of effects and the same beliefs
// together.
struct Adopted {
  std::vector<std::string> titles;
  EffectsMode mode = EffectsMode::kEvidenceWeighted;
  Parameters parameters;
};
using Adoptions =
    std::map<std::tuple<std::string, std::string, std::string>, Adopted>;  // model, component, mode

Adoptions adoptions_of(const RecordedScenario& scenario) {
  Adoptions out;
  for (const auto& [name, arm] : sorted(scenario.arms)) {
    const EffectsMode mode = arm.effects.value_or(EffectsMode::kEvidenceWeighted);
    const Parameters parameters = parameters_of(scenario, arm);
    for (const auto& adoption : arm.adoption)
      for (const auto& component : adoption.components) {
        Adopted& adopted = out[{adoption.service_model, component,
                                std::string(kEffectsModeNames.at(static_cast<std::size_t>(mode)))}];
        if (std::ranges::find(adopted.titles, arm.title) == adopted.titles.end())
          adopted.titles.push_back(arm.title);
        adopted.mode = mode;
        adopted.parameters = parameters;
      }
  }
  return out;
}

Json ratio_json(double ratio, double low, double high) {
  return {number_json(ratio, kRatioDecimals), number_json(low, kRatioDecimals),
          number_json(high, kRatioDecimals)};
}

// A claim, or what else was found: [ratio, low, high], grade and source, and what evidence.csv says of it.
Json finding_json(const EvidenceFinding& finding, const Evidence& evidence) {
  Json out = {{"ratio", ratio_json(finding.ratio, finding.low, finding.high)},
              {"grade", kEvidenceGradeNames.at(static_cast<std::size_t>(finding.grade))},
              {"key", finding.source}};
  if (const auto known = evidence.rows.find(finding.source); known != evidence.rows.end()) {
    const EvidenceRow& row = known->second;
    out["evidence"] = {
        {"value", row.value}, {"unit", row.unit}, {"source", row.source}, {"certainty", row.certainty}};
  }
  return out;
}

// As written, or where only outcomes tell of it such that the model gives them.
double claimed_of(const LeverEffect& effect, const std::optional<InferredEffect>& inferred) {
  return effect.from_outcomes && inferred ? std::exp(inferred->claimed) : effect.ratio;
}

// What the simulation uses of an effect: its middle, and the middle 90% of what replicates draw where they
// draw it.
Json used_json(const LeverEffect& effect, const std::optional<InferredEffect>& inferred,
               const Adopted& adopted) {
  Belief believed = belief(effect, adopted.parameters);
  if (inferred) believed = {.weight = 0.0, .mean = inferred->mean, .sd = inferred->sd};
  const double claimed = claimed_of(effect, inferred);
  switch (adopted.mode) {
    case EffectsMode::kZero:
      return ratio_json(1.0, 1.0, 1.0);
    case EffectsMode::kClaimed:
      return ratio_json(claimed, claimed, claimed);
    case EffectsMode::kEvidenceWeighted:
      return ratio_json(std::exp(believed.mean), std::exp(believed.mean), std::exp(believed.mean));
    case EffectsMode::kSampled:
      break;
  }
  return ratio_json(std::exp(believed.mean), std::exp(believed.mean - kNormalInterval * believed.sd),
                    std::exp(believed.mean + kNormalInterval * believed.sd));
}

// What the claimed outcomes of a model's studies ask of an effect of which nothing else was found.
Json inferred_claim_json(double ratio, const RecordedModel& model) {
  Json studies = Json::array();
  for (const RecordedStudy& study : model.studies) studies.push_back(study.title);
  return {{"ratio", ratio_json(ratio, ratio, ratio)}, {"studies", std::move(studies)}};
}

}  // namespace

Json effects_json(const RecordedScenario& scenario, const std::filesystem::path& data_directory) {
  Json out = Json::array();
  if (scenario.arms.empty() || scenario.service_models.empty()) return out;
  const auto evidence = load_evidence(data_directory);
  for (const auto& [what, adopted] : adoptions_of(scenario)) {
    const auto& [model_name, component_name, mode] = what;
    const RecordedModel& model = *scenario.service_models.find(model_name);
    const RecordedComponent& component = *model.components.find(component_name);
    for (const auto& [lever, stated] : sorted(component.effects)) {
      const LeverEffect effect{stated, Lever::kDirectTime, stated.besides, stated.from_outcomes, 1.0};
      Json others = Json::array();
      for (const auto& other : stated.besides) others.push_back(finding_json(other, evidence));
      out.push_back(
          {{"arms", adopted.titles},
           {"mode", mode},
           {"model", model.title},
           {"component", component.title},
           {"lever", lever},
           {"meaning", meaning_of(lever)},
           {"claim", stated.from_outcomes ? inferred_claim_json(claimed_of(effect, stated.inferred), model)
                                          : finding_json(effect, evidence)},
           {"also_found", std::move(others)},
           {"used", used_json(effect, stated.inferred, adopted)}});
    }
  }
  return out;
}

Json parameters_json(const RecordedScenario& scenario) {
  Json counts = Json::object();
  std::vector<const ParameterInfo*> assumed;
  for (const ParameterInfo& row : parameter_registry()) {
    auto& count = counts[std::string(name(row.certainty))];
    count = (count.is_null() ? 0 : count.get<int>()) + 1;
    if (row.certainty == Certainty::kAssumed && row.spread > 0.0) assumed.push_back(&row);
  }
  std::ranges::stable_sort(assumed, [](const auto* a, const auto* b) { return a->spread > b->spread; });
  Json widest = Json::array();
  for (std::size_t i = 0; i < std::min(kWidest, assumed.size()); ++i) {
    const ParameterInfo& row = *assumed[i];
    const auto used = scenario.parameters.find(std::string(row.name));
    widest.push_back(
        {{"name", row.name},
         {"meaning", row.meaning},
         {"value", fmt::format("{:.3g}", used == scenario.parameters.end() ? row.value : used->second)},
         {"unit", row.unit},
         {"factor", number_json(std::exp(kNormalInterval * row.spread), 1)}});
  }
  return {{"counts", std::move(counts)}, {"widest", std::move(widest)}};
}

}  // namespace hearth
