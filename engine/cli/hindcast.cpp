#include "app/hindcast.hpp"

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/project.hpp"
#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/subcommand.hpp"
#include "cli/terminal.hpp"
#include "published/england_tables.hpp"

namespace hearth {
namespace {

constexpr int kLongestHorizon = 10;

struct Options {
  HindcastRequest request;
  std::string origins = "2016,2017,2018,2019";
  std::string horizons = "1,2,3";
  bool json = false;
  bool quiet = false;
};

nlohmann::ordered_json scores_json(const std::vector<ScoreRow>& rows) {
  // Not a number is null in JSON.
  const auto number = [](const std::optional<double>& value) {
    return value && !std::isnan(*value) ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
  };
  auto out = nlohmann::ordered_json::array();
  for (const ScoreRow& row : rows) {
    nlohmann::ordered_json relative;
    nlohmann::ordered_json log_relative;
    for (const auto& baseline : kBaselineTable) {
      relative[std::string(baseline.name)] = number(row.relative[index(baseline.id)]);
      log_relative[std::string(baseline.name)] = number(row.log_relative[index(baseline.id)]);
    }
    out.push_back({{"method", method_name(row.method)},
                   {"figure", name_of(row.figure)},
                   {"level", kLevelNames[index(row.level)]},
                   {"origin", row.origins},
                   {"horizon", row.horizon},
                   {"forecasts", row.forecasts},
                   {"boundary_changes", row.boundary_changes},
                   {"not_published", row.not_published},
                   {"wis", number(row.mean.natural.total)},
                   {"log_wis", number(row.mean.log.total)},
                   {"crps", number(row.mean.crps)},
                   {"coverage_50", number(row.coverage_50)},
                   {"coverage_90", number(row.coverage_90)},
                   {"absolute_error", number(row.mean.absolute_error)},
                   {"bias", number(row.mean.bias)},
                   {"relative_wis", relative},
                   {"relative_log_wis", log_relative}});
  }
  return out;
}

ExitCode hindcast(Options options, const std::string& command_line) {
  HindcastRequest& request = options.request;
  request.command = command_line;
  Progress progress(options.quiet);
  const Listener listener = progress.listener();  // before anything is said: who reads it may stop it
  const OriginYears years = origin_years(find_england_tables());
  request.origins = parse_numbers(options.origins, "--origins", years.first, years.last);
  request.horizons = parse_numbers(options.horizons, "--horizons", 1, kLongestHorizon);
  const MadeHindcast made = make_hindcast(request, listener);
  if (options.json) {
    print_json({{"result", made.result.string()},
                {"scores_file", made.table.string()},
                {"origins", request.origins},
                {"horizons", request.horizons},
                {"replicates", request.replicates},
                {"seed", request.seed},
                {"scores", scores_json(made.scores)}});
    return ExitCode::kOk;
  }
  fmt::print("{}\nResult  {}\nScores  {}\n", hindcast_text(made.hindcast, made.scores), made.result.string(),
             made.table.string());
  if (!made.forecasts.empty()) fmt::print("Each    {}\n", made.forecasts.string());
  return ExitCode::kOk;
}

const Subcommand kHindcast{
    130, "hindcast", "Forecast years that have passed from what was known before, and score it",
    [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      HindcastRequest& request = options->request;
      line.text("--origins", options->origins, "YEARS",
                "Years from whose 31 March to forecast: 2016,2017 or 2016..2019")
          .shows_default();
      add_horizons(line, options->horizons);
      add_replicates(line, request.replicates);
      add_seed(line, request.seed);
      add_authorities(line, request.authorities);
      line.file("--observed", request.observed, "FILE",
                "Further published figures (docs/reference/observed.md): location,year,measure,value");
      line.file("--calibrations", request.calibrations, "FOLDER",
                "Folder of calibrations YEAR.json to forecast from, instead of calibrating at each origin");
      add_draws(line, request.draws);
      add_output(line, request.output, "outputs/hindcast.h5");
      add_threads(line, request.threads);
      add_resume(line, request.resume);
      line.flag("--forecasts", request.forecasts,
                "Write NAME_forecasts.csv too: every forecast, its quantiles");
      add_json(line, options->json);
      add_quiet(line, options->quiet);
      line.footer(
          R"(Calibrates at each origin to what was published up to it, which takes minutes, and forecasts. Naive forecasts are scored
as well: an error below 1 is better than the last published value. Says about how long the forecasts take; stopped, it
keeps calibrations (NAME_calibrations) and whole replicates (NAME_futures) for --resume. Writes NAME_scores.csv too.

Examples:
  hearth hindcast --origins 2017 --horizons 1..3 --replicates 50
  hearth hindcast --calibrations outputs/hindcast_calibrations --replicates 400
  hearth hindcast --origins 2020 --observed new_figures.csv -o outputs/since_2020.h5)");
      return [options](const Invocation& call) { return hindcast(*options, call.command_line); };
    }};

}  // namespace
}  // namespace hearth
