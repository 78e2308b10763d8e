#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/experiments/targets.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/places.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "core/csv.hpp"
#include "core/decimals.hpp"
#include "published/england_reader.hpp"
#include "results/wording.hpp"
#include "scenario/files/json_text.hpp"
#include "scenario/files/resolved.hpp"
#include "scenario/uncertainty.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  ScenarioArguments scenario;
  int threads = 0;
  bool json = false;
  bool csv = false;
  std::string output;
  bool quiet = false;
};

constexpr std::size_t kColumns = 100;

struct Checked {
  const Scenario& scenario;
  std::vector<TargetResult> results;

  std::size_t count(Verdict verdict) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(results, [&](const auto& r) { return r.verdict == verdict; }));
  }
  // How many have an expectation that is met, or not.
  std::size_t expectations(bool met) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(results, [&](const auto& r) { return r.as_expected() == met; }));
  }
  const std::string& arm(const TargetSpan& span) const { return scenario.arms.at(span.arm).name; }
};

std::string_view name_of(Verdict verdict) {
  return kVerdictNames.at(static_cast<std::size_t>(verdict));
}

// ---- For people ----

std::string in_words(Verdict verdict) {
  std::string out(name_of(verdict));
  std::ranges::replace(out, '_', ' ');
  return out;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> out(1);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (!out.back().empty() && out.back().size() + 1 + word.size() > width) out.emplace_back();
    if (!out.back().empty() && !word.empty()) out.back() += ' ';
    out.back() += word;
    at = end + 1;
  }
  return out;
}

// Commas between thousands; at most so many decimals.
std::string figure(double value, int decimals, bool trimmed = false) {
  std::string digits = fmt::format("{:.{}f}", std::abs(value), decimals);
  const std::size_t point = digits.find('.');
  if (trimmed && point != std::string::npos) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  for (std::size_t i = std::min(point, digits.size()); i > 3; i -= 3) digits.insert(i - 3, ",");
  const bool is_zero = digits.find_first_not_of("0.,") == std::string::npos;
  return (value < 0.0 && !is_zero ? "-" : "") + digits;
}

// How the figures of one target are shown.
struct Rounding {
  double scale = 1.0;
  std::string_view times;  // before the unit
  int decimals = 0;
};

Rounding rounding(const TargetResult& result) {
  const PublishedFigure& published = result.target.published;
  double largest = std::max(std::abs(published.value), std::abs(result.median));
  if (result.interval)
    largest = std::max({largest, std::abs(result.interval->low), std::abs(result.interval->high)});
  Rounding out;
  if (largest >= 1e6) out = {1e6, "million ", 0};
  const double shown = largest / out.scale;
  out.decimals = shown >= 1000.0 ? 0 : shown >= 10.0 ? 1 : shown >= 1.0 ? 2 : 3;
  return out;
}

std::string with_interval(const std::string& value, const std::string& low, const std::string& high) {
  return fmt::format("{} ({} to {})", value, low, high);
}

std::string simulated_text(const TargetResult& result) {
  if (result.verdict == Verdict::kNotDefined) return "not defined";
  const Rounding how = rounding(result);
  const auto shown = [&](double value) { return figure(value / how.scale, how.decimals); };
  if (!result.interval) return shown(result.median);
  return with_interval(shown(result.median), shown(result.interval->low), shown(result.interval->high));
}

// As published: not rounded to what is simulated.
std::string published_text(const TargetResult& result) {
  constexpr int kDecimals = 6;
  const PublishedFigure& published = result.target.published;
  const double scale = rounding(result).scale;
  const auto shown = [&](double value) { return figure(value / scale, kDecimals, true); };
  if (!published.interval) return shown(published.value);
  return with_interval(shown(published.value), shown(published.interval->low),
                       shown(published.interval->high));
}

