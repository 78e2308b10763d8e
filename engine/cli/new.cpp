#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "cli/commands.hpp"
#include "cli/places.hpp"
#include "cli/questions.hpp"
#include "cli/requests.hpp"
#include "cli/terminal.hpp"
#include "core/nearest.hpp"
#include "core/text.hpp"
#include "core/words.hpp"
#include "published/authorities.hpp"
#include "published/locations.hpp"
#include "scenario/files/json_text.hpp"
#include "scenario/files/keys.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

constexpr const char* kMainScenario = "england";
constexpr const char* kMainArm = "support_is_protection";  // of the main scenario: the usual model
constexpr const char* kUsualModel = "family_safeguarding";
constexpr const char* kBaselineArm = "business_as_usual";
constexpr int kLaterMonths = 24;       // that when-to-start waits
constexpr int kReplicatesOfOne = 200;  // futures for a single council, whose numbers are small

struct Options {
  std::string name;
  std::vector<std::string> places;
  std::string question{questions().front().name};
  std::vector<std::string> models;
  std::string start;
  std::string later;
  std::string grant_end;
  std::optional<int> effort;
  std::optional<double> ratio;
  std::string from;
  std::string to;
  std::string output;
  std::optional<int> replicates;
  std::optional<int> months;
  bool force = false;
  bool run = false;
  int threads = 0;
  bool quiet = false;
  bool json = false;

  // What the question does not set by itself, so that it may be why a scenario is not valid.
  std::string given() const {
    std::string out;
    for (const auto& [is_given, option] : {std::pair{months.has_value(), "--months"},
                                           {!start.empty(), "--start"},
                                           {!later.empty(), "--later"},
                                           {!grant_end.empty(), "--grant-end"},
                                           {ratio.has_value(), "--ratio"},
                                           {!from.empty(), "--from"},
                                           {!to.empty(), "--to"},
                                           {replicates.has_value(), "--replicates"}})
      if (is_given) out += (out.empty() ? "" : ", ") + std::string(option);
    return out;
  }
};

// ---- names

const Question& find_question(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& question : questions()) {
    if (question.name == name) return question;
    names.emplace_back(question.name);
  }
  throw UsageError(with_suggestion(
      fmt::format("--question: there is no {}; there are {}", name, fmt::join(names, ", ")), name, names));
}

// Empty where there is no text of this name.
std::string text_in(const nlohmann::json& json, const char* key) {
  const bool there = json.is_object() && json.contains(key) && json[key].is_string();
  return there ? json[key].get<std::string>() : std::string();
}

// The service models beside the tables of England, but for business as usual, by name.
std::vector<ModelChoice> known_models(const fs::path& data_directory) {
  std::vector<ModelChoice> out;
  for (const auto& entry : fs::directory_iterator(data_directory / "service_models")) {
    std::ifstream stream(entry.path());
    const auto json = nlohmann::json::parse(stream, nullptr, false, true);
    // One with mistakes in it is left to hearth validate.
    if (!json.is_object() || !json.contains("components") || !json["components"].is_array()) continue;
    if (json["components"].empty()) continue;
    ModelChoice model{text_in(json, "name"), text_in(json, "title"), {}};
    for (const auto& component : json["components"])
      model.components.push_back({text_in(component, "name"), text_in(component, "title"),
                                  component.contains("optional") && component["optional"] == true,
                                  component.contains("staffing")});
    out.push_back(std::move(model));
  }
  std::ranges::sort(out, {}, &ModelChoice::name);
  return out;
}

std::vector<ModelChoice> chosen_models(const Options& options, const Question& question,
                                       const fs::path& data_directory) {
  const auto known = known_models(data_directory);
  std::vector<std::string> names;
  names.reserve(known.size());
  for (const auto& model : known) names.push_back(model.name);
  std::vector<std::string> wanted = options.models;
  if (wanted.empty()) wanted = question.compares_models ? names : std::vector<std::string>{kUsualModel};
  std::vector<ModelChoice> out;
  for (const auto& given : wanted) {
    const std::string name = given == kMainArm ? kUsualModel : given;
    if (name == kBaselineArm) continue;  // in every scenario
    const auto found = std::ranges::find(known, name, &ModelChoice::name);
    if (found == known.end())
      throw UsageError(with_suggestion(fmt::format("--arm: there is no service model or arm {}; there are {}",
                                                   name, fmt::join(names, ", ")),
                                       name, names));
    if (std::ranges::find(out, name, &ModelChoice::name) == out.end()) out.push_back(*found);
  }
  if (out.empty())
    throw UsageError(fmt::format("--arm: {} alone is no comparison; name a service model too: {}",
                                 kBaselineArm, fmt::join(names, ", ")));
  return out;
}

