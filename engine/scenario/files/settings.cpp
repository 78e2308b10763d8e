#include "scenario/files/settings.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "scenario/files/scale.hpp"
#include "scenario/files/timeline.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

// The size of the run: each where it is given, and right.
void read_size(const Cursor& root, Scenario& scenario, Checker& checker) {
  const auto whole_number = [&](std::string_view key, Bounds bounds, std::string_view unit, auto& into) {
    const auto at = Checker::child(root, key);
    if (!at) return;
    if (const auto value = checker.whole_number(*at, bounds, unit))
      into = static_cast<std::remove_reference_t<decltype(into)>>(*value);
  };
  whole_number("horizon_months", kHorizonMonths, "months", scenario.horizon_months);
  if (const auto at = Checker::child(root, "horizon_months"))
    warn_of_scale(*at, "horizon_months", scenario.horizon_months, kUsualMonths, "months",
                  "there is no whole year to look at", checker);
  whole_number("replicates", kReplicates, "", scenario.replicates);
  whole_number("seed", kSeed, "", scenario.seed);
  if (const auto at = Checker::child(root, "sampling_fraction"))
    scenario.sampling_fraction = checker.number(*at, kSamplingFraction, "share of families").value_or(1.0);
}

void read_uncertainty(const Cursor& at, Scenario& scenario, Checker& checker) {
  if (!checker.object(at, kUncertaintyKeys, "\"uncertainty\"")) return;
  for (const auto& source : kUncertaintySourceTable)
    if (const auto value = Checker::child(at, source.name))
      scenario.uncertainty[index(source.id)] = checker.truth(*value).value_or(true);
}

void read_output(const Cursor& at, OutputChoices& output, Checker& checker) {
  if (!checker.object(at, kOutputKeys, "\"output\"")) return;
  if (const auto level = Checker::child(at, "compression"))
    output.compression = static_cast<int>(checker.whole_number(*level, kCompression).value_or(1.0));
  if (const auto every = Checker::child(at, "every"))
    output.every = static_cast<OutputEvery>(checker.choice(*every, kOutputEveryNames).value_or(0));
  if (const auto kept = Checker::child(at, "replicates"))
    output.replicates =
        static_cast<OutputReplicates>(checker.choice(*kept, kOutputReplicatesNames).value_or(0));
}

void record_settings(const Cursor& root, const Scenario& s, LoadContext& context) {
  const auto setting = [&](std::string_view key, const Json& value, std::string unit) {
    context.record(pointer_to("", key), value, std::move(unit), origin_of(Checker::child(root, key)));
  };
  setting("name", s.name, "");
  setting("title", s.title, "");
  setting("question", s.question, "");
  setting("origin", s.origin.iso(), "");
  setting("horizon_months", s.horizon_months, "months");
  setting("replicates", s.replicates, "");
  setting("seed", s.seed, "");
  setting("sampling_fraction", s.sampling_fraction, "share");
  const auto inner = [&](std::string_view object, std::string_view key, const Json& value) {
    const auto outer = Checker::child(root, object);
    context.record(pointer_to(pointer_to("", object), key), value, "",
                   origin_of(outer ? Checker::child(*outer, key) : std::nullopt));
  };
  for (const auto& source : kUncertaintySourceTable)
    inner("uncertainty", source.name, bool{s.uncertainty[index(source.id)]});
  inner("output", "compression", s.output.compression);
  inner("output", "every", s.output.every_name());
  inner("output", "replicates", s.output.replicates_name());
}

// Puts the name for every {place} in the text; false where there is none.
bool fill_in(std::string& text, const std::string& name) {
  constexpr std::string_view kPlace = "{place}";
  bool any = false;
  for (auto at = text.find(kPlace); at != std::string::npos; at = text.find(kPlace, at + name.size())) {
    text.replace(at, kPlace.size(), name);
    any = true;
  }
  return any;
}

}  // namespace

void read_settings(const Cursor& root, const ScenarioOverrides& overrides,
                   const std::optional<OriginYears>& years, Scenario& scenario, LoadContext& context) {
  Checker& checker = context.checker;
  if (const auto at = Checker::child(root, "name")) scenario.name = checker.identifier(*at).value_or("");
  scenario.title = scenario.name;
  if (const auto at = Checker::child(root, "title")) scenario.title = checker.text(*at).value_or("");
  if (const auto at = Checker::child(root, "question")) scenario.question = checker.text(*at).value_or("");
  if (const auto& year = overrides.origin_year) {
    scenario.origin = years ? years->origin(*year) : MonthEnd{*year, kYearEndMonth};
    if (years && (*year < years->first || *year > years->last))
      throw UsageError(fmt::format("--origin {}: allowed: a whole number from {} to {}", *year, years->first,
                                   years->last));
  } else if (const auto origin = read_origin(root, scenario.horizon_months, years, checker))
    scenario.origin = *origin;
  read_size(root, scenario, checker);
  if (const auto at = Checker::child(root, "uncertainty")) read_uncertainty(*at, scenario, checker);
  if (const auto at = Checker::child(root, "output")) read_output(*at, scenario.output, checker);
  record_settings(root, scenario, context);
  if (!scenario.data_directory.empty())
    context.record("/data", scenario.data_directory.generic_string(), "",
                   origin_of(Checker::child(root, "data")));
}

void name_place(const MergedDocument& document, const AuthorityChoice& choice, Scenario& scenario,
                LoadContext& context) {
  fill_in(scenario.question, scenario.place);
  if (!fill_in(scenario.title, scenario.place)) {
    const Cursor root = document.cursor();
    const auto selection = Checker::child(root, "authorities");
    const auto title = Checker::child(root, "title");
    const bool chosen_above = title && selection && document.depth(*selection) < document.depth(*title);
    const bool only_a_name = !title && choice.simulated != choice.known.live_codes();
    if (choice.is_part() || chosen_above || only_a_name)
      scenario.title = fmt::format("{}: {}", scenario.place, scenario.title);
  }
  context.replace("/title", scenario.title);
  context.replace("/question", scenario.question);
}

}  // namespace hearth
