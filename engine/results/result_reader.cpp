#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>
#include <system_error>
#include <utility>

#include "core/error.hpp"
#include "results/areas.hpp"
#include "results/hdf5.hpp"
#include "results/layout.hpp"
#include "results/result_file.hpp"
#include "results/variables.hpp"

namespace hearth {
namespace {

using hdf5::checked;
using hdf5::Id;
using Path = std::filesystem::path;

}  // namespace

struct ResultReader::Impl {
  Path file;
  Id hdf5_file;
  ResultHeader header;
  std::vector<Area> areas;  // of a summarised result: those that it keeps replicates of
  // Variables that stay open: a virtual one opens all its parts each time, and keeps some of each in memory.
  mutable std::vector<std::pair<std::string, Id>> variables;

  // Along the dimension before time: authorities, or areas.
  std::size_t rows() const { return header.summarised ? areas.size() : header.authorities.size(); }
  std::size_t steps() const { return static_cast<std::size_t>(header.steps()); }
  std::size_t replicates() const { return static_cast<std::size_t>(header.replicates); }

  void guarded(const std::function<void()>& read) const {
    const hdf5::QuietErrors quiet;
    try {
      read();
    } catch (const hdf5::Failure& failure) {
      throw DataError(fmt::format("cannot read {}: {}", file.string(), failure.what()));
    }
  }

  void open() {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (!std::filesystem::exists(status))
      throw DataError(fmt::format("cannot read {}: there is no such file", file.string()));
    if (std::filesystem::is_directory(status))
      throw DataError(fmt::format("cannot read {}: it is a directory", file.string()));
    const htri_t is_hdf5 = checked(H5Fis_hdf5(file.c_str()), "opening");
    if (is_hdf5 == 0)
      throw DataError(fmt::format("{} is not a Hearth result: it is not an HDF5 file", file.string()));
    hdf5_file = Id(checked(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), "opening"));
    if (checked(H5Aexists(hdf5_file, layout::kFormatAttribute.data()), "opening") == 0)
      throw DataError(fmt::format("{} is not a Hearth result: it has no attribute {}", file.string(),
                                  layout::kFormatAttribute));
    const double version = hdf5::read_number(hdf5_file, std::string(layout::kFormatAttribute));
    if (version != kResultFormatVersion && version != kResultFormatVersionOfSteps &&
        version != kResultFormatVersionOfSummaries)
      throw DataError(fmt::format(
          "{} has result format {}, this program reads formats {} to {}; use the version of Hearth"
          " that wrote it, or run its scenario again",
          file.string(), version, kResultFormatVersion, kResultFormatVersionOfSummaries));
    header.summarised = version == kResultFormatVersionOfSummaries;
  }

