#include "scenario/files/schema.hpp"

#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "parameters/registry.hpp"
#include "scenario/files/keys.hpp"
#include "scenario/scenario.hpp"
#include "scenario/targets.hpp"

namespace hearth {

namespace {

using Json = nlohmann::ordered_json;

Json text() {
  return {{"type", "string"}};
}
Json identifier() {
  return {{"type", "string"}, {"pattern", "^[a-z][a-z0-9_]{0,63}$"}};
}
Json month() {
  return {{"type", "string"}, {"pattern", "^[12][0-9]{3}-(0[1-9]|1[0-2])$"}};
}
Json list_of(Json item) {
  return {{"type", "array"}, {"items", std::move(item)}};
}
Json reference(const char* name) {
  return {{"$ref", fmt::format("#/definitions/{}", name)}};
}

// Whole bounds are written as whole numbers, for people who read the schema.
Json bound(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  return static_cast<double>(whole) == value ? Json(whole) : Json(value);
}
Json number(Bounds bounds) {
  return {{"type", "number"}, {"minimum", bound(bounds.lower)}, {"maximum", bound(bounds.upper)}};
}
Json whole_number(Bounds bounds) {
  Json out = number(bounds);
  out["type"] = "integer";
  return out;
}

template <typename Names>
Json choice(const Names& names) {
  Json out = {{"type", "string"}, {"enum", Json::array()}};
  for (const auto& name : names) out["enum"].push_back(name);
  return out;
}

// An object with exactly the keys of the table; `types` says what each may hold.
Json object(std::span<const KeyInfo> keys, const Json& types, bool with_required = true) {
  Json out = {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
  Json required = Json::array();
  for (const auto& key : keys) {
    const auto type = types.find(std::string(key.name));
    if (type == types.end())
      throw InternalError(fmt::format("the schema does not say what \"{}\" holds", key.name));
    Json property = *type;
    if (property.contains("$ref"))
      property = {{"allOf", Json::array({property})}};  // draft-07 ignores siblings
    property["description"] = key.meaning;
    out["properties"][std::string(key.name)] = std::move(property);
    if (key.required) required.push_back(key.name);
  }
  if (with_required && !required.empty()) out["required"] = std::move(required);
  return out;
}

Json parameters() {
  Json out = {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
  for (const auto& row : parameter_registry()) {
    Json property;
    if (row.certainty == Certainty::kSwitch)
      property = {{"enum", {true, false, 1, 0}}, {"default", row.value != 0.0}};
    else
      property = {{"anyOf", {number({row.lower, row.upper}), reference("parameter_use")}}};
    if (row.certainty != Certainty::kSwitch) property["default"] = row.value;
    property["description"] = row.certainty == Certainty::kSwitch
                                  ? std::string(row.meaning)
                                  : fmt::format("{} [{}]", row.meaning, row.unit);
    out["properties"][std::string(row.name)] = std::move(property);
  }
  return out;
}

Json authorities() {
  const Json one = {{"description", "Code (919), ONS code (E10000015) or name"},
                    {"type", {"string", "integer"}}};
  const Json region = {
      {"type", "object"},
      {"additionalProperties", false},
      {"properties", {{"region", {{"type", "string"}, {"description", "Name of a region"}}}}},
      {"required", {"region"}}};
  const Json item = {{"anyOf", {one, region}}};
  return {{"anyOf", {one, region, list_of(item)}}};
}

Json schema(std::string_view title, std::string_view description) {
  return {
      {"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", title}, {"description", description}};
}

Json shock_kinds() {
  Json out = {{"oneOf", Json::array()}};
  for (const auto& row : kShockTable)
    out["oneOf"].push_back(
        {{"const", row.name},
         {"description", fmt::format("{}{}", row.is_ratio ? "multiplies " : "", row.meaning)}});
  return out;
}

Json adoption() {
  return object(kAdoptionKeys, {{"service_model", identifier()},
                                {"authorities", reference("authorities")},
                                {"start", month()},
                                {"only", list_of(identifier())},
                                {"with", list_of(identifier())},
                                {"without", list_of(identifier())},
                                {"grant_end", month()},
                                {"partners_agree", month()},
                                {"note", text()}});
}

Json shock() {
  return object(kShockKeys, {{"kind", shock_kinds()},
                             {"start", month()},
                             {"end", month()},
                             {"ratio", number(kShockRatio)},
                             {"strength", number(kShockStrength)},
                             {"authorities", reference("authorities")},
                             {"note", text()}});
}

Json peer_learning() {
  return object(kPeerLearningKeys, {{"members", reference("authorities")},
                                    {"start", month()},
                                    {"every_months", whole_number(kEveryMonths)},
                                    {"channels", list_of({{"enum", {"leadership", "practice"}}})},
                                    {"note", text()}});
}

Json arm() {
  Json out = object(kArmKeys, {{"title", text()},
                               {"description", text()},
                               {"effects", choice(kEffectsModeNames)},
                               {"adoption", {{"anyOf", {text(), list_of(reference("adoption"))}}}},
                               {"parameters", reference("parameters")},
                               {"shocks", list_of(reference("shock"))},
                               {"peer_learning", reference("peer_learning")}});
  out["type"] = {"object", "null"};  // null removes an arm of the scenario that is extended
  return out;
}

Json target() {
  const Json months = {
      {"anyOf", {month(), {{"type", "array"}, {"items", month()}, {"minItems", 2}, {"maxItems", 2}}}}};
  const Json published = object(kPublishedKeys, {{"value", number(kPublishedValue)},
                                                 {"low", number(kPublishedValue)},
                                                 {"high", number(kPublishedValue)}});
  const Json comparison = object(kComparisonKeys, {{"arm", identifier()}, {"months", months}});
  return object(kTargetKeys, {{"name", identifier()},
                              {"title", text()},
                              {"measure", text()},
                              {"per", text()},
                              {"arm", identifier()},
                              {"months", months},
                              {"compared_with", comparison},
                              {"as", choice(kTargetFormNames)},
                              {"authorities", reference("authorities")},
                              {"published", published},
                              {"unit", text()},
                              {"source", text()},
                              {"expect", choice(std::span(kVerdictNames).first(kVerdicts - 1))},
                              {"note", text()}});
}

// All keys of a scenario; which of them it needs depends on whether it extends another.
Json scenario_keys(const OriginYears& years) {
  std::vector<std::string> origins;
  for (int year = years.first; year <= years.last; ++year) origins.push_back(years.origin(year).iso());
  const Json arms = {{"type", "object"},
                     {"propertyNames", {{"pattern", "^[a-z][a-z0-9_]{0,63}$"}}},
                     {"additionalProperties", reference("arm")},
                     {"minProperties", 1}};

  Json switches = Json::object();
  for (const auto& key : kUncertaintyKeys) switches[std::string(key.name)] = {{"type", "boolean"}};

  return object(kScenarioKeys,
                {{"$schema", text()},
                 {"extends", text()},
                 {"name", identifier()},
                 {"title", text()},
                 {"question", text()},
                 {"data", text()},
                 {"calibration", text()},
                 {"service_models", list_of(text())},
                 {"origin", choice(origins)},
                 {"horizon_months", whole_number(kHorizonMonths)},
                 {"replicates", whole_number(kReplicates)},
                 {"seed", whole_number(kSeed)},
                 {"sampling_fraction", number(kSamplingFraction)},
                 {"uncertainty", object(kUncertaintyKeys, switches)},
                 {"authorities", reference("authorities")},
                 {"also_adopt", reference("authorities")},
                 {"baseline", identifier()},
                 {"parameters", reference("parameters")},
                 {"population", text()},
                 {"prices", text()},
                 {"shocks", list_of(reference("shock"))},
                 {"peer_learning", reference("peer_learning")},
                 {"output", object(kOutputKeys, {{"compression", whole_number(kCompression)},
                                                 {"every", choice(kOutputEveryNames)},
                                                 {"replicates", choice(kOutputReplicatesNames)}})},
                 {"arms", arms},
                 {"targets", list_of(reference("target"))}},
                false);
}

}  // namespace

std::string scenario_schema(const OriginYears& years) {
  Json out =
      schema("Hearth scenario", "What Hearth is asked to simulate. Comments (// and /* */) are allowed.");
  out.update(scenario_keys(years));
  // A scenario that extends another has the required keys from there.
  Json required = Json::array();
  for (const auto& key : kScenarioKeys)
    if (key.required) required.push_back(key.name);
  out["if"] = {{"not", {{"required", {"extends"}}}}};
  out["then"] = {{"required", std::move(required)}};
  out["definitions"] = {{"authorities", authorities()},
                        {"adoption", adoption()},
                        {"shock", shock()},
                        {"peer_learning", peer_learning()},
                        {"arm", arm()},
                        {"parameters", parameters()},
                        {"parameter_use", object(kParameterValueKeys, {{"times", number(kParameterFactor)},
                                                                       {"fixed", {{"type", "number"}}},
                                                                       {"note", text()}})},
                        {"target", target()}};
  return out.dump(2);
}

std::string service_model_schema() {
  Json lever = {{"oneOf", Json::array()}};
  for (const auto& row : kLeverTable)
    lever["oneOf"].push_back({{"const", row.name}, {"description", row.meaning}});
  const Json finding = object(kFindingKeys, {{"ratio", number(kEffectRatio)},
                                             {"low", number(kEffectRatio)},
                                             {"high", number(kEffectRatio)},
                                             {"grade", choice(kEvidenceGradeNames)},
                                             {"source", text()},
                                             {"note", text()}});
  const Json effect = object(kEffectKeys, {{"lever", lever},
                                           {"ratio", number(kEffectRatio)},
                                           {"low", number(kEffectRatio)},
                                           {"high", number(kEffectRatio)},
                                           {"grade", choice(kEvidenceGradeNames)},
                                           {"source", text()},
                                           {"besides", list_of(finding)},
                                           {"note", text()}});
  const Json inferred = object(kEffectFromOutcomesKeys,
                               {{"lever", lever}, {"direction", choice(kDirectionNames)}, {"note", text()}});
  const Json months = {
      {"anyOf", {month(), {{"type", "array"}, {"items", month()}, {"minItems", 2}, {"maxItems", 2}}}}};
  const Json outcome = object(kOutcomeKeys, {{"title", text()},
                                             {"measure", text()},
                                             {"per", text()},
                                             {"months", months},
                                             {"compared_with", choice(kOutcomeComparisonNames)},
                                             {"before", months},
                                             {"claimed", {{"type", "boolean"}}},
                                             {"ratio", number(kEffectRatio)},
                                             {"low", number(kEffectRatio)},
                                             {"high", number(kEffectRatio)},
                                             {"grade", choice(kEvidenceGradeNames)},
                                             {"source", text()},
                                             {"note", text()}});
  const Json study = object(kStudyKeys, {{"name", identifier()},
                                         {"title", text()},
                                         {"authorities", list_of(text())},
                                         {"start", month()},
                                         {"grant_end", month()},
                                         {"partners_agree", month()},
                                         {"repetition", {{"type", "boolean"}}},
                                         {"outcomes", list_of(outcome)},
                                         {"note", text()}});
  const Json staffing = object(kStaffingKeys, {{"posts_per_100_cases", number(kPostsPer100Cases)},
                                               {"gbp_per_post", number(kGbpPerPost)},
                                               {"months_to_recruit", number(kMonthsToRecruit)},
                                               {"source", text()},
                                               {"note", text()}});
  const Json component = object(kComponentKeys, {{"name", identifier()},
                                                 {"title", text()},
                                                 {"optional", {{"type", "boolean"}}},
                                                 {"reach", number(kReach)},
                                                 {"months_to_embed", number(kMonthsToEmbed)},
                                                 {"staffing", staffing},
                                                 {"effects", list_of({{"anyOf", {effect, inferred}}})},
                                                 {"setup_gbp_per_case", number(kGbpPerCase)},
                                                 {"running_gbp_per_case", number(kGbpPerCase)},
                                                 {"cost_source", text()},
                                                 {"cost_note", text()}});
  Json out =
      schema("Hearth service model",
             "A way of working as a bundle of practice components. Comments (// and /* */) are allowed.");
  out.update(object(kServiceModelKeys, {{"$schema", text()},
                                        {"name", identifier()},
                                        {"title", text()},
                                        {"description", text()},
                                        {"same_draws_as", identifier()},
                                        {"training_months", number(kTrainingMonths)},
                                        {"months_to_embed", number(kMonthsToEmbed)},
                                        {"components", list_of(component)},
                                        {"studies", list_of(study)}}));
  return out.dump(2);
}

}  // namespace hearth
