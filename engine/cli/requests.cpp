#include "cli/requests.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "cli/commands.hpp"
#include "cli/places.hpp"
#include "cli/provenance.hpp"
#include "cli/terminal.hpp"
#include "core/nearest.hpp"
#include "core/plain_text.hpp"
#include "core/words.hpp"
#include "model/practice/practice.hpp"
#include "published/england_reader.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {
namespace {

// "/arms/x/parameters/needs.onset" is chosen by a prefix of the whole, or of any part of it: "needs."
bool chosen(const std::string& pointer, const std::string& prefix) {
  if (pointer.starts_with(prefix)) return true;
  for (auto at = pointer.find('/'); at != std::string::npos; at = pointer.find('/', at + 1))
    if (std::string_view(pointer).substr(at + 1).starts_with(prefix)) return true;
  return false;
}

}  // namespace

std::string with_suggestion(const std::string& message, const std::string& word,
                            const std::vector<std::string>& candidates) {
  const std::string suggestion = did_you_mean(nearest_names(word, candidates));
  return suggestion.empty() ? message : message + "; " + suggestion;
}

LoadedScenario load_named(const std::string& name, const ScenarioOverrides& overrides) {
  return load_scenario(find_scenario(name), overrides);
}

std::string name_of_result(const std::string& name, const LoadedScenario& loaded) {
  return loaded.is_part ? name + "_" + identifier_of(loaded.scenario.place) : name;
}

nlohmann::ordered_json diagnostics_json(const std::vector<Diagnostic>& diagnostics) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const auto& d : diagnostics)
    out.push_back({{"file", d.file},
                   {"line", d.line},
                   {"column", d.column},
                   {"pointer", d.pointer},
                   {"found", d.found},
                   {d.is_warning ? "usual" : "allowed", d.allowed},
                   {d.is_warning ? "effect" : "hint", d.hint}});
  return out;
}

void require_arm(const Scenario& scenario, const std::string& arm) {
  std::vector<std::string> names;
  for (const auto& each : scenario.arms) names.push_back(each.name);
  if (arm.empty() || std::ranges::find(names, arm) != names.end()) return;
  throw UsageError(with_suggestion(
      fmt::format("there is no arm {}; the arms are {}", arm, fmt::join(names, ", ")), arm, names));
}

std::vector<ResolvedValue> chosen_values(const LoadedScenario& loaded, const std::string& prefix,
                                         const std::string& arm) {
  require_arm(loaded.scenario, arm);
  std::vector<ResolvedValue> values;
  for (const auto& value : loaded.values)
    if (chosen(value.pointer, prefix) && (arm.empty() || value.pointer.starts_with("/arms/" + arm + "/")))
      values.push_back(value);
  if (values.empty()) throw UsageError(fmt::format("no value's name starts with {}", prefix));
  return values;
}

std::vector<UncertaintySource> sources_to_split(const Scenario& scenario) {
  std::vector<UncertaintySource> out;
  constexpr int kFewest = 4;
  if (scenario.replicates < kFewest)
    throw UsageError(fmt::format(
        "--split: {} has {}; allowed: {} or more, and 100 for steady shares", scenario.name,
        count_text(static_cast<std::size_t>(scenario.replicates), "replicate", "replicates"), kFewest));
  const SourceSet on = coverage(scenario).sources();
  for (const auto& source : kUncertaintySourceTable)
    if (on[index(source.id)]) out.push_back(source.id);
  if (out.empty())
    throw UsageError(
        fmt::format("--split: nothing makes the replicates of {} differ; allowed: at least one source of "
                    "uncertainty that is on",
                    scenario.name));
  return out;
}

Scenario scenario_to_fit(int origin, const CalibrationOptions& how, double sample,
                         std::optional<std::filesystem::path> calibration) {
  ScenarioOverrides overrides;
  overrides.origin_year = origin;
  overrides.seed = how.seed;
  overrides.calibration = std::move(calibration);
  Scenario scenario = load_named("business_as_usual", overrides).scenario;
  scenario.draws = {};  // the fit is of single values
  scenario.replicates = how.replicates;
  scenario.sampling_fraction = sample;
  return scenario;
}

Calibration calibrate_origin(int origin, const CalibrationOptions& how, double sample) {
  const Scenario scenario = scenario_to_fit(origin, how, sample);
  const AuthorityHistory history = estimate_history(scenario.data_directory, origin);
  const NationalSeries national(scenario.data_directory / "england.csv");
  const England england = load_england(scenario.data_directory, scenario.origin);
  return calibrate(scenario, england, national, history, how);
}

ResultHeader make_header(const LoadedScenario& loaded, const England& england,
                         const std::vector<UncertaintySource>& split, const std::string& command_line) {
  const Scenario& scenario = loaded.scenario;
  ResultHeader header;
  header.title = scenario.title;
  header.question = scenario.question;
  for (const auto& arm : scenario.arms) header.arms.push_back({arm.name, arm.title});
  header.baseline = scenario.baseline;
  header.replicates = scenario.replicates;
  for (const int code : scenario.authorities) {
    const AuthorityOrigin& authority = england.at(code);
    header.authorities.push_back({authority.code, authority.ons_code, authority.name, authority.region});
  }
  header.origin = scenario.origin;
  header.months = scenario.horizon_months;
  header.step_months = scenario.output.every_months();
  header.seed = scenario.seed;
  header.sampling_fraction = scenario.sampling_fraction;
  header.compression = scenario.output.compression;
  header.to_summarise = scenario.output.replicates == OutputReplicates::kSummary;
  header.split = split;
  header.scenario_json = scenario.resolved_json;
  // Names of files, and with them the command line, may hold any bytes; what a result holds can be shown.
  for (const auto& [name, value] : provenance(command_line)) header.provenance[name] = plain_text(value);
  for (const auto& [file, checksum] : input_checksums(loaded)) header.inputs[plain_text(file)] = checksum;
  note_effects(header, scenario);
  return header;
}

void note_effects(ResultHeader& header, const Scenario& scenario) {
  header.effects = draw_effects(scenario, static_cast<std::size_t>(header.first_replicate),
                                static_cast<std::size_t>(header.replicates));
}

void require_known_authorities(const std::filesystem::path& file, const ResultHeader& header,
                               const England& england) {
  for (const auto& authority : header.authorities)
    if (std::ranges::find(england.authorities, authority.code, &AuthorityOrigin::code) ==
        england.authorities.end())
      throw DataError(fmt::format(
          "cannot read {}: it has an authority {} with the code {}, and England had none of that code at {}. "
          "The file is damaged, or was made with other tables: run its scenario again",
          file.string(), authority.name, authority.code, header.origin.text()));
}

}  // namespace hearth
