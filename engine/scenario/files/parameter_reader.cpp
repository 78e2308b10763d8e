#include "scenario/files/parameter_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "core/matrices.hpp"
#include "core/nearest.hpp"
#include "scenario/files/scale.hpp"

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

namespace {

// A value between the parameter's bounds, or true or false for a switch.
std::optional<double> read_value(const Cursor& at, const ParameterInfo& about, Checker& checker) {
  if (is_switch(about)) {
    if (at.node->kind == Node::Kind::kBoolean) return at.node->boolean ? 1.0 : 0.0;
    if (at.node->kind == Node::Kind::kNumber && (at.node->number == 0.0 || at.node->number == 1.0))
      return at.node->number;
    checker.wrong(at, at.node->described(), "true (on) or false (off)");
    return std::nullopt;
  }
  const auto number = checker.number(at, {about.lower, about.upper}, about.unit);
  if (!number) {
    auto& hint = checker.diagnostics.back().hint;
    hint +=
        fmt::format("{}{}; default {}", hint.empty() ? "" : "; ", about.meaning, number_text(about.value));
  }
  return number;
}

// {"times": 0.9}: the shared value, and each draw of it, times a factor. {"fixed": 0.3}: in every replicate.
std::optional<OwnParameter> read_use_of_draws(const Cursor& at, const ParameterInfo& about, double shared,
                                              Checker& checker) {
  if (!checker.object(at, kParameterValueKeys, "a parameter")) return std::nullopt;
  const auto times = Checker::child(at, "times");
  const auto fixed = Checker::child(at, "fixed");
  if (times.has_value() == fixed.has_value()) {
    checker.wrong(at, times ? "\"times\" and \"fixed\" together" : "neither \"times\" nor \"fixed\"",
                  "a number, {\"times\": number} or {\"fixed\": number}",
                  "\"times\" multiplies each replicate's draw; \"fixed\" is the same in every replicate");
    return std::nullopt;
  }
  OwnParameter out{about.id, OwnParameter::Draws::kFixed, shared, shared, 1.0};
  if (fixed) {
    const auto value = read_value(*fixed, about, checker);
    if (!value) return std::nullopt;
    out.value = *value;
    return out;
  }
  const auto factor = checker.number(*times, kParameterFactor, "times the shared value");
  if (!factor) return std::nullopt;
  out.draws = OwnParameter::Draws::kTimes;
  out.factor = *factor;
  out.value = shared * *factor;
  if (out.value < about.lower || out.value > about.upper) {
    checker.wrong(*times,
                  fmt::format("{} times {}, which is {}", number_text(*factor), number_text(shared),
                              number_text(out.value)),
                  bounds_text({about.lower, about.upper}, about.unit), std::string(about.meaning));
    return std::nullopt;
  }
  return out;
}

void read_each(const Cursor& at, ParameterLayer& into, Checker& checker, std::vector<OwnParameter>* own) {
  if (!checker.open_object(at, "parameter values by dotted name")) return;
  for (const auto& member : at.node->members) {
    const Cursor value{&member.value, pointer_to(at.pointer, member.key)};
    const auto parameter = find_parameter(member.key);
    if (!parameter) {
      unknown_parameter(at, member, checker);
      continue;
    }
    const ParameterInfo& about = info(*parameter);
    const double shared = into.values[*parameter];
    OwnParameter set{*parameter, OwnParameter::Draws::kMoved, shared, shared, 1.0};
    if (own != nullptr && !is_switch(about) && member.value.kind == Node::Kind::kObject) {
      const auto use = read_use_of_draws(value, about, shared, checker);
      if (!use) continue;
      set = *use;
    } else if (const auto number = read_value(value, about, checker)) {
      set.value = *number;
    } else {
      continue;
    }
    if (own != nullptr) warn_of_scale(value, about, set.value, shared, checker);
    into.values[*parameter] = set.value;
    into.origins[static_cast<std::size_t>(*parameter)] = member.value.at.text();
    if (own != nullptr) own->push_back(set);
  }
}

}  // namespace

void read_parameters(const Cursor& at, ParameterLayer& into, Checker& checker,
                     std::vector<OwnParameter>& own) {
  read_each(at, into, checker, &own);
}

void read_parameters(const Cursor& at, ParameterLayer& into, Checker& checker) {
  read_each(at, into, checker, nullptr);
}

void check_together(const Cursor& at, const Parameters& values, Checker& checker) {
  using enum Parameter;
  constexpr double kRounding = 1e-3;
  double sizes = 0.0;
  for (std::size_t i = 0; i < rows::kFamilySizes.size(); ++i) sizes += values[rows::kFamilySizes.at(i)];
  if (std::abs(sizes - 1.0) > kRounding)
    checker.wrong(at, fmt::format("population.completed_family_size.1 to .5, which add up to {:.4g}", sizes),
                  "shares that add up to 1", "set all five");
  const double foster = values[care_foster_kin_share] + values[care_foster_agency_share];
  if (foster > 1.0)
    checker.wrong(
        at, fmt::format("care.foster_kin_share and care.foster_agency_share, which add up to {:.4g}", foster),
        "at most 1", "the rest is foster care by the authority");
  Eigen::MatrixXd correlation = Eigen::MatrixXd::Identity(kPropensities, kPropensities);
  std::size_t row = 0;
  for (int a = 1; a < correlation.rows(); ++a)
    for (int b = 0; b < a; ++b)
      correlation(a, b) = correlation(b, a) = values[rows::kDriftCorrelation.at(row++)];
  if (eigenvalues(correlation)[0] < -kRounding)
    checker.wrong(at, "values of drift.correlation.* that no eight quantities can have together",
                  "correlations whose matrix has no negative eigenvalue",
                  "bring those that you set nearer to zero, or change the others with them");
}

nlohmann::ordered_json names_json(const std::vector<Parameter>& parameters) {
  auto out = nlohmann::ordered_json::array();
  for (const Parameter parameter : parameters) out.push_back(info(parameter).name);
  return out;
}

}  // namespace hearth
