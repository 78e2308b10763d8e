#include "analysis/forecasting/hindcast.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <system_error>

#include "analysis/forecasting/forecast.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/kept_run.hpp"
#include "cli/numbers.hpp"
#include "cli/places.hpp"
#include "cli/provenance.hpp"
#include "cli/requests.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "core/text.hpp"
#include "published/england_reader.hpp"
#include "scenario/files/document.hpp"
#include "scenario/files/json_text.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

constexpr int kFirstOrigin = 2014;
constexpr int kLastOrigin = 2022;
constexpr int kLongestHorizon = 10;

struct Options {
  std::string origins = "2016,2017,2018,2019";
  std::string horizons = "1,2,3";
  int replicates = 200;
  std::uint64_t seed = 20220331;
  std::vector<std::string> authorities;
  std::string observed;
  std::string calibrations;
  std::size_t draws = 50;
  std::string output;
  int threads = 0;
  bool resume = false;
  bool forecasts = false;
  bool json = false;
  bool quiet = false;
};

// Calibration files YEAR.json of a folder.
Calibrate existing_calibrations(const fs::path& folder) {
  return [folder](int origin) -> fs::path {
    const fs::path file = folder / fmt::format("{}.json", origin);
    std::error_code error;
    if (fs::is_regular_file(file, error)) return file;
    throw DataError(fmt::format(
        "there is no calibration {}; leave --calibrations out to calibrate at each origin, or make it with "
        "hearth calibrate --origin {} -o {}",
        file.string(), origin, file.string()));
  };
}

// What a calibration of this hindcast depends on, but for the origin.
std::string made_from(const Options& options, const fs::path& tables) {
  nlohmann::ordered_json out = {{"draws", options.draws}};
  for (const auto& [name, value] : build_identity())
    if (name == "hearth" || name == "commit") out[name] = value;
  for (const char* table : {"authorities.csv", "england.csv", "history.csv"})
    out[table] = sha256(tables / table);
  return json_text(out, 2) + '\n';
}

bool is_made_from(const fs::path& record, const std::string& expected) {
  std::error_code error;
  return fs::is_regular_file(record, error) && read_text(record) == expected;
}

// Calibrates at each origin, and leaves the files in the folder. To resume takes those that an earlier
// hindcast left, if they are made of the same.
Calibrate new_calibrations(const fs::path& folder, const fs::path& tables, const Options& options) {
  return [folder, tables, &options](int origin) -> fs::path {
    CalibrationOptions how;
    how.draws = options.draws;
    how.threads = options.threads;
    how.stop = &stop_on_signal();
    if (!options.quiet)
      how.progress = [origin](std::string_view line) { fmt::print(stderr, "{}: {}\n", origin, line); };
    const fs::path file = folder / fmt::format("{}.json", origin);
    const fs::path record = folder / fmt::format("{}.made_from", origin);
    const std::string expected = made_from(options, tables);
    std::error_code error;
    if (options.resume && fs::is_regular_file(file, error) && is_made_from(record, expected)) {
      if (!options.quiet) fmt::print(stderr, "{}: calibrated already, {}\n", origin, file.string());
      return file;
    }
    fs::remove(record, error);
    const std::string found = calibration_json(calibrate_origin(origin, how));
    fs::create_directories(folder);
    write_text(file, found);
    write_text(record, expected);
    return file;
  };
}

// Business as usual from the origin, nothing else: what authorities had taken up before is in every scenario.
// `calibration`: a file, or "none".
LoadedScenario business_as_usual(int origin, const std::string& calibration, const fs::path& tables,
                                 int years, const Options& options) {
  const nlohmann::ordered_json scenario = {
      {"name", fmt::format("hindcast_{}", origin)},
      {"title", fmt::format("Business as usual from 31 March {}", origin)},
      {"data", fs::absolute(tables).string()},
      {"calibration", calibration},
      {"origin", fmt::format("{}-03-31", origin)},
      {"authorities", "all"},
      {"horizon_months", years * kMonthsPerYear},
      {"baseline", "business_as_usual"},
      {"arms",
       {{"business_as_usual", {{"title", "Business as usual"}, {"adoption", nlohmann::json::array()}}}}}};
  ScenarioOverrides overrides;
  overrides.authorities = options.authorities;
  overrides.replicates = options.replicates;
  overrides.seed = options.seed;
  overrides.every = OutputEvery::kYear;
  return load_scenario(ScenarioText{tables.parent_path() / "(hindcast)", json_text(scenario, 2)}, overrides);
}

