#include "scenario/files/resolved.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "scenario/beliefs.hpp"
#include "scenario/files/json_text.hpp"
#include "scenario/files/resolved_keys.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json selection_json(const std::vector<int>& codes) {
  return codes.empty() ? Json(key::kAll) : Json(codes);
}

Json months_json(const TargetSpan& span, const MonthEnd& origin) {
  const std::string first = month_name(span.first_month, origin);
  if (span.end_month - span.first_month == 1) return first;
  return {first, month_name(span.end_month - 1, origin)};
}

Json own_parameter_json(const OwnParameter& set) {
  using enum OwnParameter::Draws;
  if (set.draws == kTimes) return {{key::kTimes, set.factor}};
  if (set.draws == kFixed) return {{key::kFixed, set.value}};
  return set.value;
}

Json own_parameters_json(const std::vector<OwnParameter>& all) {
  Json out = Json::object();
  for (const OwnParameter& set : all) out[std::string(info(set.parameter).name)] = own_parameter_json(set);
  return out;
}

Json finding_json(const EvidenceFinding& finding) {
  return {{key::kRatio, finding.ratio},
          {key::kLow, finding.low},
          {key::kHigh, finding.high},
          {key::kGrade, kEvidenceGradeNames[static_cast<std::size_t>(finding.grade)]},
          {key::kSource, finding.source}};
}

// An effect of which only outcomes tell has no finding of its own.
Json effect_json(const LeverEffect& effect, const InferredEffect* inferred) {
  Json out = effect.from_outcomes ? Json{{key::kFromOutcomes, true}} : finding_json(effect);
  for (const auto& finding : effect.besides) out[key::kBesides].push_back(finding_json(finding));
  if (inferred != nullptr) out[key::kInferred] = {inferred->claimed, inferred->mean, inferred->sd};
  return out;
}

// `inferred`: all effects of the model, where it has a response; the component's are from `first` on.
Json component_json(const PracticeComponent& component, const std::vector<InferredEffect>& inferred,
                    std::size_t first) {
  Json out = {{key::kTitle, component.title},
              {key::kReach, component.reach},
              {key::kSetup, component.setup_gbp_per_case},
              {key::kRunning, component.running_gbp_per_case},
              {key::kCostSource, component.cost_source},
              {key::kEffects, Json::object()}};
  if (component.optional) out[key::kOptional] = true;
  if (component.months_to_embed) out[key::kMonthsToEmbed] = *component.months_to_embed;
  if (const auto& staffing = component.staffing)
    out[key::kStaffing] = {{key::kPosts, staffing->posts_per_100_cases},
                           {key::kGbpPerPost, staffing->gbp_per_post},
                           {key::kMonthsToRecruit, staffing->months_to_recruit},
                           {key::kSource, staffing->source}};
  for (const auto& effect : component.effects) {
    const auto lever = kLeverTable[static_cast<std::size_t>(effect.lever)].name;
    out[key::kEffects][std::string(lever)] =
        effect_json(effect, inferred.empty() ? nullptr : &inferred.at(first));
    ++first;
  }
  return out;
}

Json study_json(const Study& study) {
  Json out = {{key::kTitle, study.title}, {key::kOutcomes, Json::array()}};
  if (study.repetition) out[key::kRepetition] = true;
  for (const auto& outcome : study.outcomes) {
    Json& shown = out[key::kOutcomes].emplace_back(finding_json(outcome));
    shown[key::kTitle] = outcome.title;
  }
  return out;
}

Json model_json(const ServiceModel& model, const Parameters& parameters) {
  Json out = {{key::kTitle, model.title}, {key::kDescription, model.description}};
  if (!model.same_draws_as.empty()) out[key::kSameDrawsAs] = model.same_draws_as;
  out.update({{key::kTrainingMonths, model.training_months},
              {key::kMonthsToEmbed, model.months_to_embed},
              {key::kComponents, Json::object()}});
  const std::vector<InferredEffect> inferred = inferred_effects(model, parameters);
  std::size_t first = 0;
  for (const auto& component : model.components) {
    out[key::kComponents][component.name] = component_json(component, inferred, first);
    first += component.effects.size();
  }
  for (const auto& study : model.studies) out[key::kStudies].push_back(study_json(study));
  return out;
}

