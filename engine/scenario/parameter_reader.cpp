#include "scenario/parameter_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/nearest.hpp"

namespace hearth {

namespace {

constexpr std::string_view kKnownParameters =
    "names of the parameter registry, as `hearth resolve` lists them";

std::string near_parameter(const std::string& wanted) {
  std::vector<std::string> names;
  for (const auto& row : parameter_registry()) names.emplace_back(row.name);
  std::string hint = did_you_mean(nearest_names(wanted, names));
  if (hint.empty()) {
    const std::string group = wanted.substr(0, wanted.find('.'));
    std::vector<std::string> same_group;
    for (const auto& name : names)
      if (name.starts_with(group + ".")) same_group.push_back(name);
    constexpr std::size_t kShown = 6;
    if (!same_group.empty()) {
      const std::size_t all = same_group.size();
      same_group.resize(std::min(all, kShown));
      hint = fmt::format("{}.* are {}{}", group, fmt::join(same_group, ", "), all > kShown ? ", ..." : "");
    }
  }
  return hint;
}

void unknown_parameter(const Cursor& object, const Member& member, Checker& checker) {
  checker.wrong_key(object, member, fmt::format("the unknown parameter {}", in_quotes(member.key)),
                    std::string(kKnownParameters), near_parameter(member.key));
}

}  // namespace

bool is_switch(const ParameterInfo& parameter) {
  return parameter.certainty == Certainty::kSwitch;
}

void unknown_parameter(const Cursor& at, const std::string& name, Checker& checker) {
  checker.wrong(at, fmt::format("the unknown parameter {}", in_quotes(name)), std::string(kKnownParameters),
                near_parameter(name));
}

void read_parameters(const Cursor& at, ParameterLayer& into, Checker& checker,
                     std::vector<Parameter>* touched) {
  if (!checker.open_object(at, "parameter values by dotted name")) return;
  for (const auto& member : at.node->members) {
    const Cursor value{&member.value, pointer_to(at.pointer, member.key)};
    const auto parameter = find_parameter(member.key);
    if (!parameter) {
      unknown_parameter(at, member, checker);
      continue;
    }
    const ParameterInfo& about = info(*parameter);
    std::optional<double> number;
    if (is_switch(about)) {
      if (member.value.kind == Node::Kind::kBoolean)
        number = member.value.boolean ? 1.0 : 0.0;
      else if (member.value.kind == Node::Kind::kNumber &&
               (member.value.number == 0.0 || member.value.number == 1.0))
        number = member.value.number;
      else
        checker.wrong(value, member.value.described(), "true (on) or false (off)");
    } else {
      const std::size_t before = checker.diagnostics.size();
      number = checker.number(value, {about.lower, about.upper}, about.unit);
      if (checker.diagnostics.size() > before) {
        auto& hint = checker.diagnostics.back().hint;
        hint += fmt::format("{}{}; default {}", hint.empty() ? "" : "; ", about.meaning,
                            number_text(about.value));
      }
    }
    if (!number) continue;
    into.values[*parameter] = *number;
    into.origins[static_cast<std::size_t>(*parameter)] = member.value.at.text();
    if (touched != nullptr) touched->push_back(*parameter);
  }
}

}  // namespace hearth
