#include "scenario/files/recorded.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <string_view>

#include "core/calendar.hpp"
#include "core/error.hpp"
#include "core/plain_text.hpp"
#include "scenario/files/json_text.hpp"
#include "scenario/files/resolved_keys.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 32;  // objects and lists in each other; a scenario has 8

// A value of the record, and how to get to it. What is not as promised is a DataError.
class Value {
 public:
  Value(const Json& json, std::string pointer) : json_(json), pointer_(std::move(pointer)) {}

  [[noreturn]] void fail(const std::string& promised) const {
    throw DataError(fmt::format("{} is {}; {} is promised", shown_pointer(),
                                json_.is_null()     ? "null"
                                : json_.is_object() ? "an object"
                                : json_.is_array()  ? "a list"
                                : json_.is_string()
                                    ? "a text"
                                    : "the " + std::string(json_.type_name()) + ' ' + json_.dump(),
                                promised));
  }

  const std::string& text() const {
    if (!json_.is_string()) fail("a text");
    return json_.get_ref<const std::string&>();
  }
  bool truth() const {
    if (!json_.is_boolean()) fail("true or false");
    return json_.get<bool>();
  }
  double number() const {
    if (!json_.is_number()) fail("a number");
    return json_.get<double>();
  }
  int whole_number(int least, int most) const {
    if (!json_.is_number_integer() || json_ < least || json_ > most)
      fail(fmt::format("a whole number from {} to {}", least, most));
    return json_.get<int>();
  }
  // The position of the text in `names`.
  std::size_t choice(std::span<const std::string_view> names) const {
    const auto found = std::ranges::find(names, text());
    if (found == names.end()) fail(fmt::format("one of {}", fmt::join(names, ", ")));
    return static_cast<std::size_t>(found - names.begin());
  }
  const std::string& month() const {
    try {
      parse_month_end(text());
    } catch (const std::invalid_argument&) {
      fail("a month such as 2022-04");
    }
    return text();
  }

  bool is_object() const { return json_.is_object(); }
  std::size_t size() const { return json_.size(); }
  bool is_text(std::string_view wanted) const {
    return json_.is_string() && json_.get_ref<const std::string&>() == wanted;
  }
  void must_be_object() const {
    if (!json_.is_object()) fail("an object");
  }

  template <typename Read>
  auto list(const Read& read) const {
    if (!json_.is_array()) fail("a list");
    std::vector<decltype(read(*this))> out;
    for (std::size_t i = 0; i < json_.size(); ++i) out.push_back(read(below(json_[i], std::to_string(i))));
    return out;
  }
  template <typename Read>
  auto by_name(const Read& read) const {
    must_be_object();
    ByName<decltype(read(*this))> out;
    for (const auto& [name, item] : json_.items()) out.emplace_back(name, read(below(item, name)));
    return out;
  }
  template <typename Read>
  auto map(const Read& read) const {
    const auto all = by_name(read);
    return std::map<std::string, decltype(read(*this))>(all.begin(), all.end());
  }
  // What stands under a key of an object.
  std::optional<Value> find(const char* name) const {
    const auto found = json_.find(name);
    if (found == json_.end()) return std::nullopt;
    return below(*found, name);
  }
  Value need(const char* name) const {
    if (const auto found = find(name)) return *found;
    throw DataError(fmt::format("{} has no {}", shown_pointer(), name));
  }

  // Every text and key below can be shown.
  void must_be_plain() const {
    if (json_.is_string() && !is_plain(json_.get_ref<const std::string&>(), true))
      throw DataError(fmt::format("{} holds control characters", pointer_));
    if (json_.is_array())
      for (std::size_t i = 0; i < json_.size(); ++i) {
        if (json_[i].is_number()) continue;  // most of a scenario is tables of numbers
        below(json_[i], std::to_string(i)).must_be_plain();
      }
    if (json_.is_object())
      for (const auto& [name, item] : json_.items()) {
        const Value value = below(item, name);
        if (!is_plain(name))
          throw DataError(fmt::format("{} is a key with control characters", value.pointer_));
        value.must_be_plain();
      }
  }

 private:
  Value below(const Json& json, const std::string& name) const {
    return {json, pointer_ + '/' + shown_text(name)};
  }
  std::string shown_pointer() const { return pointer_.empty() ? "it" : pointer_; }

  const Json& json_;
  std::string pointer_;
};