  void read_header() {
    header.title = hdf5::read_attribute(hdf5_file, "title");
    header.question = hdf5::read_attribute(hdf5_file, "question");
    header.seed = hdf5::read_unsigned(hdf5_file, "seed");
    header.sampling_fraction = hdf5::read_number(hdf5_file, "sampling_fraction");
    try {
      header.origin = parse_month_end(hdf5::read_attribute(hdf5_file, "origin"));
    } catch (const std::invalid_argument& error) {
      throw hdf5::Failure(fmt::format("attribute origin is {}", error.what()));
    }
    const auto arms = hdf5::read_strings(hdf5_file, "arm");
    const auto titles = hdf5::read_strings(hdf5_file, "arm_title");
    const auto codes = hdf5::read_integers(hdf5_file, "authority");
    const auto ons_codes = hdf5::read_strings(hdf5_file, "authority_ons_code");
    const auto names = hdf5::read_strings(hdf5_file, "authority_name");
    const auto regions = hdf5::read_strings(hdf5_file, "region");
    const std::string baseline = hdf5::read_attribute(hdf5_file, "baseline");
    if (titles.size() != arms.size() || ons_codes.size() != codes.size() || names.size() != codes.size() ||
        regions.size() != codes.size())
      throw hdf5::Failure("coordinates have different lengths");
    for (std::size_t a = 0; a < arms.size(); ++a) header.arms.push_back({arms[a], titles[a]});
    header.baseline = static_cast<std::size_t>(std::ranges::find(arms, baseline) - arms.begin());
    if (header.baseline == arms.size())
      throw hdf5::Failure(fmt::format("the baseline {} is not an arm", baseline));
    for (std::size_t a = 0; a < codes.size(); ++a)
      header.authorities.push_back({codes[a], ons_codes[a], names[a], regions[a]});
    const auto replicate_numbers = hdf5::read_integers(hdf5_file, "replicate");
    header.replicates = static_cast<int>(replicate_numbers.size());
    if (!replicate_numbers.empty()) header.first_replicate = replicate_numbers.front();
    if (checked(H5Aexists(hdf5_file, layout::kRunReplicates.data()), "opening") > 0)
      header.run_replicates =
          static_cast<int>(hdf5::read_number(hdf5_file, std::string(layout::kRunReplicates)));
    if (checked(H5Aexists(hdf5_file, layout::kStepMonths.data()), "opening") > 0)
      header.step_months = static_cast<int>(hdf5::read_number(hdf5_file, std::string(layout::kStepMonths)));
    const auto times = hdf5::read_integers(hdf5_file, "time");
    header.months = months_until(times);
    if (header.step_months < 1 || header.steps() != static_cast<int>(times.size()))
      throw hdf5::Failure(fmt::format("{} times do not make {} months", times.size(), header.months));

    read_split();
    header.effects = layout::read_effects(hdf5_file, header);

    const Id provenance(checked(H5Gopen2(hdf5_file, "provenance", H5P_DEFAULT), "reading group provenance"));
    for (const auto& name : hdf5::attribute_names(provenance))
      header.provenance[name] = hdf5::read_attribute(provenance, name);
    header.scenario_json = hdf5::read_text(provenance, "scenario");
    read_output_choices();
    if (checked(H5Lexists(provenance, "input", H5P_DEFAULT), "reading group provenance") > 0) {
      const auto inputs = hdf5::read_strings(provenance, "input");
      const auto checksums = hdf5::read_strings(provenance, "sha256");
      if (checksums.size() != inputs.size())
        throw hdf5::Failure("inputs and checksums have different lengths");
      for (std::size_t i = 0; i < inputs.size(); ++i) header.inputs[inputs[i]] = checksums[i];
    }
  }

  // What the resolved scenario wants of the file; results of earlier versions do not say.
  void read_output_choices() {
    const auto scenario = nlohmann::json::parse(header.scenario_json, nullptr, false);
    if (!scenario.is_object() || !scenario.contains("output")) return;
    header.compression = scenario["output"].value("compression", header.compression);
    header.to_summarise = !header.summarised && scenario["output"].value("replicates", "all") == "summary";
  }

  void read_areas() {
    if (!header.summarised) return;
    areas = areas_with_replicates(header);
    std::vector<std::string> names;
    for (const Area& area : areas) names.push_back(area.name);
    const std::string dimension(layout::kArea);
    if (hdf5::read_strings(hdf5_file, dimension) != names)
      throw hdf5::Failure("its areas are not England and the regions of its authorities");
  }

  // Months from the origin to the last of the times.
  int months_until(const std::vector<std::int32_t>& days) const {
    if (days.empty()) return 0;
    const std::chrono::year_month_day last(std::chrono::sys_days(std::chrono::days(days.back())));
    return MonthEnd{static_cast<int>(last.year()), static_cast<int>(static_cast<unsigned>(last.month()))}
        .months_since(header.origin);
  }

  void read_split() {
    const std::string name(layout::kSource);
    if (checked(H5Lexists(hdf5_file, name.c_str(), H5P_DEFAULT), "reading " + name) <= 0) return;
    for (const auto& source : hdf5::read_strings(hdf5_file, name)) {
      const auto found = std::ranges::find(kUncertaintySourceTable, source, &UncertaintySourceInfo::name);
      if (found == kUncertaintySourceTable.end())
        throw hdf5::Failure(fmt::format("{} is no source of uncertainty", source));
      header.split.push_back(found->id);
    }
  }

