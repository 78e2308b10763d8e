#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "analysis/experiments/decomposition.hpp"
#include "analysis/experiments/precision.hpp"
#include "cli/commands.hpp"
#include "cli/disk_space.hpp"
#include "cli/interrupt.hpp"
#include "cli/kept_run.hpp"
#include "cli/places.hpp"
#include "cli/ranks.hpp"
#include "cli/report.hpp"
#include "cli/requests.hpp"
#include "cli/shard.hpp"
#include "cli/terminal.hpp"
#include "core/statistics.hpp"
#include "published/england.hpp"
#include "published/england_reader.hpp"
#include "report/page.hpp"
#include "results/file/description.hpp"
#include "results/file/merge.hpp"
#include "results/wording.hpp"
#include "scenario/files/json_text.hpp"
#include "scenario/uncertainty.hpp"
#include "simulation/ensemble.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

struct Options {
  ScenarioArguments scenario;
  std::string output;
  int threads = 0;
  std::string shard;
  bool resume = false;
  std::string until;
  int at_most = 0;  // replicates of --until; 0: kAtMost times the scenario's
  bool dry_run = false;
  bool decompose = false;
  bool split = false;
  bool summary = false;
  bool report = false;
  bool xlsx = false;
  bool json = false;
  bool quiet = false;
};

constexpr int kAtMost = 10;  // times the scenario's replicates

// What the file holds of the run that the header describes.
void take_share(ResultHeader& header, const Shard& shard) {
  if (shard.of > 1) header.run_replicates = header.replicates;
  std::tie(header.first_replicate, header.replicates) = shard.replicates(header.replicates);
}

std::string size_text(const Scenario& scenario, int replicates) {
  return fmt::format("{} x {} x {}, {}", count_text(scenario.arms.size(), "arm", "arms"),
                     count_text(static_cast<std::size_t>(replicates), "replicate", "replicates"),
                     count_text(scenario.authorities.size(), "authority", "authorities"),
                     count_text(static_cast<std::size_t>(scenario.horizon_months), "month", "months"));
}

nlohmann::ordered_json size_json(const LoadedScenario& loaded) {
  const Scenario& scenario = loaded.scenario;
  nlohmann::ordered_json arms = nlohmann::ordered_json::array();
  for (const auto& arm : scenario.arms) arms.push_back(arm.name);
  return {{"scenario", scenario.name},
          {"title", scenario.title},
          {"arms", arms},
          {"replicates", scenario.replicates},
          {"authorities", scenario.authorities.size()},
          {"adopting_elsewhere", scenario.adopting_elsewhere.size()},
          {"months", scenario.horizon_months},
          {"seed", scenario.seed},
          {"sampling_fraction", scenario.sampling_fraction},
          {"warnings", diagnostics_json(loaded.warnings)}};
}

// `simulated` is what would run: the scenario, or all that --decompose makes of it. The result is of the
// scenario's arms alone. `ensembles`: how often it would run.
ExitCode dry_run(const LoadedScenario& loaded, const Scenario& simulated, const England& england,
                 std::size_t ensembles, const fs::path& file, const Options& options) {
  const Scenario& scenario = loaded.scenario;
  RunEstimate estimate = estimate_run(simulated, england, *on_threads(options.threads));
  estimate.seconds *= static_cast<double>(ensembles);
  estimate.family_months *= static_cast<double>(ensembles);
  const DiskSpace space = space_for(scenario, static_cast<std::size_t>(scenario.replicates), ensembles - 1,
                                    options.shard.empty());
  if (options.json) {
    auto out = size_json(loaded);
    out["result"] = file.string();
    out["families"] = estimate.families;
    out["family_months"] = estimate.family_months;
    out["estimated_seconds"] = estimate.seconds;
    out["estimated_memory_bytes"] = estimate.memory_bytes;
    out["estimated_file_bytes"] = space.result;
    out["estimated_disk_bytes"] = space.most;
    fmt::print("{}\n", json_text(out, 2));
    return ExitCode::kOk;
  }
  fmt::print("Would run  {}{}\n", size_text(scenario, scenario.replicates),
             options.decompose ? fmt::format(", every arm {} times", kLoopSets)
             : ensembles > 1   ? fmt::format(", {} times", ensembles)
                               : "");
  if (!scenario.adopting_elsewhere.empty())
    fmt::print("Adopting   {}\n", adopting_elsewhere_text(scenario.adopting_elsewhere.size()));
  for (std::size_t i = 0; i < scenario.arms.size(); ++i)
    fmt::print("Arm        {}: {}{}\n", scenario.arms[i].name, scenario.arms[i].title,
               i == scenario.baseline ? " (baseline)" : "");
  fmt::print("Families   {}, {} family-months in all\n", grouped(estimate.families),
             family_months_text(estimate.family_months));
  fmt::print("Time       about {}\n", duration_text(estimate.seconds));
  fmt::print("Memory     about {}\n", bytes_text(estimate.memory_bytes));
  fmt::print("Result     {}, about {}{}\n", file.string(), bytes_text(space.result),
             space.most > space.result
                 ? fmt::format("; until it is summarised about {} of disk", bytes_text(space.most))
                 : "");
  return ExitCode::kOk;
}

