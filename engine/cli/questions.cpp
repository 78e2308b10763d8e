#include "cli/questions.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "results/wording.hpp"

namespace hearth {
namespace {

constexpr const char* kMainArm = "support_is_protection";  // of the main scenario, besides protection_only

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<Variant> support_is_protection(const ModelChoice&) {
  return {{.name = "support_is_protection", .title = "Support is protection: {}"}};
}

std::vector<Variant> which_model(const ModelChoice&) {
  return {{.name = "", .title = "{}"}};
}

// Each component alone: the parts that do the work stand out.
std::vector<Variant> which_part(const ModelChoice& model) {
  std::vector<Variant> out = {{.name = "whole", .title = "{}, whole"}};
  for (const auto& component : model.components)
    out.push_back({.name = component.name,
                   .title = component.title + ", alone",
                   .adoption = fmt::format(", \"only\": [\"{}\"]", component.name)});
  return out;
}

std::vector<Variant> how_much_to_believe(const ModelChoice&) {
  return {{.name = "claimed", .title = "{}, effects as claimed", .effects = "claimed"},
          {.name = "evidence_weighted",
           .title = "{}, effects weighted by evidence",
           .effects = "evidence_weighted"},
          {.name = "sampled", .title = "{}, effects in doubt"},
          {.name = "zero", .title = "{}, without effect", .effects = "zero"}};
}

std::vector<Variant> money_ends(const ModelChoice&) {
  return {{.name = "money_lasts", .title = "{}, the authority pays from the start"},
          {.name = "grant_ends",
           .title = "{}, the grant ends after three years",
           .adoption = ", \"grant_end\": \"2025-03\""},
          {.name = "partners_agree",
           .title = "{}, the grant ends and partners pay on",
           .adoption = ", \"grant_end\": \"2025-03\", \"partners_agree\": \"2025-04\""}};
}

std::vector<Variant> when_to_start(const ModelChoice&) {
  return {{.name = "now", .title = "{} from April 2022"},
          {.name = "after_two_years", .title = "{} from April 2024", .start = "2024-04"}};
}

std::vector<Variant> learning_together(const ModelChoice&) {
  return {{.name = "alone", .title = "{}, each on its own"},
          {.name = "together",
           .title = "{}, learning from each other",
           .arm = ",\n      \"peer_learning\": { \"members\": \"all\" }"}};
}

const std::array kQuestions = std::to_array<Question>({
    {.name = "support-is-protection",
     .title = "protection apart from support, or support as protection",
     .asks = "What happens if protection stands apart from support, and what if support is protection?",
     .comment =
         "The service model starts everywhere at once and the money does not run out: an upper bound, not a "
         "plan. A later \"start\" and a \"grant_end\" make it one.",
     .variants = support_is_protection,
     .keeps_protection = true},
    {.name = "which-model",
     .title = "several service models side by side",
     .asks = "Which service model changes most, and what does each cost?",
     .comment =
         "How well each model's effects are known differs as much as the effects do: see docs/evidence.md "
         "before ranking them.",
     .variants = which_model,
     .compares_models = true},
    {.name = "which-part",
     .title = "the parts of a service model, one by one",
     .asks = "Which part of the service model does the work?",
     .comment =
         "Each arm takes up one component alone. Parts need not add up to the whole: they share families "
         "and staff.",
     .variants = which_part},
    {.name = "how-much-to-believe",
     .title = "effects as claimed, weighted, in doubt, and none",
     .asks = "How much of the result rests on what is claimed of the service model?",
     .comment = "The last arm still pays for the model: it shows what it costs if it does nothing.",
     .variants = how_much_to_believe},
    {.name = "what-if-money-ends",
     .title = "when the grant ends",
     .asks = "What is left when the grant ends, and what if health and police go on paying their share?",
     .comment =
         "A grant that ends without partners leaves posts unfilled and practice fading. How fast has no "
         "published source: read the order of the arms, not their distance.",
     .variants = money_ends},
    {.name = "when-to-start",
     .title = "starting now or in two years",
     .asks = "What does waiting two years cost, and what does it save?",
     .comment =
         "The arms differ by \"start\" alone. Compare years, not only the last: the later start has had less "
         "time.",
     .variants = when_to_start},
    {.name = "learning-together",
     .title = "authorities that learn from each other, or do not",
     .asks = "What do authorities gain by learning from each other?",
     .comment =
         "In the second arm all authorities of the scenario meet every two months; \"members\" may also be a "
         "list of some.",
     .variants = learning_together,
     .needs_more_than_one = true},
    {.name = "what-if-demand-rises",
     .title = "two years of more referrals",
     .asks = "Who copes when referrals rise by a fifth for two years?",
     .comment = "The rise is an assumption, the same in all arms, business as usual too. To see what the "
                "rise itself "
                "does, run the file again without \"shocks\".",
     .variants = which_model,
     .shared =
         "  \"shocks\": [\n    { \"kind\": \"referrals\", \"start\": \"2024-04\", \"end\": \"2026-03\", "
         "\"ratio\": 1.2, \"note\": \"An assumption.\" }\n  ],\n"},
    {.name = "what-if-budget-falls",
     .title = "three years of a smaller budget",
     .asks = "What does a budget that is a tenth smaller for three years do?",
     .comment =
         "The cut is an assumption, the same in all arms, business as usual too. It takes posts of social "
         "workers and money for family support.",
     .variants = which_model,
     .shared = "  \"shocks\": [\n    { \"kind\": \"budget\", \"start\": \"2024-04\", \"end\": \"2027-03\", "
               "\"ratio\": 0.9, \"note\": \"An assumption.\" }\n  ],\n"},
});

// One arm a variant of a model; names say the model where there are several, the variant where there are.
std::string arm_name(const ScenarioDraft& draft, const ModelChoice& model, const Variant& variant,
                     std::size_t variants) {
  if (variant.name.empty() || (variants == 1 && draft.models.size() > 1)) return model.name;
  return draft.models.size() == 1 ? variant.name : model.name + "_" + variant.name;
}

using Arms = std::vector<std::pair<std::string, std::string>>;  // name, body

Arms arms_of(const ScenarioDraft& draft) {
  Arms out;
  for (const auto& model : draft.models) {
    const auto variants = draft.question->variants(model);
    for (const auto& variant : variants) {
      const std::string name = arm_name(draft, model, variant, variants.size());
      // What the main scenario says of an arm of this name is of its own model.
      const std::string description =
          name == kMainArm ? "\n      \"description\": \"In every authority of this scenario.\"," : "";
      out.emplace_back(
          name,
          fmt::format("{{\n      \"title\": {},{}\n      \"effects\": \"{}\",\n"
                      "      \"adoption\": [{{ \"service_model\": \"{}\", \"start\": \"{}\"{} }}]{}\n    }}",
                      quoted(fmt::format(fmt::runtime(variant.title), model.title)), description,
                      variant.effects, model.name, variant.start, variant.adoption, variant.arm));
    }
  }
  return out;
}

// The arms, and those of the main scenario that are not among them taken out.
std::string arms_text(const ScenarioDraft& draft) {
  const Arms arms = arms_of(draft);
  const auto has = [&](const std::string& name) {
    for (const auto& arm : arms)
      if (arm.first == name) return true;
    return false;
  };
  std::string out;
  if (!draft.question->keeps_protection && !has("protection_only"))
    out += "    \"protection_only\": null,  // null takes an arm of the main scenario out\n";
  if (!has(kMainArm)) out += fmt::format("    \"{}\": null,\n", kMainArm);
  for (std::size_t i = 0; i < arms.size(); ++i)
    out += fmt::format("    \"{}\": {}{}\n", arms[i].first, arms[i].second, i + 1 < arms.size() ? "," : "");
  return out;
}

std::string comment(std::string_view text) {
  std::string out = wrapped("// " + std::string(text), 3);
  for (auto at = out.find("\n   "); at != std::string::npos; at = out.find("\n   ", at + 1))
    out.replace(at, 4, "\n// ");
  return out;
}

// A number that differs from the main scenario's, or how to make it so.
std::string number(std::string_view key, std::optional<int> value, int main, int example,
                   std::string_view meaning) {
  return value ? fmt::format("  \"{}\": {},  // {}; {} in the main scenario\n", key, *value, meaning, main)
               : fmt::format("  // \"{}\": {},  // {}; {} unless you say so\n", key, example, meaning, main);
}

}  // namespace

std::span<const Question> questions() {
  return kQuestions;
}

std::string scenario_text(const ScenarioDraft& draft) {
  const Question& question = *draft.question;
  std::string out =
      comment(fmt::format("{}: {}. {}", draft.place, question.title, question.comment)) + "//\n";
  out += comment(
      fmt::format("This file says only what differs from the main scenario, which \"extends\" names: its {} "
                  "in this one too. "
                  "Lines that start with // are comments; docs/reference/scenario.md explains every key.",
                  question.keeps_protection ? "arms business_as_usual and protection_only are"
                                            : "arm business_as_usual is"));
  out += fmt::format("{{\n  \"$schema\": {},\n  \"extends\": {},\n  \"name\": \"{}\",\n",
                     quoted(draft.schema), quoted(draft.extends), draft.name);
  out += fmt::format("  \"title\": {},\n  \"question\": {},\n  \"authorities\": {},\n",
                     quoted(fmt::format("{}: {}", draft.place, question.title)),
                     quoted(std::string(question.asks)), draft.authorities);
  out += number("replicates", draft.replicates, draft.main_replicates, 100,
                "possible futures, more for steadier intervals");
  out += number("horizon_months", draft.months, draft.main_months, 60, "months simulated");
  out += question.shared;
  out += "  \"arms\": {\n" + arms_text(draft) + "  }\n}\n";
  return out;
}

}  // namespace hearth
