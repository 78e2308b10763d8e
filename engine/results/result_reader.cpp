#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <system_error>

#include "core/error.hpp"
#include "results/hdf5.hpp"
#include "results/layout.hpp"
#include "results/result_file.hpp"

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

  std::size_t authorities() const { return header.authorities.size(); }
  std::size_t months() const { return static_cast<std::size_t>(header.months); }
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
    if (version != kResultFormatVersion)
      throw DataError(
          fmt::format("{} has result format {}, this program reads format {}; use the version of Hearth"
                      " that wrote it, or run its scenario again",
                      file.string(), version, kResultFormatVersion));
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
    header.replicates = static_cast<int>(hdf5::read_integers(hdf5_file, "replicate").size());
    header.months = static_cast<int>(hdf5::read_integers(hdf5_file, "time").size());

    read_split();

    const Id provenance(checked(H5Gopen2(hdf5_file, "provenance", H5P_DEFAULT), "reading group provenance"));
    for (const auto& name : hdf5::attribute_names(provenance))
      header.provenance[name] = hdf5::read_attribute(provenance, name);
    header.scenario_json = hdf5::read_text(provenance, "scenario");
    if (checked(H5Lexists(provenance, "input", H5P_DEFAULT), "reading group provenance") > 0) {
      const auto inputs = hdf5::read_strings(provenance, "input");
      const auto checksums = hdf5::read_strings(provenance, "sha256");
      if (checksums.size() != inputs.size())
        throw hdf5::Failure("inputs and checksums have different lengths");
      for (std::size_t i = 0; i < inputs.size(); ++i) header.inputs[inputs[i]] = checksums[i];
    }
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

  Id variable(std::string_view name) const {
    return Id(checked(H5Dopen2(hdf5_file, std::string(name).c_str(), H5P_DEFAULT),
                      fmt::format("opening variable {}", name)));
  }

  void check_selection(const std::vector<std::size_t>& selection) const {
    if (selection.empty() || std::ranges::max(selection) >= authorities())
      throw InternalError("an authority was asked for that the result does not have");
  }

  // The authorities x months values of one plane; `position` is beyond arm and replicate.
  void read_plane(const Id& dataset, std::size_t arm, std::size_t replicate,
                  const std::vector<std::size_t>& position, std::vector<double>& values) const {
    const Id memory = layout::plane_in_memory(authorities(), months());
    const Id cells = layout::plane(dataset, arm, replicate, position, authorities(), months());
    values.resize(authorities() * months());
    checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, cells, H5P_DEFAULT, values.data()), "reading values");
  }

  // Calls visit(block, values) for every arm and replicate with its authorities x months values.
  template <typename Visit>
  void each_plane(const Id& dataset, const std::vector<std::size_t>& categories, std::vector<double>& values,
                  Visit visit) const {
    const Id memory = layout::plane_in_memory(authorities(), months());
    values.resize(authorities() * months());
    for (std::size_t block = 0; block < header.arms.size() * replicates(); ++block) {
      const Id cells = layout::plane(dataset, block / replicates(), block % replicates(), categories,
                                     authorities(), months());
      checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, cells, H5P_DEFAULT, values.data()),
              "reading values");
      visit(block);
    }
  }

  // The sum over the chosen authorities. `position` is that of the planes beyond arm and replicate.
  std::vector<double> summed(std::string_view name, const std::vector<std::size_t>& selection,
                             const std::vector<std::size_t>& position) const {
    std::vector<double> out(header.arms.size() * replicates() * months());
    std::vector<double> values;
    each_plane(variable(name), position, values, [&](std::size_t block) {
      for (const std::size_t authority : selection)
        for (std::size_t m = 0; m < months(); ++m)
          out[block * months() + m] += values[authority * months() + m];
    });
    return out;
  }

  // A ratio of a group: the mean over its authorities, weighted by social workers.
  std::vector<double> averaged(Measure measure, std::string_view name, std::string_view weights_name,
                               const std::vector<std::size_t>& selection,
                               const std::vector<std::size_t>& position) const {
    const Id ratios = variable(name);
    const Id workers = variable(weights_name);
    const Id memory = layout::plane_in_memory(authorities(), months());
    std::vector<double> out(header.arms.size() * replicates() * months());
    std::vector<double> values;
    std::vector<double> fte(authorities() * months());
    each_plane(ratios, position, values, [&](std::size_t block) {
      const Id cells = layout::plane(workers, block / replicates(), block % replicates(), position,
                                     authorities(), months());
      checked(H5Dread(workers, H5T_NATIVE_DOUBLE, memory, cells, H5P_DEFAULT, fte.data()), "reading values");
      for (std::size_t m = 0; m < months(); ++m) {
        double weights = 0.0;
        double weighted = 0.0;
        double plain = 0.0;
        for (const std::size_t authority : selection) {
          const double ratio = values[authority * months() + m];
          const double weight = ratio_weight(measure, ratio, fte[authority * months() + m]);
          weights += weight;
          weighted += weight * ratio;
          plain += ratio;
        }
        out[block * months() + m] =
            weights > 0.0 ? weighted / weights : plain / static_cast<double>(selection.size());
      }
    });
    return out;
  }
};

