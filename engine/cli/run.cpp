#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "analysis/decomposition.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/places.hpp"
#include "cli/requests.hpp"
#include "cli/terminal.hpp"
#include "population/england.hpp"
#include "results/result_file.hpp"
#include "scenario/uncertainty.hpp"
#include "simulation/ensemble.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

struct Options {
  ScenarioArguments scenario;
  std::string output;
  int threads = 0;
  bool dry_run = false;
  bool decompose = false;
  bool split = false;
  bool summary = false;
  bool json = false;
  bool quiet = false;
};

std::string size_text(const Scenario& scenario) {
  return fmt::format("{} x {} x {}, {}", count_text(scenario.arms.size(), "arm", "arms"),
                     count_text(static_cast<std::size_t>(scenario.replicates), "replicate", "replicates"),
                     count_text(scenario.authorities.size(), "authority", "authorities"),
                     count_text(static_cast<std::size_t>(scenario.horizon_months), "month", "months"));
}

nlohmann::ordered_json size_json(const Scenario& scenario) {
  nlohmann::ordered_json arms = nlohmann::ordered_json::array();
  for (const auto& arm : scenario.arms) arms.push_back(arm.name);
  return {{"scenario", scenario.name},
          {"arms", arms},
          {"replicates", scenario.replicates},
          {"authorities", scenario.authorities.size()},
          {"months", scenario.horizon_months},
          {"seed", scenario.seed},
          {"sampling_fraction", scenario.sampling_fraction}};
}

// `simulated` is what would run: the scenario, or all that --decompose makes of it. The result is of the
// scenario's arms alone. `ensembles`: how often it would run.
ExitCode dry_run(const Scenario& scenario, const Scenario& simulated, const England& england,
                 std::size_t ensembles, const fs::path& file, const Options& options) {
  RunEstimate estimate = estimate_run(simulated, england, options.threads);
  estimate.seconds *= static_cast<double>(ensembles);
  estimate.family_months *= static_cast<double>(ensembles);
  constexpr double kSplitSize = 0.12;  // of what a source alone adds to the file, measured
  estimate.file_bytes *= 1.0 + kSplitSize * static_cast<double>(ensembles - 1);
  if (options.decompose) estimate.file_bytes = estimate_run(scenario, england, options.threads).file_bytes;
  if (options.json) {
    auto out = size_json(scenario);
    out["result"] = file.string();
    out["families"] = estimate.families;
    out["family_months"] = estimate.family_months;
    out["estimated_seconds"] = estimate.seconds;
    out["estimated_memory_bytes"] = estimate.memory_bytes;
    out["estimated_file_bytes"] = estimate.file_bytes;
    fmt::print("{}\n", out.dump(2));
    return ExitCode::kOk;
  }
  fmt::print("Would run  {}{}\n", size_text(scenario),
             options.decompose ? fmt::format(", every arm {} times", kLoopSets)
             : ensembles > 1   ? fmt::format(", {} times", ensembles)
                               : "");
  for (std::size_t i = 0; i < scenario.arms.size(); ++i)
    fmt::print("Arm        {}: {}{}\n", scenario.arms[i].name, scenario.arms[i].title,
               i == scenario.baseline ? " (baseline)" : "");
  fmt::print("Families   {}, {} family-months in all\n", grouped(estimate.families),
             family_months_text(estimate.family_months));
  fmt::print("Time       about {}\n", duration_text(estimate.seconds));
  fmt::print("Memory     about {}\n", bytes_text(estimate.memory_bytes));
  fmt::print("Result     {}, about {}\n", file.string(), bytes_text(estimate.file_bytes));
  return ExitCode::kOk;
}

