#include "results/inspect.hpp"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include "core/error.hpp"
#include "results/hdf5.hpp"
#include "results/layout.hpp"

namespace hearth {
namespace {

using hdf5::checked;
using hdf5::Id;

// Names of the links of a group, in the order in which they were made.
std::vector<std::string> names_of(hid_t group) {
  H5G_info_t info;
  checked(H5Gget_info(group, &info), "listing variables");
  std::vector<std::string> out;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    const auto name = [&](char* into, std::size_t size) {
      return checked(
          H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, into, size, H5P_DEFAULT),
          "listing variables");
    };
    std::string text(static_cast<std::size_t>(name(nullptr, 0)), '\0');
    name(text.data(), text.size() + 1);
    out.push_back(std::move(text));
  }
  return out;
}

std::string dimension_name(hid_t dataset, unsigned dimension) {
  const auto read = [](hid_t, unsigned, hid_t scale, void* out) -> herr_t {
    const auto length = H5DSget_scale_name(scale, nullptr, 0);
    if (length < 0) return -1;
    auto& name = *static_cast<std::string*>(out);
    name.resize(static_cast<std::size_t>(length));
    return H5DSget_scale_name(scale, name.data(), name.size() + 1) < 0 ? -1 : 1;
  };
  std::string name;
  checked(H5DSiterate_scales(dataset, dimension, nullptr, read, &name), "reading a dimension");
  return name;
}

// Measures have several dimensions, coordinates one.
std::vector<ResultVariable> variables_of(hid_t group) {
  std::vector<ResultVariable> out;
  for (const auto& name : names_of(group)) {
    const Id object(checked(H5Oopen(group, name.c_str(), H5P_DEFAULT), "opening " + name));
    if (H5Iget_type(object) != H5I_DATASET) continue;
    const Id space(checked(H5Dget_space(object), "opening " + name));
    const int dimensions = checked(H5Sget_simple_extent_ndims(space), "opening " + name);
    if (dimensions < 2) continue;
    std::vector<hsize_t> shape(static_cast<std::size_t>(dimensions));
    checked(H5Sget_simple_extent_dims(space, shape.data(), nullptr), "opening " + name);
    ResultVariable variable{name,
                            hdf5::read_attribute(object, "long_name"),
                            hdf5::read_attribute(object, "units"),
                            {},
                            {shape.begin(), shape.end()},
                            H5Dget_storage_size(object)};
    for (unsigned d = 0; d < shape.size(); ++d) variable.dimensions.push_back(dimension_name(object, d));
    out.push_back(std::move(variable));
  }
  return out;
}

}  // namespace

ResultDescription inspect_result(const std::filesystem::path& file) {
  ResultDescription out;
  out.header = ResultReader(file).header();
  out.complete = out.header.provenance.contains("wall_seconds");  // which is written last
  out.bytes = std::filesystem::file_size(file);
  const hdf5::QuietErrors quiet;
  try {
    const Id open(checked(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), "opening"));
    out.variables = variables_of(open);
    if (out.header.summarised)
      out.of_authorities = variables_of(
          Id(checked(H5Gopen2(open, layout::kAuthorities.data(), H5P_DEFAULT), "opening group authorities")));
  } catch (const hdf5::Failure& failure) {
    throw DataError(fmt::format("cannot read {}: {}", file.string(), failure.what()));
  }
  return out;
}

}  // namespace hearth