struct PlaceChoice {
  std::string name;
  std::string authorities;  // as a scenario chooses them, in JSON
  bool several = true;      // more than one authority
};

// An authority that a boundary change ended, or is yet to make.
[[noreturn]] void refuse(const AuthorityIdentity& authority, const std::vector<AuthorityIdentity>& all,
                         int year) {
  std::vector<std::string> instead;
  for (const auto& other : all)
    if (other.live_at(year) &&
        std::ranges::find(authority.successors, other.code) != authority.successors.end())
      instead.push_back(other.name);
  throw UsageError(fmt::format("--for: {} is no authority on 31 March {}{}", authority.name, year,
                               instead.empty() ? "" : fmt::format("; use {}", fmt::join(instead, " and "))));
}

PlaceChoice find_place(const std::string& text, const std::vector<AuthorityIdentity>& all, int year) {
  const std::string wanted = lower_case(text);
  if (wanted == "england") return {"England", R"("all")"};
  std::vector<std::string> names = {"England"};
  for (const auto& region : kRegions) {
    if (lower_case(region.name) == wanted)
      return {std::string(region.name), fmt::format(R"({{ "region": "{}" }})", region.name)};
    names.emplace_back(region.name);
  }
  if (const AuthorityIdentity* found = find_authority(all, text, year)) {
    if (!found->live_at(year)) refuse(*found, all, year);
    return {found->name, nlohmann::json(found->name).dump(), false};
  }
  for (const auto& authority : all)
    if (authority.live_at(year)) names.push_back(authority.name);
  throw UsageError(with_suggestion(
      fmt::format("--for: there is no {}; allowed: England, a region, or an authority by name or code", text),
      text, names));
}

std::string name_of(const std::vector<PlaceChoice>& places) {
  std::vector<std::string> names;
  for (const auto& place : places) names.push_back(place.name);
  return joined(names);
}

std::string authorities_of(const std::vector<PlaceChoice>& places) {
  std::vector<std::string> out;
  for (const auto& place : places) {
    if (place.name == "England") return place.authorities;
    out.push_back(place.authorities);
  }
  return fmt::format("[{}]", fmt::join(out, ", "));
}

// ---- files

// How a file in `folder` names `target`: by the way there within the project, else in full.
std::string reference(const fs::path& target, const fs::path& folder) {
  const fs::path to = fs::weakly_canonical(target);
  const fs::path from = fs::weakly_canonical(folder);
  const fs::path project = fs::weakly_canonical(find_scenario(kMainScenario)).parent_path().parent_path();
  const auto way = from.lexically_relative(project);
  const bool within = !way.empty() && *way.begin() != "..";
  return (within ? to.lexically_relative(from) : to).generic_string();
}

// Under a temporary name first: what is not valid never takes the name of the file.
LoadedScenario write_scenario(const fs::path& file, const std::string& text, const Options& options) {
  fs::path temporary = file;
  temporary += fmt::format(".{}.new", getpid());
  write_text(temporary, text);
  try {
    LoadedScenario loaded = load_named(temporary.string(), {});
    fs::rename(temporary, file);
    return loaded;
  } catch (const std::exception& error) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    const auto* const invalid = dynamic_cast<const ScenarioError*>(&error);
    if (invalid == nullptr) throw;
    const Diagnostic& first = invalid->diagnostics().front();
    const std::string given = options.given();
    if (given.empty()) throw InternalError("the new scenario is not valid: " + first.text());
    throw UsageError(fmt::format("{}: this question would have {}; allowed: {}{}{}", given, first.found,
                                 first.allowed, first.hint.empty() ? "" : "; ", first.hint));
  }
}

// ---- months and sizes

std::optional<MonthEnd> month_of(std::string_view option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  constexpr std::size_t kLength = 7;
  try {
    if (text.size() == kLength) return parse_month_end(text);
  } catch (const std::invalid_argument&) {
    // said below
  }
  throw UsageError(fmt::format("{}: found {}; allowed: a month as YYYY-MM, such as 2023-04", option, text));
}

// Options that only some questions have.
void require_asked(const Question& question, bool given, std::string_view option, bool has,
                   std::string_view of) {
  if (given && !has)
    throw UsageError(
        fmt::format("{}: the question {} has none; allowed: with {}", option, question.name, of));
}