// "change in % of care_entries in x, 2016-04 to 2017-03, from y, 2014-04 to 2015-03"
std::string what_text(const Checked& checked, const Target& target) {
  constexpr std::array<std::string_view, kTargetFormNames.size()> kForms = {
      "", "100 times ", "difference of ", "change in % of "};
  const MonthEnd& origin = checked.scenario.origin;
  std::string out = fmt::format("{}{}{} in {}, {}", kForms.at(static_cast<std::size_t>(target.form)),
                                target.measure.name, target.per ? " per " + target.per->name : "",
                                checked.arm(target.span), months_text(target.span, origin));
  if (target.reference)
    out +=
        fmt::format(", from {}, {}", checked.arm(*target.reference), months_text(*target.reference, origin));
  return out;
}

// An arm that does nothing reaches such a figure too.
bool allows_no_change(const Target& target) {
  const auto& interval = target.published.interval;
  return needs_reference(target.form) && interval && interval->low <= 0.0 && 0.0 <= interval->high;
}

std::string outcome_text(const Checked& checked, const TargetResult& result) {
  std::string out;
  if (result.verdict == Verdict::kNotDefined) {
    out = fmt::format(
        "not defined: what it is divided by or compared with is zero in {} of {}.",
        result.undefined_replicates,
        count_text(static_cast<std::size_t>(checked.scenario.replicates), "replicate", "replicates"));
  } else if (result.verdict != Verdict::kReached) {
    const Rounding how = rounding(result);
    out = fmt::format("The median is {} {} the published figure.",
                      figure(std::abs(result.gap) / how.scale, how.decimals),
                      result.gap < 0.0 ? "below" : "above");
  } else if (allows_no_change(result.target)) {
    out = "The published interval includes no change.";
  }
  if (const auto expected = result.as_expected())
    out += fmt::format("{}Expected: {}{}.", out.empty() ? "" : " ", in_words(*result.target.expect),
                       *expected ? "" : ", which it is not");
  return out;
}

std::string coloured(Verdict verdict) {
  constexpr std::array<Colour, kVerdicts> kColours = {Colour::kGreen, Colour::kYellow, Colour::kRed,
                                                      Colour::kRed};
  return coloured(stdout, kColours.at(static_cast<std::size_t>(verdict)), in_words(verdict));
}

void print_table(const Checked& checked) {
  const Scenario& scenario = checked.scenario;
  for (const auto& line : wrapped(scenario.title, kColumns)) fmt::print("{}\n", line);
  const std::string how = fmt::format(
      "{} from {}, {}, seed {}. Simulated: the median of the replicates and the interval that holds 90% of "
      "them. {}",
      count_text(scenario.authorities.size(), "authority", "authorities"), scenario.origin.text(),
      count_text(static_cast<std::size_t>(scenario.replicates), "replicate", "replicates"), scenario.seed,
      coverage_sentence(coverage(scenario)));
  for (const auto& line : wrapped(how, kColumns)) fmt::print("{}\n", line);

  std::size_t simulated = std::string_view("Simulated").size();
  std::size_t published = std::string_view("Published").size();
  for (const auto& result : checked.results) {
    simulated = std::max(simulated, simulated_text(result).size());
    published = std::max(published, published_text(result).size());
  }
  const std::size_t verdict = in_words(Verdict::kNotReached).size();
  constexpr std::size_t kLeast = 20;
  const std::size_t room = simulated + published + verdict + 6;
  const std::size_t title = room + kLeast < kColumns ? kColumns - room : kLeast;
  fmt::print("\n{:<{}}  {:<{}}  {:<{}}  Verdict\n", "Target", title, "Simulated", simulated, "Published",
             published);
  for (const auto& result : checked.results) {
    const Target& target = result.target;
    const auto lines =
        wrapped(fmt::format("{} ({}{})", target.title, rounding(result).times, target.unit), title);
    fmt::print("\n{:<{}}  {:<{}}  {:<{}}  {}\n", lines.front(), title, simulated_text(result), simulated,
               published_text(result), published, coloured(result.verdict));
    for (std::size_t i = 1; i < lines.size(); ++i) fmt::print("{}\n", lines[i]);
    for (const auto& text : {fmt::format("{}; source {}", what_text(checked, target), target.source),
                             outcome_text(checked, result), target.note})
      if (!text.empty())
        for (const auto& line : wrapped(text, kColumns - 2)) fmt::print("  {}\n", line);
  }
  fmt::print("\n{} of {} reached", checked.count(Verdict::kReached), checked.results.size());
  const std::size_t met = checked.expectations(true);
  if (const std::size_t all = met + checked.expectations(false); all > 0)
    fmt::print("; {} of {} as the scenario expects", met, all);
  fmt::print(".\n");
}