std::string text_of(const Value& value) {
  return value.text();
}
double number_of(const Value& value) {
  return value.number();
}

// Reads what stands under a key, where it is there.
template <typename Read, typename Into>
void read_if_there(const Value& object, const char* name, const Read& read, Into& into) {
  if (const auto value = object.find(name)) into = read(*value);
}

// ---- Parts, in the order in which their keys are checked

std::vector<int> codes_of(const Value& value) {
  return value.list([](const Value& code) { return code.whole_number(0, std::numeric_limits<int>::max()); });
}

RecordedParameter parameter_of(const Value& value) {
  if (!value.is_object()) return {OwnParameter::Draws::kMoved, value.number()};
  const auto times = value.find(key::kTimes);
  const auto fixed = value.find(key::kFixed);
  if (times.has_value() == fixed.has_value() || value.size() != 1) value.fail("a number, times or fixed");
  if (times) return {OwnParameter::Draws::kTimes, times->number()};
  return {OwnParameter::Draws::kFixed, fixed->number()};
}

EvidenceFinding finding_of(const Value& value) {
  value.must_be_object();
  EvidenceFinding out;
  out.ratio = value.need(key::kRatio).number();
  out.low = value.need(key::kLow).number();
  out.high = value.need(key::kHigh).number();
  out.grade = static_cast<EvidenceGrade>(value.need(key::kGrade).choice(kEvidenceGradeNames));
  out.source = value.need(key::kSource).text();
  return out;
}

RecordedEffect effect_of(const Value& value) {
  value.must_be_object();
  RecordedEffect out;
  out.from_outcomes = value.find(key::kFromOutcomes).has_value();
  if (!out.from_outcomes) static_cast<EvidenceFinding&>(out) = finding_of(value);
  read_if_there(
      value, key::kBesides, [](const Value& list) { return list.list(finding_of); }, out.besides);
  if (const auto inferred = value.find(key::kInferred)) {
    const auto numbers = inferred->list(number_of);
    if (numbers.size() != 3) inferred->fail("three numbers");
    out.inferred = {numbers[0], numbers[1], numbers[2]};
  }
  return out;
}

Staffing staffing_of(const Value& value) {
  value.must_be_object();
  Staffing out;
  read_if_there(value, key::kSource, text_of, out.source);
  read_if_there(value, key::kPosts, number_of, out.posts_per_100_cases);
  read_if_there(value, key::kGbpPerPost, number_of, out.gbp_per_post);
  read_if_there(value, key::kMonthsToRecruit, number_of, out.months_to_recruit);
  return out;
}

RecordedComponent component_of(const Value& value) {
  value.must_be_object();
  RecordedComponent out;
  out.title = value.need(key::kTitle).text();
  read_if_there(value, key::kSetup, number_of, out.setup_gbp_per_case);
  read_if_there(value, key::kRunning, number_of, out.running_gbp_per_case);
  read_if_there(value, key::kCostSource, text_of, out.cost_source);
  read_if_there(value, key::kStaffing, staffing_of, out.staffing);
  out.effects = value.need(key::kEffects).by_name(effect_of);
  read_if_there(value, key::kReach, number_of, out.reach);
  return out;
}

RecordedOutcome outcome_of(const Value& value) {
  return {finding_of(value), value.need(key::kTitle).text()};
}

RecordedStudy study_of(const Value& value) {
  value.must_be_object();
  return {value.need(key::kTitle).text(), value.find(key::kRepetition).has_value(),
          value.need(key::kOutcomes).list(outcome_of)};
}

RecordedModel model_of(const Value& value) {
  value.must_be_object();
  RecordedModel out{value.need(key::kTitle).text(), value.need(key::kComponents).by_name(component_of)};
  read_if_there(
      value, key::kStudies, [](const Value& list) { return list.list(study_of); }, out.studies);
  return out;
}

RecordedAdoption adoption_of(const Value& value) {
  value.must_be_object();
  RecordedAdoption out;
  const auto month = [](const Value& at) { return at.month(); };
  out.service_model = value.need(key::kServiceModel).text();
  read_if_there(
      value, key::kOnly, [](const Value& list) { return list.list(text_of); }, out.components);
  read_if_there(value, key::kStart, month, out.start);
  read_if_there(value, key::kGrantEnd, month, out.grant_end);
  if (const auto who = value.find(key::kAuthorities); who && !who->is_text(key::kAll))
    out.authorities = codes_of(*who);
  return out;
}