void set_effort(const Options& options, const Question& question, ScenarioDraft& draft) {
  if (options.effort && question.sets_effort)
    throw UsageError(fmt::format(
        "--effort: the arms of {} differ by what they adopt or who pays; leave it out", question.name));
  if (draft.grant_end && options.effort && *options.effort != 2)
    throw UsageError(fmt::format("--grant-end with --effort {}: {}; allowed: --effort 2, or no --effort",
                                 *options.effort,
                                 kEfforts.at(static_cast<std::size_t>(*options.effort - 1)).meaning));
  draft.effort = options.effort.value_or(draft.grant_end ? 2 : kUsualEffort);
  for (const auto& model : draft.models)
    if (!question.sets_effort && !has_effort(model, draft.effort))
      throw UsageError(fmt::format("--effort {}: every component of {} needs new posts; allowed: 2 to 4",
                                   draft.effort, model.name));
}

// The months and sizes of the question, where the command line does not give others.
void set_times(const Options& options, const Question& question, const MonthEnd& origin,
               ScenarioDraft& draft) {
  require_asked(question, !options.later.empty(), "--later", question.name == "when-to-start",
                "when-to-start");
  for (const auto& [given, option] : {std::pair{options.ratio.has_value(), "--ratio"},
                                      {!options.from.empty(), "--from"},
                                      {!options.to.empty(), "--to"}})
    require_asked(question, given, option, question.what_if.has_value(),
                  "a what-if question that has a size");
  draft.start = month_of("--start", options.start).value_or(origin.plus_months(1));
  draft.later = month_of("--later", options.later).value_or(draft.start.plus_months(kLaterMonths));
  draft.grant_end = month_of("--grant-end", options.grant_end);
  if (draft.later.months_since(draft.start) <= 0)
    throw UsageError(fmt::format("--later {}: not after the first start {}", month_text(draft.later),
                                 month_text(draft.start)));
  if (!question.what_if) return;
  draft.what_if = question.what_if;
  WhatIf& what_if = *draft.what_if;
  if (options.ratio) what_if.ratio = *options.ratio;
  if (what_if.ratio == 1.0)
    throw UsageError(
        "--ratio 1: changes nothing; allowed: 0 to 100, such as 1.2 for 20% more, 0.8 for 20% less");
  const auto length = what_if.last.months_since(what_if.first);
  if (const auto from = month_of("--from", options.from)) {
    what_if.first = *from;
    what_if.last = from->plus_months(length);
  }
  // As long as the simulation goes on, unless an end is given.
  const MonthEnd end = origin.plus_months(options.months.value_or(draft.main_months));
  if (what_if.last.months_since(end) > 0) what_if.last = end;
  if (const auto to = month_of("--to", options.to)) what_if.last = *to;
}

