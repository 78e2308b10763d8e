// Writing what results are described by: coordinates, variables and provenance. Internal to results/.
#pragma once

#include <H5Cpp.h>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "results/content/description.hpp"
#include "results/file/hdf5.hpp"

namespace hearth::layout {

using Scales = std::map<std::string, H5::DataSet>;  // by dimension

void write_attributes(H5::H5Object& object, const Attributes& attributes);

// `can_shrink`: the dimension that may be made shorter later, if any.
Scales write_coordinates(const H5::Group& group, const std::vector<CoordinateDescription>& coordinates,
                         const std::string& can_shrink = "");

// The file's type of a variable's numbers, and the lengths of its dimensions.
const H5::PredType& file_type(NumberType type);
std::vector<hsize_t> extent_of(const VariableDescription& variable, const Scales& scales);

// A chunk is one plane, the last two dimensions: what is written at once is compressed at once, and reading
// one measure touches nothing else. Planes above an upper bound are split; small planes of several positions
// along the second dimension (replicates) share a chunk, for each chunk costs about 100 bytes of index and
// its own compression.
void lay_in_chunks(H5::DSetCreatPropList& properties, const VariableDescription& variable,
                   const std::vector<hsize_t>& extent, int compression);

// Makes the variable with its dimensions and attributes.
H5::DataSet make_variable(const H5::Group& group, const VariableDescription& variable, const Scales& scales,
                          const H5::DSetCreatPropList& properties);

// A group that keeps the order in which its members are made.
H5::Group make_group(const H5::Group& file, const std::string& name);
H5::Group write_provenance(const H5::Group& file, const ResultHeader& header);
// The group of drawn effects, in place of one that is there; nothing where the header has none.
void write_effects(const H5::Group& file, const ResultHeader& header);

}  // namespace hearth::layout
