#include "app/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "analysis/experiments/precision.hpp"
#include "app/kept_run.hpp"
#include "app/load.hpp"
#include "app/project.hpp"
#include "app/result_header.hpp"
#include "core/words.hpp"
#include "core/write_file.hpp"
#include "published/england_reader.hpp"
#include "results/file/result_writer.hpp"
#include "results/merge.hpp"
#include "scenario/uncertainty.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

constexpr int kAtMost = 10;  // times the scenario's replicates

// What the file holds of the run that the header describes.
void take_share(ResultHeader& header, const Shard& shard) {
  if (shard.of > 1) header.run_replicates = header.replicates;
  std::tie(header.first_replicate, header.replicates) = shard.replicates(header.replicates);
}

// Shards that are all written to one name would each take the place of the last, or of the whole.
void require_no_other_part(const RunPlan& plan) {
  if (plan.shard.of == 1) return;
  const auto there = part_of_run(plan.file, plan.header);
  if (!there || same_replicates(*there, plan.header)) return;
  throw UsageError(fmt::format(
      "{} holds replicates {} to {} of this run, and this shard, {} to {}, would take their place: "
      "give each shard a file of its own with -o, such as {}, or leave -o out",
      plan.file.string(), there->first_replicate, there->first_replicate + there->replicates - 1,
      plan.header.first_replicate, plan.header.first_replicate + plan.header.replicates - 1,
      plan.shard.file(plan.file).filename().string()));
}

// The shard of this process: its own, if several share the run.
Shard shard_of(const RunRequest& request, const Scenario& scenario) {
  const Processes& processes = request.processes;
  if (processes.count == 1)
    return request.shard.empty() ? Shard{} : parse_shard(request.shard, scenario.replicates);
  for (const auto& [given, name] : {std::pair{!request.shard.empty(), "--shard"},
                                    {request.decompose, "--decompose"},
                                    {!request.until.empty(), "--until"}})
    if (given)
      throw UsageError(fmt::format("{}: {} processes share this run; allowed: one process, without mpirun",
                                   name, processes.count));
  if (processes.count > scenario.replicates)
    throw UsageError(
        fmt::format("{} processes for {}; allowed: at most one process a replicate", processes.count,
                    count_text(static_cast<std::size_t>(scenario.replicates), "replicate", "replicates")));
  return {processes.number + 1, processes.count};
}

// What has no meaning together.
void require_apart(const RunRequest& request) {
  const bool shard = !request.shard.empty();
  const bool until = !request.until.empty();
  for (const auto& [together, one, other] :
       {std::tuple{until && shard, "--until", "--shard"},
        {until && request.split, "--until", "--split"},
        {until && request.decompose, "--until", "--decompose"},
        {request.decompose && shard, "--decompose", "--shard"},
        {request.decompose && request.split, "--decompose", "--split"},
        {request.decompose && request.resume, "--decompose", "--resume"}})
    if (together) throw UsageError(fmt::format("{}: not with {}; allowed: one of them", one, other));
}

// Everything that is simulated for one result: the whole ensemble, then each source of uncertainty alone.
class Simulation {
 public:
  using Write = std::function<void(std::optional<std::size_t> alone, std::size_t arm, std::size_t replicate,
                                   std::vector<AuthoritySeries> series)>;

  Simulation(const RunPlan& plan, const Listener& listener)
      : plan_(plan), scenario_(plan.loaded.scenario), listener_(listener) {
    if (plan.request.decompose) decomposition_.emplace(scenario_);
    if (!plan.request.until.empty()) {
      std::vector<std::string> arms;
      for (const auto& arm : plan.header.arms) arms.push_back(arm.name);
      precision_.emplace(parse_precision_goal(plan.request.until, arms, plan.header.baseline), plan.header);
    }
    options_.parallel = on_threads(plan.request.threads);
    options_.stop = listener.stop;
    options_.progress = [this](double done, double total) {
      const double each = total / static_cast<double>(options_.replicates->size());
      if (listener_.progress)
        listener_.progress(each * static_cast<double>(before_) + done, each * static_cast<double>(all_));
    };
  }

  // Replicates that the goal of precision is to look at, from a run that was stopped.
  void add_kept(const KeptResult& kept) {
    if (precision_) precision_->add(*kept.result, kept.replicates);
  }