Json arm_json(const Arm& arm, const Scenario& scenario) {
  Json out = {{key::kTitle, arm.title},
              {key::kDescription, arm.description},
              {key::kEffects, kEffectsModeNames[static_cast<std::size_t>(arm.effects)]},
              {key::kAdoption, Json::array()},
              {key::kParameters, own_parameters_json(arm.own_parameters)},
              {key::kShocks, Json::array()},
              {key::kPeerLearning, network_json(arm.peer_learning, scenario.origin)}};
  for (const auto& adoption : arm.adoption)
    out[key::kAdoption].push_back(
        adoption_json(adoption, scenario.service_models[adoption.service_model], scenario.origin));
  for (const auto& shock : arm.shocks) out[key::kShocks].push_back(shock_json(shock, scenario.origin));
  return out;
}

Json by_code(const std::map<int, PropensityVector>& rows) {
  Json out = Json::object();
  for (const auto& [code, values] : rows) {
    auto& entry = out[std::to_string(code)] = Json::object();
    for (std::size_t i = 0; i < kPropensities; ++i) entry[std::string(kPropensityNames[i])] = values[i];
  }
  return out;
}

// The tables' folder from that of the scenario's file.
std::string data_path(const Scenario& s) {
  return fs::absolute(s.data_directory)
      .lexically_normal()
      .lexically_proximate(fs::absolute(s.file).lexically_normal().parent_path())
      .generic_string();
}

Json settings_json(const Scenario& s) {
  Json out = {{key::kFormat, "hearth resolved scenario"},
              {key::kVersion, 1},
              {key::kName, s.name},
              {key::kTitle, s.title},
              {key::kQuestion, s.question},
              {key::kData, data_path(s)},
              {key::kOrigin, s.origin.iso()},
              {key::kHorizonMonths, s.horizon_months},
              {key::kReplicates, s.replicates},
              {key::kSeed, s.seed},
              {key::kSamplingFraction, s.sampling_fraction},
              {key::kAuthorities, s.authorities},
              {key::kAdoptingElsewhere, s.adopting_elsewhere},
              {key::kBaseline, s.arms[s.baseline].name},
              {key::kOutput,
               {{key::kCompression, s.output.compression},
                {key::kEvery, s.output.every_name()},
                {key::kReplicates, s.output.replicates_name()}}}};
  const Coverage covered = coverage(s);
  for (const auto& source : kUncertaintySourceTable) {
    out[key::kUncertainty][std::string(source.name)] = bool{s.uncertainty[index(source.id)]};
    if (!covered.covers(source.id))
      out[key::kNotInIntervals][std::string(source.name)] = covered.left_out[index(source.id)];
  }
  return out;
}

Json prices_json(const PricePaths& prices) {
  Json out = Json::object();
  if (!prices.cash.empty()) out = {{key::kFirstYear, prices.first_year}, {key::kCash, prices.cash}};
  for (std::size_t k = 0; k < kPriceKinds; ++k)
    for (const auto& growth : prices.own[k])
      out[key::kAboveInflation][std::string(kPriceKindNames[k])].push_back(growth ? Json(*growth) : Json());
  return out;
}

// What the calibration says of authorities, and of what is not known.
void add_calibration(const Scenario& s, Json& out) {
  out[key::kPropensities] = by_code(s.propensities);
  out[key::kDeviations] = by_code(s.deviations);
  out[key::kResponse] = s.response;
  out[key::kRecordingNoise] = s.recording_noise;
  for (const auto& [code, values] : s.state_covariance)
    out[key::kStateCovariance][std::to_string(code)] = values;
  if (!s.draws.values.empty())
    out[key::kDraws] = {{key::kParameters, names_json(s.draws.parameters)}, {key::kValues, s.draws.values}};
}

}  // namespace

