#include "results/summarised.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.hpp"
#include "results/control_variates.hpp"
#include "results/file/areas.hpp"
#include "results/file/hdf5.hpp"
#include "results/file/layout.hpp"
#include "results/file/variables.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

using hdf5::checked;
using hdf5::Id;

// Mean, its standard error, standard deviation, shares below and above zero.
constexpr std::size_t kBeforeQuantiles = 5;
constexpr std::size_t kStatistics = kBeforeQuantiles + kShownQuantiles.size();
constexpr std::size_t kBlockBytes = 64 << 20;  // of the numbers that are read at once

// Name and categories of the variable of group "authorities" that holds a measure.
std::pair<std::string, std::vector<std::size_t>> place_of(const SummaryMeasure& measure) {
  if (measure.measure) {
    const MeasureInfo& info = kMeasureTable.at(index(*measure.measure));
    if (info.dimension == MeasureDimension::kNone) return {std::string(info.name), {}};
    return {std::string(info.name), {measure.category}};
  }
  if (measure.payers.empty() && measure.costs.empty()) return {std::string(layout::kCostTotal), {}};
  if (measure.payers.empty()) return {std::string(layout::kCostByCategory), measure.costs};
  if (measure.costs.empty()) return {std::string(layout::kCostByPayer), measure.payers};
  return {std::string(layout::kCost), {measure.payers.front(), measure.costs.front()}};
}

// Fills the group of authorities and the variables of areas, block after block of replicates.
class Writing {
 public:
  Writing(const ResultReader& whole, const ResultHeader& header, hid_t file, const std::atomic<bool>* stop)
      : whole_(whole), header_(header), file_(file), stop_(stop), periods_(summary_periods(header)) {
    for (const Area& area : areas_with_replicates(header)) areas_.push_back(area.authorities);
    for (std::size_t a = 0; a < header.authorities.size(); ++a) singles_.push_back({a});
    for (std::size_t arm = 0; arm < header.arms.size(); ++arm) controls_.emplace_back(header, arm);
  }

  void all() {
    make_variables();
    for (const SummaryMeasure& measure : summary_measures()) one(measure);
    constexpr std::size_t kCostVariable = kMeasures;
    for (const CostLine& line : kCostLines)
      each_block(areas_.size(), [&](ReplicateRange block) {
        const auto series = whole_.cost_of_each(areas_, {index(line.payer)}, {index(line.category)}, block);
        write_areas(kCostVariable, {index(line.payer), index(line.category)}, block, series);
      });
    for (std::size_t source = 0; source < header_.split.size(); ++source) one_alone(source);
  }

 private:
  std::size_t arms() const { return header_.arms.size(); }
  std::size_t steps() const { return static_cast<std::size_t>(header_.steps()); }
  std::size_t replicates() const { return static_cast<std::size_t>(header_.replicates); }

  void make_variables() {
    const auto make = [&](hid_t group, const std::vector<CoordinateDescription>& coordinates,
                          const std::vector<VariableDescription>& variables) {
      const layout::Scales scales = layout::write_coordinates(group, coordinates);
      std::vector<Id> out;
      for (const VariableDescription& each : variables) {
        const Id properties = layout::variable_properties(each);
        layout::lay_in_chunks(properties, each, layout::extent_of(each, scales), header_.compression);
        out.push_back(layout::make_variable(group, each, scales, properties));
      }
      return out;
    };
    of_areas_ = make(file_, area_coordinates(header_), area_variables(header_));
    const Id group = layout::make_group(file_, std::string(layout::kAuthorities));
    const auto variables = authority_variables(header_);
    auto made = make(group, authority_coordinates(header_), variables);
    for (std::size_t i = 0; i < variables.size(); ++i)
      of_authorities_[variables[i].name] = std::move(made[i]);
  }

  // Calls use(block) for blocks of replicates, of which `groups` series fit into memory together.
  void each_block(std::size_t groups, const std::function<void(ReplicateRange)>& use) const {
    const std::size_t bytes = sizeof(double) * groups * arms() * steps();
    const std::size_t size = std::clamp<std::size_t>(kBlockBytes / bytes, 1, replicates());
    for (std::size_t first = 0; first < replicates(); first += size) {
      if (stop_ != nullptr && *stop_) throw Interrupted();
      use({first, std::min(size, replicates() - first)});
    }
  }

