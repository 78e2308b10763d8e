#include "results/export.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <memory>
#include <ostream>

#include "analysis/forecasting/forecast.hpp"
#include "cli/commands.hpp"
#include "cli/places.hpp"
#include "cli/report.hpp"
#include "cli/requests.hpp"
#include "cli/terminal.hpp"
#include "published/england.hpp"
#include "published/england_reader.hpp"
#include "published/locations.hpp"
#include "report/workbook.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

struct Options {
  std::string file;
  std::string format;  // empty: as the name of the file ends, else csv
  std::vector<std::string> measures;
  std::vector<std::string> authorities;
  std::vector<std::string> areas;
  std::string every = "year";
  std::vector<std::string> quantiles;
  bool every_replicate = false;
  std::string output;
};

constexpr const char* kXlsx = "xlsx";
constexpr const char* kHubverse = "hubverse";
constexpr const char* kCsv = "csv";

std::string format_of(const Options& options) {
  const bool named_xlsx = fs::path(options.output).extension() == ".xlsx";
  if (options.format.empty()) return named_xlsx ? kXlsx : kCsv;
  if (named_xlsx && options.format != kXlsx)
    throw UsageError(
        fmt::format("--as {} with -o {}: the name is that of a spreadsheet; allowed: --as xlsx, or a name "
                    "that ends in .csv",
                    options.format, options.output));
  return options.format;
}

// The regions that the result has wholly.
std::vector<ExportPlace> whole_regions(const ResultHeader& header) {
  const England england = load_england(find_england_tables(), header.origin);
  std::vector<int> codes;
  for (const auto& authority : header.authorities) codes.push_back(authority.code);
  std::vector<ExportPlace> out;
  for (const Location& location : make_locations(england, codes))
    if (location.level == Level::kRegion)
      out.push_back({"region", "", location.ons_code, location.name, location.members});
  if (out.empty())
    throw UsageError(
        "--areas regions: the result holds no region with all its authorities; allowed: authorities, "
        "england");
  return out;
}

ExportPlace whole_result(const ResultHeader& header) {
  if (header.authorities.size() == 1) return place_of_authority(header, 0);
  const Area all = find_area(header, "England");
  const bool is_england = all.name == "England";
  return {is_england ? "england" : "all", "", is_england ? std::string(kEnglandOnsCode) : "", all.name,
          all.authorities};
}

std::vector<ExportPlace> places_of(const Options& options, const ResultHeader& header) {
  std::vector<ExportPlace> out;
  const auto wanted = options.areas.empty() ? std::vector<std::string>{"authorities"} : options.areas;
  const bool authorities = std::ranges::find(wanted, "authorities") != wanted.end();
  if (!options.authorities.empty() && !authorities)
    throw UsageError(
        "--authorities chooses rows of authorities, and --areas wants none; allowed: --areas authorities "
        "too");
  for (const auto& area : wanted) {
    if (area == "england") out.push_back(whole_result(header));
    if (area == "regions")
      for (auto& region : whole_regions(header)) out.push_back(std::move(region));
    if (area == "authorities")
      for (const std::size_t a : find_authorities(header, options.authorities))
        out.push_back(place_of_authority(header, a));
  }
  return out;
}

std::vector<double> levels_of(const Options& options) {
  if (options.every_replicate) return {};
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
  if (!options.areas.empty())
    throw UsageError(
        "--areas: the Hubverse format has authorities, regions and England anyway; leave it out");
  const ResultHeader& header = result.header();
  const England england = load_england(find_england_tables(), header.origin);
  require_known_authorities(options.file, header, england);
  Forecast forecast = forecast_of(result, england, find_authorities(header, options.authorities));
  if (!options.measures.empty()) {
    forecast.figures.clear();
    for (const auto& measure : options.measures) forecast.figures.push_back(find_figure(measure));
  }
  return hubverse_csv(forecast, options.every_replicate ? header.replicates : 0);
}

// The whole table, to `write`.
void export_result(const Options& options, const std::function<void(std::string_view)>& write) {
  const ResultReader result(options.file);
  if (format_of(options) == kHubverse) return write(hubverse(options, result));
  export_csv(result,
             {find_exported_measures(options.measures), places_of(options, result.header()),
              options.every == "month", levels_of(options)},
             write);
}

