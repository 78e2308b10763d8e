// Running until a number is known well enough: the goal that `hearth run --until` states, and whether
// replicates reach it.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/content/result_source.hpp"
#include "results/summary.hpp"

namespace hearth {

// "difference(care_entries).mcse < 1%": a bound on the Monte Carlo standard error of a mean over replicates.
// The number is that of the last year of the run for all its authorities, as `hearth summary` has it.
struct PrecisionGoal {
  bool difference = true;  // from the baseline, replicate by replicate; false: the arm's own total
  SummaryMeasure measure;
  std::vector<std::size_t> arms;  // each must reach it
  double limit = 0.0;
  bool relative = false;  // `limit` is a share: of the baseline's mean (difference), of the arm's own (total)
  std::string text;
};

// Grammar: QUANTITY.mcse < NUMBER or NUMBER%, QUANTITY being difference(MEASURE), difference(MEASURE, ARM),
// total(MEASURE) or total(MEASURE, ARM). Without an arm: all of them (difference: all but the baseline).
// Throws UsageError with the place of the first mistake.
PrecisionGoal parse_precision_goal(const std::string& text, const std::vector<std::string>& arms,
                                   std::size_t baseline);

// The numbers of the replicates that there are.
class PrecisionTally {
 public:
  // `header` says which arms, steps and fraction of families blocks have.
  PrecisionTally(PrecisionGoal goal, const ResultHeader& header);

  // All authorities of one replicate of one arm, in the header's steps.
  void add(std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series);
  // Replicates that a result holds already.
  void add(const ResultSource& result, const std::vector<std::size_t>& replicates);

  // The arm furthest from the goal, over replicates 0 to `count` - 1, all of which were added.
  struct State {
    double error = 0.0;  // Monte Carlo standard error
    double limit = 0.0;  // in the same unit
    bool met() const { return error < limit || error == 0.0; }
  };
  State state(std::size_t count) const;
  // "0.8% of the baseline, below 1%" for people.
  std::string text(const State& state) const;

 private:
  double value(const std::vector<AuthoritySeries>& series) const;

  PrecisionGoal goal_;
  std::size_t baseline_;
  SummaryPeriod last_year_;
  double sampling_fraction_;
  std::vector<std::map<std::size_t, double>> values_;  // by arm, by replicate
};

}  // namespace hearth