  // The replicates that are missing of the whole ensemble, then of each source alone. Throws Interrupted;
  // what is whole by then has been written.
  RunStatistics run(const std::vector<std::vector<std::size_t>>& missing, const Write& write) {
    for (const auto& replicates : missing) all_ += replicates.size();
    if (precision_)
      run_until_precise(missing.front(), write);
    else
      for (std::size_t part = 0; part < missing.size(); ++part) run_part(part, missing[part], write);
    return statistics_;
  }

  // That the goal of precision took, or all that the scenario has.
  int replicates() const { return precision_ ? replicates_ : scenario_.replicates; }

  RunOutcome outcome(const RunStatistics& statistics) const {
    RunOutcome out;
    out.statistics = statistics;
    out.replicates = replicates();
    if (precision_) {
      const auto state = precision_->state(static_cast<std::size_t>(replicates_));
      out.precision = {state.met(),
                       fmt::format("{}, after {} replicates", precision_->text(state), replicates_)};
    }
    if (decomposition_) out.decomposition = decomposition_->attributions();
    return out;
  }

 private:
  // As many replicates at a time as the scenario has. After so many the goal is looked at, whatever was kept
  // of an earlier run, so that the number does not depend on interruptions.
  void run_until_precise(const std::vector<std::size_t>& missing, const Write& write) {
    const std::vector<Families> families = make_all_families(scenario_, plan_.england, *options_.parallel);
    options_.families = families;
    const int at_most = plan_.header.replicates;
    do {
      const int next = std::min(replicates_ + scenario_.replicates, at_most);
      std::vector<std::size_t> batch;
      for (const std::size_t r : missing)
        if (static_cast<int>(r) >= replicates_ && static_cast<int>(r) < next) batch.push_back(r);
      run_part(0, batch, write);
      replicates_ = next;
    } while (replicates_ < at_most && !precision_->state(static_cast<std::size_t>(replicates_)).met());
    options_.families = {};
  }

  void run_part(std::size_t part, const std::vector<std::size_t>& replicates, const Write& write) {
    if (replicates.empty()) return;
    options_.replicates = replicates;
    const auto alone = part > 0 ? std::optional(part - 1) : std::nullopt;
    const ResultSink sink = [&](std::size_t arm, std::size_t replicate, const auto& monthly) {
      if (decomposition_) {
        decomposition_->add(arm, replicate, monthly);
        if (arm != decomposition_->whole(arm / kLoopSets)) return;
        arm /= kLoopSets;
      }
      std::vector<AuthoritySeries> series = in_steps(monthly, scenario_.output.every_months());
      if (precision_) precision_->add(arm, replicate, series);
      write(alone, arm, replicate, std::move(series));
    };
    const RunStatistics more = alone ? run_ensemble(with_sources(scenario_, only(plan_.header.split[*alone])),
                                                    plan_.england, options_, sink)
                                     : run_ensemble(decomposition_ ? decomposition_->expanded() : scenario_,
                                                    plan_.england, options_, sink);
    statistics_.family_months += more.family_months;
    statistics_.seconds += more.seconds;
    statistics_.threads = more.threads;
    before_ += replicates.size();
  }

  const RunPlan& plan_;
  const Scenario& scenario_;
  const Listener& listener_;
  std::optional<Decomposition> decomposition_;
  std::optional<PrecisionTally> precision_;
  RunOptions options_;
  RunStatistics statistics_;
  int replicates_ = 0;      // that the goal of precision has looked at
  std::size_t before_ = 0;  // replicates of ensembles that are done
  std::size_t all_ = 0;     // of all ensembles
};

// The replicates that the file of this process misses.
RunStatistics fill(const RunPlan& plan, const Listener& listener, Simulation& simulation,
                   const BlockSink& also) {
  const Unfinished unfinished = plan.request.resume                            ? Unfinished::kResume
                                : plan.request.keep && !plan.request.decompose ? Unfinished::kKeep
                                                                               : Unfinished::kDiscard;
  return fill_file({plan.file, plan.header, unfinished, listener, [&] { return simulation.replicates(); }},
                   [&](ResultWriter& writer, QueuedWriter& queue) {
                     // All are asked for before the queue writes, which changes them on its own thread.
                     std::vector<std::vector<std::size_t>> missing = {writer.missing()};
                     for (std::size_t source = 0; source < plan.header.split.size(); ++source)
                       missing.push_back(writer.missing(source));
                     return simulation.run(missing, [&](auto alone, std::size_t arm, std::size_t replicate,
                                                        std::vector<AuthoritySeries> series) {
                       if (also) also(alone, arm, replicate, series);
                       queue.write(alone, arm, replicate, std::move(series));
                     });
                   });
}