// Shards that are all written to one name would each take the place of the last, or of the whole.
void require_no_other_part(const fs::path& file, const ResultHeader& header, const Shard& shard) {
  if (shard.of == 1) return;
  const auto there = part_of_run(file, header);
  if (!there || same_replicates(*there, header)) return;
  throw UsageError(fmt::format(
      "{} holds replicates {} to {} of this run, and this shard, {} to {}, would take their place: "
      "give each shard a file of its own with -o, such as {}, or leave -o out",
      file.string(), there->first_replicate, there->first_replicate + there->replicates - 1,
      header.first_replicate, header.first_replicate + header.replicates - 1,
      shard.file(file).filename().string()));
}

int replicates_at_most(const Options& options, const Scenario& scenario) {
  if (options.until.empty()) return scenario.replicates;
  return options.at_most > 0 ? options.at_most : kAtMost * scenario.replicates;
}

// Everything that is simulated for one result: the whole ensemble, then each source of uncertainty alone.
class Simulation {
 public:
  Simulation(const Scenario& scenario, const England& england, const std::vector<UncertaintySource>& sources,
             Decomposition* decomposition, std::optional<PrecisionTally>& precision, const Options& options,
             const std::atomic<bool>& stop)
      : scenario_(scenario),
        england_(england),
        sources_(sources),
        decomposition_(decomposition),
        precision_(precision),
        progress_(options.quiet) {
    at_most_ = replicates_at_most(options, scenario);
    run_options_.parallel = on_threads(options.threads);
    run_options_.stop = &stop;
    run_options_.progress = [this](double done, double total) {
      const double each = total / static_cast<double>(run_options_.replicates->size());
      progress_.update(each * static_cast<double>(before_) + done, each * static_cast<double>(all_));
    };
  }

  // The replicates that the writer misses. Throws Interrupted; what is whole by then is with the writer.
  RunStatistics fill(ResultWriter& writer, QueuedWriter& queue) {
    // All are asked for before the queue writes, which changes them on its own thread.
    std::vector<std::vector<std::size_t>> missing = {writer.missing()};
    for (std::size_t source = 0; source < sources_.size(); ++source)
      missing.push_back(writer.missing(source));
    for (const auto& replicates : missing) all_ += replicates.size();
    if (precision_)
      fill_until_precise(missing.front(), queue);
    else
      for (std::size_t part = 0; part < missing.size(); ++part) run_part(part, missing[part], queue);
    return statistics_;
  }
  // Replicates that the goal of precision took, or all that it may have; 0 where there is none.
  int replicates() const { return replicates_; }

 private:
  // As many replicates at a time as the scenario has. After so many the goal is looked at, whatever was kept
  // of an earlier run, so that the number does not depend on interruptions.
  void fill_until_precise(const std::vector<std::size_t>& missing, QueuedWriter& queue) {
    const std::vector<Families> families = make_all_families(scenario_, england_, *run_options_.parallel);
    run_options_.families = families;
    do {
      const int next = std::min(replicates_ + scenario_.replicates, at_most_);
      std::vector<std::size_t> batch;
      for (const std::size_t r : missing)
        if (static_cast<int>(r) >= replicates_ && static_cast<int>(r) < next) batch.push_back(r);
      run_part(0, batch, queue);
      replicates_ = next;
    } while (replicates_ < at_most_ && !precision_->state(static_cast<std::size_t>(replicates_)).met());
    run_options_.families = {};
  }

