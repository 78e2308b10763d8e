// Writing what results are described by: coordinates, variables and provenance. Internal to results/.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "results/content/description.hpp"
#include "results/file/hdf5.hpp"

namespace hearth::layout {

using Scales = std::map<std::string, hdf5::Id>;  // by dimension

void write_attributes(hid_t object, const Attributes& attributes);

// `can_shrink`: the dimension that H5Dset_extent may make shorter later, if any.
Scales write_coordinates(hid_t group, const std::vector<CoordinateDescription>& coordinates,
                         const std::string& can_shrink = "");

// The file's type of a variable's numbers, and the lengths of its dimensions.
hid_t file_type(NumberType type);
std::vector<hsize_t> extent_of(const VariableDescription& variable, const Scales& scales);

// Properties of a variable; its creation time is not kept.
hdf5::Id variable_properties(const VariableDescription& variable);

// A chunk is one plane, the last two dimensions: what is written at once is compressed at once, and reading
// one measure touches nothing else. Planes above an upper bound are split; small planes of several positions
// along the second dimension (replicates) share a chunk, for each chunk costs about 100 bytes of index and
// its own compression.
void lay_in_chunks(hid_t properties, const VariableDescription& variable, const std::vector<hsize_t>& extent,
                   int compression);

// Makes the variable with its dimensions and attributes.
hdf5::Id make_variable(hid_t group, const VariableDescription& variable, const Scales& scales,
                       hid_t properties);

// A group that keeps the order in which its members are made.
hdf5::Id make_group(hid_t file, const std::string& name);
hdf5::Id write_provenance(hid_t file, const ResultHeader& header);
// The group of drawn effects, in place of one that is there; nothing where the header has none.
void write_effects(hid_t file, const ResultHeader& header);

}  // namespace hearth::layout
