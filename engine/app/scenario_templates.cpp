#include "app/scenario_templates.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "results/wording.hpp"

namespace hearth {
namespace {

constexpr const char* kMainArm = "support_is_protection";  // of the main scenario, with protection_only
constexpr int kGrantMonths = 36;

// An arm that adopts a model: the keys that differ from one such arm to the next, as JSON.
struct Variant {
  std::string name;   // empty: that of the model
  std::string title;  // {} stands for the model's
  std::string effects = "sampled";
  std::optional<MonthEnd> start{};  // nothing: the draft's
  std::string adoption{};           // more keys of the adoption: ", \"grant_end\": \"2025-03\""
  std::string arm{};                // more keys of the arm
};

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

MonthEnd grant_end(const ScenarioDraft& draft) {
  return draft.grant_end.value_or(draft.start.plus_months(kGrantMonths - 1));
}

std::string months_key(std::string_view key, const MonthEnd& month) {
  return fmt::format(", \"{}\": \"{}\"", key, month_text(month));
}

// Names of the components that `chosen` picks, as a JSON list; empty: none.
template <typename Chosen>
std::string components(const ModelChoice& model, const Chosen& chosen) {
  std::vector<std::string> out;
  for (const auto& component : model.components)
    if (chosen(component)) out.push_back(quoted(component.name));
  return out.empty() ? "" : fmt::format("[{}]", fmt::join(out, ", "));
}

// What an effort writes into an adoption.
std::string adoption_keys(const ScenarioDraft& draft, const ModelChoice& model, int effort) {
  switch (effort) {
    case 1:
      return ", \"only\": " + components(model, [](const auto& c) { return !c.optional && !c.staffed; });
    case 2:
      return months_key("grant_end", grant_end(draft));
    case 4: {
      const std::string with = components(model, [](const auto& c) { return c.optional; });
      return (with.empty() ? "" : ", \"with\": " + with) + months_key("partners_agree", draft.start);
    }
    default:
      return "";
  }
}

std::string effort_title(int effort) {
  return std::string(kEfforts.at(static_cast<std::size_t>(effort - 1)).title);
}

// ---- The arms of each question

using Variants = std::vector<Variant>;

// The draft's effort, which the others' titles need not name.
Variant plain(const ScenarioDraft& draft, const ModelChoice& model, std::string name, std::string title) {
  if (draft.effort != kUsualEffort) title += ", " + effort_title(draft.effort);
  return {.name = std::move(name),
          .title = std::move(title),
          .adoption = adoption_keys(draft, model, draft.effort)};
}

Variants support_is_protection(const ScenarioDraft& draft, const ModelChoice& model) {
  return {plain(draft, model, kMainArm, "Support is protection: {}")};
}

Variants which_model(const ScenarioDraft& draft, const ModelChoice& model) {
  return {plain(draft, model, "", "{}")};
}

// Each component alone: the parts that do the work stand out.
Variants which_part(const ScenarioDraft& draft, const ModelChoice& model) {
  const std::string grant = draft.grant_end ? months_key("grant_end", *draft.grant_end) : "";
  Variants out = {{.name = "whole", .title = "{}, whole", .adoption = grant}};
  for (const auto& component : model.components)
    out.push_back({.name = component.name,
                   .title = component.title + ", alone",
                   .adoption = fmt::format(", \"only\": [{}]{}", quoted(component.name), grant)});
  return out;
}

Variants how_much_effort(const ScenarioDraft& draft, const ModelChoice& model) {
  Variants out;
  for (const auto& effort : kEfforts)
    if (has_effort(model, effort.level))
      out.push_back({.name = fmt::format("effort_{}", effort.level),
                     .title = fmt::format("{{}}, {}", effort.title),
                     .adoption = adoption_keys(draft, model, effort.level)});
  return out;
}

Variants how_much_to_believe(const ScenarioDraft& draft, const ModelChoice& model) {
  Variants out = {plain(draft, model, "claimed", "{}, effects as claimed"),
                  plain(draft, model, "evidence_weighted", "{}, effects weighted by evidence"),
                  plain(draft, model, "sampled", "{}, effects uncertain"),
                  plain(draft, model, "zero", "{}, without effect")};
  for (auto& each : out) each.effects = each.name;
  return out;
}

Variants money_ends(const ScenarioDraft& draft, const ModelChoice&) {
  const MonthEnd end = grant_end(draft);
  return {{.name = "money_lasts", .title = "{}, the authority pays from the start"},
          {.name = "grant_ends",
           .title = fmt::format("{{}}, the grant ends after {}", month_words(end)),
           .adoption = months_key("grant_end", end)},
          {.name = "partners_agree",
           .title = "{}, the grant ends and partners pay on",
           .adoption = months_key("grant_end", end) + months_key("partners_agree", end.plus_months(1))}};
}

Variants when_to_start(const ScenarioDraft& draft, const ModelChoice& model) {
  Variants out = {plain(draft, model, "first", fmt::format("{{}} from {}", month_words(draft.start))),
                  plain(draft, model, "later", fmt::format("{{}} from {}", month_words(draft.later)))};
  out.back().start = draft.later;
  return out;
}

Variants learning_together(const ScenarioDraft& draft, const ModelChoice& model) {
  Variants out = {plain(draft, model, "alone", "{}, each on its own"),
                  plain(draft, model, "together", "{}, learning from each other")};
  out.back().arm = ",\n      \"peer_learning\": { \"members\": \"all\" }";
  return out;
}

// ---- What happens to the world

struct WhatIfWords {
  ShockKind kind;
  std::string_view what;  // "the budget"
  std::string_view up;    // "rises"
  std::string_view down;
  std::string_view arm_up;  // "budget_rises"
  std::string_view arm_down;
};
constexpr std::array kWhatIfWords = std::to_array<WhatIfWords>({
    {ShockKind::kReferrals, "referrals", "rise", "fall", "demand_rises", "demand_falls"},
    {ShockKind::kBudget, "the budget", "rises", "falls", "budget_rises", "budget_falls"},
    {ShockKind::kPlacementCosts, "the cost of placements", "rises", "falls", "placements_cost_more",
     "placements_cost_less"},
    {ShockKind::kRecruitment, "the pace of recruitment", "rises", "falls", "recruitment_quickens",
     "recruitment_slows"},
    {ShockKind::kPoverty, "the number of families that fall into poverty", "rises", "falls", "poverty_rises",
     "poverty_falls"},
});

const WhatIfWords& words_of(const WhatIf& what_if) {
  return *std::ranges::find(kWhatIfWords, what_if.kind, &WhatIfWords::kind);
}

// "the budget falls by 10% from April 2024 to March 2027"
std::string what_happens(const WhatIf& what_if) {
  const WhatIfWords& words = words_of(what_if);
  const bool rises = what_if.ratio >= 1.0;
  return fmt::format("{} {} by {:.3g}% from {} to {}", words.what, rises ? words.up : words.down,
                     100.0 * std::abs(what_if.ratio - 1.0), month_words(what_if.first),
                     month_words(what_if.last));
}

std::string shocks_key(const WhatIf& what_if) {
  return fmt::format(
      ",\n      \"shocks\": [\n        {{ \"kind\": \"{}\", \"start\": \"{}\", \"end\": \"{}\", \"ratio\": "
      "{:.10g}, \"note\": \"An assumption.\" }}\n      ]",
      kShockTable[static_cast<std::size_t>(what_if.kind)].name, month_text(what_if.first),
      month_text(what_if.last), what_if.ratio);
}

std::string what_if_arm(const WhatIf& what_if) {
  const WhatIfWords& words = words_of(what_if);
  return std::string(what_if.ratio >= 1.0 ? words.arm_up : words.arm_down);
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

// The model in the same world.
Variants what_if(const ScenarioDraft& draft, const ModelChoice& model) {
  Variants out = {plain(draft, model, what_if_arm(*draft.what_if) + "_with_" + model.name,
                        fmt::format("{{}}, and {}", what_happens(*draft.what_if)))};
  out.back().arm = shocks_key(*draft.what_if);
  return out;
}

using MakeVariants = Variants (*)(const ScenarioDraft& draft, const ModelChoice& model);

const std::array kQuestions = std::to_array<Question>({
    {.name = "support-is-protection",
     .title = "protection apart from support, or support as protection",
     .asks = "What happens if protection stands apart from support, and what if support is protection?",
     .comment = "The service model starts everywhere at once and funding never ends: an upper limit, not a "
                "plan. A later \"start\" and a \"grant_end\" make it one.",
     .keeps_protection = true},
    {.name = "which-model",
     .title = "several service models compared",
     .asks = "Which service model changes most, and what does each cost?",
     .comment =
         "How well each model's effects are known differs as much as the effects do: see docs/evidence.md "
         "before ranking them.",
     .compares_models = true},
    {.name = "which-part",
     .title = "the parts of a service model, one by one",
     .asks = "Which part of the service model does the work?",
     .comment =
         "Each arm adopts one component alone. Parts need not add up to the whole: they share families "
         "and staff.",
     .sets_effort = true},
    {.name = "how-much-effort",
     .title = "a service model with little effort and with much",
     .asks = "What does the service model bring and cost, from training alone to everything it can have?",
     .comment = "Each arm is a level of --effort: hearth new --help says what it stands for.",
     .sets_effort = true},
    {.name = "how-much-to-believe",
     .title = "effects as claimed, weighted, uncertain, and none",
     .asks = "How much of the result rests on what is claimed of the service model?",
     .comment = "The last arm still pays for the model: it shows what it costs if it does nothing."},
    {.name = "what-if-money-ends",
     .title = "when the grant ends",
     .asks = "What is left when the grant ends, and what if health and police go on paying their share?",
     .comment =
         "A grant that ends without partners leaves posts unfilled and practice fading. How fast has no "
         "published source: read the order of the arms, not their distance.",
     .sets_effort = true},
    {.name = "when-to-start",
     .title = "starting now or later",
     .asks = "What does waiting cost, and what does it save?",
     .comment =
         "The arms differ by \"start\" alone. Compare years, not only the last: the later start has had less "
         "time."},
    {.name = "learning-together",
     .title = "authorities that learn from each other, or do not",
     .asks = "What do authorities gain by learning from each other?",
     .comment =
         "In the second arm all authorities of the scenario meet every two months; \"members\" may also be a "
         "list of some.",
     .needs_more_than_one = true},
    {.name = "what-if-demand-rises",
     .title = "a time of more referrals",
     .asks = "What does a rise of referrals do, and who copes with it?",
     .comment = "The rise is an assumption. It is in every arm but the baseline.",
     .what_if = UsualWhatIf{ShockKind::kReferrals, 1.2, 25, 24}},
    {.name = "what-if-budget-falls",
     .title = "a time of a smaller budget",
     .asks = "What does a smaller budget do, and does the service model help?",
     .comment = "The cut is an assumption. It is in every arm but the baseline, and takes posts of social "
                "workers and money for family support.",
     .what_if = UsualWhatIf{ShockKind::kBudget, 0.9, 25, 36}},
    {.name = "what-if-placements-cost-more",
     .title = "a time of dearer placements",
     .asks = "What do dearer placements cost, and does the service model pay for itself sooner?",
     .comment = "The rise is an assumption. It is in every arm but the baseline, above what prices "
                "are expected to do anyway.",
     .what_if = UsualWhatIf{ShockKind::kPlacementCosts, 1.2, 13, 108}},
    {.name = "what-if-recruitment-slows",
     .title = "a time of slow recruitment",
     .asks = "What happens while posts are hard to fill, to the service model too?",
     .comment = "The slowing is an assumption. It is in every arm but the baseline.",
     .what_if = UsualWhatIf{ShockKind::kRecruitment, 0.75, 13, 36}},
    {.name = "what-if-poverty-rises",
     .title = "a time of more poverty",
     .asks = "What does a rise of poverty do to demand and to care?",
     .comment = "The rise is an assumption. It is in every arm but the baseline.",
     .what_if = UsualWhatIf{ShockKind::kPoverty, 1.2, 13, 36}},
});
constexpr std::array kVariants = std::to_array<MakeVariants>(
    {support_is_protection, which_model, which_part, how_much_effort, how_much_to_believe, money_ends,
     when_to_start, learning_together, what_if, what_if, what_if, what_if, what_if});
static_assert(kVariants.size() == std::tuple_size_v<decltype(kQuestions)>);

Variants variants_of(const ScenarioDraft& draft, const ModelChoice& model) {
  return kVariants.at(static_cast<std::size_t>(draft.question - kQuestions.data()))(draft, model);
}

// One arm a variant of a model; names say the model where there are several, the variant where there are.
std::string arm_name(const ScenarioDraft& draft, const ModelChoice& model, const Variant& variant,
                     std::size_t variants) {
  if (draft.what_if) return variant.name;  // says both
  if (variant.name.empty() || (variants == 1 && draft.models.size() > 1)) return model.name;
  return draft.models.size() == 1 ? variant.name : model.name + "_" + variant.name;
}

using Arms = std::vector<std::pair<std::string, std::string>>;  // name, body

Arms arms_of(const ScenarioDraft& draft) {
  Arms out;
  if (draft.what_if)
    out.emplace_back(what_if_arm(*draft.what_if),
                     fmt::format("{{\n      \"title\": {},\n      \"adoption\": []{}\n    }}",
                                 quoted(capital(what_happens(*draft.what_if))), shocks_key(*draft.what_if)));
  for (const auto& model : draft.models) {
    const auto variants = variants_of(draft, model);
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
                      variant.effects, model.name, month_text(variant.start.value_or(draft.start)),
                      variant.adoption, variant.arm));
    }
  }
  return out;
}

