#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <system_error>
#include <utility>

#include "core/error.hpp"
#include "results/file/areas.hpp"
#include "results/file/description.hpp"
#include "results/file/layout.hpp"
#include "results/file/promise.hpp"
#include "results/file/result_file.hpp"
#include "results/file/stored_file.hpp"

namespace hearth {

using Path = std::filesystem::path;

struct ResultReader::Impl {
  StoredFile file;
  ResultHeader header;
  std::vector<Area> areas;  // of a summarised result: those that it keeps replicates of
  std::vector<VariableDescription> variables;
  std::vector<VariableDescription> of_authorities;  // in their group

  Impl(const Path& path, Accept accept) : file(path, {false, accept == Accept::kOwn}) {
    guarded([&] {
      check_version();
      header = promise::header(file.content());
      if (header.summarised) areas = areas_with_replicates(header);
      promise::check_variables(file.content(), header);
      variables = header.summarised ? area_variables(header) : result_variables(header);
      if (header.summarised) of_authorities = authority_variables(header);
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
      file.read(fmt::format("{}/deviation", layout::kEffects), {0, 0},
                {replicates(), header.effects.effects.size()}, header.effects.deviations);
      promise::check_deviations(header.effects.deviations);
    });
  }

  // Along the dimension before time: authorities, or areas.
  std::size_t rows() const { return header.summarised ? areas.size() : header.authorities.size(); }
  std::size_t steps() const { return static_cast<std::size_t>(header.steps()); }
  std::size_t replicates() const { return static_cast<std::size_t>(header.replicates); }

  // Says of which file something is wrong.
  void guarded(const std::function<void()>& read) const {
    try {
      read();
    } catch (const promise::Broken& broken) {
      throw DataError(
          fmt::format("cannot read {}: {}. The file is damaged, or another program has changed it: run its "
                      "scenario again",
                      file.file().string(), broken.what()));
    } catch (const std::filesystem::filesystem_error& error) {
      throw DataError(fmt::format("cannot read {}: {}", file.file().string(), error.code().message()));
    }
  }

