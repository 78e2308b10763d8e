#include "app/infer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/project.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/outcome_table.hpp"
#include "cli/subcommand.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> models;
  fs::path output;
  InferOptions how;
  bool quiet = false;
};

ExitCode infer(Options options) {
  options.how.stop = &stop_on_signal();
  std::vector<InferredModel> models = models_to_infer(options.models);
  const fs::path file = options.output.empty() ? effects_file_of(models) : options.output;
  require_writable(file);
  if (!options.quiet) options.how.progress = [](std::string_view text) { fmt::print(stderr, "{}\n", text); };
  const InferredEffects found = infer_effects(std::move(models), options.how);
  write_text(file, effects_json(found, file));
  for (const InferredModel& each : found.models) print_outcomes(each.model, Parameters{});
  fmt::print("{}\n", file.string());
  return ExitCode::kOk;
}

const Subcommand kInfer{
    112, "infer", "Infer the effects of service models from what was published of places that took them up",
    [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      line.arguments(
          "SERVICE_MODELS", options->models,
          "Names, or paths of your own files; all that come with Hearth and have studies unless given");
      add_output(line, options->output, "effects.json beside the tables or your own file");
      add_replicates(line, options->how.replicates);
      add_seed(line, options->how.seed);
      add_threads(line, options->how.threads);
      add_quiet(line, options->quiet);
      line.footer(
          R"(Simulates the places of each study with the model's effects moved up and down, and writes how the published
outcomes answer to them. When a scenario is loaded, what is believed and claimed of the effects follows from this and from
the figures in the service model's file: change a figure and nothing has to be run again; change components, reach, dates
or places and it has to. Run it again after a calibration.

Examples:
  hearth infer
  hearth infer family_safeguarding
  hearth infer my_models/family_help_team.json)");
      return [options](const Invocation&) { return infer(*options); };
    }};

}  // namespace
}  // namespace hearth