fs::path beside(const fs::path& result, const std::string& ending) {
  return result.parent_path() / (result.stem().string() + ending);
}

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

void require_something_to_score(const std::vector<int>& origins, const std::vector<int>& horizons,
                                const PublishedFigures& published) {
  if (origins.front() + horizons.front() <= published.last_year()) return;
  throw UsageError(
      fmt::format("nothing to score: forecasts are for {} and later, and figures are published to {}; choose "
                  "earlier --origins, or give later figures with --observed",
                  origins.front() + horizons.front(), published.last_year()));
}

// What of a user's own figures is used, and what of that which is scored is not among them.
void print_observed(const Added& added, const std::vector<int>& origins, const std::vector<int>& horizons,
                    const PublishedFigures& published, const Options& options) {
  const auto names_of = [](const std::set<Figure>& figures) {
    std::vector<std::string_view> names;
    for (const Figure figure : figures) names.push_back(name_of(figure));
    return fmt::format("{}", fmt::join(names, ", "));
  };
  std::set<int> scored;
  for (const int origin : origins)
    for (const int horizon : horizons) scored.insert(origin + horizon);
  std::map<std::string, std::string> places;  // names by ONS code
  for (const Level level : {Level::kAuthority, Level::kRegion, Level::kEngland})
    for (const Location& place : published.places(level)) places[place.ons_code] = place.name;
  const auto say = [&](const std::string& line) { fmt::print(stderr, "{}\n", line); };
  say(fmt::format("{}:", printable(options.observed)));
  std::set<std::string> given;
  for (const auto& [where, figures] : added.figures) {
    const auto& [place, year] = where;
    given.insert(place);
    say(fmt::format("  {} {}: {}{}", places[place], year, names_of(figures),
                    scored.contains(year) ? "" : "; not scored at these --origins and --horizons"));
  }
  if (added.figures.empty()) say("  no figure in it");
  for (const auto& [measure, rows] : added.not_scored)
    say(fmt::format("  not used: {} ({}): no figure that is forecast", measure,
                    count_text(rows, "row", "rows")));
  const std::vector<Figure> all = all_figures();
  for (const auto& place : given)
    for (const int year : scored) {
      std::set<Figure> missing(all.begin(), all.end());
      if (const auto found = added.figures.find({place, year}); found != added.figures.end())
        for (const Figure figure : found->second) missing.erase(figure);
      if (!missing.empty())
        say(fmt::format("  {} {}: not in it: {}; scored from what Hearth holds, where that was published",
                        places[place], year, names_of(missing)));
    }
}

struct Run {
  LoadedScenario loaded;
  England england;
};

// The futures of an origin, in a result file of their own until all are scored.
class Futures {
 public:
  Futures(const Run& run, const fs::path& folder, const std::string& command_line)
      : run_(run),
        file_(folder / fmt::format("{}.h5", run.loaded.scenario.origin.year)),
        header_(make_header(run.loaded, run.england, {}, command_line)) {}

  std::size_t missing(bool resume) const { return replicates_missing(file_, header_, resume); }
  const Scenario& scenario() const { return run_.loaded.scenario; }
  const England& england() const { return run_.england; }

  void simulate(const Options& options,
                const std::function<void(double done, double total)>& progress) const {
    if (missing(options.resume) == 0) return;
    const std::atomic<bool>& stop = stop_on_signal();
    run_to_file(
        {file_, header_, options.resume ? Unfinished::kResume : Unfinished::kKeep, options.quiet, stop},
        fill_with(scenario(), england(), options.threads, stop, progress));
  }

