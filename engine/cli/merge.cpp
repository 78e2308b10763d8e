#include "results/merge.hpp"

#include <fmt/format.h>

#include <memory>

#include "app/project.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/subcommand.hpp"
#include "core/words.hpp"
#include "results/file/result_reader.hpp"

namespace hearth {
namespace {

struct Options {
  std::vector<std::filesystem::path> shards;
  std::filesystem::path output;
  bool copy = false;
  bool in_place = false;
};

// What a copy takes: as much as the shards together.
void require_room(const Options& options) {
  double needed = 0.0;
  std::error_code error;
  for (const auto& shard : options.shards) {
    const auto bytes = std::filesystem::file_size(shard, error);
    if (error) return;  // whoever reads it says what is wrong
    needed += static_cast<double>(bytes);
  }
  const std::filesystem::path& file = options.output;
  const auto space = std::filesystem::space(file.has_parent_path() ? file.parent_path() : ".", error);
  if (error || needed <= static_cast<double>(space.available)) return;
  throw DataError(
      fmt::format("not enough room for {}: it takes about {}, and {} are free; free some, choose another "
                  "disk with -o, or leave the numbers in the shards with --virtual",
                  file.string(), bytes_text(needed), bytes_text(static_cast<double>(space.available))));
}

ExitCode merge(const Options& options) {
  const std::filesystem::path& file = options.output;
  require_writable(file);
  if (!options.in_place) require_room(options);
  merge_results(options.shards, file, options.in_place ? MergeHow::kVirtual : MergeHow::kCopy,
                &stop_on_signal());
  const ResultHeader header = ResultReader(file).header();
  const bool alone = !options.in_place || header.summarised;
  fmt::print("Result  {} ({}), {} of {}{}\n", file.string(),
             bytes_text(static_cast<double>(std::filesystem::file_size(file))),
             count_text(static_cast<std::size_t>(header.replicates), "replicate", "replicates"),
             count_text(options.shards.size(), "shard", "shards"),
             alone ? "" : ", which must stay where they are");
  if (header.summarised)
    fmt::print(
        "Kept    every replicate of England and regions, of authorities a summary; the shards have all\n");
  fmt::print("Read    hearth summary {}\n", file.string());
  return ExitCode::kOk;
}

const Subcommand kMerge{
    50, "merge", "Put the shards of a run together into one result", [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      line.arguments("SHARDS", options->shards, "Result files of hearth run --shard, all of one run")
          .required();
      add_output(line, options->output, "").required();
      const Option copy = line.flag("--copy", options->copy,
                                    "Copy the numbers, so that the shards are no longer needed: the default");
      line.flag(
              "--virtual", options->in_place,
              "Leave the numbers in the shards, which must stay where they are; R does not read such a file")
          .excludes(copy);
      line.footer(
          R"(The result holds all numbers of the shards. With --virtual it holds none, takes no room, and finds them in the
shards, seen from its own folder: move them together or not at all. Python and hearth read it, R does not. Of a
scenario with "output": {"replicates": "summary"} the result has summaries of authorities: only the shards have
every replicate.

Examples:
  hearth merge outputs/england.shard-*.h5 -o outputs/england.h5
  hearth merge outputs/england.shard-*.h5 -o outputs/england.h5 --virtual)");
      return [options](const Invocation&) { return merge(*options); };
    }};

}  // namespace
}  // namespace hearth
