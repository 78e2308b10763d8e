#include "app/hindcast.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <system_error>
#include <utility>

#include "analysis/forecasting/forecast.hpp"
#include "app/build_identity.hpp"
#include "app/calibrate.hpp"
#include "app/kept_run.hpp"
#include "app/load.hpp"
#include "app/project.hpp"
#include "app/provenance.hpp"
#include "app/result_header.hpp"
#include "core/text.hpp"
#include "core/words.hpp"
#include "published/england_reader.hpp"
#include "results/file/result_reader.hpp"
#include "scenario/files/document.hpp"
#include "scenario/files/json_text.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

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
std::string made_from(const HindcastRequest& request, const fs::path& tables) {
  nlohmann::ordered_json out = {{"draws", request.draws}};
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
Calibrate new_calibrations(const fs::path& folder, const fs::path& tables, const HindcastRequest& request,
                           const Listener& listener) {
  return [folder, tables, &request, &listener](int origin) -> fs::path {
    CalibrationOptions how;
    how.draws = request.draws;
    how.threads = request.threads;
    how.stop = listener.stop;
    how.progress = [origin, &listener](std::string_view line) {
      listener.say(fmt::format("{}: {}", origin, line));
    };
    const fs::path file = folder / fmt::format("{}.json", origin);
    const fs::path record = folder / fmt::format("{}.made_from", origin);
    const std::string expected = made_from(request, tables);
    std::error_code error;
    if (request.resume && fs::is_regular_file(file, error) && is_made_from(record, expected)) {
      listener.say(fmt::format("{}: calibrated already, {}", origin, file.string()));
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
                                 int years, const HindcastRequest& request) {
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
  overrides.authorities = request.authorities;
  overrides.replicates = request.replicates;
  overrides.seed = request.seed;
  overrides.every = OutputEvery::kYear;
  return load_scenario(ScenarioText{tables.parent_path() / "(hindcast)", json_text(scenario, 2)}, overrides);
}

fs::path with_ending(const fs::path& result, const std::string& ending) {
  return result.parent_path() / (result.stem().string() + ending);
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
void say_observed(const Added& added, const PublishedFigures& published, const HindcastRequest& request,
                  const Listener& listener) {
  const auto names_of = [](const std::set<Figure>& figures) {
    std::vector<std::string_view> names;
    for (const Figure figure : figures) names.push_back(name_of(figure));
    return fmt::format("{}", fmt::join(names, ", "));
  };
  std::set<int> scored;
  for (const int origin : request.origins)
    for (const int horizon : request.horizons) scored.insert(origin + horizon);
  std::map<std::string, std::string> places;  // names by ONS code
  for (const Level level : {Level::kAuthority, Level::kRegion, Level::kEngland})
    for (const Location& place : published.places(level)) places[place.ons_code] = place.name;
  listener.say(fmt::format("{}:", printable(request.observed.string())));
  std::set<std::string> given;
  for (const auto& [where, figures] : added.figures) {
    const auto& [place, year] = where;
    given.insert(place);
    listener.say(fmt::format("  {} {}: {}{}", places[place], year, names_of(figures),
                             scored.contains(year) ? "" : "; not scored at these --origins and --horizons"));
  }
  if (added.figures.empty()) listener.say("  no figure in it");
  for (const auto& [measure, rows] : added.not_scored)
    listener.say(fmt::format("  not used: {} ({}): no figure that is forecast", measure,
                             count_text(rows, "row", "rows")));
  const std::vector<Figure> all = all_figures();
  for (const auto& place : given)
    for (const int year : scored) {
      std::set<Figure> missing(all.begin(), all.end());
      if (const auto found = added.figures.find({place, year}); found != added.figures.end())
        for (const Figure figure : found->second) missing.erase(figure);
      if (!missing.empty())
        listener.say(
            fmt::format("  {} {}: not in it: {}; scored from what Hearth holds, where that was published",
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
  Futures(const Run& run, const fs::path& folder, const HindcastRequest& request)
      : run_(run),
        file_(folder / fmt::format("{}.h5", run.loaded.scenario.origin.year)),
        header_(make_header(run.loaded, run.england, {}, request.command)),
        request_(request) {}

  std::size_t missing() const { return replicates_missing(file_, header_, request_.resume); }
  const Scenario& scenario() const { return run_.loaded.scenario; }
  const England& england() const { return run_.england; }

  void simulate(const Listener& listener) const {
    if (missing() == 0) return;
    fill_file({file_, header_, request_.resume ? Unfinished::kResume : Unfinished::kKeep, listener},
              fill_with(scenario(), england(), request_.threads, listener));
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
  const HindcastRequest& request_;
};

// Runs all origins, with one progress over them.
Hindcast score_all(const std::vector<Futures>& futures, const PublishedFigures& published,
                   const HindcastRequest& request, const Listener& listener) {
  Hindcast out(request.origins, request.horizons);
  std::vector<std::size_t> missing;
  for (const auto& each : futures) missing.push_back(each.missing());
  const auto all = static_cast<double>(std::accumulate(missing.begin(), missing.end(), std::size_t{0}));
  double before = 0.0;  // replicates of the origins that are done
  for (std::size_t i = 0; i < futures.size(); ++i) {
    const auto here = static_cast<double>(missing[i]);
    Listener of_origin = listener;
    of_origin.progress = [&](double done, double total) {
      const double each = total / here;  // family-months a replicate
      if (listener.progress) listener.progress(each * before + done, each * all);
    };
    futures[i].simulate(of_origin);
    before += here;
  }
  for (std::size_t i = 0; i < futures.size(); ++i)
    out.add(request.origins[i], futures[i].samples(), published, request.seed);
  return out;
}

ArrayFile with_provenance(ArrayFile out, const std::vector<Run>& runs, const HindcastRequest& request) {
  out.provenance["seed"] = std::to_string(request.seed);
  out.provenance["replicates"] = std::to_string(request.replicates);
  for (const auto& run : runs) {
    const int origin = run.loaded.scenario.origin.year;
    out.provenance[fmt::format("scenario_{}", origin)] = run.loaded.scenario.resolved_json;
    out.inputs.merge(input_checksums(run.loaded));
  }
  if (!request.observed.empty())
    out.inputs[fs::path(request.observed).filename().string()] = sha256(request.observed);
  return out;
}

// All that can be wrong with an origin is found before the first calibration.
std::vector<Run> load_runs(const std::vector<int>& origins, int years, const fs::path& tables,
                           const Calibrate& calibrate, const HindcastRequest& request) {
  for (const int origin : origins) business_as_usual(origin, "none", tables, years, request);
  std::vector<Run> out;
  for (const int origin : origins) {
    LoadedScenario loaded =
        business_as_usual(origin, fs::absolute(calibrate(origin)).string(), tables, years, request);
    England england =
        load_england(loaded.scenario.data_directory, loaded.scenario.origin, loaded.scenario.population);
    out.push_back({std::move(loaded), std::move(england)});
  }
  return out;
}

std::string how_long(const std::vector<Futures>& futures, const HindcastRequest& request) {
  double seconds = 0.0;
  for (const auto& each : futures)
    seconds += seconds_for(each.scenario(), each.england(), request.threads, each.missing());
  return fmt::format("hindcast: {}, {}, {} ahead: about {}", count_text(futures.size(), "origin", "origins"),
                     count_text(static_cast<std::size_t>(request.replicates), "replicate", "replicates"),
                     count_text(static_cast<std::size_t>(request.horizons.back()), "year", "years"),
                     duration_text(seconds));
}

}  // namespace

MadeHindcast make_hindcast(const HindcastRequest& request, const Listener& listener) {
  const fs::path tables = find_england_tables();
  const fs::path file = request.output.empty() ? default_result_file("hindcast", tables) : request.output;
  require_writable(file);
  PublishedFigures published(tables);
  if (!request.observed.empty()) {
    const Added added = published.add(request.observed);
    say_observed(added, published, request, listener);
  }
  require_something_to_score(request.origins, request.horizons, published);
  const Calibrate calibrate =
      request.calibrations.empty()
          ? new_calibrations(with_ending(file, "_calibrations"), tables, request, listener)
          : existing_calibrations(request.calibrations);
  if (request.calibrations.empty())
    listener.say(fmt::format("hindcast: first {}, some minutes each (--calibrations takes some that exist)",
                             count_text(request.origins.size(), "calibration", "calibrations")));
  const std::vector<Run> runs =
      load_runs(request.origins, request.horizons.back(), tables, calibrate, request);
  const fs::path folder = with_ending(file, "_futures");
  fs::create_directories(folder);
  std::vector<Futures> futures;
  for (const Run& run : runs) futures.emplace_back(run, folder, request);
  if (listener.note) listener.note(how_long(futures, request));
  const auto started = provenance(request.command);
  Hindcast hindcast = score_all(futures, published, request, listener);
  std::vector<ScoreRow> scores = hindcast.rows();
  MadeHindcast out{std::move(hindcast), std::move(scores), file, with_ending(file, "_scores.csv"), {}};

  ArrayFile arrays = with_provenance(hindcast_arrays(out.hindcast), runs, request);
  arrays.provenance.insert(started.begin(), started.end());
  write_text(out.table, hindcast_scores_csv(out.scores));
  if (request.forecasts) {
    out.forecasts = with_ending(file, "_forecasts.csv");
    write_text(out.forecasts, hindcast_forecasts_csv(out.hindcast));
  }
  write_array_file(file, arrays);
  for (const auto& each : futures) each.remove();
  std::error_code ignored;
  fs::remove(folder, ignored);
  return out;
}

}  // namespace hearth
