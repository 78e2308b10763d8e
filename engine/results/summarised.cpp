#include "results/summarised.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "core/error.hpp"
#include "core/statistics.hpp"
#include "results/authority_statistics.hpp"
#include "results/content/areas.hpp"
#include "results/content/description.hpp"
#include "results/content/names.hpp"
#include "results/control_variates.hpp"
#include "results/file/result_reader.hpp"
#include "results/file/summarised_file.hpp"
#include "results/quantities.hpp"

namespace hearth {
namespace {

constexpr std::size_t kBlockBytes = 64 << 20;  // of the numbers that are read at once

// Fills the group of authorities and the variables of areas, block after block of replicates.
class Summariser {
 public:
  Summariser(const ResultSource& whole, SummarisedFile& file, const std::atomic<bool>* stop)
      : whole_(whole), header_(whole.header()), file_(file), stop_(stop), periods_(summary_periods(header_)) {
    for (const Area& area : areas_with_replicates(header_)) areas_.push_back(area.authorities);
    for (std::size_t a = 0; a < header_.authorities.size(); ++a) singles_.push_back({a});
    for (std::size_t arm = 0; arm < header_.arms.size(); ++arm) controls_.emplace_back(header_, arm);
  }

  void all() {
    for (const SummaryMeasure& measure : summary_measures()) one(measure);
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
      write_areas(index(*measure.measure), variable_of_authorities(measure).second, block, series);
    });
    write_authorities(measure, years);
  }

  void one_alone(std::size_t source) {
    each_block(areas_.size(), [&](ReplicateRange block) {
      for (std::size_t i = 0; i < kSplitMeasures.size(); ++i)
        write_areas(kFirstVariableAlone + i, {source}, block,
                    whole_.series_alone_of_each(source, kSplitMeasures[i], areas_, block));
      write_areas(kCostVariableAlone, {source}, block, whole_.cost_alone_of_each(source, areas_, block));
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
    std::vector<double> planes(block.count * areas_.size() * steps());
    for (std::size_t arm = 0; arm < arms(); ++arm) {
      for (std::size_t r = 0; r < block.count; ++r)
        for (std::size_t area = 0; area < areas_.size(); ++area)
          std::copy_n(series[area].data() + (arm * block.count + r) * steps(), steps(),
                      planes.data() + (r * areas_.size() + area) * steps());
      file_.write_areas(variable, arm, block.first, categories, planes);
    }
  }

  void write_authorities(const SummaryMeasure& measure, const std::vector<double>& years) const {
    const std::size_t cells = arms() * singles_.size() * periods_.size();
    std::vector<double> levels(kKeptStatistics * cells);  // [statistic][arm][authority][period]
    std::vector<double> differences(kKeptStatistics * cells);
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
          put_statistics(statistics_of(level), levels, cells, at);
          put_statistics(controls_[arm].statistics(paired_differences(level, baseline)), differences, cells,
                         at);
        }
      }
    const auto [name, categories] = variable_of_authorities(measure);
    file_.write_authorities(name, categories, levels);
    file_.write_authorities(name + std::string(names::kDifference), categories, differences);
  }

  const ResultSource& whole_;
  const ResultHeader& header_;
  SummarisedFile& file_;
  const std::atomic<bool>* stop_;
  std::vector<SummaryPeriod> periods_;
  std::vector<AuthorityGroup> areas_;
  std::vector<AuthorityGroup> singles_;
  std::vector<ControlVariates> controls_;  // by arm
};

}  // namespace

void write_summarised(const ResultSource& whole, const std::filesystem::path& temporary,
                      const std::filesystem::path& file, const std::atomic<bool>* stop) {
  SummarisedFile::write(temporary, file, whole.header(),
                        [&](SummarisedFile& open) { Summariser(whole, open, stop).all(); });
}

void commit_result(ResultWriter& writer, double wall_seconds, int threads, const std::atomic<bool>* stop) {
  if (!writer.header().is_to_become_summarised()) return writer.commit(wall_seconds, threads);
  // Should summarising fail or be stopped, all replicates are there for another time.
  if (writer.is_kept()) writer.checkpoint();
  const std::filesystem::path whole = writer.finish(wall_seconds, threads);
  // Named after FILE.partial, so that a run that goes on replaces what a killed one has left.
  std::filesystem::path temporary = whole;
  temporary += ".summary";
  write_summarised(ResultReader(whole), temporary, writer.file(), stop);
  writer.discard();
}

}  // namespace hearth
