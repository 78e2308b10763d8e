#include "report/assumptions.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/csv.hpp"
#include "parameters/registry.hpp"
#include "scenario/levers.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidest = 20;

// By key, the first of each.
std::map<std::string, Json> read_evidence(const std::filesystem::path& data_directory) {
  const CsvTable table(data_directory / "evidence.csv");
  std::map<std::string, Json> out;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto cell = [&](std::string_view column) { return table.text(row, column); };
    out.try_emplace(cell("key"), Json{{"value", cell("value")},
                                      {"unit", cell("unit")},
                                      {"source", cell("source")},
                                      {"certainty", cell("certainty")}});
  }
  return out;
}

std::string meaning_of(const std::string& lever) {
  const auto found = std::ranges::find(kLeverTable, lever, &LeverInfo::name);
  return found == kLeverTable.end() ? std::string() : std::string(found->meaning);
}

// Titles of the arms that take a component up.
using Uptake = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

Uptake uptake_of(const nlohmann::json& scenario) {
  Uptake out;
  for (const auto& [name, arm] : scenario["arms"].items())
    for (const auto& adoption : arm["adoption"])
      for (const auto& component : adoption.value("only", nlohmann::json::array())) {
        auto& arms = out[{adoption["service_model"], component}];
        const std::string title = arm.value("title", name);
        if (std::ranges::find(arms, title) == arms.end()) arms.push_back(title);
      }
  return out;
}

}  // namespace

Json effects_json(const nlohmann::json& scenario, const std::filesystem::path& data_directory) {
  Json out = Json::array();
  if (!scenario.contains("arms") || !scenario.contains("service_models")) return out;
  const auto evidence = read_evidence(data_directory);
  for (const auto& [taken_up, arms] : uptake_of(scenario)) {
    const auto& model = scenario["service_models"][taken_up.first];
    const auto& component = model["components"][taken_up.second];
    for (const auto& [lever, effect] : component["effects"].items()) {
      Json row = {{"arms", arms},           {"model", model["title"]},      {"component", component["title"]},
                  {"lever", lever},         {"meaning", meaning_of(lever)}, {"ratio", effect["ratio"]},
                  {"low", effect["low"]},   {"high", effect["high"]},       {"grade", effect["grade"]},
                  {"key", effect["source"]}};
      if (const auto known = evidence.find(effect["source"]); known != evidence.end())
        row["evidence"] = known->second;
      out.push_back(std::move(row));
    }
  }
  return out;
}

Json parameters_json(const nlohmann::json& scenario) {
  const auto& used = scenario.contains("parameters") ? scenario["parameters"] : nlohmann::json::object();
  Json counts = Json::object();
  std::vector<const ParameterInfo*> assumed;
  for (const ParameterInfo& row : parameter_registry()) {
    auto& count = counts[std::string(name(row.certainty))];
    count = (count.is_null() ? 0 : count.get<int>()) + 1;
    if (row.certainty == Certainty::kAssumed && row.spread > 0.0) assumed.push_back(&row);
  }
  std::ranges::stable_sort(assumed, [](const auto* a, const auto* b) { return a->spread > b->spread; });
  Json widest = Json::array();
  for (std::size_t i = 0; i < std::min(kWidest, assumed.size()); ++i) {
    const ParameterInfo& row = *assumed[i];
    widest.push_back({{"name", row.name},
                      {"meaning", row.meaning},
                      {"value", used.value(std::string(row.name), row.value)},
                      {"unit", row.unit},
                      {"spread", row.spread}});
  }
  return {{"counts", std::move(counts)}, {"widest", std::move(widest)}};
}

}  // namespace hearth
