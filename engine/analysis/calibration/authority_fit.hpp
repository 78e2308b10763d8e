// Fits the authorities' propensities, so that in the first years each does what its history leads one to
// expect, relative to England; and measures how rates answer propensities, which drift needs.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "analysis/calibration/authority_history.hpp"
#include "core/measures.hpp"
#include "published/england.hpp"
#include "scenario/scenario.hpp"
#include "simulation/ensemble.hpp"

namespace hearth {

// Log rates of authorities relative to England's in some years of a run, in the order of Propensity: children
// in flows of a year and stocks at its end, each over the authority's children (exits: over the mean of the
// looked-after children at both ends of the year, and of the first of the years alone: how exits change after
// it follows from the ages of those looked after). Suits any number of replicates: what is added is summed.
class RelativeRates {
 public:
  // The first year counts from 0. Entries at 16 and over are those that propensities move: without
  // unaccompanied children.
  RelativeRates(const Scenario& scenario, const England& england, int first_year, int years = 1);
  void add(const std::vector<AuthoritySeries>& series);
  // By authority, in scenario order. Counts of none are taken as half a child.
  std::vector<PropensityVector> log_rates() const;
  // Children counted, a replicate and year.
  std::vector<PropensityVector> counts() const;

 private:
  void add(std::size_t authority, const AuthoritySeries& series, int year);

  int first_;  // year
  int years_;
  double unaccompanied_at_16_;  // share of unaccompanied children taken out of entries at 16 and over
  std::vector<double> children_;
  std::vector<double> looked_after_before_;  // at the origin
  std::vector<PropensityVector> counts_;
  std::vector<double> mean_looked_after_;
  int replicates_ = 0;
};

// Deviations at the origin, by authority of the scenario, such that England's rates stay where they are as
// they die away: those of the history, less one number for each rate.
std::map<int, PropensityVector> balanced_deviations(const Scenario& scenario, const England& england,
                                                    const AuthorityHistory& history);

// The expectations of a history on the same scale, their mean over its years (exits: of the first), for the
// authorities of the scenario.
std::vector<PropensityVector> expected_log_rates(const Scenario& scenario, const England& england,
                                                 const AuthorityHistory& history);

// d log rate / d log propensity in the second year after a change, over all authorities: each has its
// propensities moved at random, and meets the same luck as before. `scenario` has one arm, with drift off,
// and all the authorities of England or many. Throws what run_ensemble throws.
// Arrivals of unaccompanied children, which answer to nothing, are left out: the few others would have to
// move several times as far as the whole, and their mean with them. Throws UsageError where too few children
// are simulated to tell.
ResponseMatrix rate_response(Scenario scenario, const England& england, const RunOptions& options,
                             int replicates);

// Standard deviation of what has to be added to the logarithm of a simulated rate of the first year so that
// it is as uncertain as the history says that the published figure is: recording, and what a simulation that
// starts from the published stocks smooths. Of each rate half of the authorities need less. England's own
// drift is left out of both sides. `scenario` has one arm, with drift on.
PropensityVector recording_noise(Scenario scenario, const England& england, const AuthorityHistory& history,
                                 const RunOptions& options, int replicates);

// One step: what the propensities of each authority become so that its rates move from `simulated` to
// `expected`, a `share` of the way. Where there are few children a propensity is drawn towards England's.
void step_propensities(std::map<int, PropensityVector>& propensities, const Scenario& scenario,
                       const std::vector<PropensityVector>& simulated,
                       const std::vector<PropensityVector>& counts,
                       const std::vector<PropensityVector>& expected, double share);

}  // namespace hearth