ResultReader::ResultReader(const std::filesystem::path& file) : impl_(std::make_unique<Impl>()) {
  impl_->file = file;
  impl_->guarded([this] {
    impl_->open();
    impl_->read_header();
  });
}

ResultReader::~ResultReader() = default;

const ResultHeader& ResultReader::header() const {
  return impl_->header;
}

std::vector<double> ResultReader::series(Measure measure, const std::vector<std::size_t>& authorities,
                                         std::size_t category) const {
  impl_->check_selection(authorities);
  const MeasureInfo& info = kMeasureTable.at(index(measure));
  if (category >= size_of(info.dimension))
    throw InternalError(fmt::format("{} has no category {}", info.name, category));
  const bool ratio = is_ratio(info);
  std::vector<double> out;
  impl_->guarded([&] {
    // One authority's own ratio needs no weights, and must not suffer their rounding.
    if (ratio && authorities.size() > 1)
      out = impl_->averaged(measure, info.name, kMeasureTable.at(index(Measure::kSocialWorkersFte)).name,
                            authorities, {});
    else
      out = impl_->summed(
          info.name, authorities,
          info.dimension == MeasureDimension::kNone ? std::vector<std::size_t>{} : std::vector{category});
  });
  return out;
}

std::vector<double> ResultReader::series_alone(std::size_t source, Measure measure,
                                               const std::vector<std::size_t>& authorities) const {
  impl_->check_selection(authorities);
  std::vector<double> out;
  impl_->guarded([&] {
    out = is_ratio(kMeasureTable.at(index(measure))) && authorities.size() > 1
              ? impl_->averaged(measure, layout::alone(measure), layout::alone(Measure::kSocialWorkersFte),
                                authorities, {source})
              : impl_->summed(layout::alone(measure), authorities, {source});
  });
  return out;
}

std::vector<double> ResultReader::cost_alone(std::size_t source,
                                             const std::vector<std::size_t>& authorities) const {
  impl_->check_selection(authorities);
  std::vector<double> out;
  impl_->guarded([&] { out = impl_->summed(layout::kCostAlone, authorities, {source}); });
  return out;
}

std::vector<double> ResultReader::cost(const std::vector<std::size_t>& authorities,
                                       const std::vector<std::size_t>& payers,
                                       const std::vector<std::size_t>& categories) const {
  impl_->check_selection(authorities);
  const auto chosen = [](const std::vector<std::size_t>& among, std::size_t position) {
    return among.empty() || std::ranges::find(among, position) != among.end();
  };
  const std::size_t months = impl_->months();
  // Summed in pence: exact, whatever the order.
  std::vector<Pence> total(impl_->header.arms.size() * impl_->replicates() * months);
  impl_->guarded([&] {
    const Id dataset = impl_->variable(layout::kCost);
    std::vector<double> values;
    for (const CostLine& line : kCostLines) {
      if (!chosen(payers, index(line.payer)) || !chosen(categories, index(line.category))) continue;
      impl_->each_plane(dataset, {index(line.payer), index(line.category)}, values, [&](std::size_t block) {
        for (const std::size_t authority : authorities)
          for (std::size_t m = 0; m < months; ++m)
            total[block * months + m] += pence_from_gbp(values[authority * months + m]);
      });
    }
  });
  std::vector<double> out(total.size());
  std::ranges::transform(total, out.begin(), gbp_from_pence);
  return out;
}

std::vector<double> ResultReader::by_authority(std::size_t arm, std::size_t replicate, Measure measure,
                                               std::size_t category) const {
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
  // Summed in pence: exact, whatever the order.
  std::vector<Pence> total(impl_->authorities() * impl_->months());
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

}  // namespace hearth
