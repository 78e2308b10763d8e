// Drift: what makes an authority's rates change over time for reasons no mechanism explains.
//
// What is observed to drift are published yearly rates (kRateNames), and they drift together. So drift
// lives there: the log rates of an authority are its levels, a deviation at the origin that dies away, and
// Ornstein-Uhlenbeck processes with correlated shocks: its own, its region's and England's. The propensities,
// which the mechanisms use, follow through the measured response of rates to propensities (ResponseMatrix).
// How many unaccompanied children arrive drifts too, apart from these: in England, alike for all authorities.
#pragma once

#include <Eigen/Core>
#include <cstdint>

#include "kernels/draws.hpp"
#include "parameters/registry.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

using RateVector = Eigen::Matrix<double, kPropensities, 1>;
using RateMatrix = Eigen::Matrix<double, kPropensities, kPropensities>;

// Eight Ornstein-Uhlenbeck processes in steps of a month.
struct DriftProcess {
  RateVector keep = RateVector::Ones();                 // share of a deviation left after a month
  RateVector stationary_variance = RateVector::Zero();  // in the long run
  RateMatrix shock = RateMatrix::Zero();                // square root of the covariance of a month's shocks
};

// One such process.
struct ArrivalsProcess {
  double keep = 1.0;
  double stationary_variance = 0.0;
  double shock = 0.0;
};

// Fixed for an arm and authority.
struct DriftTables {
  bool enabled = false;
  PropensityVector level{};                   // log propensities in the long run
  RateVector deviation = RateVector::Zero();  // log rates from their level at the origin, as expected
  RateMatrix propensities_of_rates = RateMatrix::Identity();
  DriftProcess authority;  // its own part
  DriftProcess region;     // reverts as fast as the authority's own part
  DriftProcess england;
  std::uint32_t region_number = 0;  // whose draws the region's part has
  ArrivalsProcess unaccompanied;
  // Square root and diagonals of the covariance of what is not known of level and deviation.
  Eigen::Matrix<double, kStateSize, kStateSize> doubt = Eigen::Matrix<double, kStateSize, kStateSize>::Zero();
  RateVector level_variance = RateVector::Zero();
  RateVector deviation_variance = RateVector::Zero();
  RateVector level_deviation_covariance = RateVector::Zero();
};
// `region_number`: see published/england.hpp; 0: of no region, so that all of its drift is its own.
DriftTables make_drift_tables(const Scenario& scenario, const Parameters& parameters, int authority_code,
                              std::uint32_t region_number);

// Log propensities at the origin, as expected.
PropensityVector propensities_at_origin(const DriftTables& tables);

// Log rates of one authority in one replicate.
struct DriftState {
  RateVector level = RateVector::Zero();      // what the level is beyond what is expected
  RateVector deviation = RateVector::Zero();  // from the level, this month, without the region's part
  RateVector region = RateVector::Zero();
  RateVector england = RateVector::Zero();
  double unaccompanied = 0.0;  // log arrivals in England, from those of the year to the origin
};
// Without what is drawn where drift is off.
DriftState start_drift(const DriftTables& tables, const Draws& authority);

// Log propensities of `month`, which follows the last one; the state moves on to it. Drift widens the future
// without raising its mean: half of the variance of each log rate is taken off.
PropensityVector advance_drift(DriftState& state, const DriftTables& tables, const Draws& authority,
                               const Draws& england, int month);

// How many unaccompanied children arrive in `month`, the last that drift came to, for each that would without
// drift: 1 on average.
double unaccompanied_ratio(const DriftState& state, const DriftTables& tables, int month);

}  // namespace hearth
