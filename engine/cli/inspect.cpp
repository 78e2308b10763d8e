#include "results/file/inspect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/options.hpp"
#include "cli/subcommand.hpp"
#include "core/words.hpp"
#include "results/content/areas.hpp"

namespace hearth {
namespace {

struct Options {
  std::filesystem::path file;
  bool json = false;
};

constexpr std::size_t kAuthoritiesNamed = 12;  // more are counted by region

std::string recorded(const ResultHeader& header, const std::string& name) {
  const auto found = header.provenance.find(name);
  return found == header.provenance.end() ? "unknown" : found->second;
}

std::string extent(const ResultHeader& header) {
  return fmt::format("{} x {}, {}, {}", count_text(header.arms.size(), "arm", "arms"),
                     count_text(static_cast<std::size_t>(header.replicates), "replicate", "replicates"),
                     count_text(header.authorities.size(), "authority", "authorities"),
                     count_text(static_cast<std::size_t>(header.months), "month", "months")) +
         (header.step_months == 1 ? "" : fmt::format(", a number every {} months", header.step_months));
}

std::vector<std::string> area_names(const ResultHeader& header) {
  std::vector<std::string> out;
  for (const Area& area : areas_with_replicates(header)) out.push_back(area.name);
  return out;
}

// Few by name and code, many by region.
std::string authorities_text(const ResultHeader& header) {
  std::vector<std::string> parts;
  std::map<std::string, std::size_t> regions;
  for (const auto& authority : header.authorities) {
    parts.push_back(fmt::format("{} ({})", authority.name, authority.code));
    ++regions[authority.region];
  }
  if (parts.size() <= kAuthoritiesNamed) return fmt::format("{}", fmt::join(parts, ", "));
  parts.clear();
  for (const auto& [region, count] : regions) parts.push_back(fmt::format("{} of {}", count, region));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string families_text(const ResultHeader& header) {
  return header.sampling_fraction < 1.0 ? fmt::format("{:.3g}% of families simulated; counts are scaled up",
                                                      100.0 * header.sampling_fraction)
                                        : "every family simulated";
}

std::string made_text(const ResultDescription& result) {
  const ResultHeader& header = result.header;
  std::string out = recorded(header, "started_utc");
  if (result.complete)
    out += fmt::format(", in {} on {}", duration_text(std::stod(recorded(header, "wall_seconds"))),
                       count_text(std::stoul(recorded(header, "threads")), "thread", "threads"));
  return out;
}

void print_variables(const ResultDescription& result) {
  std::size_t name = 0, unit = 0;
  for (const auto& variable : result.variables) {
    name = std::max(name, variable.name.size());
    unit = std::max(unit, variable.units.size());
  }
  for (const auto& variable : result.variables) {
    // Arm, replicate, authority (or area) and time are dimensions of all.
    std::vector<std::string> own;
    for (const auto& dimension : variable.dimensions)
      if (dimension != "arm" && dimension != "replicate" && dimension != "authority" && dimension != "area" &&
          dimension != "time")
        own.push_back(dimension);
    fmt::print("  {:<{}}  {:<{}}  {}{}\n", variable.name, name, variable.units, unit, variable.long_name,
               own.empty() ? "" : fmt::format(" [{}]", fmt::join(own, ", ")));
  }
}

void print_description(const Options& options, const ResultDescription& result) {
  const ResultHeader& header = result.header;
  const auto line = [](const char* what, const std::string& text) { fmt::print("{:<12}{}\n", what, text); };
  line("File", fmt::format("{}, {}, result format {}, {}", options.file.string(),
                           bytes_text(static_cast<double>(result.bytes)), header.format_version(),
                           result.complete ? "complete" : "NOT complete: its run was not finished"));
  line("Title", header.title);
  if (!header.question.empty()) line("Question", header.question);
  line("Holds", extent(header));
  if (header.summarised)
    line("Replicates", fmt::format("every one of {}; of single authorities the mean, standard deviation and "
                                   "quantiles by year",
                                   fmt::join(area_names(header), ", ")));
  if (header.run_replicates > 0)
    line("Part",
         fmt::format("replicates {} to {} of a run of {}, counted from 0; hearth merge puts parts together",
                     header.first_replicate, header.first_replicate + header.replicates - 1,
                     header.run_replicates));
  for (std::size_t a = 0; a < header.arms.size(); ++a)
    line("Arm", fmt::format("{}: {}{}", header.arms[a].name, header.arms[a].title,
                            a == header.baseline ? " (baseline)" : ""));
  line("Authorities", authorities_text(header));
  line("Months",
       fmt::format("from {} to {}", header.origin.text(), header.origin.plus_months(header.months).text()));
  line("Seed", fmt::format("{}, {}", header.seed, families_text(header)));
  line("Made", made_text(result));
  line("Command", recorded(header, "command"));
  line("Version", fmt::format("hearth {}, commit {}, {}", recorded(header, "hearth"),
                              recorded(header, "commit"), recorded(header, "compiler")));
  line("Inputs", count_text(header.inputs.size(), "file, with its checksum", "files, with checksums"));
  fmt::print("\n{}: name, unit, meaning [dimensions other than arm, replicate, {}, time]\n",
             count_text(result.variables.size(), "measure", "measures"),
             header.summarised ? "area" : "authority");
  print_variables(result);
  fmt::print("\nRead    hearth summary {0}\nExport  hearth export {0} -o everything.xlsx\n",
             options.file.string());
}

nlohmann::ordered_json as_json(const Options& options, const ResultDescription& result) {
  using Json = nlohmann::ordered_json;
  const ResultHeader& header = result.header;
  Json arms = Json::array();
  for (const auto& arm : header.arms) arms.push_back({{"arm", arm.name}, {"title", arm.title}});
  Json authorities = Json::array();
  for (const auto& each : header.authorities)
    authorities.push_back(
        {{"code", each.code}, {"ons_code", each.ons_code}, {"name", each.name}, {"region", each.region}});
  Json split = Json::array();
  for (const auto source : header.split) split.push_back(kUncertaintySourceTable[index(source)].name);
  const auto measures = [](const std::vector<ResultVariable>& variables) {
    Json out = Json::array();
    for (const auto& variable : variables)
      out.push_back({{"measure", variable.name},
                     {"name", variable.long_name},
                     {"unit", variable.units},
                     {"dimensions", variable.dimensions},
                     {"shape", variable.shape},
                     {"stored_bytes", variable.stored_bytes}});
    return out;
  };
  Json out = {{"file", options.file.string()},
              {"bytes", result.bytes},
              {"format", header.format_version()},
              {"complete", result.complete},
              {"title", header.title},
              {"question", header.question},
              {"arms", std::move(arms)},
              {"baseline", header.arms.at(header.baseline).name},
              {"replicates", header.replicates},
              {"replicates_kept", header.summarised ? "summary" : "all"},
              {"first_replicate", header.first_replicate},
              {"run_replicates", std::max(header.run_replicates, header.replicates)},
              {"authorities", std::move(authorities)},
              {"origin", header.origin.iso()},
              {"end", header.origin.plus_months(header.months).iso()},
              {"months", header.months},
              {"step_months", header.step_months},
              {"seed", header.seed},
              {"sampling_fraction", header.sampling_fraction},
              {"split", std::move(split)},
              {"provenance", header.provenance},
              {"inputs", header.inputs},
              {"measures", measures(result.variables)}};
  if (header.summarised) {
    out["areas"] = area_names(header);
    out["measures_of_authorities"] = measures(result.of_authorities);
  }
  return out;
}

ExitCode inspect(const Options& options) {
  const ResultDescription result = inspect_result(options.file);
  if (options.json)
    print_json(as_json(options, result));
  else
    print_description(options, result);
  return ExitCode::kOk;
}

const Subcommand kInspect{
    90, "inspect", "Say what a result file is and holds", [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      add_result(line, options->file);
      add_json(line, options->json);
      line.footer(
          R"(Reads no numbers: it is quick for any size. The JSON has every authority, input and shape. What the numbers say: hearth summary.

Example:
  hearth inspect outputs/england.h5)");
      return [options](const Invocation&) { return inspect(*options); };
    }};

}  // namespace
}  // namespace hearth