  void check_version() const {
    const auto& attributes = file.content().root.attributes;
    const auto found = attributes.find(std::string(layout::kFormatAttribute));
    if (found == attributes.end())
      throw DataError(fmt::format("{} is not a Hearth result: it has no attribute {}", file.file().string(),
                                  layout::kFormatAttribute));
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

  // That the file has a variable; a later version may have measures that it does not.
  const VariableDescription& variable(std::string_view name) const {
    const auto found = std::ranges::find(variables, name, &VariableDescription::name);
    if (found == variables.end()) throw InternalError(fmt::format("no result has a variable {}", name));
    if (file.content().root.find(name) == nullptr)
      throw DataError(
          fmt::format("cannot read {}: it has no variable {}; another version of Hearth made it, or it "
                      "is damaged: run its scenario again",
                      file.file().string(), name));
    return *found;
  }

  void check_selection(const AuthorityGroup& selection) const {
    if (selection.empty() || std::ranges::max(selection) >= header.authorities.size())
      throw InternalError("an authority was asked for that the result does not have");
  }

  // Where the group lies in `areas`; areas.size(): nowhere.
  std::size_t area_of(const AuthorityGroup& group) const {
    return static_cast<std::size_t>(std::ranges::find(areas, group, &Area::authorities) - areas.begin());
  }

  DataError not_kept(const std::string& what) const {
    std::vector<std::string> names;
    for (const Area& area : areas) names.push_back(area.name);
    return DataError(fmt::format(
        "{} does not have the replicates of {}: it is summarised, and has those of {}, and of each authority "
        "the mean, standard deviation and quantiles of every year; ask for these, or run its scenario with "
        "\"output\": {{\"replicates\": \"all\"}}",
        file.file().string(), what, fmt::join(names, ", ")));
  }

  // Groups of authorities as groups of rows.
  std::vector<AuthorityGroup> in_rows(const std::vector<AuthorityGroup>& groups) const {
    for (const auto& group : groups) check_selection(group);
    if (!header.summarised) return groups;
    std::vector<AuthorityGroup> out;
    for (const auto& group : groups) {
      const std::size_t area = area_of(group);
      if (area == areas.size())
        throw not_kept(group.size() == 1 ? header.authorities[group.front()].name
                                         : fmt::format("{} authorities together", group.size()));
      out.push_back({area});
    }
    return out;
  }

  std::size_t count(ReplicateRange range) const {
    return std::min(range.count, replicates() - std::min(range.first, replicates()));
  }

  // The rows x steps values of the planes of some replicates; `position` is beyond arm and replicate.
  void read_planes(const VariableDescription& of, std::size_t arm, ReplicateRange replicates,
                   const std::vector<std::size_t>& position, std::vector<double>& values) const {
    std::vector<std::size_t> start = {arm, replicates.first};
    start.insert(start.end(), position.begin(), position.end());
    std::vector<std::size_t> count(start.size(), 1);
    count[1] = replicates.count;
    start.insert(start.end(), {0, 0});
    count.insert(count.end(), {rows(), steps()});
    file.read(of.name, start, count, values);
    promise::check_numbers(of, values);
  }

  // Calls visit(block, planes) for every arm and each replicate of the range; blocks are counted from 0.
  // `planes` are the rows x steps values of each variable.
  template <std::size_t kVariables, typename Visit>
  void each_plane(const std::array<const VariableDescription*, kVariables>& of,
                  const std::vector<std::size_t>& position, ReplicateRange range, Visit visit) const {
    constexpr std::size_t kBytesAtOnce = 4 << 20;
    const std::size_t plane = rows() * steps();
    const std::size_t at_once = std::clamp<std::size_t>(kBytesAtOnce / (plane * sizeof(double)), 1,
                                                        std::max<std::size_t>(count(range), 1));
    std::array<std::vector<double>, kVariables> values;
    std::array<const double*, kVariables> planes;
    std::size_t block = 0;
    for (std::size_t arm = 0; arm < header.arms.size(); ++arm)
      for (std::size_t first = 0; first < count(range); first += at_once) {
        const ReplicateRange here{range.first + first, std::min(at_once, count(range) - first)};
        for (std::size_t v = 0; v < kVariables; ++v) read_planes(*of[v], arm, here, position, values[v]);
        for (std::size_t r = 0; r < here.count; ++r) {
          for (std::size_t v = 0; v < kVariables; ++v) planes[v] = values[v].data() + r * plane;
          visit(block++, planes);
        }
      }
  }

  // Zeros for every group.
  template <typename Number>
  std::vector<std::vector<Number>> zeros(const std::vector<AuthorityGroup>& groups,
                                         ReplicateRange range) const {
    return {groups.size(), std::vector<Number>(header.arms.size() * count(range) * steps())};
  }

  // The sums over groups of rows. `position` is that of the planes beyond arm and replicate.
  std::vector<std::vector<double>> summed(std::string_view name, const std::vector<AuthorityGroup>& groups,
                                          const std::vector<std::size_t>& position,
                                          ReplicateRange range) const {
    const std::array of = {&variable(name)};
    auto out = zeros<double>(groups, range);
    each_plane(of, position, range, [&](std::size_t block, const auto& planes) {
      for (std::size_t g = 0; g < groups.size(); ++g)
        for (const std::size_t row : groups[g])
          for (std::size_t m = 0; m < steps(); ++m)
            out[g][block * steps() + m] += planes[0][row * steps() + m];
    });
    return out;
  }

  // A ratio of a group: the mean over its rows, weighted by social workers. One row's own ratio needs no
  // weights, and must not suffer their rounding.
  std::vector<std::vector<double>> averaged(Measure measure, std::string_view name,
                                            std::string_view weights_name,
                                            const std::vector<AuthorityGroup>& groups,
                                            const std::vector<std::size_t>& position,
                                            ReplicateRange range) const {
    const std::array of = {&variable(name), &variable(weights_name)};
    auto out = zeros<double>(groups, range);
    each_plane(of, position, range, [&](std::size_t block, const auto& planes) {
      for (std::size_t g = 0; g < groups.size(); ++g)
        for (std::size_t m = 0; m < steps(); ++m)
          out[g][block * steps() + m] = mean_ratio(measure, planes[0], planes[1], groups[g], m);
    });
    return out;
  }

  // In month `m`, from planes of the ratio and of its weights.
  double mean_ratio(Measure measure, const double* ratios, const double* fte, const AuthorityGroup& group,
                    std::size_t m) const {
    if (group.size() == 1) return ratios[group.front() * steps() + m];
    double weights = 0.0;
    double weighted = 0.0;
    double plain = 0.0;
    for (const std::size_t row : group) {
      const double ratio = ratios[row * steps() + m];
      const double weight = ratio_weight(measure, ratio, fte[row * steps() + m]);
      weights += weight;
      weighted += weight * ratio;
      plain += ratio;
    }
    return weights > 0.0 ? weighted / weights : plain / static_cast<double>(group.size());
  }
};

ResultReader::ResultReader(const std::filesystem::path& file, Accept accept)
    : impl_(std::make_unique<Impl>(file, accept)) {}

ResultReader::~ResultReader() = default;

const ResultHeader& ResultReader::header() const {
  return impl_->header;
}

bool ResultReader::has_replicates(const AuthorityGroup& authorities) const {
  return !impl_->header.summarised || impl_->area_of(authorities) < impl_->areas.size();
}

std::vector<double> ResultReader::series(Measure measure, const std::vector<std::size_t>& authorities,
                                         std::size_t category) const {
  return std::move(series_of_each(measure, {authorities}, category).front());
}

std::vector<double> ResultReader::cost(const std::vector<std::size_t>& authorities,
                                       const std::vector<std::size_t>& payers,
                                       const std::vector<std::size_t>& categories) const {
  return std::move(cost_of_each({authorities}, payers, categories).front());
}

std::vector<std::vector<double>> ResultReader::series_of_each(Measure measure,
                                                              const std::vector<AuthorityGroup>& groups,
                                                              std::size_t category,
                                                              ReplicateRange replicates) const {
  const auto rows = impl_->in_rows(groups);
  const MeasureInfo& info = kMeasureTable.at(index(measure));
  if (category >= size_of(info.dimension))
    throw InternalError(fmt::format("{} has no category {}", info.name, category));
  std::vector<std::vector<double>> out;
  impl_->guarded([&] {
    if (is_ratio(info))
      out = impl_->averaged(measure, info.name, kMeasureTable.at(index(Measure::kSocialWorkersFte)).name,
                            rows, {}, replicates);
    else
      out = impl_->summed(
          info.name, rows,
          info.dimension == MeasureDimension::kNone ? std::vector<std::size_t>{} : std::vector{category},
          replicates);
  });
  return out;
}

std::vector<double> ResultReader::series_alone(std::size_t source, Measure measure,
                                               const std::vector<std::size_t>& authorities) const {
  return std::move(series_alone_of_each(source, measure, {authorities}).front());
}

std::vector<double> ResultReader::cost_alone(std::size_t source,
                                             const std::vector<std::size_t>& authorities) const {
  return std::move(cost_alone_of_each(source, {authorities}).front());
}

std::vector<std::vector<double>> ResultReader::series_alone_of_each(std::size_t source, Measure measure,
                                                                    const std::vector<AuthorityGroup>& groups,
                                                                    ReplicateRange replicates) const {
  const auto rows = impl_->in_rows(groups);
  std::vector<std::vector<double>> out;
  impl_->guarded([&] {
    out = is_ratio(kMeasureTable.at(index(measure)))
              ? impl_->averaged(measure, layout::alone(measure), layout::alone(Measure::kSocialWorkersFte),
                                rows, {source}, replicates)
              : impl_->summed(layout::alone(measure), rows, {source}, replicates);
  });
  return out;
}

std::vector<std::vector<double>> ResultReader::cost_alone_of_each(std::size_t source,
                                                                  const std::vector<AuthorityGroup>& groups,
                                                                  ReplicateRange replicates) const {
  const auto rows = impl_->in_rows(groups);
  std::vector<std::vector<double>> out;
  impl_->guarded([&] { out = impl_->summed(layout::kCostAlone, rows, {source}, replicates); });
  return out;
}

std::vector<std::vector<double>> ResultReader::cost_of_each(const std::vector<AuthorityGroup>& groups,
                                                            const std::vector<std::size_t>& payers,
                                                            const std::vector<std::size_t>& categories,
                                                            ReplicateRange replicates) const {
  const auto rows = impl_->in_rows(groups);
  const auto chosen = [](const std::vector<std::size_t>& among, std::size_t position) {
    return among.empty() || std::ranges::find(among, position) != among.end();
  };
  const std::size_t steps = impl_->steps();
  // Summed in pence: exact, whatever the order.
  std::vector<std::vector<Pence>> total;
  impl_->guarded([&] {
    const std::array cost = {&impl_->variable(layout::kCost)};
    total = impl_->zeros<Pence>(groups, replicates);
    for (const CostLine& line : kCostLines) {
      if (!chosen(payers, index(line.payer)) || !chosen(categories, index(line.category))) continue;
      impl_->each_plane(cost, {index(line.payer), index(line.category)}, replicates,
                        [&](std::size_t block, const auto& planes) {
                          for (std::size_t g = 0; g < groups.size(); ++g)
                            for (const std::size_t row : rows[g])
                              for (std::size_t m = 0; m < steps; ++m)
                                total[g][block * steps + m] += pence_from_gbp(planes[0][row * steps + m]);
                        });
    }
  });
  auto out = impl_->zeros<double>(groups, replicates);
  for (std::size_t g = 0; g < groups.size(); ++g)
    std::ranges::transform(total[g], out[g].begin(), gbp_from_pence);
  return out;
}

std::vector<double> ResultReader::by_authority(std::size_t arm, std::size_t replicate, Measure measure,
                                               std::size_t category) const {
  if (impl_->header.summarised) throw impl_->not_kept("single authorities");
  const MeasureInfo& info = kMeasureTable.at(index(measure));
  std::vector<double> out;
  impl_->guarded([&] {
    impl_->read_planes(
        impl_->variable(info.name), arm, {replicate, 1},
        info.dimension == MeasureDimension::kNone ? std::vector<std::size_t>{} : std::vector{category}, out);
  });
  return out;
}

std::vector<double> ResultReader::cost_by_authority(std::size_t arm, std::size_t replicate,
                                                    const std::vector<std::size_t>& payers) const {
  if (impl_->header.summarised) throw impl_->not_kept("single authorities");
  // Summed in pence: exact, whatever the order.
  std::vector<Pence> total(impl_->rows() * impl_->steps());
  impl_->guarded([&] {
    const VariableDescription& cost = impl_->variable(layout::kCost);
    std::vector<double> values;
    for (const CostLine& line : kCostLines) {
      if (!payers.empty() && std::ranges::find(payers, index(line.payer)) == payers.end()) continue;
      impl_->read_planes(cost, arm, {replicate, 1}, {index(line.payer), index(line.category)}, values);
      for (std::size_t i = 0; i < total.size(); ++i) total[i] += pence_from_gbp(values[i]);
    }
  });
  std::vector<double> out(total.size());
  std::ranges::transform(total, out.begin(), gbp_from_pence);
  return out;
}

void ResultReader::planes(std::size_t variable, std::size_t arm, ReplicateRange replicates,
                          const std::vector<std::size_t>& categories, std::vector<double>& into) const {
  impl_->guarded([&] {
    impl_->read_planes(impl_->variable(impl_->variables.at(variable).name), arm, replicates, categories,
                       into);
  });
}

std::vector<double> ResultReader::authority_statistics(const std::string& variable,
                                                       const std::vector<std::size_t>& categories) const {
  const auto of = std::ranges::find(impl_->of_authorities, variable, &VariableDescription::name);
  if (of == impl_->of_authorities.end())
    throw InternalError("this result keeps no such statistics of authorities");
  const stored::Dataset* const found = impl_->file.content().find(layout::kAuthorities)->find(variable);
  if (found == nullptr)
    throw DataError(
        fmt::format("cannot read {}: it has no variable {} in group {}; another version of Hearth made "
                    "it, or it is damaged: run its scenario again",
                    impl_->file.file().string(), variable, layout::kAuthorities));
  constexpr std::size_t kBefore = 2;  // dimensions: statistic and arm
  std::vector<std::size_t> start(found->extent.size(), 0);
  std::vector<std::size_t> count(found->extent.begin(), found->extent.end());
  for (std::size_t c = 0; c < categories.size(); ++c) {
    start.at(kBefore + c) = categories[c];
    count.at(kBefore + c) = 1;
  }
  std::vector<double> out;
  impl_->guarded([&] {
    impl_->file.read(fmt::format("{}/{}", layout::kAuthorities, variable), start, count, out);
    promise::check_statistics(*of, impl_->header.replicates, out);
  });
  return out;
}

}  // namespace hearth
