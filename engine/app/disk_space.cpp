#include "app/disk_space.hpp"

#include <fmt/format.h>

#include <system_error>

#include "core/error.hpp"
#include "core/words.hpp"
#include "results/file/result_writer.hpp"
#include "simulation/ensemble.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

constexpr double kSplitSize = 0.12;  // of what a source alone adds to the file, measured

}  // namespace

DiskSpace space_for(const Scenario& scenario, std::size_t replicates, std::size_t alone, bool whole) {
  const double parts = 1.0 + kSplitSize * static_cast<double>(alone);
  const double every = parts * estimate_file_bytes(scenario, replicates);
  if (!whole || scenario.output.replicates == OutputReplicates::kAll) return {every, every};
  const double summarised = parts * estimate_summarised_bytes(scenario, replicates);
  return {summarised, every + summarised};
}

void require_room(const fs::path& file, const DiskSpace& needed) {
  std::error_code error;
  const fs::space_info space = fs::space(file.has_parent_path() ? file.parent_path() : ".", error);
  if (error) return;  // who cannot tell lets the run begin
  const auto kept = fs::file_size(partial_name(file), error);
  const double free = static_cast<double>(space.available) + (error ? 0.0 : static_cast<double>(kept));
  if (needed.most <= free) return;
  const std::string then = needed.most > needed.result
                               ? fmt::format(" while it runs, of which {} are left when it is summarised",
                                             bytes_text(needed.result))
                               : "";
  throw DataError(
      fmt::format("not enough room for {}: it takes about {}{}, and {} are free; free some, choose another "
                  "disk with -o, run fewer "
                  "--replicates or --authorities, or divide the run with --shard",
                  file.string(), bytes_text(needed.most), then, bytes_text(free)));
}

}  // namespace hearth
