#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "cli/commands.hpp"
#include "cli/requests.hpp"
#include "core/words.hpp"
#include "model/practice/practice.hpp"
#include "scenario/files/checker.hpp"
#include "scenario/files/json_text.hpp"
#include "scenario/uncertainty.hpp"

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

// What one lever is multiplied by at full fidelity, with all posts filled.
struct LeverRow {
  const LeverInfo* lever = nullptr;
  double claimed = 1.0;
  double used = 1.0;  // by the arm; the median where it is sampled
  double low = 1.0;   // 90% interval of what is believed
  double high = 1.0;
  std::vector<std::string> parts;  // component (grade, source)
};

std::vector<LeverRow> lever_rows(const ServiceModel& model, const Adoption& adoption, const Arm& arm) {
  const Parameters& p = arm.parameters;
  std::vector<LeverRow> out;
  for (const auto& lever : kLeverTable) {
    LeverRow row;
    row.lever = &lever;
    double claimed = 0.0, believed = 0.0, in_common = 0.0, own = 0.0;
    for (const std::size_t i : adoption.components)
      for (const auto& effect : model.components[i].effects) {
        if (effect.lever != lever.id) continue;
        const Belief belief = hearth::belief(effect, p);
        const double reach = model.components[i].reach;
        claimed += reach * std::log(effect.ratio);
        believed += reach * belief.mean;
        in_common += (effect.ratio < 1.0 ? -1.0 : 1.0) * reach * belief.sd;
        own += reach * reach * belief.sd * belief.sd;
        row.parts.push_back(fmt::format("{} ({}, {})", model.components[i].name,
                                        kEvidenceGradeNames[static_cast<std::size_t>(effect.grade)],
                                        effect.source));
        for (const auto& other : effect.besides)
          row.parts.push_back(fmt::format("also found ({}, {})",
                                          kEvidenceGradeNames[static_cast<std::size_t>(other.grade)],
                                          other.source));
      }
    const double shared = p[Parameter::evidence_shared_share];
    const double sd = std::sqrt(shared * in_common * in_common + (1.0 - shared) * own);
    constexpr double kNinetyPercent = 1.6448536269514722;
    row.claimed = std::exp(claimed);
    row.used = arm.effects == EffectsMode::kZero      ? 1.0
               : arm.effects == EffectsMode::kClaimed ? row.claimed
                                                      : std::exp(believed);
    row.low = std::exp(believed - kNinetyPercent * sd);
    row.high = std::exp(believed + kNinetyPercent * sd);
    out.push_back(std::move(row));
  }
  return out;
}

// For every arm and service model: the effect on every lever.
ExitCode resolve_levers(const Scenario& scenario, const Options& options) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  bool any = false;
  for (const auto& arm : scenario.arms) {
    if (!options.arm.empty() && arm.name != options.arm) continue;
    std::set<std::pair<std::size_t, std::vector<std::size_t>>> shown;
    for (const auto& adoption : arm.adoption) {
      if (!shown.emplace(adoption.service_model, adoption.components).second) continue;
      const ServiceModel& model = scenario.service_models[adoption.service_model];
      const auto mode = kEffectsModeNames[static_cast<std::size_t>(arm.effects)];
      if (!options.json)
        fmt::print("{}Arm {}, service model {}, effects {}\n{:<28}{:>8}{:>8}  {}\n    {}\n", any ? "\n" : "",
                   arm.name, model.name, mode, "lever", "claimed", "used", "90% believed",
                   "component (grade, source)");
      any = true;
      for (const auto& row : lever_rows(model, adoption, arm)) {
        if (options.json) {
          json.push_back({{"arm", arm.name},
                          {"service_model", model.name},
                          {"effects", mode},
                          {"lever", row.lever->name},
                          {"meaning", row.lever->meaning},
                          {"claimed", row.claimed},
                          {"used", row.used},
                          {"believed_low", row.low},
                          {"believed_high", row.high},
                          {"components", row.parts}});
        } else if (row.parts.empty()) {
          fmt::print("{:<28}{:>8}\n", row.lever->name, "-");
        } else {
          fmt::print("{:<28}{:>8.2f}{:>8.2f}  {:.2f} to {:.2f}\n    {}\n", row.lever->name, row.claimed,
                     row.used, row.low, row.high, fmt::join(row.parts, "\n    "));
        }
      }
    }
  }
  if (!any)
    throw UsageError(options.arm.empty() ? fmt::format("no arm of {} adopts a service model", scenario.name)
                                         : fmt::format("the arm {} adopts no service model", options.arm));
  if (options.json)
    fmt::print("{}\n", json_text(json, 2));
  else
    fmt::print(
        "\nWhat each lever is multiplied by at full fidelity with all posts filled; fidelity grows and fades."
        "\nUsed: by the arm's mode. 90% believed: what the evidence leaves, which the mode sampled draws\n"
        "from. Where two models act on one lever, the largest effect counts whole, the others in part\n"
        "(practice.combination_share).\n");
  return ExitCode::kOk;
}

