#include "results/file/summarised_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <utility>

#include "core/error.hpp"
#include "results/content/areas.hpp"
#include "results/content/description.hpp"
#include "results/content/names.hpp"
#include "results/file/hdf5.hpp"
#include "results/file/layout.hpp"
#include "results/file/variables.hpp"

namespace hearth {

struct SummarisedFile::Impl {
  const ResultHeader& header;
  std::size_t areas;
  std::size_t steps;
  std::vector<VariableDescription> variables;
  std::vector<H5::DataSet> of_areas;
  std::map<std::string, H5::DataSet> of_authorities;

  Impl(const ResultHeader& of, const H5::H5File& file)
      : header(of),
        areas(areas_with_replicates(of).size()),
        steps(static_cast<std::size_t>(of.steps())),
        variables(area_variables(of)),
        of_areas(make(file, area_coordinates(of), variables)) {
    const std::vector<VariableDescription> kept = authority_variables(of);
    const H5::Group group = layout::make_group(file, std::string(names::kAuthorities));
    std::vector<H5::DataSet> made = make(group, authority_coordinates(of), kept);
    for (std::size_t i = 0; i < kept.size(); ++i) of_authorities[kept[i].name] = std::move(made[i]);
  }

  std::vector<H5::DataSet> make(const H5::Group& group, const std::vector<CoordinateDescription>& coordinates,
                                const std::vector<VariableDescription>& descriptions) const {
    const layout::Scales scales = layout::write_coordinates(group, coordinates);
    std::vector<H5::DataSet> out;
    for (const VariableDescription& each : descriptions) {
      H5::DSetCreatPropList properties = hdf5::variable_properties();
      layout::lay_in_chunks(properties, each, layout::extent_of(each, scales), header.compression);
      out.push_back(layout::make_variable(group, each, scales, properties));
    }
    return out;
  }
};

void SummarisedFile::write_areas(std::size_t variable, std::size_t arm, std::size_t first_replicate,
                                 const std::vector<std::size_t>& categories,
                                 const std::vector<double>& planes) {
  const VariableDescription& of = impl_.variables.at(variable);
  // HDF5 would write the largest number that fits.
  if (of.type == NumberType::kInt32 && std::ranges::max(planes) > std::numeric_limits<std::int32_t>::max())
    throw InternalError(fmt::format("{} is too large for its type", of.name));
  hdf5::attempt("writing " + of.name, [&] {
    const H5::DataSet& dataset = impl_.of_areas[variable];
    const layout::Cells cells = layout::plane(dataset, arm, first_replicate, categories, impl_.areas,
                                              impl_.steps, planes.size() / (impl_.areas * impl_.steps));
    dataset.write(planes.data(), H5::PredType::NATIVE_DOUBLE, cells.memory, cells.file);
  });
}

void SummarisedFile::write_authorities(const std::string& variable,
                                       const std::vector<std::size_t>& categories,
                                       const std::vector<double>& values) {
  hdf5::attempt("writing " + variable, [&] {
    const H5::DataSet& dataset = impl_.of_authorities.at(variable);
    const layout::Cells cells = layout::statistics(dataset, categories);
    dataset.write(values.data(), H5::PredType::NATIVE_DOUBLE, cells.memory, cells.file);
  });
}

void SummarisedFile::write(const std::filesystem::path& temporary, const std::filesystem::path& file,
                           const ResultHeader& whole, const std::function<void(SummarisedFile&)>& fill) {
  ResultHeader header = whole;
  header.summarised = true;
  std::map<std::string, double> numbers;  // of the run, which a header has as text
  for (const char* name : {"wall_seconds", "threads"})
    if (const auto found = header.provenance.find(name); found != header.provenance.end()) {
      numbers[name] = std::strtod(found->second.c_str(), nullptr);
      header.provenance.erase(found);
    }
  hdf5::write_file(temporary, file, [&](H5::H5File& open) {
    layout::write_attributes(open, result_attributes(header));
    Impl impl(header, open);
    SummarisedFile writing(impl);
    fill(writing);
    layout::write_effects(open, header);
    H5::Group provenance = layout::write_provenance(open, header);
    if (numbers.contains("threads"))
      hdf5::write_attribute(provenance, "threads", static_cast<std::int32_t>(numbers["threads"]));
    if (numbers.contains("wall_seconds"))  // last: it says that the result is complete
      hdf5::write_attribute(provenance, "wall_seconds", numbers["wall_seconds"]);
  });
}

}  // namespace hearth
