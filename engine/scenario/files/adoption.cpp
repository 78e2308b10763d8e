#include "scenario/files/adoption.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/csv.hpp"
#include "core/nearest.hpp"
#include "core/text.hpp"
#include "scenario/files/resolved.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

// The name of a service model that there is, or (reported) some other.
std::string read_model_name(const Cursor& at, const ServiceModelSet& models, Checker& checker) {
  const std::vector<std::string> names = models.names();
  const std::string allowed =
      names.empty() ? "the name of a service model" : fmt::format("one of {}", fmt::join(names, ", "));
  const auto value = checker.text(at, allowed);
  if (!value) return "";
  if (models.by_name.contains(*value)) return *value;
  // A model whose file has mistakes is already reported, and may be the one meant.
  if (models.complete)
    checker.wrong(at, fmt::format("the unknown service model {}", in_quotes(*value)), allowed,
                  did_you_mean(nearest_names(*value, names)));
  return *value;
}

// The positions that "only", "with" or "without" names. `allowed`: whether a component may stand there.
template <typename Allowed>
std::set<std::size_t> read_component_list(const Cursor& adoption, std::string_view key,
                                          const ServiceModel& model, const Allowed& allowed,
                                          std::string_view what, Checker& checker) {
  std::set<std::size_t> out;
  const auto list = Checker::child(adoption, key);
  if (!list || !checker.list(*list, "names of components")) return out;
  std::vector<std::string> possible;
  for (const auto& component : model.components)
    if (allowed(component)) possible.push_back(component.name);
  for (const auto& item : Checker::items(*list)) {
    const auto name = checker.text(item, "the name of a component");
    if (!name) continue;
    const auto found = std::ranges::find(model.components, *name, &PracticeComponent::name);
    const bool known = found != model.components.end();
    if (known && allowed(*found))
      out.insert(static_cast<std::size_t>(found - model.components.begin()));
    else
      checker.wrong(item,
                    fmt::format("the component {}, which {}", in_quotes(*name),
                                !known            ? fmt::format("{} does not have", model.name)
                                : found->optional ? "is optional: it is left out anyway"
                                                  : "is not optional: it is adopted anyway"),
                    possible.empty() ? fmt::format("nothing: {} has no {}", model.name, what)
                                     : fmt::format("{}: {}", what, fmt::join(possible, ", ")),
                    did_you_mean(nearest_names(*name, possible)));
  }
  return out;
}

// Which components of a model an adoption adopts.
std::vector<std::size_t> read_components(const Cursor& at, const ServiceModel& model, Checker& checker) {
  const std::size_t before = checker.diagnostics.size();
  const auto any = [](const PracticeComponent&) { return true; };
  const auto optional = [](const PracticeComponent& component) { return component.optional; };
  const auto usual = [](const PracticeComponent& component) { return !component.optional; };
  const auto only = read_component_list(at, "only", model, any, "components", checker);
  const auto with = read_component_list(at, "with", model, optional, "optional components", checker);
  const auto without =
      read_component_list(at, "without", model, usual, "components that are not optional", checker);
  if (Checker::child(at, "only"))
    for (const char* other : {"with", "without"})
      if (const auto second = Checker::child(at, other))
        checker.wrong(*second, fmt::format("\"{}\" beside \"only\"", other), "one or the other",
                      "\"only\" names all components that are adopted");
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < model.components.size(); ++i)
    if (Checker::child(at, "only")
            ? only.contains(i)
            : (optional(model.components[i]) ? with.contains(i) : !without.contains(i)))
      out.push_back(i);
  if (out.empty() && !model.components.empty() && checker.diagnostics.size() == before) {
    std::vector<std::string> names;
    for (const auto& component : model.components) names.push_back(component.name);
    checker.wrong(at, fmt::format("an adoption of {} without any of its components", model.name),
                  fmt::format("at least one of {}", fmt::join(names, ", ")),
                  "leave the adoption out if nothing is adopted");
  }
  return out;
}

// An adoption of a list that was read already.
struct Earlier {
  Selection who;
  const ServiceModel* model;
  std::vector<std::size_t> components;
  Place at;
};

// Reads the adoptions of one list.
class AdoptionReader {
 public:
  AdoptionReader(const AdoptionSurroundings& around, LoadContext& context)
      : around_(around), checker_(context.checker), context_(context) {}