// All there is, so that nothing can be chosen.
void export_workbook(const Options& options) {
  if (options.output.empty())
    throw UsageError("--as xlsx: a spreadsheet needs a file; name it with -o, such as -o all.xlsx");
  for (const auto& [given, name] : {std::pair{!options.measures.empty(), "--measures"},
                                    {!options.authorities.empty(), "--authorities"},
                                    {!options.areas.empty(), "--areas"},
                                    {options.every != "year", "--every"},
                                    {!options.quantiles.empty(), "--quantiles"},
                                    {options.every_replicate, "--every-replicate"}})
    if (given)
      throw UsageError(fmt::format(
          "{}: a spreadsheet holds every figure and place, by year; allowed: --as csv with it", name));
  write_workbook(fs::path(options.file), options.output);
}

ExitCode run_export(const Options& options) {
  const std::string format = format_of(options);
  if (options.output.empty() && format != kXlsx) {
    export_result(options, [](std::string_view text) { fmt::print("{}", text); });
    return ExitCode::kOk;
  }
  if (!options.output.empty()) require_writable(options.output);
  if (std::error_code error; fs::equivalent(options.output, options.file, error))
    throw UsageError(fmt::format("-o {}: that is the result itself; name another file", options.output));
  if (format == kXlsx)
    export_workbook(options);
  else
    write_file(options.output, [&](std::ostream& stream) {
      export_result(options, [&](std::string_view text) { stream << text; });
    });
  if (is_stream(options.output)) return ExitCode::kOk;  // which has no size
  fmt::print("{}  {} ({})\n", format == kXlsx ? "Excel" : "Table", options.output,
             bytes_text(static_cast<double>(fs::file_size(options.output))));
  return ExitCode::kOk;
}

}  // namespace

void write_workbook(const fs::path& result, const fs::path& workbook) {
  const ResultReader reader(result);
  replace_file(workbook, [&](const fs::path& temporary) { write_workbook(reader, temporary); });
}

Command add_export(CLI::App& program) {
  CLI::App* const app =
      program.add_subcommand("export", "Write a result as a spreadsheet of everything, or as one long table");
  const auto options = std::make_shared<Options>();
  add_result(*app, options->file);
  app->add_option(
         "--as", options->format,
         "xlsx: a sheet a figure, inputs and sources; csv: one long table; hubverse: as hearth forecast "
         "writes it (as the file's name ends)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({kXlsx, kCsv, kHubverse}));
  add_measures(*app, options->measures);
  add_authorities(*app, options->authorities);
  app->add_option("--areas", options->areas,
                  "Rows of authorities, of regions, of england, or of several of these")
      ->type_name("LEVELS")
      ->delimiter(',')
      ->check(CLI::IsMember({"authorities", "regions", "england"}))
      ->default_str("authorities");
  app->add_option("--every", options->every, "A row a month or a year")
      ->type_name("PERIOD")
      ->check(CLI::IsMember({"month", "year"}))
      ->capture_default_str();
  CLI::Option* const quantiles =
      app->add_option("--quantiles", options->quantiles,
                      "Quantiles across replicates (this, with 0.05,0.25,0.5,0.75,0.95)")
          ->type_name("LEVELS")
          ->delimiter(',');
  app->add_flag("--every-replicate", options->every_replicate,
                "Every replicate instead; of hubverse as samples, with its quantiles")
      ->excludes(quantiles);
  add_output(*app, options->output, "standard output");
  app->footer(
      R"(In a year flows and costs are summed, stocks are those at its end, levels are its mean. Pounds are whole; children,
staff and events have at most two decimals.

Examples:
  hearth export outputs/england.h5 -o outputs/england.xlsx
  hearth export outputs/england.h5 --areas england,regions -o outputs/england.csv
  hearth export outputs/england.h5 --authorities Norfolk,London --measures all --every-replicate -o norfolk.csv
  hearth export outputs/england.h5 --as hubverse -o outputs/england_hubverse.csv)");
  return {app, [options] { return run_export(*options); }};
}

}  // namespace hearth
