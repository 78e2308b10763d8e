// Calibration of business as usual: national parameters and authorities' propensities that make the published
// figures of the year to the origin come out and go on, and draws of the parameters from their joint
// posterior.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/calibration/authority_history.hpp"
#include "analysis/calibration/calibration_targets.hpp"
#include "published/england.hpp"
#include "published/national_series.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

struct CalibrationOptions {
  int replicates = 4;         // of the runs that the fit is judged by
  std::size_t draws = 50;     // from the posterior; none: no posterior
  std::uint64_t seed = 2022;  // of the posterior's draws
  int threads = 0;            // 0: as many as the machine has
  const std::atomic<bool>* stop = nullptr;
  std::function<void(std::string_view line)> progress;
  // Instead of the published figures: to see whether known values come back.
  std::vector<CalibrationTarget> targets;
};

struct TargetFit {
  CalibrationTarget target;
  double simulated = 0.0;  // mean of the replicates

  double log_miss() const;
  bool within() const;  // 3% where promised, else two standard deviations
};

// Something that the published figures do not settle.
struct NotFitted {
  std::string name;  // of a parameter or target
  std::string why;
};

struct Calibration {
  int origin_year = 0;
  Parameters parameters;          // the registry's, with those that were fitted
  std::vector<Parameter> fitted;  // in the order of the registry
  Volatility volatility;          // of authorities' rates; its drift.* are among the parameters
  std::map<int, PropensityVector> propensities;
  std::map<int, PropensityVector> deviations;
  std::map<int, StateCovariance> state_covariance;
  ResponseMatrix response = identity_response();
  PropensityVector recording_noise{};
  std::vector<Parameter> drawn;            // parameters of the posterior
  std::vector<std::vector<double>> draws;  // values in that order, one row a draw
  std::size_t given_up = 0;                // draws that no step made plausible
  std::vector<TargetFit> fit;              // of the values above
  std::map<int, PropensityVector> misses;  // log of simulated over expected rate, by authority
  std::vector<NotFitted> not_fitted;
  std::map<std::string, int> borrowed;  // measures taken from another year than the origin's
};

// Fits `scenario`, which has one arm, business as usual with drift off, and three years at least. Its
// parameters are where the fit starts; its propensities and deviations are not used. `history` has all its
// authorities. The same bits for any number of threads. Throws Interrupted, DataError, UsageError.
Calibration calibrate(const Scenario& scenario, const England& england, const NationalSeries& national,
                      const Evidence& evidence, const AuthorityHistory& history,
                      const CalibrationOptions& options);

// The targets beside a run of the scenario as it is, of kFittedYears at least. Throws as run_ensemble does.
std::vector<TargetFit> compare_with_targets(const Scenario& scenario, const England& england,
                                            const std::vector<CalibrationTarget>& targets, int threads,
                                            const std::atomic<bool>* stop);

// Whether a parameter belongs to the posterior: fitted, or assumed and part of business as usual.
bool in_posterior(Parameter parameter);

// A calibration file (format "hearth calibration", version 2).
std::string calibration_json(const Calibration& calibration);
// The targets for people, in lines.
std::string fit_text(const std::vector<TargetFit>& fit);

}  // namespace hearth
