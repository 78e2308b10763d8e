// What the authorities' own histories say at an origin: how far and how lastingly their rates stray from
// England's, what each authority is expected to do next, and what is not known of that.
//
// The log rate m of authority i, less England's of the same time, is
//
//     mean_m + slope_m (deprivation_i - that of the average authority) + level_im + x_im(t) + noise_im(t)
//
// with levels for good, which hold the line through deprivation wherever they are given out, x
// Ornstein-Uhlenbeck processes with correlated shocks (model/drift.hpp), in part common to a region, and
// noise without memory: recording, and chance of known size. Only figures up to the origin are used.
// Parameters are shared by all authorities, so one with a short or noisy history is drawn towards England.
#pragma once

#include <Eigen/Core>
#include <array>
#include <string_view>
#include <vector>

#include "analysis/calibration/calibration_targets.hpp"
#include "parameters/registry.hpp"
#include "published/england_tables.hpp"
#include "published/own_year.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

using RatesMatrix = Eigen::Matrix<double, kPropensities, kPropensities>;

// Of one rate, on the log scale.
struct RateVolatility {
  double deprivation_slope = 0.0;  // by unit of the average IDACI score; part of the level for good
  double level_sd = 0.0;           // between authorities as deprived, for good
  double sd = 0.0;                 // of the reverting part, in the long run
  double reversion = 0.0;          // a year
  double transient_sd = 0.0;       // noise beyond chance
  double regional_share = 0.0;     // of the variance of the reverting part: common to a region
  double england_sd = 0.0;         // of England about its own mean
  double england_reversion = 0.0;
};

struct Volatility {
  std::array<RateVolatility, kPropensities> rates{};
  // Of England's unaccompanied children, on the log scale.
  double unaccompanied_sd = 0.0;
  double unaccompanied_reversion = 0.0;
  RatesMatrix levels = RatesMatrix::Identity();  // correlations
  RatesMatrix shocks = RatesMatrix::Identity();
  RatesMatrix noise = RatesMatrix::Identity();
};

struct AuthorityExpectation {
  int code = 0;
  // Logarithm of each expected rate of the years after the origin over England's: flows of a year, stocks at
  // its end.
  std::array<PropensityVector, kFittedYears> log_rates{};
  // Variance of the logarithm of the figure that will be published of the first of these years, England's
  // part apart: what is not known of the authority, drift, recording and chance.
  PropensityVector variance{};
  PropensityVector level{};      // of the logarithm of each rate over England's, in the long run
  PropensityVector deviation{};  // of log rates from their level at the origin
  StateCovariance covariance{};  // of levels and deviations
};

struct AuthorityHistory {
  Volatility volatility;
  std::vector<AuthorityExpectation> authorities;  // live at the origin, ascending code
};

// Throws DataError.
AuthorityHistory estimate_history(const EnglandTables& tables, int origin);

// What one authority's own figures change that are later than the last published ones: its expectation at the
// last published origin, and with its own figures at their date. England's of that date are not known: those
// published are taken for no more than a guess.
struct OwnHistory {
  AuthorityExpectation published;
  AuthorityExpectation with_own;
};
// Throws DataError.
OwnHistory estimate_own_history(const EnglandTables& tables, int published, const OwnYear& own);

// How far log propensities must move for log rates to move so far, by the measured response.
PropensityVector propensities_for(const PropensityVector& log_rates, const ResponseMatrix& response);

// The propensities that make up for how own figures move an authority's levels, by the measured response of
// rates to propensities.
PropensityVector propensities_with_own(const PropensityVector& published, const OwnHistory& history,
                                       const ResponseMatrix& response);

// The volatility as values of the drift.* parameters.
std::vector<std::pair<Parameter, double>> drift_parameters(const Volatility& volatility);

}  // namespace hearth
