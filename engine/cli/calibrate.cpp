#include "analysis/calibrate.hpp"

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
  app->add_option("-o,--output", options->output,
                  "Calibration file to write (calibration_YEAR.json here) or, with --check, to compare")
      ->type_name("FILE");
  app->add_option("--replicates", options->how.replicates,
                  "Repetitions of the runs that the fit is judged by")
      ->type_name("N")
      ->check(whole_number_from(1))
      ->capture_default_str();
  app->add_option("--draws", options->how.draws, "Draws from the posterior; 0: none")
      ->type_name("N")
      ->check(whole_number_from(0))
      ->capture_default_str();
  app->add_option("--seed", options->how.seed, "Seed of the random draws")
      ->type_name("N")
      ->check(whole_number_from(0))
      ->capture_default_str();
  app->add_option("--sample", options->sample, "Share of families simulated: for a quick look, not for use")
      ->type_name("SHARE")
      ->check(CLI::Range(0.001, 1.0).description("0.001 to 1"))
      ->capture_default_str();
  app->add_option("--threads", options->how.threads, "Threads (all)")
      ->type_name("N")
      ->check(whole_number_from(1));
  app->add_flag("--check", options->check,
                "Only compare a calibration with the published figures; write nothing");
  app->add_flag("--quiet", options->quiet, "No progress");
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
