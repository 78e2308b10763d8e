#include "cli/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/places.hpp"
#include "cli/requests.hpp"
#include "cli/terminal.hpp"
#include "published/england_reader.hpp"
#include "report/data.hpp"
#include "report/page.hpp"
#include "report/story.hpp"
#include "scenario/files/recorded.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string file;
  std::string output;
  bool no_families = false;
};

// The authority with the median number of children: neither the one where most happens nor the one where
// least does.
const AuthorityOrigin& middling_authority(const Scenario& scenario, const England& england) {
  std::vector<const AuthorityOrigin*> all;
  for (const int code : scenario.authorities) all.push_back(&england.at(code));
  std::ranges::sort(all, {}, [](const auto* a) { return std::pair(a->children, a->code); });
  return *all[all.size() / 2];
}

bool peers_learn(const Scenario& scenario) {
  return std::ranges::any_of(scenario.arms,
                             [](const Arm& arm) { return !arm.peer_learning.members.empty(); });
}

// The same as differences_of_replicates(), from the result.
ReplicateDifferences differences_in(const ResultReader& result, const TraceRequest& request) {
  const ResultHeader& header = result.header();
  const auto at = std::ranges::find(header.authorities, request.authority, &ResultHeader::Authority::code);
  ReplicateDifferences out;
  out.measure = measure_of(request.event);
  const auto series = result.series(out.measure, {static_cast<std::size_t>(at - header.authorities.begin())});
  const auto replicates = static_cast<std::size_t>(header.replicates);
  const auto steps = static_cast<std::size_t>(header.steps());
  const auto total = [&](std::size_t arm, std::size_t replicate) {
    const auto first = series.begin() + static_cast<std::ptrdiff_t>((arm * replicates + replicate) * steps);
    return std::accumulate(first, first + static_cast<std::ptrdiff_t>(steps), 0.0);
  };
  for (std::size_t r = 0; r < replicates; ++r)
    out.values.push_back(total(request.arm, r) - total(request.against, r));
  return out;
}

// Whether the traced authority is the one of the result, at the end of each of its steps.
bool same_as_result(const Trace& trace, const TraceRequest& request, const ResultReader& result) {
  const ResultHeader& header = result.header();
  const auto at = std::ranges::find(header.authorities, request.authority, &ResultHeader::Authority::code);
  const auto steps = static_cast<std::size_t>(header.steps());
  const auto found =
      result.series(Measure::kLookedAfter, {static_cast<std::size_t>(at - header.authorities.begin())});
  const auto traced = trace.series[0].counts(Measure::kLookedAfter);
  const std::size_t first =
      (request.arm * static_cast<std::size_t>(header.replicates) + request.replicate) * steps;
  for (std::size_t step = 0; step < steps; ++step) {
    const auto end = std::min(static_cast<std::size_t>(header.step_months) * (step + 1), traced.size());
    if (static_cast<double>(traced[end - 1]) != found[first + step]) return false;
  }
  return true;
}

// Two families an arm: one whose child stays out of care under it alone, one whose child enters care under it
// alone.
Json families_json(const LoadedScenario& loaded, const England& england, const ResultReader& result) {
  const Scenario& scenario = loaded.scenario;
  const ResultHeader& header = result.header();
  const auto none = [](const std::string& why) { return Json{{"why_none", why}, {"traces", Json::array()}}; };
  if (scenario.arms.size() < 2) return none("There is one way of working only.");
  ResultHeader expected = make_header(loaded, england, header.split, "");
  expected.provenance = header.provenance;  // whatever made it: the numbers are compared below
  if (difference_of_runs(expected, header))
    return none(
        "The scenario or its tables are not those that this result was made from, so no family can be "
        "followed. Run it again to see one.");
  if (header.summarised)
    return none(
        "The result keeps a summary of single authorities, not each of their futures, so that it cannot be "
        "seen whether a family that is followed is one of it.");
  if (peers_learn(scenario) || scenario.sampling_fraction < 1.0)
    return none(
        "Families are not followed where authorities learn from each other or only some families are "
        "simulated.");
  Json traces = Json::array();
  const AuthorityOrigin& authority = middling_authority(scenario, england);
  for (std::size_t arm = 0; arm < scenario.arms.size(); ++arm) {
    if (arm == scenario.baseline) continue;
    for (const TraceEvent event : {TraceEvent::kAvoidedCare, TraceEvent::kEnteredCare}) {
      TraceRequest request;
      request.arm = arm;
      request.against = scenario.baseline;
      request.authority = authority.code;
      request.event = event;
      request.families = 1;
      const ReplicateDifferences differences = differences_in(result, request);
      request.replicate = differences.middling();
      RunOptions run;
      run.parallel = on_threads(0);
      run.stop = &stop_on_signal();
      const Trace trace = trace_families(scenario, england, request, run);
      if (!same_as_result(trace, request, result))
        return none(
            "This version of Hearth simulates other numbers than the one that made the result, so no family "
            "can be followed. Run it again to see one.");
      traces.push_back(trace_json({scenario, authority, request, trace, &differences}));
    }
  }
  return {{"why_none", nullptr}, {"traces", std::move(traces)}};
}

