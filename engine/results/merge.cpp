#include "results/merge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

#include "core/error.hpp"
#include "core/plain_text.hpp"
#include "results/file/result_reader.hpp"
#include "results/file/result_writer.hpp"
#include "results/summarised.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

struct Part {
  fs::path file;
  ResultHeader header;

  int end() const { return header.first_replicate + header.replicates; }
};

std::string replicates_text(int first, int end) {
  return end - first == 1 ? fmt::format("replicate {}", first)
                          : fmt::format("replicates {} to {}", first, end - 1);
}

// By their first replicate.
std::vector<Part> read_parts(const std::vector<fs::path>& files) {
  std::vector<Part> out;
  std::set<fs::path> seen;
  for (const auto& file : files) {
    if (!seen.insert(fs::weakly_canonical(file)).second)
      throw DataError(fmt::format("cannot merge: {} is named twice; name each shard once", file.string()));
    out.push_back({file, ResultReader(file).header()});
    if (out.back().header.summarised)
      throw DataError(fmt::format(
          "cannot merge {}: it is summarised, so it does not have all replicates of a shard; name "
          "the shards of hearth run --shard",
          file.string()));
  }
  std::ranges::stable_sort(out, {}, [](const Part& part) { return part.header.first_replicate; });
  return out;
}

// All must be of one run, and follow each other from its first replicate to its last.
void check_parts(const std::vector<Part>& parts) {
  const Part& first = parts.front();
  for (const Part& part : parts)
    if (const auto difference = difference_of_runs(first.header, part.header))
      throw DataError(
          fmt::format("cannot merge {} and {}: they are not of one run: {}; merge shards of one run only",
                      first.file.string(), part.file.string(), *difference));
  const int all = std::max(first.header.run_replicates, first.header.replicates);
  int next = 0;
  const Part* before = nullptr;
  const auto missing = [&](int end) {
    return DataError(
        fmt::format("cannot merge: {} of {} {} missing; run the shards that hold them, and name every "
                    "shard of the run",
                    replicates_text(next, end), all, end - next == 1 ? "is" : "are"));
  };
  for (const Part& part : parts) {
    if (part.header.first_replicate > next) throw missing(part.header.first_replicate);
    if (part.header.first_replicate < next)
      throw DataError(
          fmt::format("cannot merge: {} and {} both hold {}; name shards of one division of the run",
                      before->file.string(), part.file.string(),
                      replicates_text(part.header.first_replicate, std::min(next, part.end()))));
    next = part.end();
    before = &part;
  }
  if (next < all) throw missing(all);
}

ResultHeader header_of(const std::vector<Part>& parts) {
  ResultHeader out = parts.front().header;
  out.replicates = parts.back().end();
  out.run_replicates = 0;
  out.effects.deviations.clear();
  for (const Part& part : parts) {
    const auto& of_part = part.header.effects.deviations;
    out.effects.deviations.insert(out.effects.deviations.end(), of_part.begin(), of_part.end());
  }
  std::vector<std::string> names;
  names.reserve(parts.size());
  for (const Part& part : parts) names.push_back(plain_text(part.file.filename().string()));
  out.provenance["merged_from"] = fmt::format("{}", fmt::join(names, ", "));
  for (const char* of_a_part : {"wall_seconds", "threads"}) out.provenance.erase(of_a_part);
  return out;
}

// What a part's provenance says of `name`; 0 where it says nothing.
double provenance_number(const Part& part, const char* name) {
  const auto found = part.header.provenance.find(name);
  return found == part.header.provenance.end() ? 0.0 : std::strtod(found->second.c_str(), nullptr);
}

}  // namespace

void merge_results(const std::vector<fs::path>& files, const fs::path& file, MergeHow how,
                   const std::atomic<bool>* stop) {
  const std::vector<Part> parts = read_parts(files);
  if (parts.empty()) throw UsageError("nothing to merge: name the shards of a run");
  for (const Part& part : parts)
    if (fs::weakly_canonical(part.file) == fs::weakly_canonical(file))
      throw UsageError(
          fmt::format("cannot merge into {}: it is one of the shards; choose another name", file.string()));
  check_parts(parts);
  const ResultHeader header = header_of(parts);
  double seconds = 0.0;
  double threads = 0.0;
  for (const Part& part : parts) {
    seconds += provenance_number(part, "wall_seconds");
    threads = std::max(threads, provenance_number(part, "threads"));
  }
  // A summarised result keeps nothing in its parts, so they need not be copied first.
  if (how == MergeHow::kCopy && !header.to_summarise) {
    ResultWriter writer(file, header);
    for (const Part& part : parts) {
      if (stop != nullptr && *stop) throw Interrupted();
      writer.copy(part.file);
    }
    return writer.commit(seconds, static_cast<int>(threads));
  }
  // HDF5 looks for parts from the folder of the file that names them.
  const fs::path folder = fs::weakly_canonical(fs::absolute(file)).parent_path();
  std::vector<ResultPart> named;
  named.reserve(parts.size());
  for (const Part& part : parts)
    named.push_back({fs::weakly_canonical(fs::absolute(part.file)).lexically_relative(folder),
                     part.header.first_replicate, part.header.replicates});
  ResultWriter writer(file, header, named);
  commit_result(writer, seconds, static_cast<int>(threads), stop);
}

}  // namespace hearth
