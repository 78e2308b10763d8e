#include "results/file/recorded_scenario.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "core/calendar.hpp"
#include "core/plain_text.hpp"
#include "scenario/scenario.hpp"

namespace hearth {
namespace {

using Json = nlohmann::json;

constexpr int kDeepest = 32;  // objects and lists in each other; a scenario has 8

struct Problem : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws Problem unless the value, which lies at a pointer, is as promised.
using Check = std::function<void(const Json& value, const std::string& pointer)>;

std::string under(const std::string& pointer, const std::string& key) {
  return pointer + '/' + shown_text(key);
}

[[noreturn]] void fail(const std::string& pointer, const Json& found, const std::string& promised) {
  throw Problem(fmt::format("{} is {}; {} is promised", pointer.empty() ? "it" : pointer,
                            found.is_null()     ? "null"
                            : found.is_object() ? "an object"
                            : found.is_array()  ? "a list"
                            : found.is_string()
                                ? "a text"
                                : "the " + std::string(found.type_name()) + ' ' + found.dump(),
                            promised));
}

void text(const Json& value, const std::string& pointer) {
  if (!value.is_string()) fail(pointer, value, "a text");
}
void flag(const Json& value, const std::string& pointer) {
  if (!value.is_boolean()) fail(pointer, value, "true or false");
}
void number(const Json& value, const std::string& pointer) {
  if (!value.is_number()) fail(pointer, value, "a number");
}

Check whole_number(int least, int most) {
  return [=](const Json& value, const std::string& pointer) {
    if (!value.is_number_integer() || value < least || value > most)
      fail(pointer, value, fmt::format("a whole number from {} to {}", least, most));
  };
}

Check one_of(std::span<const std::string_view> names) {
  return [=](const Json& value, const std::string& pointer) {
    text(value, pointer);
    if (std::ranges::find(names, value.get_ref<const std::string&>()) == names.end())
      fail(pointer, value, fmt::format("one of {}", fmt::join(names, ", ")));
  };
}

Check list_of(Check each) {
  return [each = std::move(each)](const Json& value, const std::string& pointer) {
    if (!value.is_array()) fail(pointer, value, "a list");
    for (std::size_t i = 0; i < value.size(); ++i) each(value[i], under(pointer, std::to_string(i)));
  };
}

Check map_of(Check each) {
  return [each = std::move(each)](const Json& value, const std::string& pointer) {
    if (!value.is_object()) fail(pointer, value, "an object");
    for (const auto& [key, item] : value.items()) each(item, under(pointer, key));
  };
}

// Keys and what they hold; those that must be there.
struct Key {
  std::string name;
  Check check;
  bool needed = false;
};
Check object_with(std::vector<Key> keys) {
  return [keys = std::move(keys)](const Json& value, const std::string& pointer) {
    if (!value.is_object()) fail(pointer, value, "an object");
    for (const Key& key : keys) {
      if (const auto found = value.find(key.name); found != value.end())
        key.check(*found, under(pointer, key.name));
      else if (key.needed)
        throw Problem(fmt::format("{} has no {}", pointer.empty() ? "it" : pointer, key.name));
    }
  };
}

// A name is looked for among those of scenarios, and may not lead elsewhere.
void name(const Json& value, const std::string& pointer) {
  text(value, pointer);
  if (value.get_ref<const std::string&>().find('/') != std::string::npos)
    fail(pointer, value, "a text without /");
}

// A parameter that an arm or the command line sets: a value, or what becomes of the draws.
void own_parameter(const Json& value, const std::string& pointer) {
  if (!value.is_object()) return number(value, pointer);
  if (value.size() != 1 || !(value.contains("times") || value.contains("fixed")))
    fail(pointer, value, "a number, times or fixed");
  number(value.front(), pointer);
}

// Authorities.
void codes(const Json& value, const std::string& pointer) {
  list_of(whole_number(0, std::numeric_limits<int>::max()))(value, pointer);
}
void selection(const Json& value, const std::string& pointer) {
  if (value != "all") codes(value, pointer);
}

void month(const Json& value, const std::string& pointer) {
  text(value, pointer);
  try {
    parse_month_end(value.get<std::string>());
  } catch (const std::invalid_argument&) {
    fail(pointer, value, "a month such as 2022-04");
  }
}

void numbers_of_propensities(const Json& value, const std::string& pointer) {
  list_of(number)(value, pointer);
  if (value.size() != kPropensities) fail(pointer, value, fmt::format("a list of {} numbers", kPropensities));
}

Check scenario() {
  const std::vector<Key> finding_keys = {{"ratio", number, true},
                                         {"low", number, true},
                                         {"high", number, true},
                                         {"grade", one_of(kEvidenceGradeNames), true},
                                         {"source", text, true}};
  std::vector<Key> effect_keys = finding_keys;
  effect_keys.push_back({"besides", list_of(object_with(finding_keys))});
  const Check component = object_with({{"title", text, true},
                                       {"setup_gbp_per_case", number},
                                       {"running_gbp_per_case", number},
                                       {"cost_source", text},
                                       {"staffing", object_with({{"source", text}})},
                                       {"effects", map_of(object_with(effect_keys)), true}});
  const Check model = object_with({{"title", text, true}, {"components", map_of(component), true}});
  const Check adoption = object_with({{"service_model", text, true},
                                      {"only", list_of(text)},
                                      {"start", month},
                                      {"grant_end", month},
                                      {"authorities", selection}});
  const Check arm = object_with({{"title", text},
                                 {"description", text},
                                 {"effects", one_of(kEffectsModeNames)},
                                 {"adoption", list_of(adoption), true},
                                 {"parameters", map_of(own_parameter)}});
  return object_with(
      {{"name", name},
       {"output", object_with({{"compression", whole_number(0, 9)}, {"every", text}, {"replicates", text}})},
       {"uncertainty", map_of(flag)},
       {"not_in_intervals", map_of(text)},
       {"parameters", map_of(number)},
       {"set", map_of(own_parameter)},
       {"adopting_elsewhere", codes},
       {"draws", object_with({{"parameters", list_of(text)}})},
       {"history", list_of(adoption)},
       {"service_models", map_of(model)},
       {"arms", map_of(arm)},
       {"recording_noise", numbers_of_propensities}});
}

// What arms adopt is described.
void adopted_is_there(const Json& of) {
  if (!of.contains("arms") || !of.contains("service_models")) return;
  const Json& models = of["service_models"];
  for (const auto& [arm, about] : of["arms"].items())
    for (const auto& adoption : about["adoption"]) {
      const auto& wanted = adoption["service_model"].get_ref<const std::string&>();
      const auto found = models.find(wanted);
      if (found == models.end())
        throw Problem(fmt::format("arm {} adopts the service model {}, which is not described",
                                  shown_text(arm), shown_text(wanted)));
      for (const auto& part : adoption.value("only", Json::array()))
        if (!(*found)["components"].contains(part.get_ref<const std::string&>()))
          throw Problem(fmt::format("arm {} adopts {} of {}, which is not described", shown_text(arm),
                                    shown_text(part.get<std::string>()), shown_text(wanted)));
    }
}

// Every text and key can be shown.
void texts_are_plain(const Json& value, const std::string& pointer) {
  if (value.is_string() && !is_plain(value.get_ref<const std::string&>(), true))
    throw Problem(fmt::format("{} holds control characters", pointer));
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i)
      texts_are_plain(value[i], under(pointer, std::to_string(i)));
  if (value.is_object())
    for (const auto& [key, item] : value.items()) {
      if (!is_plain(key))
        throw Problem(fmt::format("{} is a key with control characters", under(pointer, key)));
      texts_are_plain(item, under(pointer, key));
    }
}

}  // namespace

std::string problem_of_scenario(const std::string& json) {
  if (json.empty()) return "";
  bool deep = false;
  const auto parsed = Json::parse(
      json,
      [&](int depth, Json::parse_event_t, const Json&) {
        deep = deep || depth > kDeepest;
        return !deep;
      },
      false);
  if (deep) return fmt::format("objects and lists lie more than {} deep in each other", kDeepest);
  if (parsed.is_discarded()) return "it is not JSON";
  try {
    scenario()(parsed, "");
    adopted_is_there(parsed);
    texts_are_plain(parsed, "");
  } catch (const Problem& problem) {
    return problem.what();
  }
  return "";
}

}  // namespace hearth
