#include "scenario/files/service_models.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/nearest.hpp"
#include "scenario/files/scale.hpp"
#include "scenario/outcome_sums.hpp"

namespace hearth {

namespace {

std::array<std::string_view, kLevers> lever_names() {
  std::array<std::string_view, kLevers> out;
  for (std::size_t i = 0; i < kLevers; ++i) out[i] = kLeverTable[i].name;
  return out;
}

class ServiceModelReader {
 public:
  ServiceModelReader(const Evidence& evidence, Checker& checker) : evidence_(evidence), checker_(checker) {}

  ServiceModelFile read(const Node& root) {
    ServiceModelFile out;
    const Cursor at{&root, ""};
    if (!checker_.object(at, kServiceModelKeys, "a service model")) return out;
    if (const auto value = Checker::child(at, "name")) {
      out.model.name = checker_.identifier(*value).value_or("");
      out.name = *value->node;
    }
    if (const auto value = Checker::child(at, "title")) out.model.title = checker_.text(*value).value_or("");
    if (const auto value = Checker::child(at, "description"))
      out.model.description = checker_.text(*value).value_or("");
    pointer_ = pointer_to("/service_models", out.model.name);
    if (const auto value = Checker::child(at, "same_draws_as")) {
      out.model.same_draws_as = checker_.identifier(*value).value_or("");
      out.same_draws_as = *value->node;
    }
    out.model.training_months =
        number(at, "training_months", kTrainingMonths, "months", out.model.training_months, pointer_, "", "");
    out.model.months_to_embed =
        number(at, "months_to_embed", kMonthsToEmbed, "months", out.model.months_to_embed, pointer_, "", "");
    look_at(at, "training_months", kUsualTrainingMonths, "months", "until then practice does not change");
    look_at(at, "months_to_embed", kUsualMonthsToEmbed, "months", "fidelity grows at this pace");
    const auto components = Checker::child(at, "components");
    if (components && checker_.list(*components, "components")) {
      std::set<std::string> names;
      for (const auto& item : Checker::items(*components)) {
        auto component = read_component(item);
        if (!component.name.empty() && !names.insert(component.name).second)
          checker_.wrong(*Checker::child(item, "name"), fmt::format("a second component {}", component.name),
                         "components with different names");
        out.model.components.push_back(std::move(component));
      }
    }
    if (const auto studies = Checker::child(at, "studies"); studies && checker_.list(*studies, "studies"))
      read_studies(*studies, out.model.studies);
    if (out.model.studies.empty()) check_informed(at, out.model);
    out.values = std::move(values_);
    return out;
  }

 private:
  // An effect that waits for outcomes needs some.
  void check_informed(const Cursor& at, const ServiceModel& model) {
    for (const auto& component : model.components)
      for (const auto& effect : component.effects)
        if (effect.from_outcomes)
          checker_.wrong(
              at,
              fmt::format("the effect of {} on {} with a \"direction\", and no \"studies\"", component.name,
                          kLeverTable[static_cast<std::size_t>(effect.lever)].name),
              "a ratio that was found, or studies with outcomes",
              "without outcomes nothing is known of such an effect");
  }

  void read_studies(const Cursor& list, std::vector<Study>& into) {
    std::set<std::string> names;
    for (const auto& item : Checker::items(list)) {
      Study study = read_study(item);
      if (!study.name.empty() && !names.insert(study.name).second)
        checker_.wrong(*Checker::child(item, "name"), fmt::format("a second study {}", study.name),
                       "studies with different names");
      into.push_back(std::move(study));
    }
  }