  void run_part(std::size_t part, const std::vector<std::size_t>& replicates, QueuedWriter& queue) {
    if (replicates.empty()) return;
    run_options_.replicates = replicates;
    const auto source = part > 0 ? std::optional(part - 1) : std::nullopt;
    const ResultSink sink = [&](std::size_t arm, std::size_t replicate, const auto& monthly) {
      if (decomposition_ != nullptr) {
        decomposition_->add(arm, replicate, monthly);
        if (arm != decomposition_->whole(arm / kLoopSets)) return;
        arm /= kLoopSets;
      }
      std::vector<AuthoritySeries> series = in_steps(monthly, scenario_.output.every_months());
      if (precision_) precision_->add(arm, replicate, series);
      queue.write(source, arm, replicate, std::move(series));
    };
    const RunStatistics more =
        part > 0
            ? run_ensemble(with_sources(scenario_, only(sources_[part - 1])), england_, run_options_, sink)
            : run_ensemble(decomposition_ == nullptr ? scenario_ : decomposition_->expanded(), england_,
                           run_options_, sink);
    statistics_.family_months += more.family_months;
    statistics_.seconds += more.seconds;
    statistics_.threads = more.threads;
    before_ += replicates.size();
  }

  const Scenario& scenario_;
  const England& england_;
  const std::vector<UncertaintySource>& sources_;
  Decomposition* decomposition_;
  std::optional<PrecisionTally>& precision_;
  int at_most_ = 0;
  int replicates_ = 0;
  Progress progress_;
  RunOptions run_options_;
  RunStatistics statistics_;
  std::size_t before_ = 0;  // replicates of ensembles that are done
  std::size_t all_ = 0;     // of all ensembles
};

// The goal of --until, with the replicates that an interrupted run has kept.
std::optional<PrecisionTally> make_precision(const Options& options, const ResultHeader& header,
                                             const fs::path& file) {
  if (options.until.empty()) return std::nullopt;
  std::vector<std::string> arms;
  for (const auto& arm : header.arms) arms.push_back(arm.name);
  PrecisionTally out(parse_precision_goal(options.until, arms, header.baseline), header);
  if (!options.resume) return out;
  if (const auto kept = kept_result(file); kept && !difference_of_runs(kept->result->header(), header))
    out.add(*kept->result, kept->replicates);
  return out;
}

void check_options(const Options& options, const Scenario& scenario, const fs::path& file) {
  if (!options.dry_run) require_writable(file);
  if (!options.decompose) return;
  require_writable(fs::path(file).replace_extension(".decomposition.csv"));
  if (scenario.arms.size() < 2)
    throw UsageError(fmt::format(
        "--decompose: {} has one arm; allowed: two or more, one of them the baseline", scenario.name));
}

// The shard of this process: its own, if mpirun started several.
Shard shard_of(const Options& options, const Scenario& scenario, const Ranks& ranks) {
  if (ranks.count() == 1)
    return options.shard.empty() ? Shard{} : parse_shard(options.shard, scenario.replicates);
  for (const auto& [given, name] : {std::pair{!options.shard.empty(), "--shard"},
                                    {options.decompose, "--decompose"},
                                    {!options.until.empty(), "--until"}})
    if (given)
      throw UsageError(fmt::format("{}: {} processes share this run; allowed: one process, without mpirun",
                                   name, ranks.count()));
  if (ranks.count() > scenario.replicates)
    throw UsageError(
        fmt::format("{} processes for {}; allowed: at most one process a replicate", ranks.count(),
                    count_text(static_cast<std::size_t>(scenario.replicates), "replicate", "replicates")));
  return {ranks.number() + 1, ranks.count()};
}

// Puts the shards of the processes together, which stay beside the result.
void merge_shards(const fs::path& whole, int processes, const std::atomic<bool>& stop) {
  std::vector<fs::path> shards;
  for (int k = 1; k <= processes; ++k) shards.push_back(Shard{k, processes}.file(whole));
  merge_results(shards, whole, MergeHow::kCopy, &stop);
}

