// How variables lie in the file, internal to results/file/.
#pragma once

#include <array>
#include <vector>

#include "results/file/hdf5.hpp"

namespace hearth::layout {

// The cells of all authorities and months of one arm, replicate and category (or payer and cost category):
// one plane of a variable with dimensions (arm, replicate, categories..., authority, time). A plane lies in
// one piece, so it is written and read at once, and planes that are never written (a payer that never pays
// for something) take no space. `planes`: those of so many replicates that follow each other.
inline hdf5::Id plane(hid_t dataset, std::size_t arm, std::size_t replicate,
                      const std::vector<std::size_t>& categories, std::size_t authorities, std::size_t months,
                      std::size_t planes = 1) {
  std::vector<hsize_t> start = {arm, replicate};
  start.insert(start.end(), categories.begin(), categories.end());
  std::vector<hsize_t> count(start.size(), 1);
  count[1] = planes;
  start.insert(start.end(), {0, 0});
  count.insert(count.end(), {authorities, months});
  hdf5::Id space(hdf5::checked(H5Dget_space(dataset), "choosing cells"));
  if (static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)) != start.size())
    throw hdf5::Failure("choosing cells: another number of dimensions than the format has");
  hdf5::checked(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
                "choosing cells");
  return space;
}

// The cells of all statistics, arms, authorities and years of one category: of a variable of group
// "authorities", with dimensions (statistic, arm, categories..., authority, time).
inline hdf5::Id statistics(hid_t dataset, const std::vector<std::size_t>& categories) {
  constexpr std::size_t kBefore = 2;  // dimensions
  hdf5::Id space(hdf5::checked(H5Dget_space(dataset), "choosing cells"));
  const auto rank = static_cast<std::size_t>(H5Sget_simple_extent_ndims(space));
  if (rank != kBefore + categories.size() + 2)
    throw hdf5::Failure("choosing cells: another number of dimensions than the format has");
  std::vector<hsize_t> start(rank, 0);
  std::vector<hsize_t> count(rank);
  hdf5::checked(H5Sget_simple_extent_dims(space, count.data(), nullptr), "choosing cells");
  for (std::size_t c = 0; c < categories.size(); ++c) {
    start[kBefore + c] = categories[c];
    count[kBefore + c] = 1;
  }
  hdf5::checked(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
                "choosing cells");
  return space;
}

// So many numbers in a row.
inline hdf5::Id in_memory(std::size_t numbers) {
  const std::array<hsize_t, 1> extent = {numbers};
  return hdf5::Id(hdf5::checked(H5Screate_simple(1, extent.data(), nullptr), "choosing cells"));
}

inline hdf5::Id plane_in_memory(std::size_t authorities, std::size_t months) {
  const std::array<hsize_t, 2> extent = {authorities, months};
  return hdf5::Id(hdf5::checked(H5Screate_simple(2, extent.data(), nullptr), "choosing cells"));
}

}  // namespace hearth::layout
