#include "parameters/registry.hpp"

#include <cmath>
#include <string>
#include <unordered_map>

namespace hearth {

const std::vector<ParameterInfo>& parameter_registry() {
  static const std::vector<ParameterInfo> registry = {
#define HEARTH_PARAMETER(id, name, unit, value, lower, upper, spread, certainty, source, meaning) \
  {Parameter::id, name, unit, value, lower, upper, spread, Certainty::certainty, source, meaning},
#include "parameters/parameters.def"
  };
  return registry;
}

const ParameterInfo& info(Parameter parameter) {
  return parameter_registry().at(static_cast<std::size_t>(parameter));
}

std::optional<Parameter> find_parameter(std::string_view name) {
  static const auto index = [] {
    std::unordered_map<std::string_view, Parameter> out;
    for (const auto& row : parameter_registry()) out.emplace(row.name, row.id);
    return out;
  }();
  const auto found = index.find(name);
  if (found == index.end()) return std::nullopt;
  return found->second;
}

std::string_view name(Certainty certainty) {
  switch (certainty) {
    case Certainty::kPublished:
      return "published";
    case Certainty::kDerived:
      return "derived";
    case Certainty::kFitted:
      return "fitted";
    case Certainty::kAssumed:
      return "assumed";
    case Certainty::kSwitch:
      return "switch";
  }
  return "";
}

double moved(const ParameterInfo& about, double draw, double from, double to) {
  if (from == to) return draw;
  const auto inside = [&](double value) { return value > about.lower && value < about.upper; };
  if (!inside(draw) || !inside(from) || !inside(to)) return to;
  const auto odds = [&](double value) { return (value - about.lower) / (about.upper - value); };
  const double moved_odds = odds(draw) * (odds(to) / odds(from));
  return about.lower + (about.upper - about.lower) * (moved_odds / (1.0 + moved_odds));
}

Parameters::Parameters() {
  for (const auto& row : parameter_registry()) (*this)[row.id] = row.value;
}

}  // namespace hearth