  Study read_study(const Cursor& at) {
    Study out;
    if (!checker_.object(at, kStudyKeys, "a study")) return out;
    if (const auto value = Checker::child(at, "name")) out.name = checker_.identifier(*value).value_or("");
    if (const auto value = Checker::child(at, "title")) out.title = checker_.text(*value).value_or("");
    if (const auto list = Checker::child(at, "authorities"); list && checker_.list(*list, "authorities")) {
      for (const auto& item : Checker::items(*list))
        out.authorities.push_back(checker_.text(item, "the name or code of an authority").value_or(""));
      if (out.authorities.empty()) checker_.wrong(*list, "an empty list", "at least one authority");
    }
    if (const auto value = Checker::child(at, "start"))
      out.start = checker_.month(*value).value_or(out.start);
    if (const auto value = Checker::child(at, "grant_end")) out.grant_end = checker_.month(*value);
    if (const auto value = Checker::child(at, "partners_agree")) out.partners_agree = checker_.month(*value);
    if (const auto value = Checker::child(at, "repetition"))
      out.repetition = checker_.truth(*value).value_or(false);
    const std::string pointer = pointer_to(pointer_ + "/studies", out.name);
    if (const auto list = Checker::child(at, "outcomes"); list && checker_.list(*list, "outcomes"))
      for (const auto& item : Checker::items(*list))
        out.outcomes.push_back(
            read_outcome(item, out, pointer_to(pointer, std::to_string(out.outcomes.size()))));
    return out;
  }

  StudyOutcome read_outcome(const Cursor& at, const Study& study, const std::string& pointer) {
    StudyOutcome out;
    if (!checker_.object(at, kOutcomeKeys, "an outcome")) return out;
    if (const auto value = Checker::child(at, "title")) out.title = checker_.text(*value).value_or("");
    if (const auto value = Checker::child(at, "measure")) out.measure = outcome_measure(*value);
    if (const auto value = Checker::child(at, "per")) out.per = outcome_measure(*value);
    if (const auto value = Checker::child(at, "compared_with"))
      out.comparison =
          static_cast<OutcomeComparison>(checker_.choice(*value, kOutcomeComparisonNames).value_or(0));
    const auto months = Checker::child(at, "months");
    if (months) out.months = month_range(*months);
    if (months && out.months.last.months_since(study.start) < 0)
      checker_.wrong(*months, fmt::format("months to {}, before the model started", out.months.last.text()),
                     fmt::format("months from {}", study.start.text()));
    if (const auto value = Checker::child(at, "claimed")) out.claimed = checker_.truth(*value).value_or(true);
    const auto before = Checker::child(at, "before");
    const bool needs_before = out.comparison == OutcomeComparison::kBefore;
    if (before) out.before = month_range(*before);
    if (before.has_value() != needs_before)
      checker_.wrong(before.value_or(at),
                     needs_before ? "\"compared_with\": \"before\" without the key \"before\""
                                  : "the key \"before\", though the figure is not compared with it",
                     "\"before\" where \"compared_with\" is \"before\", and only there");
    read_finding(at, pointer, "the measure over what it is compared with", out);
    if (const auto grade = Checker::child(at, "grade"); grade && out.grade == EvidenceGrade::kDecision)
      checker_.wrong(*grade, "the grade \"decision\" of an outcome", "a study design",
                     "outcomes are found, not decided");
    return out;
  }

  std::string outcome_measure(const Cursor& at) {
    const auto name = checker_.text(at, "the name of a measure");
    if (!name || !outcome_parts(*name).empty()) return name.value_or("");
    std::vector<std::string> names = outcome_sum_names();
    for (const auto& [known, quantity] : quantities_by_name()) names.push_back(known);
    checker_.wrong(at, fmt::format("the unknown measure {}", in_quotes(*name)),
                   fmt::format("a measure of docs/reference/measures.md, or one of {}",
                               fmt::join(outcome_sum_names(), ", ")),
                   did_you_mean(nearest_names(*name, names)));
    return "";
  }

  // A month, or the first and the last.
  MonthRange month_range(const Cursor& at) {
    MonthRange out;
    if (at.node->kind != Node::Kind::kArray) {
      if (const auto month = checker_.month(at)) out.first = out.last = *month;
      return out;
    }
    const auto items = Checker::items(at);
    if (items.size() != 2) {
      checker_.wrong(at, fmt::format("a list of {}", items.size()),
                     "a month \"2015-04\", or the first and the last of several, [\"2015-04\", \"2016-03\"]");
      return out;
    }
    const auto first = checker_.month(items[0]);
    const auto last = checker_.month(items[1]);
    if (!first || !last) return out;
    if (last->months_since(*first) < 0)
      checker_.wrong(items[1], "the last month, before the first", "months in their order", "swap the two?");
    out = {*first, *last};
    return out;
  }

