#include "app/result_header.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/provenance.hpp"
#include "core/plain_text.hpp"
#include "core/words.hpp"
#include "model/practice/practice.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {

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