bool keeps_protection(const ScenarioDraft& draft) {
  return draft.question->keeps_protection && !draft.models_named;
}

// Said of every result: that the start is not a published one.
std::string own_title(const ScenarioDraft& draft) {
  return draft.about_own.empty() ? "" : fmt::format(", from own figures at {}", draft.origin.text());
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
  if (!keeps_protection(draft) && !has("protection_only"))
    out += "    \"protection_only\": null,  // null takes an arm of the main scenario out\n";
  if (keeps_protection(draft) && !draft.data.empty())  // it cannot start before the origin
    out += fmt::format(
        "    \"protection_only\": {{ \"adoption\": [{{ \"service_model\": \"protection_only\", \"start\": "
        "\"{}\" }}] }},\n",
        month_text(draft.origin.plus_months(1)));
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
std::string number_line(std::string_view key, std::optional<int> value, int main, int example,
                        std::string_view meaning) {
  return value ? fmt::format("  \"{}\": {},  // {}; {} in the main scenario\n", key, *value, meaning, main)
               : fmt::format("  // \"{}\": {},  // {}; {} unless you say so\n", key, example, meaning, main);
}

}  // namespace

std::span<const Question> questions() {
  return kQuestions;
}

std::string month_text(const MonthEnd& month) {
  return month.iso().substr(0, 7);
}