  // Business as usual is the only arm.
  Samples samples() const {
    const ResultReader reader(file_);
    std::vector<std::size_t> all(reader.header().authorities.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return std::move(forecast_of(reader, england(), all).arms.front().samples);
  }

  void remove() const { remove_result(file_); }

 private:
  const Run& run_;
  fs::path file_;
  ResultHeader header_;
};

// Runs all origins, with one progress bar over them.
Hindcast score_all(const std::vector<Futures>& futures, const std::vector<int>& origins,
                   const std::vector<int>& horizons, const PublishedFigures& published,
                   const Options& options) {
  Hindcast out(origins, horizons);
  std::vector<std::size_t> missing;
  for (const auto& each : futures) missing.push_back(each.missing(options.resume));
  const auto all = static_cast<double>(std::accumulate(missing.begin(), missing.end(), std::size_t{0}));
  {
    Progress progress(options.quiet);
    double before = 0.0;  // replicates of the origins that are done
    for (std::size_t i = 0; i < futures.size(); ++i) {
      const auto here = static_cast<double>(missing[i]);
      futures[i].simulate(options, [&](double done, double total) {
        const double each = total / here;  // family-months a replicate
        progress.update(each * before + done, each * all);
      });
      before += here;
    }
  }
  for (std::size_t i = 0; i < futures.size(); ++i)
    out.add(origins[i], futures[i].samples(), published, options.seed);
  return out;
}

ArrayFile with_provenance(ArrayFile out, const std::vector<Run>& runs, const Options& options) {
  out.provenance["seed"] = std::to_string(options.seed);
  out.provenance["replicates"] = std::to_string(options.replicates);
  for (const auto& run : runs) {
    const int origin = run.loaded.scenario.origin.year;
    out.provenance[fmt::format("scenario_{}", origin)] = run.loaded.scenario.resolved_json;
    out.inputs.merge(input_checksums(run.loaded));
  }
  if (!options.observed.empty())
    out.inputs[fs::path(options.observed).filename().string()] = sha256(options.observed);
  return out;
}

// All that can be wrong with an origin is found before the first calibration.
std::vector<Run> load_runs(const std::vector<int>& origins, int years, const fs::path& tables,
                           const Calibrate& calibrate, const Options& options) {
  for (const int origin : origins) business_as_usual(origin, "none", tables, years, options);
  std::vector<Run> out;
  for (const int origin : origins) {
    LoadedScenario loaded =
        business_as_usual(origin, fs::absolute(calibrate(origin)).string(), tables, years, options);
    England england = load_england(loaded.scenario.data_directory, loaded.scenario.origin);
    out.push_back({std::move(loaded), std::move(england)});
  }
  return out;
}

void say_how_long(const std::vector<Futures>& futures, const std::vector<int>& horizons,
                  const Options& options) {
  if (options.quiet) return;
  double seconds = 0.0;
  for (const auto& each : futures)
    seconds += seconds_for(each.scenario(), each.england(), options.threads, each.missing(options.resume));
  fmt::print(stderr, "hindcast: {}, {}, {} ahead: about {}\n",
             count_text(futures.size(), "origin", "origins"),
             count_text(static_cast<std::size_t>(options.replicates), "replicate", "replicates"),
             count_text(static_cast<std::size_t>(horizons.back()), "year", "years"), duration_text(seconds));
}

ExitCode hindcast(const Options& options, const std::string& command_line) {
  stop_on_signal();  // before anything is said: who reads it may stop it
  const std::vector<int> origins = parse_numbers(options.origins, "--origins", kFirstOrigin, kLastOrigin);
  const std::vector<int> horizons = parse_numbers(options.horizons, "--horizons", 1, kLongestHorizon);
  const fs::path tables = find_england_tables();
  const fs::path file =
      options.output.empty() ? default_result_file("hindcast", tables) : fs::path(options.output);
  require_writable(file);
  PublishedFigures published(tables);
  if (!options.observed.empty()) {
    const Added added = published.add(options.observed);
    if (!options.quiet) print_observed(added, origins, horizons, published, options);
  }
  require_something_to_score(origins, horizons, published);
  const Calibrate calibrate = options.calibrations.empty()
                                  ? new_calibrations(beside(file, "_calibrations"), tables, options)
                                  : existing_calibrations(options.calibrations);
  if (!options.quiet && options.calibrations.empty())
    fmt::print(stderr, "hindcast: first {}, some minutes each (--calibrations takes some that exist)\n",
               count_text(origins.size(), "calibration", "calibrations"));
  const std::vector<Run> runs = load_runs(origins, horizons.back(), tables, calibrate, options);
  const fs::path folder = beside(file, "_futures");
  fs::create_directories(folder);
  std::vector<Futures> futures;
  for (const Run& run : runs) futures.emplace_back(run, folder, command_line);
  say_how_long(futures, horizons, options);
  const auto started = provenance(command_line);
  const Hindcast result = score_all(futures, origins, horizons, published, options);
  const std::vector<ScoreRow> rows = result.rows();

  ArrayFile arrays = with_provenance(hindcast_arrays(result), runs, options);
  arrays.provenance.insert(started.begin(), started.end());
  const fs::path scores_file = beside(file, "_scores.csv");
  const fs::path forecasts_file = beside(file, "_forecasts.csv");
  write_text(scores_file, hindcast_scores_csv(rows));
  if (options.forecasts) write_text(forecasts_file, hindcast_forecasts_csv(result));
  write_array_file(file, arrays);
  for (const auto& each : futures) each.remove();
  std::error_code ignored;
  fs::remove(folder, ignored);

  if (options.json) {
    const nlohmann::ordered_json out = {
        {"result", file.string()},    {"scores_file", scores_file.string()}, {"origins", origins},
        {"horizons", horizons},       {"replicates", options.replicates},    {"seed", options.seed},
        {"scores", scores_json(rows)}};
    fmt::print("{}\n", json_text(out, 2));
    return ExitCode::kOk;
  }
  fmt::print("{}\nResult  {}\nScores  {}\n", hindcast_text(result, rows), file.string(),
             scores_file.string());
  if (options.forecasts) fmt::print("Each    {}\n", forecasts_file.string());
  return ExitCode::kOk;
}

}  // namespace

