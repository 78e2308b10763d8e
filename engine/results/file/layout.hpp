// How variables lie in the file. Internal to results/file/.
#pragma once

#include <H5Cpp.h>

#include <cstddef>
#include <vector>

#include "results/file/hdf5.hpp"

namespace hearth::layout {

// Cells to write: in the file, and as numbers in a row in memory. HDF5 is quick where both have one shape.
struct Cells {
  H5::DataSpace file;
  H5::DataSpace memory;
};

// So many cells along each dimension from `start`. Throws as H5Cpp does.
inline Cells box(const H5::DataSet& dataset, const std::vector<hsize_t>& start,
                 const std::vector<hsize_t>& count) {
  Cells out{dataset.getSpace(), H5::DataSpace(static_cast<int>(count.size()), count.data())};
  if (static_cast<std::size_t>(out.file.getSimpleExtentNdims()) != start.size())
    throw hdf5::Failure("choosing cells: another number of dimensions than the format has");
  out.file.selectHyperslab(H5S_SELECT_SET, count.data(), start.data());
  return out;
}

// The cells of all authorities and steps of one arm, replicate and category (or payer and cost category):
// one plane of a variable with dimensions (arm, replicate, categories..., authority, time). A plane lies in
// one piece, so it is written and read at once, and planes that are never written (a payer that never pays
// for something) take no space. `planes`: those of so many replicates that follow each other.
inline Cells plane(const H5::DataSet& dataset, std::size_t arm, std::size_t replicate,
                   const std::vector<std::size_t>& categories, std::size_t authorities, std::size_t steps,
                   std::size_t planes = 1) {
  std::vector<hsize_t> start = {arm, replicate};
  start.insert(start.end(), categories.begin(), categories.end());
  std::vector<hsize_t> count(start.size(), 1);
  count[1] = planes;
  start.insert(start.end(), {0, 0});
  count.insert(count.end(), {authorities, steps});
  return box(dataset, start, count);
}

// The cells of all statistics, arms, authorities and years of one category: of a variable of group
// "authorities", with dimensions (statistic, arm, categories..., authority, time).
inline Cells statistics(const H5::DataSet& dataset, const std::vector<std::size_t>& categories) {
  constexpr std::size_t kBefore = 2;  // dimensions
  const H5::DataSpace space = dataset.getSpace();
  std::vector<hsize_t> count(static_cast<std::size_t>(space.getSimpleExtentNdims()));
  space.getSimpleExtentDims(count.data());
  std::vector<hsize_t> start(kBefore + categories.size() + 2, 0);
  for (std::size_t c = 0; c < categories.size(); ++c) {
    start[kBefore + c] = categories[c];
    count.at(kBefore + c) = 1;
  }
  return box(dataset, start, count);
}

}  // namespace hearth::layout