  // A measure of areas, where it is none of costs, and of authorities.
  void one(const SummaryMeasure& measure) {
    std::vector<AuthorityGroup> groups = measure.measure ? areas_ : std::vector<AuthorityGroup>{};
    const std::size_t areas = groups.size();
    groups.insert(groups.end(), singles_.begin(), singles_.end());
    // [authority][arm][period][replicate]
    std::vector<double> years(singles_.size() * arms() * periods_.size() * replicates());
    each_block(groups.size(), [&](ReplicateRange block) {
      auto series = measure.measure ? whole_.series_of_each(*measure.measure, groups, measure.category, block)
                                    : whole_.cost_of_each(groups, measure.payers, measure.costs, block);
      for (std::size_t a = 0; a < singles_.size(); ++a)
        take_years(measure, series[areas + a], block,
                   years.data() + a * arms() * periods_.size() * replicates());
      if (areas == 0) return;
      series.resize(areas);
      write_areas(index(*measure.measure), place_of(measure).second, block, series);
    });
    write_authorities(measure, years);
  }

  void one_alone(std::size_t source) {
    constexpr std::size_t kFirst = kMeasures + 1;
    each_block(areas_.size(), [&](ReplicateRange block) {
      for (std::size_t i = 0; i < kSplitMeasures.size(); ++i)
        write_areas(kFirst + i, {source}, block,
                    whole_.series_alone_of_each(source, kSplitMeasures[i], areas_, block));
      write_areas(kFirst + kSplitMeasures.size(), {source}, block,
                  whole_.cost_alone_of_each(source, areas_, block));
    });
  }

  // Of one authority, [arm][replicate][step] to [arm][period][replicate].
  void take_years(const SummaryMeasure& measure, const std::vector<double>& series, ReplicateRange block,
                  double* years) const {
    for (std::size_t arm = 0; arm < arms(); ++arm)
      for (std::size_t p = 0; p < periods_.size(); ++p)
        for (std::size_t r = 0; r < block.count; ++r)
          years[(arm * periods_.size() + p) * replicates() + block.first + r] =
              yearly_value(series.data() + (arm * block.count + r) * steps(), periods_[p], measure.yearly);
  }

  // [area][arm][replicate][step], into planes of areas by steps.
  void write_areas(std::size_t variable, const std::vector<std::size_t>& categories, ReplicateRange block,
                   const std::vector<std::vector<double>>& series) const {
    const bool counts = area_variables_[variable].type == NumberType::kInt32;
    std::vector<double> planes(block.count * areas_.size() * steps());
    const Id memory = layout::in_memory(planes.size());
    for (std::size_t arm = 0; arm < arms(); ++arm) {
      for (std::size_t r = 0; r < block.count; ++r)
        for (std::size_t area = 0; area < areas_.size(); ++area)
          std::copy_n(series[area].data() + (arm * block.count + r) * steps(), steps(),
                      planes.data() + (r * areas_.size() + area) * steps());
      // HDF5 would write the largest number that fits.
      if (counts && std::ranges::max(planes) > std::numeric_limits<std::int32_t>::max())
        throw InternalError(fmt::format("{} is too large for its type", area_variables_[variable].name));
      const Id cells = layout::plane(of_areas_[variable], arm, block.first, categories, areas_.size(),
                                     steps(), block.count);
      checked(H5Dwrite(of_areas_[variable], H5T_NATIVE_DOUBLE, memory, cells, H5P_DEFAULT, planes.data()),
              "writing " + area_variables_[variable].name);
    }
  }
  void write_authorities(const SummaryMeasure& measure, const std::vector<double>& years) const {
    const std::size_t cells = arms() * singles_.size() * periods_.size();
    std::vector<double> levels(kStatistics * cells);  // [statistic][arm][authority][period]
    std::vector<double> differences(kStatistics * cells);
    const auto values = [&](std::size_t authority, std::size_t arm, std::size_t p) {
      const double* const from =
          years.data() + ((authority * arms() + arm) * periods_.size() + p) * replicates();
      return std::vector<double>(from, from + replicates());
    };
    for (std::size_t authority = 0; authority < singles_.size(); ++authority)
      for (std::size_t p = 0; p < periods_.size(); ++p) {
        const std::vector<double> baseline = values(authority, header_.baseline, p);
        for (std::size_t arm = 0; arm < arms(); ++arm) {
          const std::size_t at = (arm * singles_.size() + authority) * periods_.size() + p;
          const std::vector<double> level = values(authority, arm, p);
          put(statistics_of(level), levels, cells, at);
          put(controls_[arm].statistics(paired_differences(level, baseline)), differences, cells, at);
        }
      }
    const auto [name, categories] = place_of(measure);
    write_statistics(name, categories, levels);
    write_statistics(name + std::string(layout::kDifference), categories, differences);
  }