  std::vector<NamedAdoption> read(const Cursor& list) {
    std::vector<NamedAdoption> out;
    if (!checker_.list(list, "adoptions")) return out;
    for (const auto& item : Checker::items(list)) {
      auto adoption = read_one(item);
      if (!adoption) continue;
      if (const auto known = around_.models.by_name.find(adoption->service_model);
          known != around_.models.by_name.end())
        context_.record(pointer_to(list.pointer, std::to_string(out.size())),
                        adoption_json(adoption->adoption, known->second.model, around_.timeline.origin), "",
                        item.node->at.text());
      out.push_back(std::move(*adoption));
    }
    return out;
  }

  // Whether some adoption was of an authority that the scenario's files choose.
  bool concerns_own() const { return concerns_own_; }

 private:
  // Nothing where nobody adopts who may.
  std::optional<NamedAdoption> read_one(const Cursor& at) {
    if (!checker_.object(at, kAdoptionKeys, "an adoption")) return std::nullopt;
    NamedAdoption out;
    Adoption& adoption = out.adoption;
    if (const auto value = Checker::child(at, "service_model"))
      out.service_model = read_model_name(*value, around_.models, checker_);
    read_months(at, adoption);
    std::optional<Selection> who = Selection{};
    if (const auto authorities = Checker::child(at, "authorities")) {
      who = read_some(*authorities, around_.authorities.known, checker_);
      if (who) require_simulated(*authorities, *who, around_.authorities, checker_, true);
    }
    if (const auto known = around_.models.by_name.find(out.service_model);
        known != around_.models.by_name.end()) {
      const ServiceModel& model = known->second.model;
      adoption.components = read_components(at, model, checker_);
      if (who) {
        for (const auto& earlier : earlier_) check_overlap(at, model, adoption, *who, earlier);
        check_history(at, model, adoption, *who);
        earlier_.push_back({*who, &model, adoption.components, at.node->at});
      }
    }
    if (!who) return out;
    adoption.authorities = who->within(around_.authorities.may_adopt);
    concerns_own_ |= !who->within(around_.authorities.own).empty() || !adoption.authorities.empty();
    if (adoption.authorities.empty()) return std::nullopt;
    if (adoption.authorities == around_.authorities.known.live_codes()) adoption.authorities.clear();  // all
    return out;
  }

  void read_months(const Cursor& at, Adoption& adoption) {
    const Timeline& timeline = around_.timeline;
    const auto start = read_month(at, "start", timeline, checker_);
    const auto grant_end = read_month(at, "grant_end", timeline, checker_);
    if (start) {
      adoption.start_month = *start;
      check_start(at, *start, timeline, checker_,
                  fmt::format("what authorities adopted before goes on by itself (adoption.csv of the "
                              "tables lists it); start in {} to say how it is paid for from then on",
                              timeline.name(0)));
    }
    if (const auto agreed = read_month(at, "partners_agree", timeline, checker_))
      adoption.partners_agree_month = std::max(*agreed, 0);
    if (grant_end) adoption.grant_end_month = *grant_end + 1;
    if (start && grant_end && *grant_end < *start)
      checker_.wrong(*Checker::child(at, "grant_end"),
                     fmt::format("the end of the grant {}, before the model starts in {}",
                                 timeline.name(*grant_end), timeline.name(*start)),
                     fmt::format("a month from {}", timeline.name(*start)), "swap the two?");
  }

  // An authority adopts a model once, and a component once, whichever model brings it.
  void check_overlap(const Cursor& at, const ServiceModel& model, const Adoption& adoption,
                     const Selection& who, const Earlier& earlier) {
    if (!earlier.who.overlaps(who)) return;
    std::vector<int> both;
    for (const int code : around_.authorities.simulated)
      if (earlier.who.contains(code) && who.contains(code)) both.push_back(code);
    if (both.empty()) return;
    const auto where = Checker::child(at, "authorities").value_or(at);
    const std::string places = around_.authorities.known.labels(both);
    if (earlier.model == &model) {
      checker_.wrong(
          where,
          fmt::format("{} in {}, already adopted there on line {}", model.name, places, earlier.at.line),
          "each service model once for an authority in an arm",
          "leave these authorities out of one of the two");
      return;
    }
    for (const std::size_t mine : adoption.components)
      for (const std::size_t other : earlier.components)
        if (model.components[mine].name == earlier.model->components[other].name)
          checker_.wrong(where,
                         fmt::format("the component {} of {} in {}, already adopted there with {} on line {}",
                                     model.components[mine].name, model.name, places, earlier.model->name,
                                     earlier.at.line),
                         "each component once for an authority in an arm",
                         fmt::format("leave it out of one of the two, as with \"without\": [\"{}\"]",
                                     model.components[mine].name));
  }

