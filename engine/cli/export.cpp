#include "results/export.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <memory>
#include <ostream>

#include "analysis/forecast.hpp"
#include "cli/commands.hpp"
#include "cli/places.hpp"
#include "cli/requests.hpp"
#include "cli/terminal.hpp"
#include "population/england.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

struct Options {
  std::string file;
  std::string format = "csv";
  std::vector<std::string> measures;
  std::vector<std::string> authorities;
  std::string every = "year";
  std::vector<std::string> quantiles;
  bool replicates = false;
  std::string output;
};

std::vector<double> levels_of(const Options& options) {
  if (options.replicates) return {};
  if (options.quantiles.empty()) return kExportedQuantiles;
  std::vector<double> out;
  for (const auto& text : options.quantiles) {
    double level = 0.0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, level);
    if (error != std::errc{} || stop != end || !(level >= 0.0 && level <= 1.0))
      throw UsageError(fmt::format(
          "--quantiles: {} is not a level; allowed: numbers from 0 to 1, as in 0.05,0.5,0.95", text));
    out.push_back(level);
  }
  return out;
}

// What the writer of forecasts gives: years, figures and levels of its own.
std::string hubverse(const Options& options, const ResultReader& result) {
  if (options.every != "year")
    throw UsageError("--every month: the Hubverse format has horizons in years; use --as csv for months");
  if (!options.quantiles.empty())
    throw UsageError("--quantiles: the Hubverse format has 23 levels of its own; use --as csv for others");
  const ResultHeader& header = result.header();
  const England england = load_england(find_england_tables(), header.origin);
  require_known_authorities(options.file, header, england);
  Forecast forecast = forecast_of(result, england, find_authorities(header, options.authorities));
  if (!options.measures.empty()) {
    forecast.figures.clear();
    for (const auto& measure : options.measures) forecast.figures.push_back(find_figure(measure));
  }
  return hubverse_csv(forecast, options.replicates ? header.replicates : 0);
}

// The whole table, to `write`.
void export_result(const Options& options, const std::function<void(std::string_view)>& write) {
  const ResultReader result(options.file);
  if (options.format == "hubverse") return write(hubverse(options, result));
  export_csv(
      result,
      {find_exported_measures(options.measures), find_authorities(result.header(), options.authorities),
       options.every == "month", levels_of(options)},
      write);
}

ExitCode run_export(const Options& options) {
  if (options.output.empty()) {
    export_result(options, [](std::string_view text) { fmt::print("{}", text); });
    return ExitCode::kOk;
  }
  require_writable(options.output);
  if (std::error_code error; fs::equivalent(options.output, options.file, error))
    throw UsageError(fmt::format("-o {}: that is the result itself; name another file", options.output));
  write_file(options.output, [&](std::ostream& stream) {
    export_result(options, [&](std::string_view text) { stream << text; });
  });
  if (is_stream(options.output)) return ExitCode::kOk;  // which has no size
  fmt::print("Table  {} ({})\n", options.output,
             bytes_text(static_cast<double>(fs::file_size(options.output))));
  return ExitCode::kOk;
}

}  // namespace

Command add_export(CLI::App& program) {
  CLI::App* const app = program.add_subcommand("export", "Write a result as one long table (CSV)");
  const auto options = std::make_shared<Options>();
  app->add_option("RESULT", options->file, "Result file of hearth run")->required();
  app->add_option("--as", options->format, "csv: every measure; hubverse: as hearth forecast writes it")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"csv", "hubverse"}))
      ->capture_default_str();
  app->add_option("--measures", options->measures,
                  "Measures: care_entries,looked_after_by_age,cost_total,... or all (the main six; of "
                  "hubverse all)")
      ->type_name("NAMES")
      ->delimiter(',');
  app->add_option("--authorities", options->authorities, "Only these, by code, name or region (all)")
      ->type_name("NAMES")
      ->delimiter(',');
  app->add_option("--every", options->every, "A row a month or a year")
      ->type_name("PERIOD")
      ->check(CLI::IsMember({"month", "year"}))
      ->capture_default_str();
  CLI::Option* const quantiles =
      app->add_option("--quantiles", options->quantiles,
                      "Quantiles across replicates (this, with 0.05,0.25,0.5,0.75,0.95)")
          ->type_name("LEVELS")
          ->delimiter(',');
  app->add_flag("--replicates", options->replicates,
                "Every replicate instead; of hubverse besides its quantiles, as samples")
      ->excludes(quantiles);
  app->add_option("-o,--output", options->output, "Write to this file (to standard output)")
      ->type_name("FILE");
  app->footer(
      R"(In a year flows and costs are summed, stocks are those at its end, levels are its mean.

Examples:
  hearth export outputs/england.h5 -o outputs/england.csv
  hearth export outputs/england.h5 --authorities Norfolk,London --measures all --replicates -o norfolk.csv
  hearth export outputs/england.h5 --as hubverse -o outputs/england_hubverse.csv)");
  return {app, [options] { return run_export(*options); }};
}

}  // namespace hearth