ExitCode run(const Options& options, const std::string& command_line) {
  const LoadedScenario loaded = load_named(options.scenario.file, options.scenario.overrides);
  const Scenario& scenario = loaded.scenario;
  const fs::path file =
      options.output.empty() ? default_result_file(scenario.name, scenario.file) : fs::path(options.output);
  const fs::path parts_file = fs::path(file).replace_extension(".decomposition.csv");
  if (!options.dry_run) require_writable(file);
  if (options.decompose) {
    require_writable(parts_file);
    if (scenario.arms.size() < 2)
      throw UsageError(fmt::format(
          "--decompose: {} has one arm; allowed: two or more, one of them the baseline", scenario.name));
  }
  const England england = load_england(scenario.data_directory, scenario.origin);
  std::optional<Decomposition> decomposition;
  if (options.decompose) decomposition.emplace(scenario);
  const Scenario& simulated = decomposition ? decomposition->expanded() : scenario;
  const std::vector<UncertaintySource> sources =
      options.split ? sources_to_split(scenario) : std::vector<UncertaintySource>{};
  const std::size_t ensembles = 1 + sources.size();
  if (options.dry_run) return dry_run(scenario, simulated, england, ensembles, file, options);

  const std::atomic<bool>& stop = stop_on_signal();
  if (!options.quiet) fmt::print(stderr, "{}: {}\n", scenario.name, size_text(scenario));
  RunStatistics statistics;
  {
    ResultWriter writer(file, make_header(loaded, england, sources, command_line));
    Progress progress(options.quiet);
    RunOptions run_options;
    run_options.threads = options.threads;
    run_options.stop = &stop;
    double before = 0.0;  // ensembles done
    run_options.progress = [&](double done, double total) {
      progress.update(before * total + done, static_cast<double>(ensembles) * total);
    };
    statistics =
        run_ensemble(simulated, england, run_options,
                     [&](std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
                       if (!decomposition) return writer.write(arm, replicate, series);
                       decomposition->add(arm, replicate, series);
                       if (arm == decomposition->whole(arm / kLoopSets))
                         writer.write(arm / kLoopSets, replicate, series);
                     });
    for (std::size_t s = 0; s < sources.size(); ++s) {
      ++before;
      const RunStatistics more = run_ensemble(
          with_sources(scenario, only(sources[s])), england, run_options,
          [&](std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
            writer.write_alone(s, arm, replicate, series);
          });
      statistics.family_months += more.family_months;
      statistics.seconds += more.seconds;
    }
    if (stop) throw Interrupted();
    writer.commit(statistics.seconds, statistics.threads);
  }

  std::vector<Attribution> parts;
  if (decomposition) {
    parts = decomposition->attributions();
    write_text(parts_file, decomposition_csv(parts));
  }

  const double rate = statistics.seconds > 0.0 ? statistics.family_months / statistics.seconds : 0.0;
  const auto bytes = static_cast<double>(fs::file_size(file));
  if (options.json) {
    auto out = size_json(scenario);
    out["result"] = file.string();
    out["file_bytes"] = bytes;
    out["family_months"] = statistics.family_months;
    out["seconds"] = statistics.seconds;
    out["family_months_per_second"] = rate;
    out["threads"] = statistics.threads;
    if (decomposition) out["decomposition"] = parts_file.string();
    fmt::print("{}\n", out.dump(2));
    return ExitCode::kOk;
  }
  if (options.summary) {
    print_summary(file);
    fmt::print("\n");
  }
  if (decomposition) fmt::print("{}\n", decomposition_text(parts));
  fmt::print("Result  {} ({})\n", file.string(), bytes_text(bytes));
  if (decomposition) fmt::print("Parts   {}\n", parts_file.string());
  fmt::print("Run     {}, in {} on {}: {} family-months/s\n", size_text(scenario),
             duration_text(statistics.seconds),
             count_text(static_cast<std::size_t>(statistics.threads), "thread", "threads"),
             family_months_text(rate));
  fmt::print("Read    hearth summary {}\n", file.string());
  return ExitCode::kOk;
}

}  // namespace

Command add_run(CLI::App& program, const std::string& command_line) {
  CLI::App* const app = program.add_subcommand("run", "Run a scenario and write its result (HDF5)");
  const auto options = std::make_shared<Options>();
  add_scenario_arguments(*app, options->scenario);
  app->add_option("-o,--output", options->output, "Result file (outputs/<scenario name>.h5)")
      ->type_name("FILE");
  app->add_option("--threads", options->threads,
                  "Threads; 0: one a core. The result is the same for any number")
      ->type_name("N")
      ->check(whole_number_from(0));
  app->add_flag("--dry-run", options->dry_run, "Say what would run, how long and how large; run nothing");
  CLI::Option* const decompose = app->add_flag(
      "--decompose", options->decompose,
      "Say how much of each difference comes from effects directly and how much each feedback loop "
      "adds; runs every arm eight times");
  app->add_flag("--split", options->split,
                "Say how much of the doubt comes from each source of uncertainty; runs once more for each")
      ->excludes(decompose);
  app->add_flag("--summary", options->summary, "Print the summary for all authorities of the run too");
  app->add_flag("--json", options->json, "The record of the run as JSON");
  app->add_flag("-q,--quiet", options->quiet, "No progress");
  app->footer(R"(Ctrl-C stops cleanly: no result is written and an older one stays as it was.

Examples:
  hearth run england
  hearth run my_scenario.json --replicates 5 --authorities 919,E09000001 -o outputs/small.h5)");
  return {app, [options, command_line] { return run(*options, command_line); }};
}

}  // namespace hearth