  PracticeComponent read_component(const Cursor& at) {
    PracticeComponent out;
    if (!checker_.object(at, kComponentKeys, "a component")) return out;
    if (const auto value = Checker::child(at, "name")) out.name = checker_.identifier(*value).value_or("");
    if (const auto value = Checker::child(at, "title")) out.title = checker_.text(*value).value_or("");
    const std::string pointer = pointer_to(pointer_ + "/components", out.name);
    if (const auto value = Checker::child(at, "cost_source")) out.cost_source = source(*value);
    out.reach = number(at, "reach", kReach, "share", out.reach, pointer, "", "");
    if (const auto value = Checker::child(at, "optional"))
      out.optional = checker_.truth(*value).value_or(false);
    if (Checker::child(at, "months_to_embed"))
      out.months_to_embed = number(at, "months_to_embed", kMonthsToEmbed, "months", 0.0, pointer, "", "");
    if (const auto value = Checker::child(at, "staffing")) out.staffing = read_staffing(*value, pointer);
    out.setup_gbp_per_case = number(at, "setup_gbp_per_case", kGbpPerCase, "GBP", out.setup_gbp_per_case,
                                    pointer, out.cost_source, "");
    out.running_gbp_per_case = number(at, "running_gbp_per_case", kGbpPerCase, "GBP/year",
                                      out.running_gbp_per_case, pointer, out.cost_source, "");
    if (at.node->find("cost_source") == nullptr &&
        (out.setup_gbp_per_case > 0 || out.running_gbp_per_case > 0))
      checker_.wrong(at, "costs without the key \"cost_source\"", fmt::format("a key of {}", evidence_.file),
                     "say where the costs come from");
    look_at(at, "months_to_embed", kUsualMonthsToEmbed, "months", "fidelity grows at this pace");
    look_at_cost(at, "setup_gbp_per_case", out.setup_gbp_per_case,
                 "each case open at the start costs this once");
    look_at_cost(at, "running_gbp_per_case", out.running_gbp_per_case,
                 "each case reached costs this every year");
    const auto effects = Checker::child(at, "effects");
    if (effects && checker_.list(*effects, "effects")) {
      std::set<Lever> levers;
      for (const auto& item : Checker::items(*effects)) {
        const auto effect = read_effect(item, pointer);
        if (!effect) continue;
        if (!levers.insert(effect->lever).second)
          checker_.wrong(
              *Checker::child(item, "lever"),
              fmt::format("a second effect on {}", kLeverTable[static_cast<std::size_t>(effect->lever)].name),
              "one effect on each lever in a component", "merge the two, or make two components");
        out.effects.push_back(*effect);
      }
    }
    return out;
  }

  std::optional<Staffing> read_staffing(const Cursor& at, const std::string& component) {
    if (!checker_.object(at, kStaffingKeys, "\"staffing\"")) return std::nullopt;
    Staffing out;
    if (const auto value = Checker::child(at, "source")) out.source = source(*value);
    const std::string pointer = pointer_to(component, "staffing");
    out.posts_per_100_cases =
        number(at, "posts_per_100_cases", kPostsPer100Cases, "FTE", 0.0, pointer, out.source, "");
    out.gbp_per_post = number(at, "gbp_per_post", kGbpPerPost, "GBP/year", 0.0, pointer, out.source, "");
    out.months_to_recruit =
        number(at, "months_to_recruit", kMonthsToRecruit, "months", 6.0, pointer, out.source, "");
    look_at(at, "posts_per_100_cases", kUsualPosts, "FTE",
            fmt::format("that is {} a case", short_number(out.posts_per_100_cases / 100.0)));
    look_at(at, "gbp_per_post", kUsualGbpPerPost, "GBP/year", "each filled post costs this every year");
    look_at(at, "months_to_recruit", kUsualMonthsToRecruit, "months", "a post stays empty for so long");
    return out;
  }