  // A virtual result reads numbers of its own making where one of its parts is lost; so all must be there.
  void check_parts() const {
    const Id dataset = variable(layout::kCost);
    const Id properties(checked(H5Dget_create_plist(dataset), "reading variable cost"));
    if (checked(H5Pget_layout(properties), "reading variable cost") != H5D_VIRTUAL) return;
    std::size_t count = 0;
    checked(H5Pget_virtual_count(properties, &count), "finding the parts");
    for (std::size_t i = 0; i < count; ++i) {
      const auto length = static_cast<std::size_t>(
          checked(H5Pget_virtual_filename(properties, i, nullptr, 0), "finding the parts"));
      std::string name(length + 1, '\0');
      checked(H5Pget_virtual_filename(properties, i, name.data(), name.size()), "finding the parts");
      name.resize(length);
      const Id in_whole(checked(H5Pget_virtual_vspace(properties, i), "finding the parts"));
      check_part(file.parent_path() / name, in_whole);
    }
  }

  // `in_whole`: the cells of this result that the part holds.
  void check_part(const Path& part, hid_t in_whole) const {
    const auto lost = [&](const std::string& why) {
      return DataError(
          fmt::format("cannot read {}: its numbers are in its parts, and {} {}; put the part back, or run "
                      "and merge again",
                      file.string(), part.string(), why));
    };
    std::error_code error;
    if (!std::filesystem::exists(part, error)) throw lost("is not there");
    const Id opened(H5Fopen(part.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
    if (opened < 0) throw lost("cannot be opened");
    std::array<hsize_t, H5S_MAX_RANK> start{};
    std::array<hsize_t, H5S_MAX_RANK> end{};
    checked(H5Sget_select_bounds(in_whole, start.data(), end.data()), "finding the parts");
    const auto numbers = hdf5::read_integers(opened, "replicate");
    if (hdf5::read_unsigned(opened, "seed") != header.seed || numbers.size() != end[1] - start[1] + 1 ||
        numbers.front() != header.first_replicate + static_cast<std::int32_t>(start[1]))
      throw lost("holds other replicates than when they were merged");
  }

  Id variable(std::string_view name) const {
    constexpr std::size_t kStayOpen = 2;  // a ratio and its weights
    auto found = std::ranges::find(variables, name, &std::pair<std::string, Id>::first);
    if (found == variables.end()) {
      Id dataset(checked(H5Dopen2(hdf5_file, std::string(name).c_str(), H5P_DEFAULT),
                         fmt::format("opening variable {}", name)));
      if (variables.size() == kStayOpen) variables.erase(variables.begin());
      variables.emplace_back(name, std::move(dataset));
      found = std::prev(variables.end());
    }
    checked(H5Iinc_ref(found->second), fmt::format("opening variable {}", name));
    return Id(static_cast<hid_t>(found->second));
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
        file.string(), what, fmt::join(names, ", ")));
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

  // The rows x steps values of one plane; `position` is beyond arm and replicate.
  void read_plane(const Id& dataset, std::size_t arm, std::size_t replicate,
                  const std::vector<std::size_t>& position, std::vector<double>& values) const {
    const Id memory = layout::plane_in_memory(rows(), steps());
    const Id cells = layout::plane(dataset, arm, replicate, position, rows(), steps());
    values.resize(rows() * steps());
    checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, cells, H5P_DEFAULT, values.data()), "reading values");
  }

  // Calls visit(block, arm, replicate) for every arm and each replicate of the range, with the rows x steps
  // values; blocks are counted from 0.
  template <typename Visit>
  void each_plane(const Id& dataset, const std::vector<std::size_t>& categories, ReplicateRange range,
                  std::vector<double>& values, Visit visit) const {
    std::size_t block = 0;
    for (std::size_t arm = 0; arm < header.arms.size(); ++arm)
      for (std::size_t r = 0; r < count(range); ++r) {
        read_plane(dataset, arm, range.first + r, categories, values);
        visit(block++, arm, range.first + r);
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
    auto out = zeros<double>(groups, range);
    std::vector<double> values;
    each_plane(variable(name), position, range, values, [&](std::size_t block, std::size_t, std::size_t) {
      for (std::size_t g = 0; g < groups.size(); ++g)
        for (const std::size_t row : groups[g])
          for (std::size_t m = 0; m < steps(); ++m) out[g][block * steps() + m] += values[row * steps() + m];
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
    const Id workers = variable(weights_name);
    auto out = zeros<double>(groups, range);
    std::vector<double> values;
    std::vector<double> fte;
    each_plane(variable(name), position, range, values,
               [&](std::size_t block, std::size_t arm, std::size_t replicate) {
                 read_plane(workers, arm, replicate, position, fte);
                 for (std::size_t g = 0; g < groups.size(); ++g)
                   for (std::size_t m = 0; m < steps(); ++m)
                     out[g][block * steps() + m] = mean_ratio(measure, values, fte, groups[g], m);
               });
    return out;
  }

  // In month `m`, from planes of the ratio and of its weights.
  double mean_ratio(Measure measure, const std::vector<double>& ratios, const std::vector<double>& fte,
                    const AuthorityGroup& group, std::size_t m) const {
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

ResultReader::ResultReader(const std::filesystem::path& file) : impl_(std::make_unique<Impl>()) {
  impl_->file = file;
  impl_->guarded([this] {
    impl_->open();
    impl_->read_header();
    impl_->read_areas();
    impl_->check_parts();
  });
}

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
  auto total = impl_->zeros<Pence>(groups, replicates);
  impl_->guarded([&] {
    const Id dataset = impl_->variable(layout::kCost);
    std::vector<double> values;
    for (const CostLine& line : kCostLines) {
      if (!chosen(payers, index(line.payer)) || !chosen(categories, index(line.category))) continue;
      impl_->each_plane(dataset, {index(line.payer), index(line.category)}, replicates, values,
                        [&](std::size_t block, std::size_t, std::size_t) {
                          for (std::size_t g = 0; g < groups.size(); ++g)
                            for (const std::size_t row : rows[g])
                              for (std::size_t m = 0; m < steps; ++m)
                                total[g][block * steps + m] += pence_from_gbp(values[row * steps + m]);
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
    impl_->read_plane(
        impl_->variable(info.name), arm, replicate,
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
    const Id dataset = impl_->variable(layout::kCost);
    std::vector<double> values;
    for (const CostLine& line : kCostLines) {
      if (!payers.empty() && std::ranges::find(payers, index(line.payer)) == payers.end()) continue;
      impl_->read_plane(dataset, arm, replicate, {index(line.payer), index(line.category)}, values);
      for (std::size_t i = 0; i < total.size(); ++i) total[i] += pence_from_gbp(values[i]);
    }
  });
  std::vector<double> out(total.size());
  std::ranges::transform(total, out.begin(), gbp_from_pence);
  return out;
}

std::vector<double> ResultReader::authority_statistics(const std::string& variable,
                                                       const std::vector<std::size_t>& categories) const {
  if (!impl_->header.summarised) throw InternalError("this result keeps no statistics of authorities");
  std::vector<double> out;
  impl_->guarded([&] {
    const Id dataset = impl_->variable(fmt::format("{}/{}", layout::kAuthorities, variable));
    const Id cells = layout::statistics(dataset, categories);
    out.resize(static_cast<std::size_t>(checked(H5Sget_select_npoints(cells), "choosing cells")));
    const Id memory = layout::in_memory(out.size());
    checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, cells, H5P_DEFAULT, out.data()), "reading values");
  });
  return out;
}

}  // namespace hearth