  static void put(const Statistics& statistics, std::vector<double>& into, std::size_t cells,
                  std::size_t at) {
    into[at] = statistics.mean;
    into[cells + at] = statistics.standard_error;
    into[2 * cells + at] = statistics.standard_deviation;
    into[3 * cells + at] = statistics.below_zero;
    into[4 * cells + at] = statistics.above_zero;
    for (std::size_t q = 0; q < kShownQuantiles.size(); ++q)
      into[(kBeforeQuantiles + q) * cells + at] = statistics.quantiles[q];
  }

  void write_statistics(const std::string& name, const std::vector<std::size_t>& categories,
                        const std::vector<double>& values) const {
    const Id& dataset = of_authorities_.at(name);
    const Id cells = layout::statistics(dataset, categories);
    const Id memory = layout::in_memory(values.size());
    checked(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, cells, H5P_DEFAULT, values.data()),
            "writing " + name);
  }

  const ResultReader& whole_;
  const ResultHeader& header_;
  hid_t file_;
  const std::atomic<bool>* stop_;
  std::vector<SummaryPeriod> periods_;
  std::vector<AuthorityGroup> areas_;
  std::vector<AuthorityGroup> singles_;
  std::vector<ControlVariates> controls_;  // by arm
  std::vector<VariableDescription> area_variables_ = area_variables(header_);
  std::vector<Id> of_areas_;
  std::map<std::string, Id> of_authorities_;
};

// Everything, into an open file.
void write_content(const ResultReader& whole, hid_t file, const std::atomic<bool>* stop) {
  ResultHeader header = whole.header();
  header.summarised = true;
  std::map<std::string, double> numbers;  // of the run, which a header has as text
  for (const char* name : {"wall_seconds", "threads"})
    if (const auto found = header.provenance.find(name); found != header.provenance.end()) {
      numbers[name] = std::strtod(found->second.c_str(), nullptr);
      header.provenance.erase(found);
    }
  layout::write_attributes(file, result_attributes(header));
  Writing(whole, header, file, stop).all();
  layout::write_effects(file, header);
  const Id provenance = layout::write_provenance(file, header);
  if (numbers.contains("threads"))
    hdf5::write_attribute(provenance, "threads", static_cast<std::int32_t>(numbers["threads"]));
  if (numbers.contains("wall_seconds"))  // last: it says that the result is complete
    hdf5::write_attribute(provenance, "wall_seconds", numbers["wall_seconds"]);
}

}  // namespace

void write_summarised(const ResultReader& whole, const std::filesystem::path& temporary,
                      const std::filesystem::path& file, const std::atomic<bool>* stop) {
  hdf5::write_file(temporary, file, [&](hid_t open) { write_content(whole, open, stop); });
}

AuthorityStatistics::AuthorityStatistics(const ResultReader& result, const SummaryMeasure& measure,
                                         bool difference)
    : replicates_(static_cast<std::size_t>(result.header().replicates)),
      authorities_(result.header().authorities.size()),
      periods_(summary_periods(result.header()).size()),
      cells_(result.header().arms.size() * authorities_ * periods_) {
  const auto [name, categories] = place_of(measure);
  values_ =
      result.authority_statistics(name + std::string(difference ? layout::kDifference : ""), categories);
  if (values_.size() != kStatistics * cells_)
    throw DataError(fmt::format("the result does not hold {} of every arm, authority and year", measure.key));
}

Statistics AuthorityStatistics::at(std::size_t arm, std::size_t authority, std::size_t period) const {
  const std::size_t cell = (arm * authorities_ + authority) * periods_ + period;
  Statistics out;
  out.replicates = replicates_;
  out.mean = values_.at(cell);
  out.standard_error = values_.at(cells_ + cell);
  out.standard_deviation = values_.at(2 * cells_ + cell);
  out.below_zero = values_.at(3 * cells_ + cell);
  out.above_zero = values_.at(4 * cells_ + cell);
  for (std::size_t q = 0; q < kShownQuantiles.size(); ++q)
    out.quantiles.at(q) = values_.at((kBeforeQuantiles + q) * cells_ + cell);
  return out;
}

}  // namespace hearth