RecordedArm arm_of(const Value& value) {
  value.must_be_object();
  RecordedArm out;
  read_if_there(value, key::kTitle, text_of, out.title);
  read_if_there(value, key::kDescription, text_of, out.description);
  read_if_there(
      value, key::kEffects,
      [](const Value& mode) { return static_cast<EffectsMode>(mode.choice(kEffectsModeNames)); },
      out.effects);
  out.adoption = value.need(key::kAdoption).list(adoption_of);
  read_if_there(
      value, key::kParameters, [](const Value& all) { return all.by_name(parameter_of); }, out.parameters);
  return out;
}

void read_output(const Value& value, RecordedScenario& out) {
  value.must_be_object();
  if (const auto compression = value.find(key::kCompression))
    out.compression = compression->whole_number(0, 9);
  if (const auto every = value.find(key::kEvery)) every->text();
  if (const auto kept = value.find(key::kReplicates))
    out.summarised =
        kept->text() == kOutputReplicatesNames[static_cast<std::size_t>(OutputReplicates::kSummary)];
}

PropensityVector propensities_of(const Value& value) {
  const std::vector<double> numbers = value.list(number_of);
  if (numbers.size() != kPropensities) value.fail(fmt::format("a list of {} numbers", kPropensities));
  PropensityVector out{};
  std::ranges::copy(numbers, out.begin());
  return out;
}

void read_prices(const Value& value, RecordedScenario& out) {
  value.must_be_object();
  const auto cash = value.find(key::kCash);
  if (!cash) return;
  out.first_cash_year = value.need(key::kFirstYear).whole_number(1900, 2300);
  out.cash = cash->list([](const Value& each) {
    const double ratio = each.number();
    if (!(ratio > 0.0)) each.fail("a number above 0");
    return ratio;
  });
}

RecordedScenario scenario_of(const Value& value) {
  value.must_be_object();
  RecordedScenario out;
  if (const auto name = value.find(key::kName)) {
    out.name = name->text();
    // It is looked for among those of scenarios, and may not lead elsewhere.
    if (out.name.find('/') != std::string::npos) name->fail("a text without /");
  }
  if (const auto output = value.find(key::kOutput)) read_output(*output, out);
  const auto texts = [](const Value& all) { return all.map(text_of); };
  const auto numbers = [](const Value& all) { return all.map(number_of); };
  const auto parameters = [](const Value& all) { return all.by_name(parameter_of); };
  const auto adoptions = [](const Value& all) { return all.list(adoption_of); };
  read_if_there(
      value, key::kUncertainty,
      [](const Value& all) { return all.map([](const Value& on) { return on.truth(); }); }, out.uncertainty);
  read_if_there(value, key::kNotInIntervals, texts, out.not_in_intervals);
  read_if_there(value, key::kParameters, numbers, out.parameters);
  read_if_there(value, key::kSet, parameters, out.set);
  read_if_there(value, key::kAdoptingElsewhere, codes_of, out.adopting_elsewhere);
  if (const auto draws = value.find(key::kDraws)) {
    draws->must_be_object();
    read_if_there(
        *draws, key::kParameters, [](const Value& list) { return list.list(text_of); }, out.drawn_parameters);
  }
  read_if_there(value, key::kHistory, adoptions, out.history);
  read_if_there(
      value, key::kServiceModels, [](const Value& all) { return all.by_name(model_of); }, out.service_models);
  read_if_there(
      value, key::kArms, [](const Value& all) { return all.by_name(arm_of); }, out.arms);
  read_if_there(value, key::kRecordingNoise, propensities_of, out.recording_noise);
  if (const auto prices = value.find(key::kPrices)) read_prices(*prices, out);
  return out;
}

// What arms adopt is described, where models and arms are recorded at all.
void require_models(const RecordedScenario& scenario) {
  for (const auto& [name, arm] : scenario.arms)
    for (const auto& adoption : arm.adoption) {
      const RecordedModel* const model = scenario.service_models.find(adoption.service_model);
      if (model == nullptr)
        throw DataError(fmt::format("arm {} adopts the service model {}, which is not described",
                                    shown_text(name), shown_text(adoption.service_model)));
      for (const auto& component : adoption.components)
        if (model->components.find(component) == nullptr)
          throw DataError(fmt::format("arm {} adopts {} of {}, which is not described", shown_text(name),
                                      shown_text(component), shown_text(adoption.service_model)));
    }
}

