#include "results/file/array_file.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/error.hpp"
#include "core/write_file.hpp"
#include "results/file/hdf5.hpp"

namespace hearth {
namespace {

using Scales = std::map<std::string, std::pair<H5::DataSet, std::size_t>>;  // by name, with the length

std::pair<H5::DataSet, std::size_t> write_dimension(H5::H5File& file, const ArrayFile::Dimension& dimension) {
  std::pair<H5::DataSet, std::size_t> out = std::visit(
      [&](const auto& labels) -> std::pair<H5::DataSet, std::size_t> {
        using Labels = std::decay_t<decltype(labels)>;
        if constexpr (std::is_same_v<Labels, std::vector<std::string>>)
          return {hdf5::write_strings(file, dimension.name, labels), labels.size()};
        else if constexpr (std::is_same_v<Labels, std::vector<std::int32_t>>)
          return {hdf5::write_integers(file, dimension.name, labels), labels.size()};
        else
          return {hdf5::write_doubles(file, dimension.name, {labels.size()}, labels), labels.size()};
      },
      dimension.labels);
  hdf5::make_scale(out.first, dimension.name);
  hdf5::write_attribute(out.first, "long_name", dimension.long_name);
  return out;
}

void write_variable(H5::H5File& file, const ArrayFile::Variable& variable, const Scales& scales) {
  std::vector<std::size_t> extent;
  std::size_t size = 1;
  for (const auto& name : variable.dimensions) {
    extent.push_back(scales.at(name).second);
    size *= extent.back();
  }
  if (variable.values.size() != size)
    throw InternalError(
        fmt::format("{} has {} values for {} cells", variable.name, variable.values.size(), size));
  H5::DataSet dataset = hdf5::write_doubles(file, variable.name, extent, variable.values);
  for (unsigned d = 0; d < variable.dimensions.size(); ++d)
    hdf5::attach_scale(dataset, scales.at(variable.dimensions[d]).first, d);
  hdf5::write_attribute(dataset, "long_name", variable.long_name);
  hdf5::write_attribute(dataset, "units", variable.units);
}

void write_provenance(H5::H5File& file, const ArrayFile& content) {
  H5::Group group = hdf5::attempt("making group provenance", [&] { return file.createGroup("provenance"); });
  for (const auto& [name, value] : content.provenance) hdf5::write_attribute(group, name, value);
  std::vector<std::string> names;
  std::vector<std::string> checksums;
  for (const auto& [name, checksum] : content.inputs) {
    names.push_back(name);
    checksums.push_back(checksum);
  }
  if (names.empty()) return;
  const H5::DataSet input = hdf5::write_strings(group, "input", names);
  hdf5::make_scale(input, "input");
  hdf5::attach_scale(hdf5::write_strings(group, "sha256", checksums), input, 0);
}

void write_content(H5::H5File& file, const ArrayFile& content) {
  hdf5::write_attribute(file, "Conventions", std::string("CF-1.8"));
  for (const auto& [name, value] : content.attributes) hdf5::write_attribute(file, name, value);
  Scales scales;
  for (const auto& dimension : content.dimensions)
    scales.emplace(dimension.name, write_dimension(file, dimension));
  for (const auto& along : content.along) {
    H5::DataSet dataset = hdf5::write_strings(file, along.name, along.values);
    hdf5::attach_scale(dataset, scales.at(along.dimension).first, 0);
    hdf5::write_attribute(dataset, "long_name", along.long_name);
  }
  for (const auto& variable : content.variables) write_variable(file, variable, scales);
  write_provenance(file, content);
}

}  // namespace

void write_array_file(const std::filesystem::path& file, const ArrayFile& content) {
  hdf5::write_file(temporary_name(file), file, [&](H5::H5File& open) { write_content(open, content); });
}

}  // namespace hearth