  // Nor does an arm adopt, with another model, a component that an authority practised before the origin.
  void check_history(const Cursor& at, const ServiceModel& model, const Adoption& adoption,
                     const Selection& who) {
    std::map<std::pair<std::string, std::string>, std::set<int>> both;  // by component and earlier model
    for (const auto& [name, before] : around_.history) {
      const int code = before.authorities.front();
      if (name == model.name || !who.contains(code) ||
          !std::ranges::binary_search(around_.authorities.simulated, code))
        continue;
      const auto& earlier = around_.models.by_name.at(name).model.components;
      for (const std::size_t mine : adoption.components)
        for (const std::size_t other : before.components)
          if (model.components[mine].name == earlier[other].name)
            both[{model.components[mine].name, name}].insert(code);
    }
    for (const auto& [what, codes] : both)
      checker_.wrong(Checker::child(at, "authorities").value_or(at),
                     fmt::format("the component {} of {} in {}, already practised there with {} before the "
                                 "origin (adoption.csv of the tables)",
                                 what.first, model.name,
                                 around_.authorities.known.labels({codes.begin(), codes.end()}), what.second),
                     "each component once for an authority in an arm",
                     fmt::format("leave it out, as with \"without\": [\"{}\"], or leave out {}", what.first,
                                 codes.size() == 1 ? "the authority" : "these authorities"));
  }

  const AdoptionSurroundings& around_;
  Checker& checker_;
  LoadContext& context_;
  std::vector<Earlier> earlier_;
  bool concerns_own_ = false;
};

std::vector<NamedAdoption> read_table(const Cursor& at, const AdoptionSurroundings& around,
                                      LoadContext& context) {
  Checker& checker = context.checker;
  const auto found =
      checker.existing_file(at, "a list of adoptions, or the path of a table of them, relative to this file");
  if (!found) return {};
  const fs::path& file = *found;
  const std::string allowed = "a table (CSV) with the keys of an adoption as its header";
  try {
    const CsvTable rows(file, CsvRows::kShort);
    if (rows.rows() == 0) {
      checker.wrong(at, fmt::format("{}, without any row", path_text(file)), allowed,
                    "write a row for each adoption");
      return {};
    }
    const Node table = table_document(rows, {"authorities", "only", "with", "without"});
    context.files.push_back(file);
    const std::size_t before = checker.diagnostics.size();
    AdoptionReader reader(around, context);
    auto out = reader.read({&table, at.pointer});
    if (checker.diagnostics.size() == before && *at.node->at.file == around.authorities.file &&
        !reader.concerns_own())
      checker.wrong(at, fmt::format("{}, none of whose authorities is simulated", file.generic_string()),
                    "a table with at least one of those of the key \"authorities\"",
                    "simulate them, or take another table");
    return out;
  } catch (const DataError& error) {
    checker.wrong(at, error.what(), allowed, "write a row for each adoption, or a list in this file");
    return {};
  }
}

}  // namespace

std::vector<NamedAdoption> read_history(const fs::path& tables, const MonthEnd& origin,
                                        const ServiceModelSet& models, LoadContext& context) {
  std::vector<NamedAdoption> out;
  const fs::path file = tables / "adoption.csv";
  if (!file_exists(file)) return out;
  const CsvTable table(file);
  context.files.push_back(file);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const int code = table.required_integer(row, "code");
    const int year = table.required_integer(row, "start_year");
    const std::string& name = table.text(row, "service_model");
    const auto model = models.by_name.find(name);
    if (year >= origin.year || model == models.by_name.end()) continue;
    Adoption adoption;
    adoption.start_month = MonthEnd{year, kYearEndMonth}.months_since(origin);
    adoption.authorities = {code};
    const auto& components = model->second.model.components;
    for (std::size_t i = 0; i < components.size(); ++i)
      if (!components[i].optional) adoption.components.push_back(i);
    out.push_back({name, std::move(adoption)});
  }
  return out;
}

std::vector<NamedAdoption> read_adoption(const Cursor& at, const AdoptionSurroundings& around,
                                         LoadContext& context) {
  if (at.node->kind == Node::Kind::kString) return read_table(at, around, context);
  return AdoptionReader(around, context).read(at);
}

}  // namespace hearth
