#include "app/check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/build_identity.hpp"
#include "core/csv.hpp"
#include "core/decimals.hpp"
#include "published/england_reader.hpp"
#include "scenario/files/json_text.hpp"
#include "scenario/files/resolved.hpp"
#include "scenario/uncertainty.hpp"
#include "threads/threads.hpp"

namespace hearth {

using Json = nlohmann::ordered_json;

std::size_t CheckedTargets::count(Verdict verdict) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(results, [&](const auto& r) { return r.verdict == verdict; }));
}

std::size_t CheckedTargets::expectations(bool met) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(results, [&](const auto& r) { return r.as_expected() == met; }));
}

std::string_view name_of(Verdict verdict) {
  return kVerdictNames.at(static_cast<std::size_t>(verdict));
}

void require_targets(const Scenario& scenario) {
  if (!scenario.targets.empty()) return;
  throw ScenarioError(
      {{scenario.file.generic_string(), 1, 1, "", "no targets to check",
        "a list \"targets\" with at least one target",
        "add one, such as \"targets\": [{\"name\": \"entries\", \"measure\": \"care_entries\", "
        "\"arm\": \"...\", \"months\": [\"2022-04\", \"2023-03\"], \"published\": {\"value\": ...}, "
        "\"unit\": \"children\", \"source\": \"england.csv\"}]"}});
}

CheckedTargets check_targets(const LoadedScenario& loaded, int threads, const Listener& listener) {
  const Scenario& scenario = loaded.scenario;
  require_targets(scenario);
  const England england = load_england(scenario.data_directory, scenario.origin, scenario.population);
  RunOptions options;
  options.parallel = on_threads(threads);
  options.stop = listener.stop;
  options.progress = listener.progress;
  return {loaded, evaluate_targets(scenario, england, options)};
}

std::string check_json(const CheckedTargets& checked) {
  const Scenario& scenario = checked.loaded.scenario;
  std::vector<std::string> arms;
  for (const auto& arm : scenario.arms) arms.push_back(arm.name);
  Json out = {{"scenario", scenario.name},
              {"title", scenario.title},
              {"version", build_value("hearth")},
              {"origin", scenario.origin.iso()},
              {"seed", scenario.seed},
              {"replicates", scenario.replicates},
              {"sampling_fraction", scenario.sampling_fraction},
              {"interval_share", kIntervalShare},
              {"covers", Json::array()},
              {"targets", Json::array()},
              {"reached", checked.count(Verdict::kReached)},
              {"as_expected", checked.expectations(true)},
              {"not_as_expected", checked.expectations(false)}};
  for (const auto& source : kUncertaintySourceTable)
    if (coverage(scenario).covers(source.id)) out["covers"].push_back(source.name);
  for (const auto& result : checked.results) {
    const bool defined = result.verdict != Verdict::kNotDefined;
    const auto& range = result.interval;
    const auto& published = result.target.published.interval;
    Json row = target_json(result.target, scenario.origin, arms);
    for (const char* optional : {"per", "compared_with", "expect", "note"})
      if (!row.contains(optional)) row[optional] = nullptr;
    row["published"] = {{"value", result.target.published.value},
                        {"low", published ? Json(published->low) : Json()},
                        {"high", published ? Json(published->high) : Json()}};
    row["simulated"] = {{"median", defined ? Json(result.median) : Json()},
                        {"low", range ? Json(range->low) : Json()},
                        {"high", range ? Json(range->high) : Json()},
                        {"undefined_replicates", result.undefined_replicates}};
    row["gap"] = defined ? Json(result.gap) : Json();
    row["verdict"] = name_of(result.verdict);
    const auto expected = result.as_expected();
    row["as_expected"] = expected ? Json(*expected) : Json();
    out["targets"].push_back(std::move(row));
  }
  return json_text(out, 2) + '\n';
}

std::string check_csv(const CheckedTargets& checked) {
  const Scenario& scenario = checked.loaded.scenario;
  std::string out =
      "scenario,version,origin,seed,replicates,sampling_fraction,name,title,measure,per,arm,months,"
      "compared_arm,compared_months,as,median,low,high,published,published_low,published_high,unit,source,"
      "verdict,gap,expect,note\n";
  const auto number = [](const std::optional<double>& value) {
    return value ? plain_number(*value) : std::string();
  };
  for (const auto& result : checked.results) {
    const Target& target = result.target;
    const auto& reference = target.reference;
    const auto& range = result.interval;
    const auto& published = target.published.interval;
    const bool defined = result.verdict != Verdict::kNotDefined;
    using Number = std::optional<double>;
    const std::vector<std::string> fields = {
        scenario.name,
        build_value("hearth"),
        scenario.origin.iso(),
        fmt::format("{}", scenario.seed),
        fmt::format("{}", scenario.replicates),
        fmt::format("{}", scenario.sampling_fraction),
        target.name,
        csv_field(target.title),
        target.measure.name,
        target.per ? target.per->name : "",
        checked.arm(target.span),
        months_text(target.span, scenario.origin),
        reference ? checked.arm(*reference) : "",
        reference ? months_text(*reference, scenario.origin) : "",
        std::string(kTargetFormNames.at(static_cast<std::size_t>(target.form))),
        number(defined ? Number(result.median) : std::nullopt),
        number(range ? Number(range->low) : std::nullopt),
        number(range ? Number(range->high) : std::nullopt),
        number(target.published.value),
        number(published ? Number(published->low) : std::nullopt),
        number(published ? Number(published->high) : std::nullopt),
        csv_field(target.unit),
        csv_field(target.source),
        std::string(name_of(result.verdict)),
        number(defined ? Number(result.gap) : std::nullopt),
        target.expect ? std::string(name_of(*target.expect)) : "",
        csv_field(target.note)};
    out += fmt::format("{}\n", fmt::join(fields, ","));
  }
  return out;
}

}  // namespace hearth
