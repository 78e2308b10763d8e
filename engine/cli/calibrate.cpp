#include "app/calibrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "app/project.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/subcommand.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::optional<int> origin;
  fs::path output;
  CalibrationOptions how;
  double sample = 1.0;
  bool check = false;
  bool quiet = false;
};

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

ExitCode calibrate(Options options) {
  options.how.stop = &stop_on_signal();
  const int origin = origin_to_fit(options.origin);
  if (options.check) {
    const auto calibration = options.output.empty() ? std::nullopt : std::optional(options.output);
    const auto fit = check_calibration(origin, options.how, options.sample, calibration);
    fmt::print("{}{}\n", fit_text(fit), count_within(fit));
    return keeps_promise(fit) ? ExitCode::kOk : ExitCode::kTargets;
  }
  const fs::path file =
      options.output.empty() ? fs::path(fmt::format("calibration_{}.json", origin)) : options.output;
  require_writable(file);
  if (!options.quiet) options.how.progress = [](std::string_view text) { fmt::print(stderr, "{}\n", text); };
  const Calibration found = calibrate_origin(origin, options.how, options.sample);
  write_text(file, calibration_json(found));
  fmt::print("{}{}\n{}\n", fit_text(found.fit), count_within(found.fit), file.string());
  return ExitCode::kOk;
}

const Subcommand kCalibrate{
    110, "calibrate",
    "Fit business as usual to published figures, and draw parameters from what they leave open",
    [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      line.whole_number(
          "--origin", options->origin, 0, 9999, "YEAR",
          "Year: fitted to figures up to its 31 March, and none later; the last published unless given");
      add_output(line, options->output, "calibration_YEAR.json");
      add_replicates(line, options->how.replicates);
      add_draws(line, options->how.draws);
      add_seed(line, options->how.seed);
      line.number("--sample", options->sample, 0.001, 1.0, "SHARE",
                  "Share of families simulated: for a quick look, not for use")
          .shows_default();
      add_threads(line, options->how.threads);
      line.flag("--check", options->check,
                "Only compare a calibration (the committed one, or that of -o) with the published figures; "
                "write nothing");
      add_quiet(line, options->quiet);
      line.footer(
          R"(Writes national parameters, authorities' propensities, how well each published figure comes out, what could
not be fitted and why, and draws from the joint posterior. A scenario uses it as "calibration": "FILE".
Exit code 6 with --check: a promised target is more than 3% off.

Examples:
  hearth calibrate
  hearth calibrate --origin 2017 -o scenarios/england/calibrations/2017.json
  hearth calibrate --check)");
      return [options](const Invocation&) { return calibrate(*options); };
    }};

}  // namespace
}  // namespace hearth
