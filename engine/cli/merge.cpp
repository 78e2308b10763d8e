#include "results/merge.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/places.hpp"
#include "cli/terminal.hpp"

namespace hearth {
namespace {

struct Options {
  std::vector<std::filesystem::path> shards;
  std::string output;
  bool copy = false;
};

ExitCode merge(const Options& options) {
  const std::filesystem::path file = options.output;
  require_writable(file);
  merge_results(options.shards, file, options.copy ? MergeHow::kCopy : MergeHow::kVirtual, &stop_on_signal());
  const ResultHeader header = ResultReader(file).header();
  const bool alone = options.copy || header.summarised;
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

}  // namespace

Command add_merge(CLI::App& program) {
  CLI::App* const app = program.add_subcommand("merge", "Put the shards of a run together into one result");
  const auto options = std::make_shared<Options>();
  app->add_option("SHARDS", options->shards, "Result files of hearth run --shard, all of one run")
      ->required();
  add_output(*app, options->output, "")->required();
  app->add_flag("--copy", options->copy, "Copy the numbers, so that the shards are no longer needed");
  app->footer(
      R"(The result reads as one file. Without --copy it holds no numbers of its own and finds them in the
shards, seen from its own folder: move them together or not at all. Of a scenario with "output":
{"replicates": "summary"} it stands alone, and has summaries of authorities: only the shards have every replicate.

Examples:
  hearth merge outputs/england.shard-*.h5 -o outputs/england.h5
  hearth merge outputs/england.shard-*.h5 -o outputs/england.h5 --copy)");
  return {app, [options] { return merge(*options); }};
}

}  // namespace hearth