// ---- For programs ----

std::string version() {
  const NamedValues identity = build_identity();
  return std::ranges::find(identity, "hearth", &NamedValues::value_type::first)->second;
}

std::string as_json(const Checked& checked) {
  const Scenario& scenario = checked.scenario;
  std::vector<std::string> arms;
  for (const auto& arm : scenario.arms) arms.push_back(arm.name);
  Json out = {{"scenario", scenario.name},
              {"title", scenario.title},
              {"version", version()},
              {"origin", scenario.origin.iso()},
              {"seed", scenario.seed},
              {"replicates", scenario.replicates},
              {"sampling_fraction", scenario.sampling_fraction},
              {"interval_share", kIntervalShare},
              {"covers", Json::array()},
              {"targets", Json::array()},
              {"reached", checked.count(Verdict::kReached)},
              {"as_expected", checked.expectations(true)},
              {"not_as_expected", checked.expectations(false)}};
  for (const auto& source : kUncertaintySourceTable)
    if (coverage(scenario).covers(source.id)) out["covers"].push_back(source.name);
  for (const auto& result : checked.results) {
    const bool defined = result.verdict != Verdict::kNotDefined;
    const auto& range = result.interval;
    const auto& published = result.target.published.interval;
    Json row = target_json(result.target, scenario.origin, arms);
    for (const char* optional : {"per", "compared_with", "expect", "note"})
      if (!row.contains(optional)) row[optional] = nullptr;
    row["published"] = {{"value", result.target.published.value},
                        {"low", published ? Json(published->low) : Json()},
                        {"high", published ? Json(published->high) : Json()}};
    row["simulated"] = {{"median", defined ? Json(result.median) : Json()},
                        {"low", range ? Json(range->low) : Json()},
                        {"high", range ? Json(range->high) : Json()},
                        {"undefined_replicates", result.undefined_replicates}};
    row["gap"] = defined ? Json(result.gap) : Json();
    row["verdict"] = name_of(result.verdict);
    const auto expected = result.as_expected();
    row["as_expected"] = expected ? Json(*expected) : Json();
    out["targets"].push_back(std::move(row));
  }
  return json_text(out, 2) + '\n';
}

std::string as_csv(const Checked& checked) {
  const Scenario& scenario = checked.scenario;
  std::string out =
      "scenario,version,origin,seed,replicates,sampling_fraction,name,title,measure,per,arm,months,"
      "compared_arm,compared_months,as,median,low,high,published,published_low,published_high,unit,source,"
      "verdict,gap,expect,note\n";
  const auto number = [](const std::optional<double>& value) {
    return value ? plain_number(*value) : std::string();
  };
  for (const auto& result : checked.results) {
    const Target& target = result.target;
    const auto& reference = target.reference;
    const auto& range = result.interval;
    const auto& published = target.published.interval;
    const bool defined = result.verdict != Verdict::kNotDefined;
    using Number = std::optional<double>;
    const std::vector<std::string> fields = {
        scenario.name,
        version(),
        scenario.origin.iso(),
        fmt::format("{}", scenario.seed),
        fmt::format("{}", scenario.replicates),
        fmt::format("{}", scenario.sampling_fraction),
        target.name,
        csv_field(target.title),
        target.measure.name,
        target.per ? target.per->name : "",
        checked.arm(target.span),
        months_text(target.span, scenario.origin),
        reference ? checked.arm(*reference) : "",
        reference ? months_text(*reference, scenario.origin) : "",
        std::string(kTargetFormNames.at(static_cast<std::size_t>(target.form))),
        number(defined ? Number(result.median) : std::nullopt),
        number(range ? Number(range->low) : std::nullopt),
        number(range ? Number(range->high) : std::nullopt),
        number(target.published.value),
        number(published ? Number(published->low) : std::nullopt),
        number(published ? Number(published->high) : std::nullopt),
        csv_field(target.unit),
        csv_field(target.source),
        std::string(name_of(result.verdict)),
        number(defined ? Number(result.gap) : std::nullopt),
        target.expect ? std::string(name_of(*target.expect)) : "",
        csv_field(target.note)};
    out += fmt::format("{}\n", fmt::join(fields, ","));
  }
  return out;
}

