#include "results/summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "cli/options.hpp"
#include "cli/subcommand.hpp"
#include "results/file/result_reader.hpp"
#include "results/split.hpp"
#include "scenario/files/json_text.hpp"

namespace hearth {
namespace {

struct Options {
  std::filesystem::path file;
  std::string area = "England";
  std::vector<std::string> measures;
  bool json = false;
  bool csv = false;
  bool split = false;
  std::string prices = "real";
};

// Where the uncertainty comes from, alone, with the intervals of every source.
ExitCode print_split(const Options& options, const ResultReader& reader) {
  if (reader.header().split.empty())
    throw DataError(
        fmt::format("{} does not say where the uncertainty comes from; run its scenario again with --split",
                    options.file.string()));
  const auto known = split_measures();
  for (const auto& key : options.measures)
    if (std::ranges::find(known, key) == known.end())
      throw UsageError(
          fmt::format("--split has no measure \"{}\"; allowed: {}", key, fmt::join(known, ", ")));
  const Area area = find_area(reader.header(), options.area);
  const Split found =
      *split(reader, area, find_summary_measures(options.measures.empty() ? known : options.measures));
  fmt::print("{}", options.json  ? json_text(split_json(found), 2) + '\n'
                   : options.csv ? split_csv(found, area.name)
                                 : split_text(found, true).substr(1));
  return ExitCode::kOk;
}

ExitCode print(const Options& options) {
  ResultReader reader(options.file);
  reader.show_money_in(parse_pounds(options.prices));
  if (options.split) return print_split(options, reader);
  const Summary summary = summarise(reader, options.area, options.measures);
  fmt::print("{}", options.json  ? summary_json(summary)
                   : options.csv ? summary_csv(summary)
                                 : summary_text(summary));
  return ExitCode::kOk;
}

const Subcommand kSummary{
    60, "summary", "Print what a result says, year by year and arm by arm", [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      add_result(line, options->file);
      line.argument("AREA", options->area, "England, a region, or an authority by name or code")
          .shows_default();
      add_measures(line, options->measures);
      add_prices(line, options->prices);
      const Option json = add_json(line, options->json);
      add_csv(line, options->csv).excludes(json);
      line.flag(
          "--split", options->split,
          "Where the uncertainty comes from, alone, with the intervals of each source (runs with --split)");
      line.footer(
          R"(Each number is the median of the replicates with the interval that holds 90% of them; differences
from the baseline are taken replicate by replicate, with the same random numbers. --json has full precision; of --csv
pounds are whole, and children, staff and events have at most two decimals. All figures in one file: hearth export.

Examples:
  hearth summary outputs/england.h5
  hearth summary outputs/england.h5 Hertfordshire --measures care_entries,child_protection_plans
  hearth summary outputs/england.h5 "North East" --csv > north_east.csv)");
      return [options](const Invocation&) { return print(*options); };
    }};

}  // namespace
}  // namespace hearth
