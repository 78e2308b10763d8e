#include "results/file/result_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <system_error>
#include <utility>

#include "core/error.hpp"
#include "results/content/names.hpp"
#include "results/file/promise.hpp"
#include "results/file/stored_file.hpp"

namespace hearth {

using Path = std::filesystem::path;

struct ResultReader::Impl {
  StoredFile file;
  ResultHeader header;
  std::vector<VariableDescription> variables;
  std::vector<VariableDescription> of_authorities;  // of a summarised result, in their group
  std::size_t rows = 0;                             // along the dimension before time: authorities, or areas

  Impl(const Path& path, Accept accept) : file(path, {false, accept == Accept::kOwn}) {
    guarded([&] {
      check_version();
      header = promise::header(file.content());
      promise::check_variables(file.content(), header);
      variables = header.summarised ? area_variables(header) : result_variables(header);
      if (header.summarised) of_authorities = authority_variables(header);
      rows = header.summarised ? areas_with_replicates(header).size() : header.authorities.size();
      const std::vector<ResultPart> parts = promise::parts(file.content(), header);
      if (accept != Accept::kWhole) return;
      if (!promise::is_complete(file.content()))
        throw DataError(fmt::format(
            "cannot read {}: its run was not finished; go on with the run (the same command with --resume), "
            "and read the result that it makes",
            path.string()));
      std::uintmax_t bytes = std::filesystem::file_size(path);
      for (const ResultPart& part : parts) bytes += check_part(part);
      header.effects = promise::effects(file.content(), header);  // which are written last
      promise::check_size(header, bytes);
      if (header.effects.effects.empty()) return;
      file.read(fmt::format("{}/deviation", names::kEffects), {0, 0},
                {replicates(), header.effects.effects.size()}, header.effects.deviations);
      promise::check_deviations(header.effects.deviations);
    });
  }

  std::size_t steps() const { return static_cast<std::size_t>(header.steps()); }
  std::size_t replicates() const { return static_cast<std::size_t>(header.replicates); }

  // Says of which file something is wrong.
  void guarded(const std::function<void()>& read) const {
    try {
      read();
    } catch (const promise::Broken& broken) {
      throw DataError(
          fmt::format("cannot read {}: {}. The file is damaged, or another program or another version of "
                      "Hearth wrote it: run its scenario again",
                      file.file().string(), broken.what()));
    } catch (const std::filesystem::filesystem_error& error) {
      throw DataError(fmt::format("cannot read {}: {}", file.file().string(), error.code().message()));
    }
  }

  void check_version() const {
    const auto& attributes = file.content().root.attributes;
    const auto found = attributes.find(std::string(names::kFormatAttribute));
    if (found == attributes.end())
      throw DataError(fmt::format("{} is not a Hearth result: it has no attribute {}", file.file().string(),
                                  names::kFormatAttribute));
    const auto* version = std::get_if<std::int64_t>(&found->second);
    if (version == nullptr || *version == kResultFormatVersion || *version == kResultFormatVersionOfSteps ||
        *version == kResultFormatVersionOfSummaries)
      return;
    throw DataError(fmt::format(
        "{} has result format {}, this program reads formats {}, {} and {}; use the version of Hearth"
        " that wrote it, or run its scenario again",
        file.file().string(), *version, kResultFormatVersion, kResultFormatVersionOfSteps,
        kResultFormatVersionOfSummaries));
  }

  // A virtual result reads numbers of HDF5's own making where one of its parts is lost; so all must be there,
  // and be what they were. Returns the bytes of the part.
  std::uintmax_t check_part(const ResultPart& part) const {
    const Path path = file.file().parent_path() / part.file;
    const auto lost = [&](const std::string& why) {
      return DataError(
          fmt::format("cannot read {}: its numbers are in its parts, and {} {}; put the part back, or run "
                      "and merge again",
                      file.file().string(), path.string(), why));
    };
    std::error_code error;
    if (!std::filesystem::exists(path, error)) throw lost("is not there");
    const Impl opened(path, Accept::kUnfinished);
    const ResultHeader& found = opened.header;
    if (!promise::is_complete(opened.file.content()) || difference_of_runs(found, header) ||
        found.first_replicate != part.first_replicate || found.replicates != part.replicates)
      throw lost("holds other replicates than when they were merged");
    if (!promise::parts(opened.file.content(), found).empty())
      throw lost("has its numbers in yet other files");
    return std::filesystem::file_size(path);
  }

  // A later version may have variables that the file does not.
  DataError missing(const std::string& what) const {
    return DataError(
        fmt::format("cannot read {}: it has no variable {}; another version of Hearth made it, or it "
                    "is damaged: run its scenario again",
                    file.file().string(), what));
  }
};

ResultReader::ResultReader(const Path& file, Accept accept)
    : ResultReader(std::make_unique<Impl>(file, accept)) {}

// The header is kept once, by the base.
ResultReader::ResultReader(std::unique_ptr<Impl> opened)
    : ResultSource(opened->file.file().string(), opened->header), impl_(std::move(opened)) {}

ResultReader::~ResultReader() = default;

void ResultReader::planes(std::size_t variable, std::size_t arm, ReplicateRange replicates,
                          const std::vector<std::size_t>& categories, std::vector<double>& into) const {
  const VariableDescription& of = impl_->variables.at(variable);
  if (impl_->file.content().root.find(of.name) == nullptr) throw impl_->missing(of.name);
  std::vector<std::size_t> start = {arm, replicates.first};
  start.insert(start.end(), categories.begin(), categories.end());
  std::vector<std::size_t> count(start.size(), 1);
  count[1] = replicates.count;
  start.insert(start.end(), {0, 0});
  count.insert(count.end(), {impl_->rows, impl_->steps()});
  impl_->guarded([&] {
    impl_->file.read(of.name, start, count, into);
    promise::check_numbers(of, into);
  });
}

std::vector<double> ResultReader::authority_statistics(const std::string& variable,
                                                       const std::vector<std::size_t>& categories) const {
  const auto of = std::ranges::find(impl_->of_authorities, variable, &VariableDescription::name);
  if (of == impl_->of_authorities.end())
    throw InternalError("this result keeps no such statistics of authorities");
  const stored::Dataset* const found = impl_->file.content().find(names::kAuthorities)->find(variable);
  if (found == nullptr) throw impl_->missing(fmt::format("{} in group {}", variable, names::kAuthorities));
  constexpr std::size_t kBefore = 2;  // dimensions: statistic and arm
  std::vector<std::size_t> start(found->extent.size(), 0);
  std::vector<std::size_t> count(found->extent.begin(), found->extent.end());
  for (std::size_t c = 0; c < categories.size(); ++c) {
    start.at(kBefore + c) = categories[c];
    count.at(kBefore + c) = 1;
  }
  std::vector<double> out;
  impl_->guarded([&] {
    impl_->file.read(fmt::format("{}/{}", names::kAuthorities, variable), start, count, out);
    promise::check_statistics(*of, impl_->header.replicates, out);
  });
  return out;
}

}  // namespace hearth
