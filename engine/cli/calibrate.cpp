#include "analysis/calibration/calibrate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/places.hpp"
#include "cli/requests.hpp"
#include "cli/terminal.hpp"
#include "published/england_reader.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

constexpr int kLastOrigin = 2022;

struct Options {
  int origin = kLastOrigin;
  std::string output;
  CalibrationOptions how;
  double sample = 1.0;
  bool check = false;
  bool quiet = false;
};

// The committed calibration of an origin.
fs::path committed_file(const fs::path& tables, int origin) {
  return origin == kLastOrigin ? tables / "calibration.json"
                               : tables / "calibrations" / fmt::format("{}.json", origin);
}

std::string count_within(const std::vector<TargetFit>& fit) {
  const auto promised = [](const TargetFit& row) { return row.target.promised; };
  const auto all = std::ranges::count_if(fit, promised);
  const auto within =
      std::ranges::count_if(fit, [&](const auto& row) { return promised(row) && row.within(); });
  return fmt::format("{} of {} promised targets are within 3%", within, all);
}

bool keeps_promise(const std::vector<TargetFit>& fit) {
  return std::ranges::all_of(fit, [](const auto& row) { return !row.target.promised || row.within(); });
}

ExitCode check(const Options& options) {
  const fs::path tables = find_england_tables();
  Scenario scenario = scenario_to_fit(
      options.origin, options.how, options.sample,
      options.output.empty() ? committed_file(tables, options.origin) : fs::path(options.output));
  const NationalSeries national(scenario.data_directory / "england.csv");
  const England england = load_england(scenario.data_directory, scenario.origin);
  const auto fit = compare_with_targets(scenario, england, calibration_targets(national, options.origin),
                                        options.how.threads, &stop_on_signal());
  fmt::print("{}{}\n", fit_text(fit), count_within(fit));
  return keeps_promise(fit) ? ExitCode::kOk : ExitCode::kTargets;
}

ExitCode execute(const Options& options) {
  if (options.check) return check(options);
  const fs::path file = options.output.empty() ? fs::path(fmt::format("calibration_{}.json", options.origin))
                                               : fs::path(options.output);
  require_writable(file);
  CalibrationOptions how = options.how;
  how.stop = &stop_on_signal();
  if (!options.quiet) how.progress = [](std::string_view line) { fmt::print(stderr, "{}\n", line); };
  const Calibration found = calibrate_origin(options.origin, how, options.sample);
  write_text(file, calibration_json(found));
  fmt::print("{}{}\n{}\n", fit_text(found.fit), count_within(found.fit), file.string());
  return ExitCode::kOk;
}

}  // namespace

Command add_calibrate(CLI::App& program) {
  CLI::App* const app = program.add_subcommand(
      "calibrate",
      "Fit business as usual to published figures, and draw parameters from what they leave open");
  const auto options = std::make_shared<Options>();
  app->add_option("--origin", options->origin, "Year: fitted to figures up to its 31 March, and none later")
      ->type_name("YEAR")
      ->check(CLI::Range(2014, kLastOrigin).description("2014 to 2022"))
      ->capture_default_str();
  add_output(*app, options->output, "calibration_YEAR.json");
  add_replicates(*app, options->how.replicates);
  add_draws(*app, options->how.draws);
  add_seed(*app, options->how.seed);
  app->add_option("--sample", options->sample, "Share of families simulated: for a quick look, not for use")
      ->type_name("SHARE")
      ->check(CLI::Range(0.001, 1.0).description("0.001 to 1"))
      ->capture_default_str();
  add_threads(*app, options->how.threads);
  app->add_flag("--check", options->check,
                "Only compare a calibration (the committed one, or that of -o) with the published figures; "
                "write nothing");
  add_quiet(*app, options->quiet);
  app->footer(
      R"(Writes national parameters, authorities' propensities, how well each published figure comes out, what could
not be fitted and why, and draws from the joint posterior. A scenario uses it as "calibration": "FILE".
Exit code 6 with --check: a promised target is more than 3% off.

Examples:
  hearth calibrate
  hearth calibrate --origin 2017 -o scenarios/england/calibrations/2017.json
  hearth calibrate --check)");
  return {app, [options] { return execute(*options); }};
}

}  // namespace hearth
