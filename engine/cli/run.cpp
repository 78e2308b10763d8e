#include "cli/run.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "app/load.hpp"
#include "app/project.hpp"
#include "app/report.hpp"
#include "cli/ranks.hpp"
#include "cli/run_text.hpp"
#include "cli/subcommand.hpp"
#include "cli/terminal.hpp"
#include "report/page.hpp"
#include "results/file/result_reader.hpp"
#include "results/summary.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

// The files to write apart from the result. Throws where one cannot be written.
Extras wanted_files(const RunPlan& plan, const RunArguments& arguments) {
  Extras out;
  if (arguments.workbook) out.workbook = fs::path(plan.result).replace_extension(".xlsx");
  if (arguments.page) {
    require_charts();
    out.page = fs::path(plan.result).replace_extension(".html");
  }
  if (!arguments.dry_run)
    for (const auto& file : {out.workbook, out.page})
      if (!file.empty()) require_writable(file);
  return out;
}

void write(const Extras& extras, const RunPlan& plan, const std::atomic<bool>* stop) {
  if (!extras.page.empty()) write_report(plan.result, extras.page, &plan.loaded, stop);
  if (!extras.workbook.empty()) write_workbook(plan.result, extras.workbook);
}

// What the numbers are not good enough for, on stderr.
ExitCode judge(const RunPlan& plan, const RunOutcome& outcome, const RunArguments& arguments) {
  const std::string few = few_replicates_text(outcome.replicates);
  const bool is_shard = plan.header.run_replicates > 0;
  if (!arguments.json && !is_shard && !arguments.summary && !few.empty())  // the tables say so too
    print_warning(fmt::format("{} (--replicates {})", few, kEnoughReplicates));
  if (!outcome.precision || outcome.precision->met) return ExitCode::kOk;
  if (!arguments.json)
    fmt::print(stderr, "--until was not met: {}; allow more replicates with --at-most\n",
               outcome.precision->text);
  return ExitCode::kPrecisionNotMet;
}

}  // namespace

ExitCode run_and_print(RunArguments arguments, const std::string& command_line) {
  const Processes processes = started_together();
  arguments.request.processes = processes;
  arguments.request.command = command_line;
  arguments.quiet = arguments.quiet || !processes.first();
  const LoadedScenario loaded = load_named(arguments.scenario.file, arguments.scenario.overrides);
  if (processes.first()) print_warnings(loaded);
  const RunPlan plan = plan_run(loaded, std::move(arguments.request));
  const Extras extras = wanted_files(plan, arguments);
  if (arguments.dry_run) {
    if (processes.first()) print_cost(plan, arguments.json);
    return ExitCode::kOk;
  }
  Progress progress(arguments.quiet);
  const Listener listener = progress.listener();
  listener.say(fmt::format("{}: {}{}", loaded.scenario.title,
                           size_text(loaded.scenario, loaded.scenario.replicates), plan.shard.text()));
  const RunOutcome outcome = run_to_file(plan, listener);
  if (!processes.first()) return ExitCode::kOk;
  write(extras, plan, listener.stop);
  progress.clear();
  if (outcome.was_complete) {
    fmt::print(stderr, "{} is already complete. Nothing to run.\n", plan.result.string());
    if (arguments.summary)
      fmt::print("{}", summary_text(summarise(ResultReader(plan.result), "England", {})));
    return ExitCode::kOk;
  }
  if (arguments.json)
    print_outcome_as_json(plan, outcome, extras);
  else
    print_outcome(plan, outcome, extras, arguments.summary);
  return judge(plan, outcome, arguments);
}

namespace {

const Subcommand kRun{
    20, "run", "Run a scenario and write its result (HDF5)", [](CommandLine& line) -> Action {
      const auto arguments = std::make_shared<RunArguments>();
      RunRequest& request = arguments->request;
      add_scenario_arguments(line, arguments->scenario);
      add_output(line, request.output, "outputs/NAME.h5");
      add_threads(line, request.threads);
      const Option resume = add_resume(line, request.resume);
      const Option shard =
          line.text("--shard", request.shard, "K/N",
                    "Run part K of N of the replicates only, for hearth merge to put together");
      line.flag("--dry-run", arguments->dry_run, "Say what would run, how long and how large; run nothing");
      Option decompose = line.flag(
          "--decompose", request.decompose,
          "Say how much of each difference comes from effects directly and how much each feedback loop "
          "adds; runs every arm eight times");
      decompose.excludes(resume).excludes(shard);
      Option until = line.text(
          "--until", request.until, "GOAL",
          "Run more replicates until a number is known so well: \"difference(care_entries).mcse < 1%\"");
      until.excludes(decompose).excludes(shard);
      line.whole_number("--at-most", request.at_most, 2,
                        "Replicates that --until may run (ten times the scenario's)")
          .needs(until);
      line.flag("--split", request.split,
                "Say how much of the uncertainty comes from each source of uncertainty; runs once more for "
                "each")
          .excludes(decompose)
          .excludes(until);
      line.flag("--summary", arguments->summary, "Print the tables of hearth summary too");
      line.flag("--report", arguments->page,
                "Make the page of the result too, next to it and ending in .html");
      line.flag("--xlsx", arguments->workbook,
                "Write everything as a spreadsheet too, next to the result and ending in .xlsx");
      add_json(line, arguments->json);
      add_quiet(line, arguments->quiet);
      line.footer(
          R"(Ends with the answer in a few sentences. NAME is the scenario's, with the place where --authorities chooses one.
Ctrl-C stops cleanly: whole replicates are kept for --resume, and an older result stays as it was.

Examples:
  hearth run england
  hearth run my_scenario.json --replicates 5 --authorities 919,E09000001 -o outputs/small.h5
  mpirun -n 4 hearth run england --replicates 1000          four processes share the replicates)");
      return [arguments](const Invocation& call) { return run_and_print(*arguments, call.command_line); };
    }};

}  // namespace
}  // namespace hearth
