#include "app/new_scenario.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "app/load.hpp"
#include "app/project.hpp"
#include "core/nearest.hpp"
#include "core/text.hpp"
#include "core/words.hpp"
#include "published/authorities.hpp"
#include "published/locations.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

constexpr const char* kMainScenario = "england";
constexpr const char* kMainArm = "support_is_protection";  // of the main scenario: the usual model
constexpr const char* kUsualModel = "family_safeguarding";
constexpr const char* kBaselineArm = "business_as_usual";
constexpr int kLaterMonths = 24;       // that when-to-start waits
constexpr int kReplicatesOfOne = 200;  // futures for a single council, whose numbers are small

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

std::vector<ModelChoice> chosen_models(const NewScenarioRequest& request, const Question& question,
                                       const fs::path& data_directory) {
  const auto known = known_models(data_directory);
  std::vector<std::string> names;
  names.reserve(known.size());
  for (const auto& model : known) names.push_back(model.name);
  std::vector<std::string> wanted = request.models;
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
LoadedScenario write_scenario(const fs::path& file, const std::string& text,
                              const NewScenarioRequest& request) {
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
    const std::string given = request.given();
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

void set_effort(const NewScenarioRequest& request, const Question& question, ScenarioDraft& draft) {
  if (request.effort && question.sets_effort)
    throw UsageError(fmt::format(
        "--effort: the arms of {} differ by what they adopt or who pays; leave it out", question.name));
  if (draft.grant_end && request.effort && *request.effort != 2)
    throw UsageError(fmt::format("--grant-end with --effort {}: {}; allowed: --effort 2, or no --effort",
                                 *request.effort,
                                 kEfforts.at(static_cast<std::size_t>(*request.effort - 1)).meaning));
  draft.effort = request.effort.value_or(draft.grant_end ? 2 : kUsualEffort);
  for (const auto& model : draft.models)
    if (!question.sets_effort && !has_effort(model, draft.effort))
      throw UsageError(fmt::format("--effort {}: every component of {} needs new posts; allowed: 2 to 4",
                                   draft.effort, model.name));
}

// The months and sizes of the question, where the command line does not give others.
void set_times(const NewScenarioRequest& request, const Question& question, const MonthEnd& origin,
               ScenarioDraft& draft) {
  require_asked(question, !request.later.empty(), "--later", question.name == "when-to-start",
                "when-to-start");
  for (const auto& [given, option] : {std::pair{request.ratio.has_value(), "--ratio"},
                                      {!request.from.empty(), "--from"},
                                      {!request.to.empty(), "--to"}})
    require_asked(question, given, option, question.what_if.has_value(),
                  "a what-if question that has a size");
  draft.start = month_of("--start", request.start).value_or(origin.plus_months(1));
  draft.later = month_of("--later", request.later).value_or(draft.start.plus_months(kLaterMonths));
  draft.grant_end = month_of("--grant-end", request.grant_end);
  if (draft.later.months_since(draft.start) <= 0)
    throw UsageError(fmt::format("--later {}: not after the first start {}", month_text(draft.later),
                                 month_text(draft.start)));
  if (!question.what_if) return;
  const MonthEnd first = origin.plus_months(question.what_if->first);
  WhatIf& what_if = draft.what_if.emplace(question.what_if->kind, question.what_if->ratio, first,
                                          first.plus_months(question.what_if->months - 1));
  if (request.ratio) what_if.ratio = *request.ratio;
  if (what_if.ratio == 1.0)
    throw UsageError(
        "--ratio 1: changes nothing; allowed: 0 to 100, such as 1.2 for 20% more, 0.8 for 20% less");
  const auto length = what_if.last.months_since(what_if.first);
  if (const auto from = month_of("--from", request.from)) {
    what_if.first = *from;
    what_if.last = from->plus_months(length);
  }
  // As long as the simulation goes on, unless an end is given.
  const MonthEnd end = origin.plus_months(request.months.value_or(draft.main_months));
  if (what_if.last.months_since(end) > 0) what_if.last = end;
  if (const auto to = month_of("--to", request.to)) what_if.last = *to;
}

// The council's own figures, in the words of the scenario: they are said wherever its question is.
std::string about(const OwnFigures& own, const std::vector<BesideForecast>& beside) {
  std::string out = fmt::format("It starts from the council's own figures at {}, which are not published.",
                                own.year.date.text());
  std::vector<std::string> texts;
  for (const BesideForecast& each : beside)
    texts.push_back(fmt::format("{} {} (forecast: {}, {} to {})",
                                lower_first(title_at(kFigureTable[index(each.figure)], own.year.date)),
                                grouped(each.own), grouped(each.median), grouped(each.low),
                                grouped(each.high)));
  if (!texts.empty())
    out += fmt::format(" Own figures beside what was forecast of them from the last published ones: {}.",
                       fmt::join(texts, "; "));
  return out;
}

// One authority alone can have own figures.
int authority_with_figures(const std::vector<PlaceChoice>& places, const std::vector<AuthorityIdentity>& all,
                           int year) {
  if (places.size() != 1 || places.front().several)
    throw UsageError("--figures: they are one council's own; allowed: with --for and one authority");
  return find_authority(all, places.front().name, year)->code;
}

}  // namespace

std::string NewScenarioRequest::given() const {
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

NewScenario write_new_scenario(const NewScenarioRequest& request) {
  const Question& question = find_question(request.question);
  const Scenario main = load_named(kMainScenario, {}).scenario;
  MonthEnd origin = main.origin;
  const auto identities = load_authority_identities(main.data_directory);
  std::vector<PlaceChoice> places;
  for (const auto& place : request.places)
    places.push_back(find_place(without_invisible(place), identities, main.origin.year));
  if (question.needs_more_than_one && places.size() == 1 && !places.front().several)
    throw UsageError(fmt::format("{} needs more than one authority: give a region, or --for more than once",
                                 question.name));

  ScenarioDraft draft;
  draft.question = &question;
  draft.models = chosen_models(request, question, main.data_directory);
  draft.models_named = !request.models.empty();
  draft.name = request.name;
  draft.place = name_of(places);
  draft.authorities = authorities_of(places);
  draft.main_replicates = main.replicates;
  draft.main_months = main.horizon_months;
  draft.months = request.months;
  draft.replicates = request.replicates;
  if (!draft.replicates && places.size() == 1 && !places.front().several)
    draft.replicates = std::max(kReplicatesOfOne, main.replicates);
  NewScenario out;
  int code = 0;
  if (!request.figures.empty()) {
    code = authority_with_figures(places, identities, main.origin.year);
    out.own = read_own_figures(request.figures, EnglandTables(main.data_directory), code);
    out.beside = beside_forecast(out.own->year);
    origin = out.own->year.date;
    draft.origin = origin;
    draft.about_own = about(*out.own, out.beside);
  }
  set_times(request, question, origin, draft);
  set_effort(request, question, draft);
  if (draft.name.empty()) draft.name = identifier_of(draft.place + " " + request.question);
  if (draft.name != identifier_of(draft.name))
    throw UsageError(
        fmt::format("{} cannot be a scenario's name; allowed: lower-case letters, digits and _, such as {}",
                    draft.name, identifier_of(draft.name)));
  const fs::path file = request.output.empty() ? own_scenarios() / (draft.name + ".json") : request.output;
  require_writable(file);
  if (fs::exists(file) && !request.force)
    throw UsageError(
        fmt::format("{} exists; give another NAME or -o, or replace it with --force", file.string()));
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const fs::path extended = find_scenario(kMainScenario);
  draft.extends = reference(extended, folder);
  draft.schema = reference(extended.parent_path() / "schema/scenario.schema.json", folder);

  out.file = file;
  const auto write = [&] { out.loaded = write_scenario(file, scenario_text(draft), request); };
  if (!out.own) {
    write();
    return out;
  }
  out.tables = folder / (file.stem().string() + "_tables");
  draft.data = out.tables.filename().generic_string();
  write_own_tables(out.own->year, out.tables, write);
  return out;
}

}  // namespace hearth