// Instead of the spread of a parameter's draws, the value of one replicate.
void draw_replicate(std::vector<ResolvedValue>& values, const LoadedScenario& loaded, int replicate) {
  const Scenario& scenario = loaded.scenario;
  if (replicate >= scenario.replicates)
    throw UsageError(
        fmt::format("--replicate {}: the scenario has {}, counted from 0", replicate,
                    count_text(static_cast<std::size_t>(scenario.replicates), "replicate", "replicates")));
  std::vector<Parameters> drawn;
  for (const Arm& arm : scenario.arms)
    drawn.push_back(arm_in_replicate(scenario, arm, static_cast<std::size_t>(replicate)).parameters);
  const auto row_of = [](const Arm& arm, const ResolvedValue& v) {
    return fmt::format("/arms/{}/parameters/{}", arm.name, v.parameter->name);
  };
  std::set<std::string_view> pointers;
  for (const ResolvedValue& v : loaded.values) pointers.insert(v.pointer);
  for (ResolvedValue& v : values) {
    if (v.draws.empty() || v.parameter == nullptr) continue;
    // The arm that the row is of; of a row of all, one that does not set the parameter itself.
    const auto arm = std::ranges::find_if(scenario.arms, [&](const Arm& each) {
      return v.pointer.starts_with("/arms/") ? v.pointer == row_of(each, v)
                                             : !pointers.contains(row_of(each, v));
    });
    v.draws =
        arm == scenario.arms.end()
            ? "set in every arm"
            : number_text(drawn[static_cast<std::size_t>(arm - scenario.arms.begin())][v.parameter->id]);
  }
}

ExitCode resolve(const Options& options) {
  const LoadedScenario loaded = load_named(options.scenario.file, options.scenario.overrides);
  print_warnings(loaded);
  require_arm(loaded.scenario, options.arm);
  if (options.levers) return resolve_levers(loaded.scenario, options);
  std::vector<ResolvedValue> values = chosen_values(loaded, options.prefix, options.arm);
  if (options.replicate) draw_replicate(values, loaded, *options.replicate);
  if (!options.json) {
    print_table(values, options.replicate ? fmt::format("replicate {}", *options.replicate) : "draws");
    return ExitCode::kOk;
  }
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
  fmt::print("{}\n", json_text(out, 2));
  return ExitCode::kOk;
}

}  // namespace

Command add_resolve(CLI::App& program) {
  CLI::App* const app =
      program.add_subcommand("resolve", "Print every value of a scenario and where it came from");
  const auto options = std::make_shared<Options>();
  add_scenario_arguments(*app, options->scenario);
  app->add_option("PREFIX", options->prefix, "Only names that start so: needs. or /arms");
  app->add_option("--arm", options->arm, "Only this arm")->type_name("NAME");
  app->add_option("--replicate", options->replicate,
                  "Of parameters that are drawn, the value in this replicate, from 0")
      ->type_name("N")
      ->check(whole_number_from(0));
  app->add_flag("--levers", options->levers, "Only the effect of each service model on every lever");
  add_json(*app, options->json);
  app->footer(
      R"(Of a parameter also its bounds (lower, upper) and the spread of its prior: the standard deviation of its logarithm.
The JSON has its default and meaning too. Of one that is drawn also what its draws are; the value itself is used where
nothing is drawn.

Examples:
  hearth resolve england needs.
  hearth resolve england support. --replicate 3
  hearth resolve england --levers
  hearth resolve england support. --set support.recovery_ratio=2 --json)");
  return {app, [options] { return resolve(*options); }};
}

}  // namespace hearth