std::string month_words(const MonthEnd& month) {
  const std::string day = month.text();
  return day.substr(day.find(' ') + 1);
}

bool has_effort(const ModelChoice& model, int effort) {
  return effort != 1 ||
         std::ranges::any_of(model.components, [](const auto& c) { return !c.optional && !c.staffed; });
}

std::string scenario_text(const ScenarioDraft& draft) {
  const Question& question = *draft.question;
  std::string out =
      comment(fmt::format("{}: {}. {}", draft.place, question.title, question.comment)) + "//\n";
  out += comment(fmt::format(
      "This file says only what differs from the main scenario, which \"extends\" names: its {} in this one "
      "too. Lines that start with // are comments; docs/reference/scenario.md explains every key.",
      keeps_protection(draft) ? "arms business_as_usual and protection_only are"
                              : "arm business_as_usual is"));
  out += fmt::format("{{\n  \"$schema\": {},\n  \"extends\": {},\n  \"name\": \"{}\",\n",
                     quoted(draft.schema), quoted(draft.extends), draft.name);
  out +=
      fmt::format("  \"title\": {},\n  \"question\": {},\n  \"authorities\": {},\n",
                  quoted(fmt::format("{{place}}: {}{}", question.title, own_title(draft))),
                  quoted(std::string(question.asks) + (draft.about_own.empty() ? "" : " " + draft.about_own)),
                  draft.authorities);
  if (!draft.data.empty())
    out += fmt::format(
        "  \"data\": {},  // England's tables with the council's own year, and its calibration\n"
        "  \"origin\": \"{}\",\n",
        quoted(draft.data), draft.origin.iso());
  out += number_line("replicates", draft.replicates, draft.main_replicates, 100,
                     "possible futures, more give steadier numbers");
  out += number_line("horizon_months", draft.months, draft.main_months, 60, "months simulated");
  out += "  \"arms\": {\n" + arms_text(draft) + "  }\n}\n";
  return out;
}

}  // namespace hearth
