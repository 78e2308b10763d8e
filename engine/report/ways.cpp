#include "report/ways.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/words.hpp"

namespace hearth {
namespace {

// "April 2022", from "2022-04".
std::string month_text(const std::string& month) {
  const std::string text = parse_month_end(month).text();
  return text.substr(text.find(' ') + 1);
}

}  // namespace

WaysOfWorking::WaysOfWorking(const ResultHeader& header)
    : scenario_(nlohmann::json::parse(header.scenario_json, nullptr, false)) {
  if (!scenario_.is_object()) scenario_ = nlohmann::json::object();
  for (const auto& arm : header.arms) {
    names_.push_back(arm.name);
    titles_.push_back(arm.title);
    const auto& arms = scenario_.contains("arms") ? scenario_["arms"] : nlohmann::json::object();
    arms_.push_back(arms.contains(arm.name)
                        ? adopted(arms[arm.name].value("adoption", nlohmann::json::array()))
                        : std::vector<Adopted>{});
  }
  before_ = adopted(scenario_.value("history", nlohmann::json::array()));
}

std::vector<WaysOfWorking::Adopted> WaysOfWorking::adopted(const nlohmann::json& list) {
  std::vector<Adopted> out;
  for (const auto& each : list) {
    Adopted& adopted = out.emplace_back();
    adopted.model = each.value("service_model", "");
    adopted.start = each.value("start", "");
    adopted.grant_end = each.value("grant_end", "");
    if (each.contains("authorities") && each["authorities"].is_array())
      adopted.codes = each["authorities"].get<std::vector<int>>();
  }
  return out;
}

bool WaysOfWorking::Adopted::in_any(const std::vector<int>& places) const {
  return codes.empty() ||
         std::ranges::any_of(places, [&](int code) { return std::ranges::find(codes, code) != codes.end(); });
}

std::string WaysOfWorking::description(std::size_t arm) const {
  if (!scenario_.contains("arms") || !scenario_["arms"].contains(names_.at(arm))) return "";
  return scenario_["arms"][names_.at(arm)].value("description", "");
}

std::string WaysOfWorking::model_title(const std::string& model) const {
  if (!scenario_.contains("service_models") || !scenario_["service_models"].contains(model)) return model;
  return scenario_["service_models"][model].value("title", model);
}

std::string WaysOfWorking::label(std::size_t arm, const std::vector<int>& codes) const {
  std::vector<std::string> models;
  for (const auto& adopted : arms_.at(arm)) {
    const std::string title = model_title(adopted.model);
    const bool named = titles_.at(arm).find(title) != std::string::npos;
    if (adopted.in_any(codes) && !named && std::ranges::find(models, title) == models.end())
      models.push_back(title);
  }
  return models.empty() ? titles_.at(arm) : fmt::format("{} ({})", titles_.at(arm), listed(models));
}

std::vector<std::string> WaysOfWorking::adoptions(std::size_t arm, const std::vector<int>& codes) const {
  std::vector<std::string> out;
  for (const auto& adopted : arms_.at(arm)) {
    if (!adopted.in_any(codes)) continue;
    const std::string model = model_title(adopted.model);
    std::string text =
        fmt::format("{}from {}", model == titles_.at(arm) ? "" : model + " ", month_text(adopted.start));
    // Practitioners are scarcer where many recruit.
    if (adopted.codes.empty())
      text += codes.size() == 1
                  ? ", as in every other authority of England at the same time: all recruit at once"
                  : ", in every authority of England at once";
    else if (adopted.codes.size() > 1)
      text += fmt::format(", in {} authorities at once", adopted.codes.size());
    if (!adopted.grant_end.empty())
      text += fmt::format("; its grant ends in {}", month_text(adopted.grant_end));
    out.push_back(std::move(text));
  }
  return out;
}

bool WaysOfWorking::effects_given(std::size_t arm) const {
  if (arms_.at(arm).empty()) return false;
  const std::string mode = scenario_["arms"][names_.at(arm)].value("effects", "");
  return mode == "claimed" || mode == "evidence_weighted";
}

std::vector<WaysOfWorking::Before> WaysOfWorking::before(const std::vector<int>& codes) const {
  std::map<std::string, std::set<int>> by_model;
  for (const auto& adopted : before_)
    for (const int code : codes)
      if (adopted.in_any({code})) by_model[model_title(adopted.model)].insert(code);
  std::vector<Before> out;
  for (const auto& [title, places] : by_model) out.push_back({title, places.size()});
  std::ranges::stable_sort(out, std::ranges::greater(), &Before::authorities);
  return out;
}

std::string WaysOfWorking::before_text(const std::vector<int>& codes, std::string_view place) const {
  std::vector<std::string> models;
  for (const auto& each : before(codes))
    models.push_back(codes.size() == 1 ? each.title : fmt::format("{} in {}", each.title, each.authorities));
  if (models.empty()) return "";
  return codes.size() == 1 ? fmt::format("{} already works with {}: this goes on under every way of working.",
                                         place, listed(models))
                           : fmt::format(
                                 "Of the {} authorities some already work with a service model, which goes "
                                 "on under every way of "
                                 "working: {}.",
                                 codes.size(), listed(models));
}

bool WaysOfWorking::is_practised_already(std::size_t arm, const std::vector<int>& codes) const {
  if (arms_.at(arm).empty()) return false;
  return std::ranges::all_of(arms_.at(arm), [&](const Adopted& adopted) {
    return std::ranges::all_of(codes, [&](int code) {
      return std::ranges::any_of(before_, [&](const Adopted& earlier) {
        return earlier.model == adopted.model && earlier.in_any({code});
      });
    });
  });
}

}  // namespace hearth