std::string resolved_text(const Scenario& s, const SharedParameters& shared) {
  Json out = settings_json(s);
  out[key::kPopulation] = s.population.own.empty()
                              ? std::string(name_of(s.population.variant))
                              : std::filesystem::path(s.population.own).filename().string();
  out[key::kPrices] = prices_json(s.prices);
  auto& parameters = out[key::kParameters] = Json::object();
  for (const auto& row : parameter_registry())
    parameters[std::string(row.name)] = shared.layer.values[row.id];
  if (!shared.set.empty()) out[key::kSet] = own_parameters_json(shared.set);
  auto& models = out[key::kServiceModels] = Json::object();
  for (const auto& model : s.service_models) models[model.name] = model_json(model, shared.layer.values);
  auto& history = out[key::kHistory] = Json::array();
  for (const auto& adoption : s.history)
    history.push_back(adoption_json(adoption, s.service_models[adoption.service_model], s.origin));
  std::vector<std::string> names;
  auto& arms = out[key::kArms] = Json::object();
  for (const auto& arm : s.arms) {
    names.push_back(arm.name);
    arms[arm.name] = arm_json(arm, s);
  }
  auto& targets = out[key::kTargets] = Json::array();
  for (const auto& target : s.targets) targets.push_back(target_json(target, s.origin, names));
  add_calibration(s, out);
  return json_text(out, 2);
}

Json adoption_json(const Adoption& adoption, const ServiceModel& model, const MonthEnd& origin) {
  Json out = {{key::kServiceModel, model.name},
              {key::kAuthorities, selection_json(adoption.authorities)},
              {key::kStart, month_name(adoption.start_month, origin)}};
  if (adoption.grant_end_month) out[key::kGrantEnd] = month_name(*adoption.grant_end_month - 1, origin);
  if (adoption.partners_agree_month)
    out[key::kPartnersAgree] = month_name(*adoption.partners_agree_month, origin);
  auto& components = out[key::kOnly] = Json::array();
  for (const std::size_t i : adoption.components) components.push_back(model.components[i].name);
  return out;
}

Json shock_json(const Shock& shock, const MonthEnd& origin) {
  const ShockInfo& kind = kShockTable[static_cast<std::size_t>(shock.kind)];
  return {{key::kKind, kind.name},
          {key::kStart, month_name(shock.start_month, origin)},
          {key::kEnd, month_name(shock.end_month - 1, origin)},
          {kind.is_ratio ? key::kRatio : key::kStrength, shock.size},
          {key::kAuthorities, selection_json(shock.authorities)}};
}

Json network_json(const PeerNetwork& network, const MonthEnd& origin) {
  Json out = {{key::kMembers, network.members}};
  if (network.members.empty()) return out;
  out[key::kStart] = month_name(network.start_month, origin);
  out[key::kEveryMonths] = network.every_months;
  out[key::kChannels] = Json::array();
  if (network.leadership) out[key::kChannels].push_back("leadership");
  if (network.practice) out[key::kChannels].push_back("practice");
  return out;
}

Json target_json(const Target& target, const MonthEnd& origin, const std::vector<std::string>& arms) {
  Json out = {{key::kName, target.name}, {key::kTitle, target.title}, {key::kMeasure, target.measure.name}};
  if (target.per) out[key::kPer] = target.per->name;
  out[key::kArm] = arms.at(target.span.arm);
  out[key::kMonths] = months_json(target.span, origin);
  if (target.reference)
    out[key::kComparedWith] = {{key::kArm, arms.at(target.reference->arm)},
                               {key::kMonths, months_json(*target.reference, origin)}};
  out[key::kAs] = kTargetFormNames[static_cast<std::size_t>(target.form)];
  out[key::kAuthorities] = selection_json(target.authorities);
  out[key::kPublished] = {{key::kValue, target.published.value}};
  if (const auto& interval = target.published.interval)
    out[key::kPublished].update({{key::kLow, interval->low}, {key::kHigh, interval->high}});
  out[key::kUnit] = target.unit;
  out[key::kSource] = target.source;
  if (target.expect) out[key::kExpect] = kVerdictNames[static_cast<std::size_t>(*target.expect)];
  if (!target.note.empty()) out[key::kNote] = target.note;
  return out;
}

}  // namespace hearth
