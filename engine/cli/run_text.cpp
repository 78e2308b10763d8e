#include "cli/run_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/experiments/decomposition.hpp"
#include "app/report.hpp"
#include "cli/messages.hpp"
#include "core/words.hpp"
#include "results/content/description.hpp"
#include "results/file/result_reader.hpp"
#include "results/summary.hpp"

namespace hearth {
namespace {

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

double rate(const RunStatistics& statistics) {
  return statistics.seconds > 0.0 ? statistics.family_months / statistics.seconds : 0.0;
}

double file_bytes(const RunPlan& plan) {
  return static_cast<double>(std::filesystem::file_size(plan.result));
}

// What may be done with the shards of several processes.
std::string shards_text(const RunPlan& plan) {
  if (!plan.together()) return "";
  const int count = plan.request.processes.count;
  return plan.header.to_summarise ? fmt::format("; every replicate is in {} shards next to it", count)
                                  : fmt::format("; the {} shards next to it may be deleted", count);
}

// How often every arm runs.
std::string times_text(const RunPlan& plan) {
  if (plan.request.decompose) return fmt::format(", every arm {} times", kLoopSets);
  return plan.ensembles() > 1 ? fmt::format(", {} times", plan.ensembles()) : "";
}

}  // namespace

std::string size_text(const Scenario& scenario, int replicates) {
  return fmt::format("{} x {} x {}, {}", count_text(scenario.arms.size(), "arm", "arms"),
                     count_text(static_cast<std::size_t>(replicates), "replicate", "replicates"),
                     count_text(scenario.authorities.size(), "authority", "authorities"),
                     count_text(static_cast<std::size_t>(scenario.horizon_months), "month", "months"));
}

void print_cost(const RunPlan& plan, bool json) {
  const Scenario& scenario = plan.loaded.scenario;
  const auto [estimate, disk] = cost_of(plan);
  if (json) {
    auto out = size_json(plan.loaded);
    out["result"] = plan.file.string();
    out["families"] = estimate.families;
    out["family_months"] = estimate.family_months;
    out["estimated_seconds"] = estimate.seconds;
    out["estimated_memory_bytes"] = estimate.memory_bytes;
    out["estimated_file_bytes"] = disk.result;
    out["estimated_disk_bytes"] = disk.most;
    print_json(out);
    return;
  }
  fmt::print("Would run  {}{}\n", size_text(scenario, scenario.replicates), times_text(plan));
  if (!scenario.adopting_elsewhere.empty())
    fmt::print("Adopting   {}\n", adopting_elsewhere_text(scenario.adopting_elsewhere.size()));
  for (std::size_t i = 0; i < scenario.arms.size(); ++i)
    fmt::print("Arm        {}: {}{}\n", scenario.arms[i].name, scenario.arms[i].title,
               i == scenario.baseline ? " (baseline)" : "");
  fmt::print("Families   {}, {} family-months in all\n", grouped(estimate.families),
             family_months_text(estimate.family_months));
  fmt::print("Time       about {}\n", duration_text(estimate.seconds));
  fmt::print("Memory     about {}\n", bytes_text(estimate.memory_bytes));
  fmt::print("Result     {}, about {}{}\n", plan.file.string(), bytes_text(disk.result),
             disk.most > disk.result
                 ? fmt::format("; until it is summarised about {} of disk", bytes_text(disk.most))
                 : "");
}

void print_outcome(const RunPlan& plan, const RunOutcome& outcome, const Extras& extras, bool summary) {
  const Scenario& scenario = plan.loaded.scenario;
  if (summary) fmt::print("{}\n", summary_text(summarise(ResultReader(plan.result), "England", {})));
  if (!outcome.decomposition.empty()) fmt::print("{}\n", decomposition_text(outcome.decomposition));
  if (plan.header.run_replicates == 0 || plan.together())
    fmt::print("{}\n", answer_text(plan.result, scenario.data_directory));
  fmt::print("Result  {} ({}{})\n", plan.result.string(), bytes_text(file_bytes(plan)), shards_text(plan));
  if (plan.request.decompose) fmt::print("Parts   {}\n", plan.decomposition_file().string());
  if (!extras.page.empty()) fmt::print("Page    {}: open it in a browser\n", extras.page.string());
  if (!extras.workbook.empty())
    fmt::print("Excel   {}: every figure, a sheet each\n", extras.workbook.string());
  fmt::print("Title   {}\n", scenario.title);
  fmt::print(
      "Run     {}{}, in {} on {}: {} family-months/s\n", size_text(scenario, outcome.replicates),
      plan.together() ? fmt::format(", {} processes", plan.request.processes.count) : plan.shard.text(),
      duration_text(outcome.statistics.seconds),
      count_text(static_cast<std::size_t>(outcome.statistics.threads), "thread", "threads"),
      family_months_text(rate(outcome.statistics)));
  if (outcome.precision) fmt::print("Error   {}\n", outcome.precision->text);
  fmt::print("Tables  hearth summary {}\n", plan.result.string());
}

void print_outcome_as_json(const RunPlan& plan, const RunOutcome& outcome, const Extras& extras) {
  auto out = size_json(plan.loaded);
  out["result"] = plan.result.string();
  out["file_bytes"] = file_bytes(plan);
  out["family_months"] = outcome.statistics.family_months;
  out["seconds"] = outcome.statistics.seconds;
  out["family_months_per_second"] = rate(outcome.statistics);
  out["threads"] = outcome.statistics.threads;
  if (!extras.page.empty()) out["page"] = extras.page.string();
  if (!extras.workbook.empty()) out["workbook"] = extras.workbook.string();
  if (plan.request.decompose) out["decomposition"] = plan.decomposition_file().string();
  if (outcome.precision) {
    out["replicates"] = outcome.replicates;
    out["until"] = {
        {"goal", plan.request.until}, {"met", outcome.precision->met}, {"error", outcome.precision->text}};
  }
  print_json(out);
}

}  // namespace hearth
