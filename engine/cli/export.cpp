#include "app/export.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/options.hpp"
#include "cli/subcommand.hpp"
#include "core/words.hpp"
#include "core/write_file.hpp"

namespace hearth {
namespace {

ExitCode run_export(const ExportRequest& request) {
  const std::string format = format_of(request);
  if (request.output.empty() && format != kXlsx) {
    export_table(request, [](std::string_view text) { fmt::print("{}", text); });
    return ExitCode::kOk;
  }
  export_file(request);
  if (is_stream(request.output)) return ExitCode::kOk;  // which has no size
  fmt::print("{}  {} ({})\n", format == kXlsx ? "Excel" : "Table", request.output.string(),
             bytes_text(static_cast<double>(std::filesystem::file_size(request.output))));
  return ExitCode::kOk;
}

const Subcommand kExport{
    80, "export", "Write a result as a spreadsheet of everything, or as one long table",
    [](CommandLine& line) -> Action {
      const auto request = std::make_shared<ExportRequest>();
      add_result(line, request->result);
      line.choice(
          "--as", request->format, "FORMAT", {kXlsx, kCsv, kHubverse},
          "xlsx: a sheet a figure, inputs and sources; csv: one long table; hubverse: as hearth forecast "
          "writes it (as the file's name ends)");
      add_measures(line, request->measures);
      add_authorities(line, request->authorities);
      line.choices("--areas", request->areas, "LEVELS", {"authorities", "regions", "england"},
                   "Rows of authorities, of regions, of england, or of several of these")
          .shows_default("authorities");
      line.choice("--every", request->every, "PERIOD", {"month", "year"}, "A row a month or a year")
          .shows_default();
      const Option quantiles = line.list("--quantiles", request->quantiles, "LEVELS",
                                         "Quantiles across replicates (this, with 0.05,0.25,0.5,0.75,0.95)");
      line.flag("--every-replicate", request->every_replicate,
                "Every replicate instead; of hubverse as samples, with its quantiles")
          .excludes(quantiles);
      add_prices(line, request->prices);
      add_output(line, request->output, "standard output");
      line.footer(
          R"(In a year flows and costs are summed, stocks are those at its end, levels are its mean. Pounds are whole; children,
staff and events have at most two decimals.

Examples:
  hearth export outputs/england.h5 -o outputs/england.xlsx
  hearth export outputs/england.h5 --areas england,regions -o outputs/england.csv
  hearth export outputs/england.h5 --authorities Norfolk,London --measures all --every-replicate -o norfolk.csv
  hearth export outputs/england.h5 --as hubverse -o outputs/england_hubverse.csv)");
      return [request](const Invocation&) { return run_export(*request); };
    }};

}  // namespace
}  // namespace hearth