Command add_hindcast(CLI::App& program, const std::string& command_line) {
  CLI::App* const app = program.add_subcommand(
      "hindcast", "Forecast years that have passed from what was known before, and score it");
  const auto options = std::make_shared<Options>();
  app->add_option("--origins", options->origins,
                  "Years from whose 31 March to forecast: 2016,2017 or 2016..2019")
      ->type_name("YEARS")
      ->capture_default_str();
  add_horizons(*app, options->horizons);
  add_replicates(*app, options->replicates);
  add_seed(*app, options->seed);
  add_authorities(*app, options->authorities);
  app->add_option("--observed", options->observed,
                  "Further published figures (docs/reference/observed.md): location,year,measure,value")
      ->type_name("FILE");
  app->add_option("--calibrations", options->calibrations,
                  "Folder of calibrations YEAR.json to forecast from, instead of calibrating at each origin")
      ->type_name("FOLDER");
  add_draws(*app, options->draws);
  add_output(*app, options->output, "outputs/hindcast.h5");
  add_threads(*app, options->threads);
  add_resume(*app, options->resume);
  app->add_flag("--forecasts", options->forecasts,
                "Write NAME_forecasts.csv too: every forecast, its quantiles");
  add_json(*app, options->json);
  add_quiet(*app, options->quiet);
  app->footer(
      R"(Calibrates at each origin to what was published up to it, which takes minutes, and forecasts. Naive forecasts are scored
as well: an error below 1 is better than the last published value. Says about how long the forecasts take; stopped, it
keeps calibrations (NAME_calibrations) and whole replicates (NAME_futures) for --resume. Writes NAME_scores.csv too.

Examples:
  hearth hindcast --origins 2017 --horizons 1..3 --replicates 50
  hearth hindcast --calibrations outputs/hindcast_calibrations --replicates 400
  hearth hindcast --origins 2020 --observed new_figures.csv -o outputs/since_2020.h5)");
  return {app, [options, command_line] { return hindcast(*options, command_line); }};
}

}  // namespace hearth
