#include "app/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>
#include <vector>

#include "app/load.hpp"
#include "app/project.hpp"
#include "app/result_header.hpp"
#include "published/england_reader.hpp"
#include "report/data.hpp"
#include "report/page.hpp"
#include "report/story.hpp"
#include "report/workbook.hpp"
#include "results/file/result_reader.hpp"
#include "results/wording.hpp"
#include "scenario/files/recorded.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

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
Json families_json(const LoadedScenario& loaded, const England& england, const ResultReader& result,
                   const std::atomic<bool>* stop) {
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
      run.stop = stop;
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

}  // namespace

std::optional<LoadedScenario> scenario_of_result(const fs::path& result) {
  const ResultHeader header = ResultReader(result).header();
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

void write_report(const fs::path& result, const fs::path& page, const LoadedScenario* loaded,
                  const std::atomic<bool>* stop, const Pounds& pounds) {
  require_charts();
  ResultReader reader(result);
  reader.show_money_in(pounds);
  fs::path data = loaded != nullptr ? loaded->scenario.data_directory : find_england_tables();
  const England of_scenario = load_england_of_result(data, reader.header().origin);
  // Tables with a council's own figures hold the last published ones of all others a second time.
  const auto own = load_own_year(data);
  if (own) data = find_england_tables();
  const England england = own ? load_england_of_result(data, reader.header().origin) : of_scenario;
  require_known_authorities(result, reader.header(), england);
  const PublishedFigures published(data);
  Json out = report_data({reader, england, published, data, own});
  out["families"] = loaded != nullptr ? families_json(*loaded, of_scenario, reader, stop)
                                      : Json{{"why_none", "No family was followed for this page."},
                                             {"traces", Json::array()}};
  write_text(page, report_page(out));
}

std::string answer_text(const fs::path& result, const fs::path& data) {
  const ResultReader reader(result);
  const England england = load_england_of_result(data, reader.header().origin);
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

void write_workbook(const fs::path& result, const fs::path& workbook, const Pounds& pounds) {
  ResultReader reader(result);
  reader.show_money_in(pounds);
  const auto tables = england_tables_if_there();
  const PlacesTable places = tables ? load_places(*tables) : PlacesTable();
  replace_file(workbook, [&](const fs::path& temporary) { write_workbook(reader, temporary, places); });
}

}  // namespace hearth