// Nothing where the text is empty.
Json parsed(const std::string& text) {
  if (text.empty()) return nullptr;
  bool deep = false;
  Json out = Json::parse(
      text,
      [&](int depth, Json::parse_event_t, const Json&) {
        deep = deep || depth > kDeepest;
        return !deep;
      },
      false);
  if (deep) throw DataError(fmt::format("objects and lists lie more than {} deep in each other", kDeepest));
  if (out.is_discarded()) throw DataError("it is not JSON");
  return out;
}

void flatten(const std::string& pointer, const Json& value, std::vector<std::pair<std::string, Json>>& into) {
  const bool is_list_of_objects = value.is_array() && !value.empty() && value.front().is_structured();
  if (value.is_object() || is_list_of_objects)
    for (const auto& [name, item] : value.items()) flatten(pointer + "/" + name, item, into);
  else
    into.emplace_back(pointer, value);
}

}  // namespace

std::string RecordedScenario::model_title(const std::string& model) const {
  const RecordedModel* const described = service_models.find(model);
  return described == nullptr ? model : described->title;
}

ScenarioOverrides RecordedScenario::overrides() const {
  ScenarioOverrides out;
  for (const auto& [parameter, own] : set) {
    const Json number = own.number;
    out.set.push_back(parameter + "=" +
                      (own.draws == OwnParameter::Draws::kTimes   ? Json{{key::kTimes, number}}
                       : own.draws == OwnParameter::Draws::kFixed ? Json{{key::kFixed, number}}
                                                                  : number)
                          .dump());
  }
  for (const int code : adopting_elsewhere) out.also_adopt.push_back(std::to_string(code));
  if (uncertainty)
    for (const auto& [source, on] : *uncertainty)
      if (!on) out.without.push_back(source);
  return out;
}

RecordedScenario read_recorded(const std::string& text) {
  const Json json = parsed(text);
  if (text.empty()) return {};
  const Value root(json, "");
  RecordedScenario out = scenario_of(root);
  if (root.find(key::kArms) && root.find(key::kServiceModels)) require_models(out);
  root.must_be_plain();
  for (auto& [name, arm] : out.arms)
    if (!json[key::kArms][name].contains(key::kTitle)) arm.title = name;
  return out;
}

std::vector<std::pair<std::string, Json>> recorded_settings(const std::string& text) {
  constexpr std::array<std::string_view, 10> kElsewhere = {
      key::kParameters,     key::kServiceModels,   key::kPropensities, key::kDeviations, key::kResponse,
      key::kRecordingNoise, key::kStateCovariance, key::kDraws,        key::kHistory,    key::kPrices};
  std::vector<std::pair<std::string, Json>> out;
  const Json json = parsed(text);
  if (json.is_object())
    for (const auto& [name, value] : json.items())
      if (std::ranges::find(kElsewhere, name) == kElsewhere.end()) flatten("/" + name, value, out);
  return out;
}

std::string with_replicates(const std::string& text, int replicates) {
  auto scenario = nlohmann::ordered_json::parse(text, nullptr, false);
  if (!scenario.is_object() || !scenario.contains(key::kReplicates)) return text;
  scenario[key::kReplicates] = replicates;
  return json_text(scenario, 2);
}

std::string difference_of_recorded(const std::string& one, const std::string& other) {
  const auto a = nlohmann::json::parse(one, nullptr, false);
  const auto b = nlohmann::json::parse(other, nullptr, false);
  if (a.is_discarded() || b.is_discarded()) return "their scenarios differ";
  const auto changes = nlohmann::json::diff(a, b);
  if (changes.empty()) return "their scenarios differ";
  const std::string path = changes.front().at("path").get<std::string>();
  const nlohmann::json::json_pointer pointer(path);
  const auto shown = [&](const nlohmann::json& in) {
    constexpr std::size_t kLongest = 60;
    if (!in.contains(pointer)) return std::string("absent");
    const std::string value = in.at(pointer).dump();
    return value.size() > kLongest ? value.substr(0, kLongest) + "..." : value;
  };
  return fmt::format("in their scenarios {} is {} in one and {} in the other", path, shown(a), shown(b));
}

}  // namespace hearth
