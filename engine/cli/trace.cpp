#include "simulation/trace.hpp"
#include "scenario/files/json_text.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/places.hpp"
#include "cli/terminal.hpp"
#include "core/nearest.hpp"
#include "published/england_reader.hpp"
#include "report/story.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace {

struct Options {
  ScenarioArguments scenario;
  std::string authority;
  std::optional<int> replicate;
  std::string event = "avoided_care";
  std::string arm;
  std::string against;
  int families = 3;
  std::optional<int> family;
  std::string format = "text";
  bool json = false;
  std::string output;
};

// Position of a name among those that may be given; throws UsageError with the nearest.
std::size_t find_name(std::string_view what, const std::string& name, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return i;
  throw UsageError(with_suggestion(
      fmt::format("there is no {} {}; there are {}", what, name, fmt::join(names, ", ")), name, names));
}

int find_authority(const Scenario& scenario, const England& england, const std::string& name) {
  const std::string wanted = lower_case(name);
  std::vector<std::string> names;
  for (const int code : scenario.authorities) {
    const AuthorityOrigin& a = england.at(code);
    if (wanted == std::to_string(code) || wanted == lower_case(a.ons_code) || wanted == lower_case(a.name))
      return code;
    names.push_back(a.name);
  }
  throw UsageError(with_suggestion(
      fmt::format("the scenario has no authority {} (give a name or a code)", name), name, names));
}

ExitCode trace(const Options& options) {
  const LoadedScenario loaded = load_named(options.scenario.file, options.scenario.overrides);
  print_warnings(loaded);
  const Scenario& scenario = loaded.scenario;
  if (scenario.arms.size() < 2)
    throw UsageError("the scenario has one arm only: two futures need two arms (docs/reference/scenario.md)");
  const England england = load_england(scenario.data_directory, scenario.origin);

  std::vector<std::string> arms;
  for (const Arm& arm : scenario.arms) arms.push_back(arm.name);
  TraceRequest request;
  request.authority = find_authority(scenario, england, options.authority);
  request.event = static_cast<TraceEvent>(
      find_name("event", options.event, {kTraceEventNames.begin(), kTraceEventNames.end()}));
  request.against = options.against.empty() ? scenario.baseline : find_name("arm", options.against, arms);
  request.arm = request.against == 0 ? 1 : 0;
  if (!options.arm.empty()) request.arm = find_name("arm", options.arm, arms);
  if (request.arm == request.against)
    throw UsageError(fmt::format("--arm and --against are both {}: give two arms", arms[request.arm]));
  request.families = static_cast<std::size_t>(options.families);
  if (options.family) request.family = static_cast<std::uint32_t>(*options.family);
  if (!options.output.empty()) require_writable(options.output);

  RunOptions run;
  run.parallel = on_threads(0);
  run.stop = &stop_on_signal();
  std::optional<ReplicateDifferences> differences;
  if (options.replicate) {
    request.replicate = static_cast<std::size_t>(*options.replicate);
  } else {
    differences = differences_of_replicates(scenario, england, request, run);
    request.replicate = differences->middling();
  }
  const Trace found = trace_families(scenario, england, request, run);
  const Told told{scenario, england.at(request.authority), request, found,
                  differences ? &*differences : nullptr};
  const std::string text =
      options.json || options.format == "json" ? json_text(trace_json(told), 2) + '\n' : trace_text(told);
  if (options.output.empty()) {
    fmt::print("{}", text);
    return ExitCode::kOk;
  }
  write_text(options.output, text);
  return ExitCode::kOk;
}

}  // namespace

Command add_trace(CLI::App& program) {
  CLI::App* const app = program.add_subcommand(
      "trace", "Tell the story of single simulated families, side by side under two arms");
  const auto options = std::make_shared<Options>();
  add_scenario(*app, options->scenario.file)->required();
  add_authority(*app, options->authority)->required();
  app->add_option("--replicate", options->replicate,
                  "Which replicate, from 0 (the one nearest the median of all)")
      ->type_name("N")
      ->check(whole_number_from(0));
  app->add_option(
         "--event", options->event,
         "Choose families to whom this happens under --arm and not under --against: entered_care, "
         "need_resolved, re_referred, returned_home, plan_started; avoided_care: a child enters care "
         "under --against only")
      ->type_name("EVENT")
      ->capture_default_str();
  app->add_option("--arm", options->arm, "One arm (the first but --against)")->type_name("ARM");
  app->add_option("--against", options->against, "The other (the baseline)")->type_name("ARM");
  app->add_option("--families", options->families, "How many to show")
      ->type_name("N")
      ->check(whole_number_from(1))
      ->capture_default_str();
  app->add_option("--family", options->family, "Show this one, by its number")
      ->type_name("N")
      ->check(whole_number_from(0));
  add_months(*app, options->scenario.overrides.months);
  add_seed(*app, options->scenario.overrides.seed);
  add_set(*app, options->scenario.overrides);
  app->add_option("--format", options->format, "text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  add_json(*app, options->json);
  add_output(*app, options->output, "standard output");
  app->footer(
      R"(Both arms share the same family and the same random numbers: their futures differ by the way of working alone.

Examples:
  hearth trace england --authority Norfolk
  hearth trace england --authority 919 --arm support_is_protection --event need_resolved --families 1
  hearth trace england --authority Leeds --family 1234 --format json -o family.json)");
  return {app, [options] { return trace(*options); }};
}

}  // namespace hearth
