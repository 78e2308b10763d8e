#include "app/trace.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "app/load.hpp"
#include "app/project.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/subcommand.hpp"
#include "scenario/files/json_text.hpp"

namespace hearth {
namespace {

struct Options {
  std::string scenario;
  ScenarioOverrides overrides;
  StoryRequest story;
  std::string format = "text";
  bool json = false;
  std::filesystem::path output;
};

ExitCode trace(const Options& options) {
  const LoadedScenario loaded = load_named(options.scenario, options.overrides);
  print_warnings(loaded);
  if (!options.output.empty()) require_writable(options.output);
  const Story story = tell_story(loaded, options.story, &stop_on_signal());
  const bool as_json = options.json || options.format == "json";
  const std::string text = as_json ? json_text(trace_json(story.told()), 2) + '\n' : trace_text(story.told());
  if (options.output.empty())
    fmt::print("{}", text);
  else
    write_text(options.output, text);
  return ExitCode::kOk;
}

const Subcommand kTrace{
    140, "trace", "Tell the story of single simulated families, side by side under two arms",
    [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      StoryRequest& story = options->story;
      add_scenario(line, options->scenario).required();
      add_authority(line, story.authority).required();
      line.whole_number("--replicate", story.replicate, 0,
                        "Which replicate, from 0 (the one nearest the median of all)");
      line.text("--event", story.event, "EVENT",
                "Choose families to whom this happens under --arm and not under --against: entered_care, "
                "need_resolved, re_referred, returned_home, plan_started; avoided_care: a child enters care "
                "under --against only")
          .shows_default();
      line.text("--arm", story.arm, "ARM", "One arm (the first but --against)");
      line.text("--against", story.against, "ARM", "The other (the baseline)");
      line.whole_number("--families", story.families, 1, "How many to show").shows_default();
      line.whole_number("--family", story.family, 0, "Show this one, by its number");
      add_months(line, options->overrides.months);
      add_seed(line, options->overrides.seed);
      add_set(line, options->overrides);
      line.choice("--format", options->format, "FORMAT", {"text", "json"}, "text or json").shows_default();
      add_json(line, options->json);
      add_output(line, options->output, "standard output");
      line.footer(
          R"(Both arms share the same family and the same random numbers: their futures differ by the way of working alone.

Examples:
  hearth trace england --authority Norfolk
  hearth trace england --authority 919 --arm support_is_protection --event need_resolved --families 1
  hearth trace england --authority Leeds --family 1234 --format json -o family.json)");
      return [options](const Invocation&) { return trace(*options); };
    }};

}  // namespace
}  // namespace hearth