ExitCode create(const Options& options, const std::string& command_line) {
  const Question& question = find_question(options.question);
  const Scenario main = load_named(kMainScenario, {}).scenario;
  const auto identities = load_authority_identities(main.data_directory);
  std::vector<PlaceChoice> places;
  for (const auto& place : options.places)
    places.push_back(find_place(without_invisible(place), identities, main.origin.year));
  if (question.needs_more_than_one && places.size() == 1 && !places.front().several)
    throw UsageError(fmt::format("{} needs more than one authority: give a region, or --for more than once",
                                 question.name));

  ScenarioDraft draft;
  draft.question = &question;
  draft.models = chosen_models(options, question, main.data_directory);
  draft.models_named = !options.models.empty();
  draft.name = options.name;
  draft.place = name_of(places);
  draft.authorities = authorities_of(places);
  draft.main_replicates = main.replicates;
  draft.main_months = main.horizon_months;
  draft.months = options.months;
  draft.replicates = options.replicates;
  if (!draft.replicates && places.size() == 1 && !places.front().several)
    draft.replicates = std::max(kReplicatesOfOne, main.replicates);
  set_times(options, question, main.origin, draft);
  set_effort(options, question, draft);
  if (draft.name.empty()) draft.name = identifier_of(draft.place + " " + options.question);
  if (draft.name != identifier_of(draft.name))
    throw UsageError(
        fmt::format("{} cannot be a scenario's name; allowed: lower-case letters, digits and _, such as {}",
                    draft.name, identifier_of(draft.name)));
  const fs::path file =
      options.output.empty() ? own_scenarios() / (draft.name + ".json") : fs::path(options.output);
  require_writable(file);
  if (fs::exists(file) && !options.force)
    throw UsageError(
        fmt::format("{} exists; give another NAME or -o, or replace it with --force", file.string()));
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const fs::path extended = find_scenario(kMainScenario);
  draft.extends = reference(extended, folder);
  draft.schema = reference(extended.parent_path() / "schema/scenario.schema.json", folder);

  const LoadedScenario loaded = write_scenario(file, scenario_text(draft), options);
  const Scenario& scenario = loaded.scenario;
  std::vector<std::string> arms;
  for (const auto& arm : scenario.arms) arms.push_back(arm.name);
  if (options.json) {
    const nlohmann::ordered_json out = {{"file", file.string()},
                                        {"name", scenario.name},
                                        {"title", scenario.title},
                                        {"arms", arms},
                                        {"authorities", scenario.authorities.size()},
                                        {"months", scenario.horizon_months},
                                        {"replicates", scenario.replicates},
                                        {"warnings", diagnostics_json(loaded.warnings)}};
    fmt::print("{}\n", json_text(out, 2));
    return ExitCode::kOk;
  }
  fmt::print("Wrote   {}: {}\n", file.string(), scenario.title);
  fmt::print("Arms    {}\n", fmt::join(arms, ", "));
  if (options.run) {
    fmt::print("\n");
    return run_scenario(file, options.threads, options.quiet, command_line);
  }
  print_warnings(loaded);
  fmt::print(
      "Next    hearth run {0} --dry-run   says how long it takes\n        hearth run {0} --report --xlsx\n",
      file.string());
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
  hearth new --for Norfolk --start 2023-04 --grant-end 2026-03 --arm family_safeguarding --arm no_wrong_door
  hearth new cut --for "North East" --question what-if-budget-falls --ratio 0.8 --from 2025-04 --to 2028-03
  hearth new --for England --question which-model --replicates 5 -o quick.json)";
}

}  // namespace

Command add_new(CLI::App& program, const std::string& command_line) {
  CLI::App* const app =
      program.add_subcommand("new", "Write a scenario for an authority, region or England, ready to run");
  const auto options = std::make_shared<Options>();
  app->add_option("NAME", options->name, "Name of the scenario (made of place and question)");
  app->add_option("--for", options->places,
                  "England, a region, or an authority by name or code; may be given more than once")
      ->type_name("PLACE")
      ->required()
      ->allow_extra_args(false);
  app->add_option("--question", options->question, "What is asked: see below")
      ->type_name("QUESTION")
      ->capture_default_str();
  app->add_option("--arm,--model", options->models,
                  "Service model to include, with business as usual; may be given more than once "
                  "(family_safeguarding; of which-model all)")
      ->type_name("NAME")
      ->delimiter(',')
      ->allow_extra_args(false);
  const auto month = [&](const char* name, std::string& into, const char* text) {
    app->add_option(name, into, text)->type_name("MONTH");
  };
  month("--start", options->start, "When service models start: 2023-04 (the first month simulated)");
  month("--grant-end", options->grant_end, "Last month in which a grant pays for them: --effort 2");
  app->add_option("--effort", options->effort, "How much of a model, and who pays: 1 to 4, see below")
      ->type_name("LEVEL")
      ->check(CLI::Range(1, 4).description("1 to 4"))
      ->default_str(std::to_string(kUsualEffort));
  month("--later", options->later, "Of when-to-start: the second start (two years after the first)");
  app->add_option("--ratio", options->ratio, "Of a what-if question: 1.2 is 20% more, 0.8 is 20% less")
      ->type_name("RATIO")
      ->check(CLI::Range(kShockRatio.lower, kShockRatio.upper).description("0 to 100"));
  month("--from", options->from, "Of a what-if question: its first month");
  month("--to", options->to, "Of a what-if question: its last month");
  add_replicates(*app, options->replicates);
  add_months(*app, options->months);
  add_output(*app, options->output, "scenarios/NAME.json");
  add_force(*app, options->force);
  CLI::Option* const run = app->add_flag(
      "--run", options->run, "Run it too, and write its page and spreadsheet, as hearth run does");
  add_threads(*app, options->threads)->needs(run);
  add_quiet(*app, options->quiet)->needs(run);
  add_json(*app, options->json)->excludes(run);
  app->footer(footer());
  return {app, [options, command_line] { return create(*options, command_line); }};
}

}  // namespace hearth
