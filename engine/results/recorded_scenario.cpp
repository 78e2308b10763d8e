#include "results/recorded_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "results/plain_text.hpp"
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

void numbers_of_propensities(const Json& value, const std::string& pointer) {
  list_of(number)(value, pointer);
  if (value.size() != kPropensities) fail(pointer, value, fmt::format("a list of {} numbers", kPropensities));
}

Check scenario() {
  const Check effect = object_with({{"ratio", number, true},
                                    {"low", number, true},
                                    {"high", number, true},
                                    {"grade", text, true},
                                    {"source", text, true}});
  const Check component = object_with({{"title", text, true}, {"effects", map_of(effect), true}});
  const Check model = object_with({{"title", text, true}, {"components", map_of(component), true}});
  const Check adoption = object_with({{"service_model", text, true}, {"only", list_of(text)}});
  const Check arm = object_with({{"title", text},
                                 {"description", text},
                                 {"effects", text},
                                 {"adoption", list_of(adoption), true},
                                 {"parameters", map_of(number)}});
  return object_with(
      {{"name", name},
       {"output", object_with({{"compression", whole_number(0, 9)}, {"every", text}, {"replicates", text}})},
       {"uncertainty", map_of(flag)},
       {"not_in_intervals", map_of(text)},
       {"parameters", map_of(number)},
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
