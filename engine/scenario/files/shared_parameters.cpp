#include "scenario/files/shared_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "core/statistics.hpp"
#include "scenario/files/calibration_reader.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {
namespace {

constexpr std::string_view kOption = "--set";

// What a part of the scenario sets for all arms, in the draws too.
void read_shared(const Cursor& parameters, ParameterLayer& layer, std::vector<OwnParameter>& own,
                 ParameterDraws& draws, Checker& checker) {
  read_parameters(parameters, layer, checker, own);
  if (!checker.diagnostics.empty()) return;  // with mistakes, draws may have gaps
  check_together(parameters, layer.values, checker);
  for (const OwnParameter& set : own) check_factor(parameters, set, draws, checker);
  set_in_draws(draws, own);
}

// NAME=VALUE as the members of an object. What is no JSON is a text.
Node options_as_document(const std::vector<std::string>& options, std::vector<std::string>& wrong_options) {
  const Place place{std::make_shared<const std::string>(kOption), 0, 0};
  Node out;
  out.kind = Node::Kind::kObject;
  out.at = place;
  for (const auto& text : options) {
    const auto sign = std::min(text.find('='), text.size());
    const std::string name = text.substr(0, sign);
    if (name.empty() || sign == text.size()) {
      wrong_options.push_back(fmt::format("{}: found {}; allowed: NAME=VALUE, such as {}=false", kOption,
                                          in_quotes(text), parameter_registry().front().name));
      continue;
    }
    if (out.find(name) != nullptr)
      wrong_options.push_back(fmt::format("{} {}: given twice; allowed: each parameter once", kOption, name));
    std::vector<Diagnostic> ignored;
    Node value = parse_document(text.substr(sign + 1), std::string(kOption), ignored).value_or(Node{});
    if (value.kind == Node::Kind::kNull) {
      value.kind = Node::Kind::kString;
      value.text = text.substr(sign + 1);
    }
    value.at = place;
    out.members.push_back({name, place, std::move(value)});
  }
  return out;
}

std::string option_mistake(const Diagnostic& mistake) {
  constexpr std::string_view kAbove = "/parameters/";
  return fmt::format("{} {}: found {}; allowed: {}{}{}", kOption,
                     mistake.pointer.substr(std::min(mistake.pointer.size(), kAbove.size())), mistake.found,
                     mistake.allowed, mistake.hint.empty() ? "" : "; ", mistake.hint);
}

void read_options(const std::vector<std::string>& options, SharedParameters& into, ParameterDraws& draws,
                  LoadContext& context) {
  const Node given = options_as_document(options, context.wrong_options);
  if (given.members.empty()) return;
  Checker checker;
  read_shared({&given, "/parameters"}, into.layer, into.set, draws, checker);
  for (const auto& mistake : checker.diagnostics) context.wrong_options.push_back(option_mistake(mistake));
  auto& warnings = context.checker.warnings;
  warnings.insert(warnings.end(), checker.warnings.begin(), checker.warnings.end());
  for (const OwnParameter& set : into.set)
    into.layer.origins[static_cast<std::size_t>(set.parameter)] = kOption;
}

}  // namespace

SharedParameters read_shared_parameters(const Cursor& root, ParameterLayer calibrated,
                                        const std::vector<std::string>& set, ParameterDraws& draws,
                                        LoadContext& context) {
  SharedParameters out{std::move(calibrated), {}};
  std::vector<OwnParameter> own;
  if (const auto at = Checker::child(root, "parameters"))
    read_shared(*at, out.layer, own, draws, context.checker);
  if (!context.any_mistake()) read_options(set, out, draws, context);
  if (draws.values.empty()) return out;
  context.record("/draws/number", draws.values.size(), "draws", "calibration");
  context.record("/draws/parameters", names_json(draws.parameters), "", "calibration");
  return out;
}

void check_factor(const Cursor& parameters, const OwnParameter& set, const ParameterDraws& draws,
                  Checker& checker) {
  const auto column = std::ranges::find(draws.parameters, set.parameter);
  if (set.draws != OwnParameter::Draws::kTimes || column == draws.parameters.end()) return;
  const ParameterInfo& about = info(set.parameter);
  for (const auto& draw : draws.values) {
    const double drawn = draw[static_cast<std::size_t>(column - draws.parameters.begin())];
    const double value = set.in_draw(drawn);
    if (value >= about.lower && value <= about.upper) continue;
    checker.wrong(*Checker::child(parameters, about.name),
                  fmt::format("{} times {}, a draw of the calibration, which is {}", number_text(set.factor),
                              number_text(drawn), number_text(value)),
                  bounds_text({about.lower, about.upper}, about.unit),
                  "a plain number moves every draw within the bounds");
    return;
  }
}

std::string drawn_text(const OwnParameter* set, Parameter parameter, const Scenario& scenario) {
  const ParameterDraws& draws = scenario.draws;
  const auto column = std::ranges::find(draws.parameters, parameter);
  if (!draws_parameters(scenario) || column == draws.parameters.end()) return "";
  if (set != nullptr && set->draws == OwnParameter::Draws::kFixed) return "fixed in every replicate";
  std::vector<double> values;
  for (const auto& draw : draws.values) {
    const double drawn = draw[static_cast<std::size_t>(column - draws.parameters.begin())];
    values.push_back(set == nullptr ? drawn : set->in_draw(drawn));
  }
  return fmt::format("drawn: median {:.4g}, 5% to 95% {:.4g} to {:.4g}", quantile(values, 0.5),
                     quantile(values, 0.05), quantile(values, 0.95));
}

}  // namespace hearth