// The scenario a result was made from, by its name, with the values that the command line may have given.
// Nothing where there is none of that name any more, or it cannot be read.
std::optional<LoadedScenario> scenario_of(const ResultHeader& header) {
  if (header.scenario_json.empty()) return std::nullopt;
  const RecordedScenario scenario = read_recorded(header.scenario_json);
  ScenarioOverrides overrides = scenario.overrides();
  overrides.seed = header.seed;
  overrides.replicates = header.replicates;
  overrides.months = header.months;
  for (const auto& authority : header.authorities)
    overrides.authorities.push_back(std::to_string(authority.code));
  try {
    return load_named(scenario.name, overrides);
  } catch (const Error&) {
    return std::nullopt;
  }
}

ExitCode report(const Options& options) {
  require_charts();
  const fs::path page =
      options.output.empty() ? fs::path(options.file).replace_extension(".html") : fs::path(options.output);
  require_writable(page);
  std::optional<LoadedScenario> loaded;
  if (!options.no_families) loaded = scenario_of(ResultReader(options.file).header());
  write_report(options.file, page, loaded ? &*loaded : nullptr);
  if (is_stream(page)) return ExitCode::kOk;  // which has no size
  fmt::print("Page    {} ({}): open it in a browser\n", page.string(),
             bytes_text(static_cast<double>(fs::file_size(page))));
  return ExitCode::kOk;
}

}  // namespace

void write_report(const fs::path& result, const fs::path& page, const LoadedScenario* loaded) {
  require_charts();
  const ResultReader reader(result);
  const fs::path data = loaded != nullptr ? loaded->scenario.data_directory : find_england_tables();
  const England england = load_england(data, reader.header().origin);
  require_known_authorities(result, reader.header(), england);
  const PublishedFigures published(data);
  Json out = report_data({reader, england, published, data});
  out["families"] = loaded != nullptr ? families_json(*loaded, england, reader)
                                      : Json{{"why_none", "No family was followed for this page."},
                                             {"traces", Json::array()}};
  write_text(page, report_page(out));
}

std::string answer_text(const fs::path& result, const fs::path& data) {
  const ResultReader reader(result);
  const England england = load_england(data, reader.header().origin);
  const Answer answer = answer_of_all({reader, england, PublishedFigures(data), data});
  std::string out = wrapped(answer.headline);
  for (const auto& arm : answer.arms) {
    out += fmt::format("\n{}\n", arm.label);
    for (const auto& point : arm.points) {
      std::string sentence = point.first_sentence();
      if (!sentence.ends_with('.')) sentence += '.';
      out += wrapped("- " + sentence, 2);
    }
  }
  return out;
}

Command add_report(CLI::App& program) {
  CLI::App* const app = program.add_subcommand("report", "Make a page of a result, to read in a browser");
  const auto options = std::make_shared<Options>();
  add_result(*app, options->file);
  add_output(*app, options->output, "RESULT.html");
  app->add_flag("--no-families", options->no_families, "Follow no single families, which saves some seconds");
  app->footer(
      R"(One file that holds all it needs: it opens without a network, prints, and can be sent to others. A council,
a region or all of them can be chosen on it.

Examples:
  hearth report outputs/england.h5
  hearth report outputs/norfolk.h5 -o norfolk.html)");
  return {app, [options] { return report(*options); }};
}

}  // namespace hearth
