#include "app/resolve.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>

#include "app/levers.hpp"
#include "app/load.hpp"
#include "cli/options.hpp"
#include "cli/outcome_table.hpp"
#include "cli/subcommand.hpp"
#include "scenario/files/checker.hpp"

namespace hearth {
namespace {

struct Options {
  ScenarioArguments scenario;
  std::string prefix;
  std::string arm;
  std::optional<int> replicate;
  bool levers = false;
  bool json = false;
};

// `draws`: what stands over the column of draws.
void print_table(const std::vector<ResolvedValue>& values, const std::string& draws) {
  using Row = std::array<std::string, 10>;
  std::vector<Row> rows = {
      {"name", "value", draws, "unit", "origin", "certainty", "lower", "upper", "spread", "source"}};
  for (const auto& v : values) {
    Row row = {v.pointer, v.value, v.draws, v.unit, v.origin, v.certainty, "", "", "", v.source};
    if (v.parameter != nullptr && v.parameter->certainty != Certainty::kSwitch) {
      row[6] = number_text(v.parameter->lower);
      row[7] = number_text(v.parameter->upper);
      row[8] = number_text(v.parameter->spread);
    }
    rows.push_back(std::move(row));
  }
  std::array<std::size_t, 10> widths{};
  for (const auto& row : rows)
    for (std::size_t c = 0; c + 1 < row.size(); ++c)
      widths[c] = std::clamp<std::size_t>(row[c].size(), widths[c], 90);
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) line += fmt::format("{:<{}}  ", row[c], widths[c]);
    fmt::print("{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
  }
}

nlohmann::ordered_json values_json(const std::vector<ResolvedValue>& values) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const auto& v : values) {
    auto parsed = nlohmann::ordered_json::parse(v.value, nullptr, false);
    if (parsed.is_discarded()) parsed = v.value;
    nlohmann::ordered_json row = {{"name", v.pointer},  {"value", parsed},          {"unit", v.unit},
                                  {"origin", v.origin}, {"certainty", v.certainty}, {"source", v.source}};
    if (!v.draws.empty()) row["draws"] = v.draws;
    if (v.parameter != nullptr) {
      row["default"] = v.parameter->value;
      row["lower"] = v.parameter->lower;
      row["upper"] = v.parameter->upper;
      row["spread"] = v.parameter->spread;
      row["meaning"] = v.parameter->meaning;
    }
    out.push_back(std::move(row));
  }
  return out;
}

std::string_view effects_of(const AdoptedModel& adopted) {
  return kEffectsModeNames[static_cast<std::size_t>(adopted.arm.effects)];
}

void print_levers(const std::vector<AdoptedModel>& all) {
  for (const auto& adopted : all) {
    fmt::print("{}Arm {}, service model {}, effects {}\n{:<28}{:>8}{:>8}  {}\n    {}\n",
               &adopted == all.data() ? "" : "\n", adopted.arm.name, adopted.model.name, effects_of(adopted),
               "lever", "claimed", "used", "90% believed", "component (grade, source)");
    for (const auto& row : adopted.levers)
      if (row.parts.empty())
        fmt::print("{:<28}{:>8}\n", row.lever->name, "-");
      else
        fmt::print("{:<28}{:>8.2f}{:>8.2f}  {:.2f} to {:.2f}\n    {}\n", row.lever->name, row.claimed,
                   row.used, row.low, row.high, fmt::join(row.parts, "\n    "));
  }
  fmt::print(
      "\nWhat each lever is multiplied by at full fidelity with all posts filled; fidelity grows and fades."
      "\nUsed: by the arm's mode. 90% believed: what the evidence leaves, which the mode sampled draws\n"
      "from. Where two models act on one lever, the largest effect counts whole, the others in part\n"
      "(practice.combination_share).\n");
  std::set<std::string_view> shown;
  for (const auto& adopted : all)
    if (shown.insert(adopted.model.name).second) print_outcomes(adopted.model, adopted.arm.parameters);
}

nlohmann::ordered_json levers_json(const std::vector<AdoptedModel>& all) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const auto& adopted : all)
    for (const auto& row : adopted.levers)
      out.push_back({{"arm", adopted.arm.name},
                     {"service_model", adopted.model.name},
                     {"effects", effects_of(adopted)},
                     {"lever", row.lever->name},
                     {"meaning", row.lever->meaning},
                     {"claimed", row.claimed},
                     {"used", row.used},
                     {"believed_low", row.low},
                     {"believed_high", row.high},
                     {"components", row.parts}});
  return out;
}

ExitCode resolve(const Options& options) {
  const LoadedScenario loaded = load_named(options.scenario.file, options.scenario.overrides);
  print_warnings(loaded);
  require_arm(loaded.scenario, options.arm);
  if (options.levers) {
    const auto levers = adopted_models(loaded.scenario, options.arm);
    if (options.json)
      print_json(levers_json(levers));
    else
      print_levers(levers);
    return ExitCode::kOk;
  }
  std::vector<ResolvedValue> values = chosen_values(loaded, options.prefix, options.arm);
  if (options.replicate) draw_replicate(values, loaded, *options.replicate);
  if (options.json)
    print_json(values_json(values));
  else
    print_table(values, options.replicate ? fmt::format("replicate {}", *options.replicate) : "draws");
  return ExitCode::kOk;
}

const Subcommand kResolve{
    40, "resolve", "Print every value of a scenario and where it came from", [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      add_scenario_arguments(line, options->scenario);
      line.argument("PREFIX", options->prefix, "Only names that start so: needs. or /arms");
      line.text("--arm", options->arm, "NAME", "Only this arm");
      line.whole_number("--replicate", options->replicate, 0,
                        "Of parameters that are drawn, the value in this replicate, from 0");
      line.flag("--levers", options->levers, "Only the effect of each service model on every lever");
      add_json(line, options->json);
      line.footer(
          R"(Of a parameter also its bounds (lower, upper) and the spread of its prior: the standard deviation of its logarithm.
The JSON has its default and meaning too. Of one that is drawn also what its draws are; the value itself is used where
nothing is drawn.

Examples:
  hearth resolve england needs.
  hearth resolve england support. --replicate 3
  hearth resolve england --levers
  hearth resolve england support. --set support.recovery_ratio=2 --json)");
      return [options](const Invocation&) { return resolve(*options); };
    }};

}  // namespace
}  // namespace hearth