  void read_finding(const Cursor& at, const std::string& pointer, std::string_view meaning,
                    EvidenceFinding& out) {
    if (const auto value = Checker::child(at, "grade"))
      out.grade =
          static_cast<EvidenceGrade>(checker_.choice(*value, kEvidenceGradeNames).value_or(kExpertIndex));
    if (const auto value = Checker::child(at, "source")) out.source = source(*value);
    const auto grade = kEvidenceGradeNames[static_cast<std::size_t>(out.grade)];
    const std::size_t before = checker_.diagnostics.size();
    out.ratio = number(at, "ratio", kEffectRatio, "ratio", out.ratio, pointer, out.source, grade);
    out.low = number(at, "low", kEffectRatio, "ratio", out.ratio, pointer, out.source, grade);
    out.high = number(at, "high", kEffectRatio, "ratio", out.ratio, pointer, out.source, grade);
    const bool given = at.node->find("ratio") && at.node->find("low") && at.node->find("high");
    if (given && checker_.diagnostics.size() == before && (out.low > out.ratio || out.ratio > out.high))
      checker_.wrong(*Checker::child(at, "ratio"),
                     fmt::format("the ratio {} outside its interval {} to {}", number_text(out.ratio),
                                 number_text(out.low), number_text(out.high)),
                     "low <= ratio <= high");
    if (const auto value = Checker::child(at, "ratio"); value && checker_.diagnostics.size() == before)
      warn_of_ratio(*value, "ratio", out.ratio, kUsualEffect, meaning, checker_);
  }

  std::optional<LeverEffect> read_effect(const Cursor& at, const std::string& component) {
    const bool inferred = at.node->find("direction") != nullptr;
    if (inferred ? !checker_.object(at, kEffectFromOutcomesKeys, "an effect with a \"direction\"")
                 : !checker_.object(at, kEffectKeys, "an effect"))
      return std::nullopt;
    LeverEffect out;
    bool known_lever = false;
    if (const auto value = Checker::child(at, "lever")) {
      if (const auto lever = checker_.choice(*value, lever_names())) {
        out.lever = static_cast<Lever>(*lever);
        known_lever = true;
      }
    }
    const std::string pointer =
        pointer_to(component + "/effects", kLeverTable[static_cast<std::size_t>(out.lever)].name);
    if (inferred) {
      out.from_outcomes = true;
      constexpr double kSigns[] = {1.0, -1.0};
      out.direction = kSigns[checker_.choice(*Checker::child(at, "direction"), kDirectionNames).value_or(0)];
      return known_lever ? std::optional(out) : std::nullopt;
    }
    const std::string_view meaning = kLeverTable[static_cast<std::size_t>(out.lever)].meaning;
    read_finding(at, pointer, meaning, out);
    if (const auto list = Checker::child(at, "besides"); list && checker_.list(*list, "findings"))
      for (const auto& item : Checker::items(*list))
        if (checker_.object(item, kFindingKeys, "a finding"))
          read_finding(item, pointer_to(pointer + "/besides", std::to_string(out.besides.size())), meaning,
                       out.besides.emplace_back());
    if (!known_lever) return std::nullopt;
    if (const auto grade = Checker::child(at, "grade")) check_decision(*grade, out);
    return out;
  }

  // Only money can be decided; the rest has to be found, and is shrunk like every finding.
  void check_decision(const Cursor& at, const LeverEffect& effect) {
    constexpr auto kDecided = EvidenceGrade::kDecision;
    const auto decided = [](const EvidenceFinding& finding) { return finding.grade == kDecided; };
    if (std::ranges::any_of(effect.besides, decided) || (decided(effect) && !effect.besides.empty()))
      checker_.wrong(at, "the grade \"decision\" beside \"besides\"", "a decision alone, or findings");
    if (!decided(effect)) return;
    if (!can_be_decided(effect.lever))
      checker_.wrong(at,
                     fmt::format("the grade \"decision\" on {}",
                                 kLeverTable[static_cast<std::size_t>(effect.lever)].name),
                     "a decision on family_support; a study design on other levers",
                     "money can be decided; what follows from it has to be found");
    if (effect.low < effect.ratio || effect.ratio < effect.high)
      checker_.wrong(at, "a decision with an interval", "low = ratio = high",
                     "what is decided is not uncertain");
  }

  std::string source(const Cursor& at) {
    const std::string allowed = fmt::format("a key of {}", evidence_.file);
    const auto value = checker_.text(at, allowed);
    if (!value) return "";
    if (evidence_.contains(*value)) return *value;
    std::string hint = did_you_mean(nearest_names(*value, evidence_.keys()));
    if (hint.empty()) hint = "add a row with this key, saying where the figure was published";
    checker_.wrong(at, fmt::format("the source {}, which is not in the evidence table", in_quotes(*value)),
                   allowed, std::move(hint));
    return "";
  }

