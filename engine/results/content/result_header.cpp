#include "results/content/result_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "scenario/files/recorded.hpp"

namespace hearth {

std::optional<std::string> difference_of_runs(const ResultHeader& one, const ResultHeader& other) {
  const auto differ = [](const std::string& what, const auto& a, const auto& b) {
    return fmt::format("{} is {} in one and {} in the other", what, a, b);
  };
  if (one.seed != other.seed) return differ("the seed", one.seed, other.seed);
  if (one.months != other.months) return differ("the number of months", one.months, other.months);
  if (one.step_months != other.step_months)
    return differ("the number of months from one number to the next", one.step_months, other.step_months);
  if (one.origin != other.origin) return differ("the origin", one.origin.iso(), other.origin.iso());
  if (one.arms != other.arms || one.baseline != other.baseline)
    return "their arms, or the baseline among them, differ";
  if (one.authorities != other.authorities) return "their authorities differ";
  if (one.sampling_fraction != other.sampling_fraction)
    return differ("the share of families", one.sampling_fraction, other.sampling_fraction);
  const auto all = [](const ResultHeader& of) { return std::max(of.run_replicates, of.replicates); };
  if (all(one) != all(other)) return differ("the number of replicates of the run", all(one), all(other));
  if (one.split != other.split) return "one was run with --split, the other without or with other sources";
  if (one.scenario_json != other.scenario_json)
    return difference_of_recorded(one.scenario_json, other.scenario_json);
  if (one.inputs != other.inputs) {
    for (const auto& [file, checksum] : one.inputs)
      if (const auto found = other.inputs.find(file);
          found == other.inputs.end() || found->second != checksum)
        return fmt::format("the file {} has changed between them", file);
    return "they read different files";
  }
  for (const char* build : {"hearth", "commit", "until"}) {
    const auto value = [build](const ResultHeader& of) {
      const auto found = of.provenance.find(build);
      return found == of.provenance.end() ? std::string("not given") : found->second;
    };
    if (value(one) != value(other))
      return differ(build == std::string_view("until") ? "--until" : fmt::format("the program ({})", build),
                    value(one), value(other));
  }
  return std::nullopt;
}

void end_at(ResultHeader& header, int replicates) {
  header.replicates = replicates;
  header.effects.deviations.resize(static_cast<std::size_t>(replicates) * header.effects.effects.size());
  header.scenario_json = with_replicates(header.scenario_json, replicates);
}

}  // namespace hearth
