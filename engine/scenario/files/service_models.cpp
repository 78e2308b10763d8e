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

namespace hearth {

namespace {

std::array<std::string_view, kLevers> lever_names() {
  std::array<std::string_view, kLevers> out;
  for (std::size_t i = 0; i < kLevers; ++i) out[i] = kLeverTable[i].name;
  return out;
}

class Reader {
 public:
  Reader(const Evidence& evidence, Checker& checker) : evidence_(evidence), checker_(checker) {}

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
    out.values = std::move(values_);
    return out;
  }

 private:
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

  void read_finding(const Cursor& at, const std::string& pointer, Lever lever, EvidenceFinding& out) {
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
      warn_of_ratio(*value, "ratio", out.ratio, kUsualEffect,
                    kLeverTable[static_cast<std::size_t>(lever)].meaning, checker_);
  }

  std::optional<LeverEffect> read_effect(const Cursor& at, const std::string& component) {
    if (!checker_.object(at, kEffectKeys, "an effect")) return std::nullopt;
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
    read_finding(at, pointer, out.lever, out);
    if (const auto list = Checker::child(at, "besides"); list && checker_.list(*list, "findings"))
      for (const auto& item : Checker::items(*list))
        if (checker_.object(item, kFindingKeys, "a finding"))
          read_finding(item, pointer_to(pointer + "/besides", std::to_string(out.besides.size())), out.lever,
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
  auto out = Reader(evidence, checker).read(*document);
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
