#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"

namespace hearth {
namespace {

struct Options {
  ScenarioArguments scenario;
  std::string prefix;
  std::string arm;
  bool json = false;
};

// "/arms/x/parameters/needs.onset" is chosen by a prefix of the whole, or of any part of it: "needs."
bool chosen(const std::string& pointer, const std::string& prefix) {
  if (pointer.starts_with(prefix)) return true;
  for (auto at = pointer.find('/'); at != std::string::npos; at = pointer.find('/', at + 1))
    if (std::string_view(pointer).substr(at + 1).starts_with(prefix)) return true;
  return false;
}

void print_table(const std::vector<ResolvedValue>& values) {
  using Row = std::array<std::string, 6>;
  std::vector<Row> rows = {{"name", "value", "unit", "origin", "certainty", "source"}};
  for (const auto& v : values) rows.push_back({v.pointer, v.value, v.unit, v.origin, v.certainty, v.source});
  std::array<std::size_t, 6> widths{};
  for (const auto& row : rows)
    for (std::size_t c = 0; c + 1 < row.size(); ++c)
      widths[c] = std::clamp<std::size_t>(row[c].size(), widths[c], 90);
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) line += fmt::format("{:<{}}  ", row[c], widths[c]);
    fmt::print("{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
  }
}

ExitCode resolve(const Options& options) {
  const LoadedScenario loaded = load_named(options.scenario.file, options.scenario.overrides);
  if (!options.arm.empty()) {
    std::vector<std::string> names;
    for (const auto& arm : loaded.scenario.arms) names.push_back(arm.name);
    if (std::find(names.begin(), names.end(), options.arm) == names.end())
      throw UsageError(with_suggestion(
          fmt::format("there is no arm {}; the arms are {}", options.arm, fmt::join(names, ", ")),
          options.arm, names));
  }

  std::vector<ResolvedValue> values;
  for (const auto& value : loaded.values)
    if (chosen(value.pointer, options.prefix) &&
        (options.arm.empty() || value.pointer.starts_with("/arms/" + options.arm + "/")))
      values.push_back(value);
  if (values.empty()) throw UsageError(fmt::format("no value's name starts with {}", options.prefix));

  if (!options.json) {
    print_table(values);
    return ExitCode::kOk;
  }
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const auto& v : values) {
    auto parsed = nlohmann::ordered_json::parse(v.value, nullptr, false);
    if (parsed.is_discarded()) parsed = v.value;
    out.push_back({{"name", v.pointer},
                   {"value", parsed},
                   {"unit", v.unit},
                   {"origin", v.origin},
                   {"certainty", v.certainty},
                   {"source", v.source}});
  }
  fmt::print("{}\n", out.dump(2));
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
  app->add_flag("--json", options->json, "As JSON");
  return {app, [options] { return resolve(*options); }};
}

}  // namespace hearth
