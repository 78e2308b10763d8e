#include "app/infer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "analysis/effects/inference.hpp"
#include "app/project.hpp"
#include "core/error.hpp"
#include "core/nearest.hpp"
#include "core/statistics.hpp"
#include "published/england_reader.hpp"
#include "published/england_tables.hpp"
#include "published/evidence.hpp"
#include "scenario/beliefs.hpp"
#include "scenario/files/effects_reader.hpp"
#include "scenario/files/loader.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

ServiceModelSet known_models(const fs::path& tables, const std::vector<fs::path>& own) {
  Checker checker;
  ServiceModelSet out = read_service_models(tables, own, load_evidence(tables), checker);
  add_responses(tables, out, checker);
  std::erase_if(checker.diagnostics, [&](const Diagnostic& each) {
    return fs::path(each.file).filename() == kEffectsFileName;  // about to be written again
  });
  if (!checker.diagnostics.empty()) throw ScenarioError(std::move(checker.diagnostics));
  return out;
}

bool comes_with_tables(const InferredModel& model) {
  return model.file.parent_path() == find_england_tables() / "service_models";
}

// Business as usual in these places from 31 March `origin` on: no drift and no drawn parameters, so that two
// runs differ by effects alone.
StudyPlace place_of(const std::string& name, const Json& authorities, int origin, int months,
                    double sampling_fraction, int replicates, std::uint64_t seed) {
  const Json text = {{"name", name},
                     {"origin", fmt::format("{}-03-31", origin)},
                     {"horizon_months", months},
                     {"replicates", replicates},
                     {"seed", seed},
                     {"sampling_fraction", sampling_fraction},
                     {"authorities", authorities},
                     {"baseline", "no_programme"},
                     {"uncertainty", {{"parameters", false}, {"effects", false}}},
                     {"parameters", {{"drift.enabled", false}}},
                     {"arms", {{"no_programme", Json::object()}}}};
  ScenarioOverrides overrides;
  overrides.without_responses = true;
  StudyPlace out;
  const fs::path file = find_england_tables().parent_path() / (name + ".json");
  out.scenario = load_scenario(ScenarioText{file, text.dump(2)}, overrides).scenario;
  out.scenario.history.clear();  // what others adopted before is in their rates
  out.england = load_england(out.scenario.data_directory, out.scenario.origin, out.scenario.population);
  return out;
}

StudyPlace place_of(const Study& study, const InferOptions& how) {
  const OriginYears years = origin_years(find_england_tables());
  const auto year_end_before = [](const MonthEnd& month) {  // the last 31 March before the month begins
    return month.month > kYearEndMonth ? month.year : month.year - 1;
  };
  int origin = year_end_before(study.start);
  MonthEnd last = study.start;
  for (const StudyOutcome& outcome : study.outcomes) {
    if (outcome.months.last.months_since(last) > 0) last = outcome.months.last;
    origin = std::min(origin, year_end_before(outcome.months.first));
    if (outcome.before) origin = std::min(origin, year_end_before(outcome.before->first));
  }
  if (origin < years.first || origin > years.last)
    throw UsageError(fmt::format("the study {} needs the state of 31 March {}; the tables allow {} to {}",
                                 study.name, origin, years.first, years.last));
  return place_of(study.name, study.authorities, origin, last.months_since({origin, kYearEndMonth}), 1.0,
                  how.replicates, how.seed);
}

double rounded(double value) {
  return std::round(1e5 * value) / 1e5;
}

Json rounded(const std::vector<double>& values) {
  Json out = Json::array();
  for (const double value : values) out.push_back(rounded(value));
  return out;
}

Json response_json(const OutcomeResponse& response) {
  Json slopes = Json::array();
  const std::size_t effects = response.point.size();
  for (std::size_t k = 0; k < response.outcomes.size(); ++k) {
    const auto row = response.slopes.begin() + static_cast<std::ptrdiff_t>(k * effects);
    slopes.push_back(rounded(std::vector<double>(row, row + static_cast<std::ptrdiff_t>(effects))));
  }
  return {{"point", rounded(response.point)}, {"outcomes", rounded(response.outcomes)}, {"slopes", slopes}};
}

Json ratio_json(double log_ratio, double sd) {
  return {{"ratio", rounded(std::exp(log_ratio))},
          {"low", rounded(std::exp(log_ratio - kNormalInterval * sd))},
          {"high", rounded(std::exp(log_ratio + kNormalInterval * sd))}};
}

Json effects_of(const ServiceModel& model, const EffectBeliefs& beliefs) {
  Json out = Json::array();
  Eigen::Index i = 0;
  for (const auto& component : model.components)
    for (const auto& effect : component.effects) {
      out.push_back({{"component", component.name},
                     {"lever", kLeverTable[static_cast<std::size_t>(effect.lever)].name},
                     {"prior", rounded(beliefs.prior.mean[i])},
                     {"prior_sd", rounded(std::sqrt(beliefs.prior.covariance(i, i)))},
                     {"claimed", rounded(beliefs.claimed[i])},
                     {"mean", rounded(beliefs.believed.mean[i])},
                     {"sd", rounded(std::sqrt(beliefs.believed.covariance(i, i)))}});
      ++i;
    }
  return out;
}

Json correlations(const Gaussian& of) {
  Json out = Json::array();
  for (Eigen::Index i = 0; i < of.mean.size(); ++i) {
    std::vector<double> row;
    for (Eigen::Index j = 0; j <= i; ++j) {
      const double both = of.covariance(i, i) * of.covariance(j, j);
      row.push_back(both > 0.0 ? of.covariance(i, j) / std::sqrt(both) : 0.0);
    }
    out.push_back(rounded(row));
  }
  return out;
}