ExitCode run(Options options, const std::string& command_line) {
  const Ranks ranks;
  options.quiet = options.quiet || !ranks.first();
  const LoadedScenario loaded = load_named(options.scenario.file, options.scenario.overrides);
  const Scenario& scenario = loaded.scenario;
  if (ranks.first()) print_warnings(loaded);
  const Shard shard = shard_of(options, scenario, ranks);
  const fs::path whole = options.output.empty()
                             ? default_result_file(name_of_result(scenario.name, loaded), scenario.file)
                             : fs::path(options.output);
  const bool together = ranks.count() > 1;
  const fs::path file = options.output.empty() || together ? shard.file(whole) : whole;
  const fs::path parts_file = fs::path(file).replace_extension(".decomposition.csv");
  const fs::path page = fs::path(together ? whole : file).replace_extension(".html");
  const fs::path workbook = fs::path(page).replace_extension(".xlsx");
  check_options(options, scenario, file);
  if (options.xlsx && !options.dry_run) require_writable(workbook);
  if (options.report) {
    require_charts();
    if (!options.dry_run) require_writable(page);
  }
  const England england = load_england(scenario.data_directory, scenario.origin);
  std::optional<Decomposition> decomposition;
  if (options.decompose) decomposition.emplace(scenario);
  const Scenario& simulated = decomposition ? decomposition->expanded() : scenario;
  const std::vector<UncertaintySource> sources =
      options.split ? sources_to_split(scenario) : std::vector<UncertaintySource>{};
  if (options.dry_run && !ranks.first()) return ExitCode::kOk;
  if (options.dry_run) return dry_run(loaded, simulated, england, 1 + sources.size(), file, options);

  const std::atomic<bool>& stop = stop_on_signal();
  if (!options.quiet)
    fmt::print(stderr, "{}: {}{}\n", scenario.title, size_text(scenario, scenario.replicates), shard.text());
  ResultHeader header = make_header(loaded, england, sources, command_line);
  take_share(header, shard);
  if (!options.until.empty()) {
    header.may_end_early = true;
    header.replicates = replicates_at_most(options, scenario);
    header.provenance["until"] = options.until;
  }
  note_effects(header, scenario);
  require_no_other_part(file, header, shard);
  const bool was_whole = options.resume && is_whole(file, header);
  if (was_whole && !together) {
    fmt::print(stderr, "{} is already complete. Nothing to run.\n", file.string());
    if (options.report) write_report(file, page, &loaded);
    if (options.xlsx) write_workbook(file, workbook);
    if (options.summary) print_summary(file);
    return ExitCode::kOk;
  }
  const Unfinished unfinished = decomposition    ? Unfinished::kDiscard
                                : options.resume ? Unfinished::kResume
                                                 : Unfinished::kKeep;
  require_room(file, space_for(scenario, static_cast<std::size_t>(header.replicates), sources.size(),
                               header.run_replicates == 0));
  std::optional<PrecisionTally> precision = make_precision(options, header, file);
  Simulation simulation(scenario, england, sources, decomposition ? &*decomposition : nullptr, precision,
                        options, stop);
  RunStatistics statistics;
  if (!was_whole)
    statistics = run_to_file(
        {file, header, unfinished, options.quiet, stop, [&] { return simulation.replicates(); }},
        [&](ResultWriter& writer, QueuedWriter& queue) { return simulation.fill(writer, queue); });
  auto bytes = static_cast<double>(fs::file_size(file));
  if (together) {
    statistics.family_months = ranks.sum(statistics.family_months);
    statistics.seconds = ranks.largest(statistics.seconds);
    if (!ranks.first()) return ExitCode::kOk;
    merge_shards(whole, ranks.count(), stop);
    bytes = static_cast<double>(fs::file_size(whole));
  }
  const fs::path& result = together ? whole : file;

  ExitCode code = ExitCode::kOk;
  std::string reached;
  if (precision) {
    const auto state = precision->state(static_cast<std::size_t>(simulation.replicates()));
    reached = fmt::format("{}, after {} replicates", precision->text(state), simulation.replicates());
    if (!state.met()) code = ExitCode::kPrecisionNotMet;
  }

  std::vector<Attribution> parts;
  if (decomposition) {
    parts = decomposition->attributions();
    write_text(parts_file, decomposition_csv(parts));
  }

  if (options.report) write_report(result, page, &loaded);
  if (options.xlsx) write_workbook(result, workbook);

  const double rate = statistics.seconds > 0.0 ? statistics.family_months / statistics.seconds : 0.0;
  if (options.json) {
    auto out = size_json(loaded);
    out["result"] = result.string();
    out["file_bytes"] = bytes;
    out["family_months"] = statistics.family_months;
    out["seconds"] = statistics.seconds;
    out["family_months_per_second"] = rate;
    out["threads"] = statistics.threads;
    if (options.report) out["page"] = page.string();
    if (options.xlsx) out["workbook"] = workbook.string();
    if (decomposition) out["decomposition"] = parts_file.string();
    if (precision) {
      out["replicates"] = simulation.replicates();
      out["until"] = {{"goal", options.until}, {"met", code == ExitCode::kOk}, {"error", reached}};
    }
    fmt::print("{}\n", json_text(out, 2));
    return code;
  }
  if (options.summary) {
    print_summary(result);
    fmt::print("\n");
  }
  if (decomposition) fmt::print("{}\n", decomposition_text(parts));
  if (header.run_replicates == 0) fmt::print("{}\n", answer_text(result, scenario.data_directory));
  fmt::print("Result  {} ({}{})\n", result.string(), bytes_text(bytes),
             !together ? ""
             : header.to_summarise
                 ? fmt::format("; every replicate is in {} shards next to it", ranks.count())
                 : fmt::format("; the {} shards next to it may be deleted", ranks.count()));
  if (decomposition) fmt::print("Parts   {}\n", parts_file.string());
  if (options.report) fmt::print("Page    {}: open it in a browser\n", page.string());
  if (options.xlsx) fmt::print("Excel   {}: every figure, a sheet each\n", workbook.string());
  fmt::print("Run     {}{}, in {} on {}: {} family-months/s\n",
             size_text(scenario, precision ? simulation.replicates() : scenario.replicates),
             together ? fmt::format(", {} processes", ranks.count()) : shard.text(),
             duration_text(statistics.seconds),
             count_text(static_cast<std::size_t>(statistics.threads), "thread", "threads"),
             family_months_text(rate));
  if (precision) fmt::print("Error   {}\n", reached);
  fmt::print("Tables  hearth summary {}\n", result.string());
  const int replicates = precision ? simulation.replicates() : scenario.replicates;
  const std::string few = few_replicates_text(replicates);
  if (header.run_replicates == 0 && !options.summary && !few.empty())  // the tables say so too
    print_warning(fmt::format("{} (--replicates {})", few, kEnoughReplicates));
  if (code == ExitCode::kPrecisionNotMet)
    fmt::print(stderr, "--until was not met: {}; allow more replicates with --at-most\n", reached);
  return code;
}

}  // namespace

