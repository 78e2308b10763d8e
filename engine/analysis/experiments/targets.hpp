// Judges the targets of a scenario: each simulated quantity compared with its published figure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/categories.hpp"
#include "core/measures.hpp"
#include "published/england.hpp"
#include "results/summary.hpp"
#include "scenario/scenario.hpp"
#include "simulation/ensemble.hpp"

namespace hearth {

struct TargetResult {
  Target target;
  int undefined_replicates = 0;   // those in which a divisor was zero
  double median = 0.0;            // over replicates; this and the next two only where the verdict is defined
  std::optional<Range> interval;  // of 90%; nothing with one replicate
  double gap = 0.0;               // median less the published value
  Verdict verdict = Verdict::kNotDefined;

  // Nothing where the authors expect nothing.
  std::optional<bool> as_expected() const;
};

// Reached: the published value lies in the middle half of the replicates, or the simulated median in the
// published interval: a wide simulated interval alone reaches nothing. Overlaps: neither, but the 90%
// interval and the published one have figures in common. A figure without an interval is one of itself.
Verdict judge(const PublishedFigure& published, double median, const std::optional<Range>& middle_half,
              const std::optional<Range>& simulated);

// Collects what targets need from the blocks of a run, a few numbers a replicate.
class TargetTally {
 public:
  // Throws UsageError where the command line took away months or authorities that a target looks at. The
  // scenario must outlive the tally.
  explicit TargetTally(const Scenario& scenario);

  // All authorities of one replicate of one arm, in scenario order; blocks in any order.
  void add(std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series);
  // In the order of the scenario's targets, after every block was added.
  std::vector<TargetResult> results() const;

 private:
  struct Ratio {
    double above = 0.0;
    double below = 0.0;  // until its block is added
  };
  struct Column {
    std::vector<std::size_t> authorities;  // positions in Scenario::authorities
    std::vector<Ratio> simulated;          // by replicate
    std::vector<Ratio> reference;          // by replicate; empty where there is none
  };

  const Scenario& scenario_;
  std::vector<Column> columns_;  // by target
};

// Runs the scenario in memory. Throws as TargetTally and run_ensemble do.
std::vector<TargetResult> evaluate_targets(const Scenario& scenario, const England& england,
                                           const RunOptions& options);

}  // namespace hearth