Json model_json(const ServiceModel& model) {
  const Parameters parameters;
  const EffectBeliefs beliefs = effect_beliefs(model, parameters);
  Json outcomes = Json::array();
  for (const OutcomeBelief& each : outcome_beliefs(model, parameters)) {
    const StudyOutcome& outcome = *each.outcome;
    outcomes.push_back(
        {{"study", each.study->name},
         {"title", outcome.title},
         {"source", outcome.source},
         {"published", {{"ratio", outcome.ratio}, {"low", outcome.low}, {"high", outcome.high}}},
         {"claimed", rounded(std::exp(each.claimed))},
         {"prior", ratio_json(each.prior, each.prior_sd)},
         {"believed", ratio_json(each.believed, each.believed_sd)},
         {"monte_carlo_error", rounded(each.noise)}});
  }
  return {{"key", response_key(model)},
          {"effects", effects_of(model, beliefs)},
          {"correlations", correlations(beliefs.believed)},
          {"outcomes", outcomes},
          {"believed", response_json(model.response->believed)},
          {"claimed", response_json(model.response->claimed)},
          {"noise", rounded(model.response->noise)}};
}

// A value on lines of its own for each member down to `levels`, and then on one.
std::string lines(const Json& value, int levels, const std::string& indent) {
  const bool numbers =
      value.is_array() && std::ranges::all_of(value, [](const Json& each) { return each.is_number(); });
  if (levels == 0 || numbers || !value.is_structured() || value.empty()) return value.dump();
  std::vector<std::string> parts;
  const std::string inner = indent + "  ";
  for (const auto& [key, item] : value.items())
    parts.push_back(inner + (value.is_object() ? Json(key).dump() + ": " : "") +
                    lines(item, levels - 1, inner));
  const std::string_view ends = value.is_object() ? "{}" : "[]";
  return fmt::format("{}\n{}\n{}{}", ends[0], fmt::join(parts, ",\n"), indent, ends[1]);
}

}  // namespace

std::vector<InferredModel> models_to_infer(const std::vector<std::string>& names) {
  const fs::path tables = find_england_tables();
  std::vector<fs::path> own;
  for (const auto& name : names)
    if (fs::path(name).extension() == ".json") own.emplace_back(name);
  const ServiceModelSet known = known_models(tables, own);
  std::vector<InferredModel> out;
  const auto wanted = [&](const std::string& name, const ServiceModelFile& file) {
    return std::ranges::any_of(
        names, [&](const std::string& each) { return each == name || fs::path(each) == file.file; });
  };
  for (const auto& name : names)
    if (fs::path(name).extension() != ".json" && !known.by_name.contains(name))
      throw UsageError(
          with_suggestion(fmt::format("there is no service model {}", name), name, known.names()));
  for (const auto& [name, file] : known.by_name) {
    if (!names.empty() && !wanted(name, file)) continue;
    if (!file.model.studies.empty()) {
      out.push_back({file.model, file.file});
    } else if (!names.empty()) {
      throw UsageError(fmt::format("the service model {} has no studies to infer its effects from", name));
    }
  }
  if (std::ranges::any_of(out,
                          [&](const auto& each) { return effects_file_of({each}) != effects_file_of(out); }))
    throw UsageError(
        "service models whose effects belong in different files: infer them one folder at a time");
  return out;
}

fs::path effects_file_of(const std::vector<InferredModel>& models) {
  const InferredModel& first = models.front();
  return (comes_with_tables(first) ? find_england_tables() : first.file.parent_path()) / kEffectsFileName;
}

InferredEffects infer_effects(std::vector<InferredModel> models, const InferOptions& how) {
  InferredEffects out;
  const auto parallel = on_threads(how.threads);
  const bool shared = std::ranges::any_of(models, comes_with_tables);
  out.entries_response = models.front().model.entries_response;
  if (shared) {
    if (how.progress) how.progress("how entries into care answer to each lever, in all England");
    constexpr int kTenYears = 120;
    constexpr double kSample = 0.1;
    const int last = origin_years(find_england_tables()).last;
    out.entries_response = measure_entries_response(
        place_of("every_lever", "all", last, kTenYears, kSample, std::max(1, how.replicates / 3), how.seed),
        parallel, how.stop);
  }
  const InferenceOptions options{.progress = how.progress};
  for (InferredModel& each : models) {
    std::vector<StudyPlace> places;
    for (const Study& study : each.model.studies) places.push_back(place_of(study, how));
    OutcomeRuns runs(each.model, std::move(places), parallel, how.stop);
    each.model.response =
        std::make_shared<const MeasuredResponse>(infer(each.model, Parameters{}, runs, options));
    each.model.entries_response = out.entries_response;
  }
  out.models = std::move(models);
  return out;
}

std::string effects_json(const InferredEffects& inferred, const fs::path& file) {
  Json models = Json::object();
  if (file_exists(file)) {
    const Json old = Json::parse(read_text(file), nullptr, false, true);
    if (old.is_object() && old.contains("service_models")) models = old["service_models"];
  }
  for (const InferredModel& each : inferred.models) models[each.model.name] = model_json(each.model);
  Json entries = Json::object();
  for (std::size_t i = 0; i < kLevers; ++i)
    entries[std::string(kLeverTable[i].name)] = {rounded(inferred.entries_response[i].slope),
                                                 rounded(inferred.entries_response[i].curvature)};
  std::map<std::string, Json> sorted;
  for (const auto& [name, value] : models.items()) sorted.emplace(name, value);
  const Json out = {{"format", "hearth effects"},
                    {"version", 1},
                    {"note", "Made by hearth infer. All numbers are logarithms but ratios."},
                    {"entries_response", entries},
                    {"service_models", sorted}};
  constexpr int kLevels = 5;
  return lines(out, kLevels, "") + '\n';
}

}  // namespace hearth