ExitCode run_scenario(const fs::path& scenario, int threads, bool quiet, const std::string& command_line) {
  Options options;
  options.scenario.file = scenario.string();
  options.threads = threads;
  options.quiet = quiet;
  options.report = can_draw_charts();
  options.xlsx = true;
  return run(options, command_line);
}

Command add_run(CLI::App& program, const std::string& command_line) {
  CLI::App* const app = program.add_subcommand("run", "Run a scenario and write its result (HDF5)");
  const auto options = std::make_shared<Options>();
  add_scenario_arguments(*app, options->scenario);
  add_output(*app, options->output, "outputs/NAME.h5");
  add_threads(*app, options->threads);
  CLI::Option* const resume = add_resume(*app, options->resume);
  CLI::Option* const shard =
      app->add_option("--shard", options->shard,
                      "Run part K of N of the replicates only, for hearth merge to put together")
          ->type_name("K/N");
  app->add_flag("--dry-run", options->dry_run, "Say what would run, how long and how large; run nothing");
  CLI::Option* const decompose = app->add_flag(
      "--decompose", options->decompose,
      "Say how much of each difference comes from effects directly and how much each feedback loop "
      "adds; runs every arm eight times");
  decompose->excludes(resume)->excludes(shard);
  CLI::Option* const until = app->add_option(
      "--until", options->until,
      "Run more replicates until a number is known so well: \"difference(care_entries).mcse < 1%\"");
  until->type_name("GOAL")->excludes(decompose)->excludes(shard);
  app->add_option("--at-most", options->at_most, "Replicates that --until may run (ten times the scenario's)")
      ->type_name("N")
      ->check(whole_number_from(2))
      ->needs(until);
  app->add_flag(
         "--split", options->split,
         "Say how much of the uncertainty comes from each source of uncertainty; runs once more for each")
      ->excludes(decompose)
      ->excludes(until);
  app->add_flag("--summary", options->summary, "Print the tables of hearth summary too");
  app->add_flag("--report", options->report,
                "Make the page of the result too, next to it and ending in .html");
  app->add_flag("--xlsx", options->xlsx,
                "Write everything as a spreadsheet too, next to the result and ending in .xlsx");
  add_json(*app, options->json);
  add_quiet(*app, options->quiet);
  app->footer(
      R"(Ends with the answer in a few sentences. NAME is the scenario's, with the place where --authorities chooses one.
Ctrl-C stops cleanly: whole replicates are kept for --resume, and an older result stays as it was.

Examples:
  hearth run england
  hearth run my_scenario.json --replicates 5 --authorities 919,E09000001 -o outputs/small.h5
  mpirun -n 4 hearth run england --replicates 1000          four processes share the replicates)");
  return {app, [options, command_line] { return run(*options, command_line); }};
}

}  // namespace hearth