// Puts the shards of the processes together, which stay beside the result.
void merge_shards(const fs::path& whole, int processes, const std::atomic<bool>* stop) {
  std::vector<fs::path> shards;
  for (int k = 1; k <= processes; ++k) shards.push_back(Shard{k, processes}.file(whole));
  merge_results(shards, whole, MergeHow::kCopy, stop);
}

}  // namespace

fs::path RunPlan::decomposition_file() const {
  return fs::path(file).replace_extension(".decomposition.csv");
}

RunPlan plan_run(const LoadedScenario& loaded, RunRequest request) {
  const Scenario& scenario = loaded.scenario;
  require_apart(request);
  const Shard shard = shard_of(request, scenario);
  if (request.decompose && scenario.arms.size() < 2)
    throw UsageError(fmt::format(
        "--decompose: {} has one arm; allowed: two or more, one of them the baseline", scenario.name));
  RunPlan plan{loaded, std::move(request), {}, shard, {}, {}, {}};
  const RunRequest& asked = plan.request;
  plan.result = asked.output.empty()
                    ? default_result_file(name_of_result(scenario.name, loaded), scenario.file)
                    : asked.output;
  plan.file = asked.output.empty() || plan.together() ? shard.file(plan.result) : plan.result;
  if (!plan.together()) plan.result = plan.file;
  plan.england = load_england(scenario.data_directory, scenario.origin, scenario.population);
  plan.header =
      make_header(loaded, plan.england,
                  asked.split ? sources_to_split(scenario) : std::vector<UncertaintySource>{}, asked.command);
  take_share(plan.header, shard);
  if (!asked.until.empty()) {
    plan.header.may_end_early = true;
    plan.header.replicates = asked.at_most > 0 ? asked.at_most : kAtMost * scenario.replicates;
    plan.header.provenance["until"] = asked.until;
  }
  note_effects(plan.header, scenario);
  return plan;
}

RunCost cost_of(const RunPlan& plan) {
  const Scenario& scenario = plan.loaded.scenario;
  RunCost out;
  out.simulation = estimate_run(plan.request.decompose ? Decomposition(scenario).expanded() : scenario,
                                plan.england, *on_threads(plan.request.threads));
  out.simulation.seconds *= static_cast<double>(plan.ensembles());
  out.simulation.family_months *= static_cast<double>(plan.ensembles());
  out.disk = space_for(scenario, static_cast<std::size_t>(scenario.replicates), plan.header.split.size(),
                       plan.request.shard.empty());
  return out;
}

RunOutcome run_to_file(const RunPlan& plan, const Listener& listener, const BlockSink& also) {
  const Processes& processes = plan.request.processes;
  require_writable(plan.file);
  if (plan.request.decompose) require_writable(plan.decomposition_file());
  require_no_other_part(plan);
  const bool was_whole = plan.request.resume && is_whole(plan.file, plan.header);
  if (was_whole && !plan.together()) return {.was_complete = true, .replicates = plan.header.replicates};
  require_room(plan.file, space_for(plan.loaded.scenario, static_cast<std::size_t>(plan.header.replicates),
                                    plan.header.split.size(), plan.header.run_replicates == 0));
  Simulation simulation(plan, listener);
  if (plan.request.resume && !plan.request.until.empty())
    if (const auto kept = kept_result(plan.file);
        kept && !difference_of_runs(kept->result->header(), plan.header))
      simulation.add_kept(*kept);
  RunStatistics statistics;
  if (!was_whole) statistics = fill(plan, listener, simulation, also);
  if (plan.together()) {
    statistics.family_months = processes.sum(statistics.family_months);
    statistics.seconds = processes.largest(statistics.seconds);
    if (processes.first()) merge_shards(plan.result, processes.count, listener.stop);
  }
  RunOutcome out = simulation.outcome(statistics);
  if (plan.request.decompose) write_text(plan.decomposition_file(), decomposition_csv(out.decomposition));
  return out;
}

RunOutcome run_in_memory(const RunPlan& plan, const Listener& listener, const BlockSink& sink) {
  Simulation simulation(plan, listener);
  const std::vector<std::vector<std::size_t>> all(
      plan.ensembles(), replicate_range(static_cast<std::size_t>(plan.header.first_replicate),
                                        static_cast<std::size_t>(plan.header.replicates)));
  const RunStatistics statistics = simulation.run(
      all, [&](auto alone, std::size_t arm, std::size_t replicate,
               const std::vector<AuthoritySeries>& series) { sink(alone, arm, replicate, series); });
  return simulation.outcome(statistics);
}

}  // namespace hearth
