#include "scenario/files/arms.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/nearest.hpp"

namespace hearth {
namespace {

void read_effects(const Cursor& at, Arm& arm, LoadContext& context) {
  const auto effects = Checker::child(at, "effects");
  if (effects)
    arm.effects = static_cast<EffectsMode>(
        context.checker.choice(*effects, kEffectsModeNames).value_or(static_cast<std::size_t>(arm.effects)));
  context.record(at.pointer + "/effects", kEffectsModeNames[static_cast<std::size_t>(arm.effects)], "",
                 origin_of(effects));
}

void read_adoption_of(const Cursor& at, const ArmSurroundings& around, ArmDraft& draft,
                      LoadContext& context) {
  const std::size_t before = context.checker.diagnostics.size();
  draft.adoption = read_adoption(at, around.adoption, context);
  const bool any = at.node->kind == Node::Kind::kString || !at.node->items.empty();
  if (any && draft.adoption.empty() && context.checker.diagnostics.size() == before)
    context.checker.warn(
        at, fmt::format("no authority that is simulated adopts anything in the arm {}", draft.arm.name), "",
        fmt::format("in {} the arm differs from the baseline by nothing that is adopted", around.place));
}

// An arm's own value is nearer to what happens than the command line's for all.
void warn_of_own(const Cursor& parameters, const Arm& arm, const std::vector<OwnParameter>& of_command,
                 Checker& checker) {
  for (const OwnParameter& own : arm.own_parameters)
    if (std::ranges::find(of_command, own.parameter, &OwnParameter::parameter) != of_command.end())
      checker.warn(*Checker::child(parameters, info(own.parameter).name),
                   fmt::format("the arm {} sets {} itself", arm.name, info(own.parameter).name), "",
                   "--set changes the other arms alone");
}

void read_parameters_of(const Cursor& at, const ArmSurroundings& around, Arm& arm, ParameterLayer& layer,
                        Checker& checker) {
  read_parameters(at, layer, checker, arm.own_parameters);
  warn_of_own(at, arm, around.parameters.set, checker);
  for (const OwnParameter& set : arm.own_parameters)
    if (info(set.parameter).name.starts_with("population."))
      checker.wrong(*Checker::child(at, info(set.parameter).name), "a parameter of the population in one arm",
                    "parameters other than population.*",
                    "all arms have the same families: set it for the whole scenario, under "
                    "\"parameters\" next to \"arms\"");
  if (!checker.diagnostics.empty()) return;
  check_together(at, layer.values, checker);
  for (const OwnParameter& set : arm.own_parameters) check_factor(at, set, around.draws, checker);
}

void read_arm(const Cursor& at, const std::string& name, const ArmSurroundings& around, Arms& into,
              LoadContext& context) {
  Checker& checker = context.checker;
  ArmDraft& draft = into.drafts.emplace_back();
  Arm& arm = draft.arm;
  arm.name = arm.title = name;
  arm.shocks = around.shocks;
  arm.peer_learning = around.peer_learning;
  ParameterLayer layer = around.parameters.layer;
  if (checker.object(at, kArmKeys, "an arm")) {
    if (const auto value = Checker::child(at, "title")) arm.title = checker.text(*value).value_or("");
    if (const auto value = Checker::child(at, "description"))
      arm.description = checker.text(*value).value_or("");
    read_effects(at, arm, context);
    if (const auto value = Checker::child(at, "adoption")) read_adoption_of(*value, around, draft, context);
    if (const auto value = Checker::child(at, "parameters"))
      read_parameters_of(*value, around, arm, layer, checker);
    const Timeline& timeline = around.adoption.timeline;
    const AuthorityChoice& authorities = around.adoption.authorities;
    if (const auto value = Checker::child(at, "shocks")) {
      const auto own = read_shocks(*value, timeline, authorities, context);
      arm.shocks.insert(arm.shocks.end(), own.begin(), own.end());
    }
    if (const auto value = Checker::child(at, "peer_learning"))
      arm.peer_learning = read_peer_learning(*value, timeline, authorities, context);
  }
  arm.parameters = layer.values;
  for (const OwnParameter& set : arm.own_parameters)
    into.parameters.push_back({pointer_to(at.pointer + "/parameters", info(set.parameter).name), set,
                               layer.origins[static_cast<std::size_t>(set.parameter)]});
}

void read_baseline(const Cursor& at, Arms& arms, LoadContext& context) {
  const auto value = context.checker.text(at, "the name of an arm");
  const std::vector<std::string> names = arms.names();
  if (!value || names.empty()) return;
  const auto found = std::ranges::find(names, *value);
  if (found == names.end())
    context.checker.wrong(at, fmt::format("the unknown arm {}", in_quotes(*value)),
                          fmt::format("one of {}", fmt::join(names, ", ")),
                          did_you_mean(nearest_names(*value, names)));
  else
    arms.baseline = static_cast<std::size_t>(found - names.begin());
  context.record("/baseline", *value, "", at.node->at.text());
}

}  // namespace

std::vector<std::string> Arms::names() const {
  std::vector<std::string> out;
  for (const auto& draft : drafts)
    if (!draft.arm.name.empty()) out.push_back(draft.arm.name);
  return out;
}

Arms read_arms(const Cursor& root, const ArmSurroundings& around, LoadContext& context) {
  Checker& checker = context.checker;
  Arms out;
  const auto arms = Checker::child(root, "arms");
  if (arms && checker.open_object(*arms, "arms by name")) {
    if (arms->node->members.empty()) checker.wrong(*arms, "no arm", "at least one arm");
    for (const auto& member : arms->node->members) {
      if (!is_identifier(member.key))
        checker.wrong_key(*arms, member, fmt::format("the arm name {}", in_quotes(member.key)),
                          "a name of lower-case letters, digits and _, starting with a letter",
                          "put the words for people in \"title\"");
      read_arm({&member.value, pointer_to(arms->pointer, member.key)}, member.key, around, out, context);
    }
  }
  if (const auto baseline = Checker::child(root, "baseline")) read_baseline(*baseline, out, context);
  return out;
}

}  // namespace hearth