  double number(const Cursor& object, std::string_view key, Bounds bounds, std::string_view unit,
                double fallback, const std::string& pointer, std::string_view evidence,
                std::string_view grade) {
    const auto at = Checker::child(object, key);
    const double value = at ? checker_.number(*at, bounds, unit).value_or(fallback) : fallback;
    values_.push_back({pointer_to(pointer, key), number_text(value), std::string(unit),
                       at ? at->node->at.text() : "default", std::string(evidence), std::string(grade)});
    return value;
  }

  // A key that is there and right.
  void look_at(const Cursor& object, std::string_view key, Usual usual, std::string_view unit,
               std::string does) {
    const auto at = Checker::child(object, key);
    if (at && at->node->kind == Node::Kind::kNumber)
      warn_of_scale(*at, key, at->node->number, usual, unit, std::move(does), checker_);
  }
  void look_at_cost(const Cursor& object, std::string_view key, double value, std::string does) {
    if (value > 0.0) look_at(object, key, kUsualGbpPerCase, "GBP", std::move(does));
  }

  static constexpr std::size_t kExpertIndex = static_cast<std::size_t>(EvidenceGrade::kExpert);

  const Evidence& evidence_;
  Checker& checker_;
  std::string pointer_;
  std::vector<ResolvedValue> values_;
};

// The model that another is a variant of must be there, and have draws of its own.
void check_variant(const ServiceModelFile& file, const ServiceModelSet& models, Checker& checker) {
  const Cursor at{&*file.same_draws_as, "/same_draws_as"};
  const auto original = models.by_name.find(file.model.same_draws_as);
  std::vector<std::string> names;
  for (const auto& [name, other] : models.by_name)
    if (!other.same_draws_as) names.push_back(name);
  const std::string allowed = fmt::format("one of {}", fmt::join(names, ", "));
  if (original == models.by_name.end()) {
    if (models.complete)
      checker.wrong(at, fmt::format("the unknown service model {}", in_quotes(file.model.same_draws_as)),
                    allowed, did_you_mean(nearest_names(file.model.same_draws_as, names)));
  } else if (original->second.same_draws_as) {
    checker.wrong(at, fmt::format("{}, which has the draws of another model itself", original->first),
                  allowed, fmt::format("write {}", in_quotes(original->second.model.same_draws_as)));
  }
}

}  // namespace

std::optional<ServiceModelFile> read_service_model(const std::filesystem::path& file,
                                                   const Evidence& evidence, Checker& checker) {
  const std::size_t before = checker.diagnostics.size();
  const auto document = parse_document(read_text(file), file.generic_string(), checker.diagnostics);
  if (!document) return std::nullopt;
  auto out = ServiceModelReader(evidence, checker).read(*document);
  if (checker.diagnostics.size() > before) return std::nullopt;
  out.file = file;
  return out;
}

std::vector<std::string> ServiceModelSet::names() const {
  std::vector<std::string> out;
  for (const auto& [name, file] : by_name) out.push_back(name);
  return out;
}

ServiceModelSet read_service_models(const std::filesystem::path& tables,
                                    const std::vector<std::filesystem::path>& own, const Evidence& evidence,
                                    Checker& checker) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator at(tables / "service_models", error), end; !error && at != end;
       at.increment(error))
    if (at->path().extension() == ".json") paths.push_back(at->path());
  std::ranges::sort(paths);
  paths.insert(paths.end(), own.begin(), own.end());
  ServiceModelSet out;
  out.complete = true;
  for (const auto& path : paths) {
    auto model = read_service_model(path, evidence, checker);
    if (!model) {
      out.complete = false;
      continue;
    }
    const std::string name = model->model.name;
    const Node name_node = model->name;
    const auto [same, added] = out.by_name.emplace(name, std::move(*model));
    if (!added)
      checker.wrong({&name_node, "/name"}, fmt::format("a second service model {}", name),
                    "service models with different names",
                    fmt::format("the first is in {}", same->second.name.at.text()));
  }
  for (const auto& [name, file] : out.by_name)
    if (file.same_draws_as) check_variant(file, out, checker);
  return out;
}

}  // namespace hearth
