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

bool adopted_in(const RecordedAdoption& adoption, const std::vector<int>& places) {
  const auto& codes = adoption.authorities;
  return codes.empty() ||
         std::ranges::any_of(places, [&](int code) { return std::ranges::find(codes, code) != codes.end(); });
}

}  // namespace

WaysOfWorking::WaysOfWorking(const ResultHeader& header) : scenario_(read_recorded(header.scenario_json)) {
  for (const auto& arm : header.arms) {
    titles_.push_back(arm.title);
    const RecordedArm* const recorded = scenario_.arms.find(arm.name);
    arms_.push_back(recorded == nullptr ? RecordedArm{} : *recorded);
  }
}

std::string WaysOfWorking::label(std::size_t arm, const std::vector<int>& codes) const {
  std::vector<std::string> models;
  for (const auto& adopted : arms_.at(arm).adoption) {
    const std::string title = scenario_.model_title(adopted.service_model);
    const bool named = titles_.at(arm).find(title) != std::string::npos;
    if (adopted_in(adopted, codes) && !named && std::ranges::find(models, title) == models.end())
      models.push_back(title);
  }
  return models.empty() ? titles_.at(arm) : fmt::format("{} ({})", titles_.at(arm), listed(models));
}

std::vector<std::string> WaysOfWorking::adoptions(std::size_t arm, const std::vector<int>& codes) const {
  std::vector<std::string> out;
  for (const auto& adopted : arms_.at(arm).adoption) {
    if (!adopted_in(adopted, codes)) continue;
    const std::string model = scenario_.model_title(adopted.service_model);
    std::string text =
        fmt::format("{}from {}", model == titles_.at(arm) ? "" : model + " ", month_text(adopted.start));
    // Practitioners are scarcer where many recruit.
    if (adopted.authorities.empty())
      text += codes.size() == 1
                  ? ", as in every other authority of England at the same time: all recruit at once"
                  : ", in every authority of England at once";
    else if (adopted.authorities.size() > 1)
      text += fmt::format(", in {} authorities at once", adopted.authorities.size());
    if (!adopted.grant_end.empty())
      text += fmt::format("; its grant ends in {}", month_text(adopted.grant_end));
    out.push_back(std::move(text));
  }
  return out;
}

bool WaysOfWorking::effects_given(std::size_t arm) const {
  if (arms_.at(arm).adoption.empty()) return false;
  const auto mode = arms_.at(arm).effects;
  return mode == EffectsMode::kClaimed || mode == EffectsMode::kEvidenceWeighted;
}

std::vector<WaysOfWorking::Before> WaysOfWorking::before(const std::vector<int>& codes) const {
  std::map<std::string, std::set<int>> by_model;
  for (const auto& adopted : scenario_.history)
    for (const int code : codes)
      if (adopted_in(adopted, {code})) by_model[scenario_.model_title(adopted.service_model)].insert(code);
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
  if (arms_.at(arm).adoption.empty()) return false;
  return std::ranges::all_of(arms_.at(arm).adoption, [&](const RecordedAdoption& adopted) {
    return std::ranges::all_of(codes, [&](int code) {
      return std::ranges::any_of(scenario_.history, [&](const RecordedAdoption& earlier) {
        return earlier.service_model == adopted.service_model && adopted_in(earlier, {code});
      });
    });
  });
}

}  // namespace hearth