// ---- The command ----

void require_targets(const Scenario& scenario) {
  if (!scenario.targets.empty()) return;
  throw ScenarioError(
      {{scenario.file.generic_string(), 1, 1, "", "no targets to check",
        "a list \"targets\" with at least one target",
        "add one, such as \"targets\": [{\"name\": \"entries\", \"measure\": \"care_entries\", "
        "\"arm\": \"...\", \"months\": [\"2022-04\", \"2023-03\"], \"published\": {\"value\": ...}, "
        "\"unit\": \"children\", \"source\": \"england.csv\"}]"}});
}

ExitCode check(const Options& options) {
  const LoadedScenario loaded = load_named(options.scenario.file, options.scenario.overrides);
  const Scenario& scenario = loaded.scenario;
  print_warnings(loaded);
  require_targets(scenario);
  const std::filesystem::path file = options.output;
  if (!file.empty()) require_writable(file);
  const England england = load_england(scenario.data_directory, scenario.origin);

  RunOptions run_options;
  run_options.parallel = on_threads(options.threads);
  run_options.stop = &stop_on_signal();
  Checked checked{scenario, {}};
  {
    Progress progress(options.quiet);
    run_options.progress = [&](double done, double total) { progress.update(done, total); };
    checked.results = evaluate_targets(scenario, england, run_options);
  }

  const bool as_table = options.csv || (!options.json && file.extension() == ".csv");
  if (!file.empty()) write_text(file, as_table ? as_csv(checked) : as_json(checked));
  if (!file.empty() || !(options.json || options.csv))
    print_table(checked);
  else
    fmt::print("{}", options.json ? as_json(checked) : as_csv(checked));

  if (const std::string few = few_replicates_text(scenario.replicates, " of " + scenario.name); !few.empty())
    print_warning(few);
  ExitCode code = ExitCode::kOk;
  for (const auto& result : checked.results) {
    if (result.as_expected() != false) continue;
    code = ExitCode::kTargets;
    fmt::print(stderr, "{} the target {} is {}; the scenario expects {}\n",
               coloured(stderr, Colour::kRed, "hearth:"), result.target.name, in_words(result.verdict),
               in_words(*result.target.expect));
  }
  return code;
}

}  // namespace

Command add_check(CLI::App& program) {
  CLI::App* const app =
      program.add_subcommand("check", "Compare what a scenario simulates with its targets; judge each");
  const auto options = std::make_shared<Options>();
  add_repetition_arguments(*app, options->scenario);
  add_threads(*app, options->threads);
  add_output(*app, options->output, "standard output");
  CLI::Option* const json = add_json(*app, options->json);
  add_csv(*app, options->csv)->excludes(json);
  add_quiet(*app, options->quiet);
  app->footer(
      R"(Reached: the published figure lies in the middle half of the replicates, or the simulated median in
the published interval. Overlaps: not so, but the published interval and the one that holds 90% of the
replicates do. Exit code 6 where a target that has an "expect" comes out otherwise. With -o the JSON, or the CSV with
--csv or a name that ends in .csv, goes to the file, and the table for people to standard output.

Examples:
  hearth check my_scenario.json --replicates 100
  hearth check my_scenario.json --json > targets.json
  hearth check my_scenario.json -o targets.csv)");
  return {app, [options] { return check(*options); }};
}

}  // namespace hearth
