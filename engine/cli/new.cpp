#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/figures.hpp"
#include "cli/commands.hpp"
#include "cli/places.hpp"
#include "cli/questions.hpp"
#include "cli/terminal.hpp"
#include "core/nearest.hpp"
#include "core/text.hpp"
#include "scenario/authority_identities.hpp"
#include "scenario/json_text.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

constexpr const char* kMainScenario = "england";
constexpr const char* kUsualModel = "family_safeguarding";

struct Options {
  std::string name;
  std::vector<std::string> places;
  std::string question{questions().front().name};
  std::vector<std::string> models;
  std::string output;
  std::optional<int> replicates;
  std::optional<int> months;
  bool force = false;
  bool json = false;
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
      model.components.push_back({text_in(component, "name"), text_in(component, "title")});
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
  for (const auto& name : wanted) {
    const auto found = std::ranges::find(known, name, &ModelChoice::name);
    if (found == known.end())
      throw UsageError(with_suggestion(
          fmt::format("--model: there is no service model {}; there are {}", name, fmt::join(names, ", ")),
          name, names));
    if (std::ranges::find(out, name, &ModelChoice::name) == out.end()) out.push_back(*found);
  }
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

// "Norfolk", "Norfolk and Suffolk", "Norfolk, Suffolk and London"
std::string joined(const std::vector<PlaceChoice>& places) {
  std::string out;
  for (std::size_t i = 0; i < places.size(); ++i)
    out += (i == 0 ? "" : i + 1 < places.size() ? ", " : " and ") + places[i].name;
  return out;
}

std::string authorities_of(const std::vector<PlaceChoice>& places) {
  std::vector<std::string> out;
  for (const auto& place : places) {
    if (place.name == "England") return place.authorities;
    out.push_back(place.authorities);
  }
  return fmt::format("[{}]", fmt::join(out, ", "));
}

// Lower-case letters, digits and single underscores, as names of scenarios are.
std::string identifier(const std::string& text) {
  std::string out;
  for (const char c : lower_case(text))
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      out += c;
    else if (!out.empty() && out.back() != '_')
      out += '_';
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
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

// Under a temporary name first: what is not valid never takes the name of the file. Few `months` may end
// before something in the scenario starts.
LoadedScenario write_scenario(const fs::path& file, const std::string& text, std::optional<int> months) {
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
    if (!months) throw InternalError("the new scenario is not valid: " + first.text());
    throw UsageError(
        fmt::format("--months {} is too few for this question: {}; allowed: {}; take more months", *months,
                    first.found, first.allowed));
  }
}

ExitCode create(const Options& options) {
  const Question& question = find_question(options.question);
  const Scenario main = load_named(kMainScenario, {}).scenario;
  const auto identities = load_authority_identities(main.data_directory);
  std::vector<PlaceChoice> places;
  for (const auto& place : options.places)
    places.push_back(find_place(without_invisible(place), identities, main.origin.year));
  if (question.needs_more_than_one && places.size() == 1 && !places.front().several)
    throw UsageError(fmt::format("{} needs more than one authority: give a region, or --for more than once",
                                 question.name));

  ScenarioDraft draft{.question = &question,
                      .models = chosen_models(options, question, main.data_directory),
                      .name = options.name,
                      .place = joined(places),
                      .authorities = authorities_of(places),
                      .schema = {},
                      .extends = {},
                      .main_replicates = main.replicates,
                      .main_months = main.horizon_months,
                      .replicates = options.replicates,
                      .months = options.months};
  if (draft.name.empty()) draft.name = identifier(draft.place + " " + options.question);
  if (draft.name != identifier(draft.name))
    throw UsageError(
        fmt::format("{} cannot be a scenario's name; allowed: lower-case letters, digits and _, such as {}",
                    draft.name, identifier(draft.name)));
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

  const Scenario scenario = write_scenario(file, scenario_text(draft), options.months).scenario;
  std::vector<std::string> arms;
  for (const auto& arm : scenario.arms) arms.push_back(arm.name);
  if (options.json) {
    const nlohmann::ordered_json out = {{"file", file.string()},
                                        {"name", scenario.name},
                                        {"title", scenario.title},
                                        {"arms", arms},
                                        {"authorities", scenario.authorities.size()},
                                        {"months", scenario.horizon_months},
                                        {"replicates", scenario.replicates}};
    fmt::print("{}\n", json_text(out, 2));
    return ExitCode::kOk;
  }
  fmt::print("Wrote  {}: {}\n", file.string(), scenario.title);
  fmt::print("Arms   {}\n", fmt::join(arms, ", "));
  fmt::print("Next   hearth run {0} --dry-run   says how long it takes\n       hearth run {0}\n",
             file.string());
  return ExitCode::kOk;
}

std::string footer() {
  std::string out = "Questions:\n";
  for (const auto& question : questions()) out += fmt::format("  {:<24}{}\n", question.name, question.asks);
  return out + R"(
The file extends the main scenario and is checked before it is written.

Examples:
  hearth new --for Norfolk
  hearth new money --for "North East" --question what-if-money-ends --model family_valued
  hearth new --for England --question which-model --replicates 5 -o quick.json)";
}

}  // namespace

Command add_new(CLI::App& program) {
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
  app->add_option("--model", options->models,
                  "Service models, separated by commas (family_safeguarding; of which-model all)")
      ->type_name("NAMES")
      ->delimiter(',')
      ->allow_extra_args(false);
  app->add_option("--replicates", options->replicates, "Possible futures (the main scenario's)")
      ->type_name("N")
      ->check(whole_number_from(1));
  app->add_option("--months", options->months, "Months to simulate (the main scenario's)")
      ->type_name("N")
      ->check(whole_number_from(1));
  app->add_option("-o,--output", options->output,
                  "The file (NAME.json in scenarios/ of the project, else here)")
      ->type_name("FILE");
  app->add_flag("--force", options->force, "Replace a file that exists");
  app->add_flag("--json", options->json, "What was written, as JSON");
  app->footer(footer());
  return {app, [options] { return create(*options); }};
}

}  // namespace hearth
