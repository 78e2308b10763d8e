#include "app/new_scenario.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/options.hpp"
#include "cli/run.hpp"
#include "cli/subcommand.hpp"
#include "core/text.hpp"
#include "core/words.hpp"
#include "report/page.hpp"
#include "results/wording.hpp"
#include "scenario/files/keys.hpp"

namespace hearth {
namespace {

struct Options {
  NewScenarioRequest request;
  bool run = false;
  int threads = 0;
  bool quiet = false;
  bool json = false;
};

// With all that hearth run makes of a result.
ExitCode run_it(const NewScenario& made, const Options& options, const std::string& command_line) {
  RunArguments run;
  run.scenario.file = made.file.string();
  run.request.threads = options.threads;
  run.quiet = options.quiet;
  run.page = can_draw_charts();
  run.workbook = true;
  return run_and_print(std::move(run), command_line);
}

// The council's own figures beside what was forecast of them, and what to look at again.
std::string own_text(const NewScenario& made) {
  std::string out = fmt::format("Origin  {}, with the council's own figures: not published\nTables  {}\n\n",
                                made.own->year.date.text(), made.tables.string());
  out += fmt::format("{:<46}{:>8}  {:>8}  {}\n", "", "own", "forecast", "90% interval");
  std::vector<std::string> surprising;
  for (const BesideForecast& each : made.beside) {
    const std::string title = title_at(kFigureTable[index(each.figure)], made.own->year.date);
    out += fmt::format("{:<46}{:>8}  {:>8}  {} to {}{}\n", title, grouped(each.own), grouped(each.median),
                       grouped(each.low), grouped(each.high), each.surprising ? "  look again" : "");
    if (each.surprising) surprising.push_back(title);
  }
  out += "\n";
  if (!surprising.empty())
    out +=
        wrapped(fmt::format(
            "Further from what was forecast than 99 of 100 futures would be: {}. If a figure is right, say "
            "why when "
            "you show the result; if it is not, mend the table and run this again with --force.",
            fmt::join(surprising, "; "))) +
        "\n";
  if (!made.own->not_used.empty())
    out += wrapped(fmt::format("Not used, as the origin has no such figure: {}.",
                               fmt::join(made.own->not_used, ", "))) +
           "\n";
  return out;
}

nlohmann::ordered_json own_json(const NewScenario& made) {
  if (!made.own) return nullptr;
  nlohmann::ordered_json out = {{"origin", made.own->year.date.iso()},
                                {"tables", made.tables.string()},
                                {"not_used", made.own->not_used},
                                {"figures", nlohmann::ordered_json::object()}};
  for (const BesideForecast& each : made.beside)
    out["figures"][std::string(name_of(each.figure))] = {{"own", each.own},
                                                         {"forecast", each.median},
                                                         {"low", each.low},
                                                         {"high", each.high},
                                                         {"look_again", each.surprising}};
  return out;
}

ExitCode create(const Options& options, const std::string& command_line) {
  const NewScenario made = write_new_scenario(options.request);
  const Scenario& scenario = made.loaded.scenario;
  std::vector<std::string> arms;
  for (const auto& arm : scenario.arms) arms.push_back(arm.name);
  if (options.json) {
    print_json({{"file", made.file.string()},
                {"name", scenario.name},
                {"title", scenario.title},
                {"arms", arms},
                {"authorities", scenario.authorities.size()},
                {"months", scenario.horizon_months},
                {"replicates", scenario.replicates},
                {"own_figures", own_json(made)},
                {"warnings", diagnostics_json(made.loaded.warnings)}});
    return ExitCode::kOk;
  }
  fmt::print("Wrote   {}: {}\n", made.file.string(), scenario.title);
  fmt::print("Arms    {}\n", fmt::join(arms, ", "));
  if (made.own) fmt::print("{}", own_text(made));
  if (options.run) {
    fmt::print("\n");
    return run_it(made, options, command_line);
  }
  print_warnings(made.loaded);
  fmt::print(
      "Next    hearth run {0} --dry-run   says how long it takes\n        hearth run {0} --report --xlsx\n",
      made.file.string());
  return ExitCode::kOk;
}

std::string footer() {
  std::string out = "Questions:\n";
  for (const auto& question : questions()) out += fmt::format("  {:<30}{}\n", question.name, question.asks);
  out += "\nEffort:\n";
  for (const auto& effort : kEfforts) out += fmt::format("  {:<30}{}\n", effort.level, effort.meaning);
  return out + R"(
The file extends the main scenario and is checked before it is written. A single council gets 200 futures, up to 40
authorities 100, more those of the main scenario. What-if questions compare a world in which it happens, without and with
the service model, with business as usual in a world in which it does not.

Examples:
  hearth new --for Norfolk --run
  hearth new --for Norfolk --start 2026-04 --grant-end 2029-03 --arm family_safeguarding --arm no_wrong_door
  hearth new cut --for "North East" --question what-if-budget-falls --ratio 0.8 --from 2027-04 --to 2030-03
  hearth new --for England --question which-model --replicates 5 -o quick.json)";
}

const Subcommand kNew{
    10, "new", "Write a scenario for an authority, region or England, ready to run",
    [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      NewScenarioRequest& request = options->request;
      line.argument("NAME", request.name, "Name of the scenario (made of place and question)");
      line.repeated("--for", request.places, "PLACE",
                    "England, a region, or an authority by name or code; may be given more than once")
          .required();
      line.text("--question", request.question, "QUESTION", "What is asked: see below").shows_default();
      line.list("--arm,--model", request.models, "NAME",
                "Service model to include, with business as usual; may be given more than once "
                "(family_safeguarding; of which-model all)");
      line.text("--start", request.start, "MONTH",
                "When service models start: 2026-04 (the first month simulated)");
      line.text("--grant-end", request.grant_end, "MONTH",
                "Last month in which a grant pays for them: --effort 2");
      line.whole_number("--effort", request.effort, 1, 4, "LEVEL",
                        "How much of a model, and who pays: 1 to 4, see below")
          .shows_default(std::to_string(kUsualEffort));
      line.text("--later", request.later, "MONTH",
                "Of when-to-start: the second start (two years after the first)");
      line.number("--ratio", request.ratio, kShockRatio.lower, kShockRatio.upper, "RATIO",
                  "Of a what-if question: 1.2 is 20% more, 0.8 is 20% less");
      line.text("--from", request.from, "MONTH", "Of a what-if question: its first month");
      line.text("--to", request.to, "MONTH", "Of a what-if question: its last month");
      line.file("--figures", request.figures, "TABLE",
                "The council's own figures of the year after the last published one, from which it starts");
      add_replicates(line, request.replicates);
      add_months(line, request.months);
      add_output(line, request.output, "scenarios/NAME.json");
      add_force(line, request.force);
      const Option run = line.flag("--run", options->run,
                                   "Run it too, and write its page and spreadsheet, as hearth run does");
      add_threads(line, options->threads).needs(run);
      add_quiet(line, options->quiet).needs(run);
      add_json(line, options->json).excludes(run);
      line.footer(footer());
      return [options](const Invocation& call) { return create(*options, call.command_line); };
    }};

}  // namespace
}  // namespace hearth
