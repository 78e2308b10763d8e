#include "app/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ostream>
#include <system_error>
#include <utility>

#include "analysis/forecasting/forecast.hpp"
#include "app/project.hpp"
#include "app/report.hpp"
#include "app/result_header.hpp"
#include "core/write_file.hpp"
#include "published/england.hpp"
#include "published/england_reader.hpp"
#include "published/locations.hpp"
#include "results/export.hpp"
#include "results/file/result_reader.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

// The regions that the result has wholly.
std::vector<ExportPlace> whole_regions(const ResultHeader& header) {
  const England england = load_england_of_result(find_england_tables(), header.origin);
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

std::vector<ExportPlace> places_of(const ExportRequest& request, const ResultHeader& header) {
  std::vector<ExportPlace> out;
  const auto wanted = request.areas.empty() ? std::vector<std::string>{"authorities"} : request.areas;
  const bool authorities = std::ranges::find(wanted, "authorities") != wanted.end();
  if (!request.authorities.empty() && !authorities)
    throw UsageError(
        "--authorities chooses rows of authorities, and --areas wants none; allowed: --areas authorities "
        "too");
  for (const auto& area : wanted) {
    if (area == "england") out.push_back(whole_result(header));
    if (area == "regions")
      for (auto& region : whole_regions(header)) out.push_back(std::move(region));
    if (area == "authorities")
      for (const std::size_t a : find_authorities(header, request.authorities))
        out.push_back(place_of_authority(header, a));
  }
  return out;
}

std::vector<double> levels_of(const ExportRequest& request) {
  if (request.every_replicate) return {};
  if (request.quantiles.empty()) return kExportedQuantiles;
  std::vector<double> out;
  for (const auto& text : request.quantiles) {
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
std::string hubverse(const ExportRequest& request, const ResultReader& result) {
  if (request.prices != "real")
    throw UsageError("--prices: the Hubverse format has no money; leave it out, or use --as csv");
  if (request.every != "year")
    throw UsageError("--every month: the Hubverse format has horizons in years; use --as csv for months");
  if (!request.quantiles.empty())
    throw UsageError("--quantiles: the Hubverse format has 23 levels of its own; use --as csv for others");
  if (!request.areas.empty())
    throw UsageError(
        "--areas: the Hubverse format has authorities, regions and England anyway; leave it out");
  const ResultHeader& header = result.header();
  const England england = load_england_of_result(find_england_tables(), header.origin);
  require_known_authorities(request.result, header, england);
  Forecast forecast = forecast_of(result, england, find_authorities(header, request.authorities));
  if (!request.measures.empty()) {
    forecast.figures.clear();
    for (const auto& measure : request.measures) forecast.figures.push_back(find_figure(measure));
  }
  return hubverse_csv(forecast, request.every_replicate ? header.replicates : 0);
}

// All there is, so that nothing can be chosen.
void export_workbook(const ExportRequest& request) {
  if (request.output.empty())
    throw UsageError("--as xlsx: a spreadsheet needs a file; name it with -o, such as -o all.xlsx");
  for (const auto& [given, name] : {std::pair{!request.measures.empty(), "--measures"},
                                    {!request.authorities.empty(), "--authorities"},
                                    {!request.areas.empty(), "--areas"},
                                    {request.every != "year", "--every"},
                                    {!request.quantiles.empty(), "--quantiles"},
                                    {request.every_replicate, "--every-replicate"}})
    if (given)
      throw UsageError(fmt::format(
          "{}: a spreadsheet holds every figure and place, by year; allowed: --as csv with it", name));
  write_workbook(fs::path(request.result), request.output, parse_pounds(request.prices));
}

}  // namespace

std::string format_of(const ExportRequest& request) {
  const bool named_xlsx = request.output.extension() == ".xlsx";
  if (request.format.empty()) return named_xlsx ? kXlsx : kCsv;
  if (named_xlsx && request.format != kXlsx)
    throw UsageError(
        fmt::format("--as {} with -o {}: the name is that of a spreadsheet; allowed: --as xlsx, or a name "
                    "that ends in .csv",
                    request.format, request.output.string()));
  return request.format;
}

void export_table(const ExportRequest& request, const std::function<void(std::string_view)>& write) {
  ResultReader result(request.result);
  result.show_money_in(parse_pounds(request.prices));
  if (format_of(request) == kHubverse) return write(hubverse(request, result));
  export_csv(result,
             {find_exported_measures(request.measures), places_of(request, result.header()),
              request.every == "month", levels_of(request)},
             write);
}

void export_file(const ExportRequest& request) {
  const std::string format = format_of(request);
  if (!request.output.empty()) require_writable(request.output);
  if (std::error_code error; fs::equivalent(request.output, request.result, error))
    throw UsageError(
        fmt::format("-o {}: that is the result itself; name another file", request.output.string()));
  if (format == kXlsx)
    export_workbook(request);
  else
    write_file(request.output, [&](std::ostream& stream) {
      export_table(request, [&](std::string_view text) { stream << text; });
    });
}

}  // namespace hearth
