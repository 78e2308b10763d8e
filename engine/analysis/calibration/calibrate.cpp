#include "analysis/calibration/calibrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

#include "analysis/calibration/authority_fit.hpp"
#include "analysis/calibration/inversion.hpp"
#include "analysis/calibration/life_courses.hpp"
#include "core/error.hpp"
#include "parameters/prior.hpp"
#include "simulation/ensemble.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// Registry values of fitted parameters are only where to start: their priors are this much wider than the
// registry's spread, which is for those who leave them unfitted.
constexpr double kFittedWidening = 3.0;
constexpr double kMostDesignStep = 0.3;   // standard deviations of the prior
constexpr double kMostDesignMove = 0.15;  // log odds within the bounds
constexpr double kReach = 0.5;            // a step of the fit, the same
constexpr double kLearningMove = 0.2;     // smaller steps teach more about chance than about slopes
constexpr int kCoarseSteps = 10;
constexpr int kFineSteps = 6;
constexpr double kDamping = 0.6;  // of the steps of propensities
// Propensities then go on alone, on luck that was not met before, so that they are not fitted to one luck.
constexpr int kAuthoritySteps = 6;
constexpr int kFittedMonths = kFittedYears * kMonthsPerYear;
// Share of the families in runs that show how figures move with parameters: random numbers are frozen, so
// that most of chance falls out of a difference.
constexpr double kShareForResponse = 0.3;
constexpr int kNoiseReplicates = 16;
constexpr double kNotIdentified = 0.9;  // posterior over prior standard deviation
constexpr double kConflict = 3.0;       // standard deviations by which a target is missed

// Parameters marked as fitted that the fit leaves alone.
struct LeftAlone {
  Parameter id;
  std::string_view why;
};
constexpr std::array kLeftAlone = {
    LeftAlone{Parameter::accommodation_rate, "only its product with accommodation.age.* counts"},
    LeftAlone{Parameter::care_placement_weight_authority_foster, "only ratios of placement weights count"},
};

// ---- Parameters as coordinates ----

bool is_left_alone(Parameter id) {
  return std::ranges::any_of(kLeftAlone, [&](const auto& row) { return row.id == id; });
}

// A value between its bounds is a standard normal coordinate: that of its prior.
std::vector<Prior> coordinates_of(const Parameters& start) {
  std::vector<Prior> out;
  for (const ParameterInfo& row : parameter_registry()) {
    if (!in_posterior(row.id)) continue;
    const auto prior =
        prior_about(row.id, start[row.id], row.certainty == Certainty::kFitted ? kFittedWidening : 1.0);
    if (prior) out.push_back(*prior);
  }
  return out;
}

std::vector<Eigen::Index> fitted_among(const std::vector<Prior>& coordinates) {
  std::vector<Eigen::Index> out;
  for (std::size_t i = 0; i < coordinates.size(); ++i)
    if (coordinates[i].row().certainty == Certainty::kFitted) out.push_back(static_cast<Eigen::Index>(i));
  return out;
}

void set(Parameters& parameters, const std::vector<Prior>& coordinates, const VectorXd& point) {
  for (std::size_t i = 0; i < coordinates.size(); ++i)
    parameters[coordinates[i].id] = coordinates[i].value(point[static_cast<Eigen::Index>(i)]);
}

// ---- Runs ----

// The simulation as a function of national parameters: families are made once.
class Model {
 public:
  Model(const Scenario& scenario, const England& england, const AuthorityHistory& history,
        std::vector<CalibrationTarget> targets, const CalibrationOptions& options)
      : scenario_(scenario),
        england_(england),
        targets_(std::move(targets)),
        options_(options),
        families_(make_all_families(scenario, england, *on_threads(options.threads))),
        follows_(asks_for_life_courses(targets_)) {
    if (follows_) {
      const auto parallel = on_threads(options.threads);
      followed_families_ =
          make_all_families(scenario_of_life_courses(scenario_, england), england, *parallel);
      families_of_ten_years_ =
          make_all_families(scenario_of_ten_years(scenario_, england), england, *parallel);
    }
    scenario_.propensities.clear();
    scenario_.deviations.clear();
    scenario_.state_covariance.clear();
    for (const AuthorityExpectation& authority : history.authorities) {
      if (std::ranges::find(scenario_.authorities, authority.code) == scenario_.authorities.end()) continue;
      scenario_.propensities[authority.code] = {};
    }
    scenario_.deviations = balanced_deviations(scenario_, england, history);
    expected_ = expected_log_rates(scenario_, england, history);
  }

  struct Judged {
    Figures figures;                       // mean of the replicates
    VectorXd outputs;                      // their logarithms
    std::vector<PropensityVector> rates;   // of authorities, log, relative to England
    std::vector<PropensityVector> counts;  // children that they are of
  };

  // All replicates.
  Judged judge(const Parameters& parameters, int replicates, std::size_t first_replicate = 0) {
    SimulatedYears all;
    RelativeRates rates(scenario_, england_, 0, kFittedYears);
    run(parameters, replicates, first_replicate, [&](const auto& s) {
      all.add(s);
      rates.add(s);
    });
    Judged out;
    out.figures = all.figures(scenario_.sampling_fraction);
    add_life_courses(out.figures);
    out.outputs = logs(out.figures);
    out.rates = rates.log_rates();
    out.counts = rates.counts();
    return out;
  }

  // England's eight rates over the fitted years, one replicate: logarithms, apart from what divides them.
  PropensityVector levels(const Parameters& parameters) {
    const Figures figures = fitted_years(parameters);
    const auto of = [&](std::string_view name) {
      return std::log(std::max(figures.find(name)->second, 0.5));
    };
    const auto held = [&](std::string_view name) {
      return 0.5 * (of(name) + of(std::string(name).append(".third_year")));
    };
    return {held("referrals"),
            held("section_47_enquiries"),
            held("child_protection_plans_started"),
            held("child_protection_plans"),
            held("care_entries"),
            held("care_entries.16_plus"),
            of("care_exits"),
            held("children_in_need")};
  }

  // What the propensities of all authorities miss to have these rates.
  PropensityVector missing(const PropensityVector& wanted, const PropensityVector& now) const {
    PropensityVector gap{};
    for (std::size_t k = 0; k < kPropensities; ++k) gap[k] = wanted[k] - now[k];
    return propensities_for(gap, scenario_.response);
  }

  // One replicate: log outputs.
  VectorXd outputs(const Parameters& parameters) {
    Figures figures = fitted_years(parameters);
    add_life_courses(figures);
    return logs(figures);
  }

  // One replicate of the fitted years: log outputs, those of longer runs as they are foreseen.
  VectorXd outputs_of_fitted_years(const Parameters& parameters, VectorXd foreseen) {
    const Figures figures = fitted_years(parameters);
    for (std::size_t i = 0; i < targets_.size(); ++i)
      if (figures.contains(targets_[i].name))
        foreseen[static_cast<Eigen::Index>(i)] = log_figures({targets_[i]}, figures).front();
    return foreseen;
  }

  // How authorities' rates answer to their propensities under these parameters.
  void measure_rates(const Parameters& parameters) {
    scenario_.arms[0].parameters = parameters;
    scenario_.response = rate_response(scenario_, england_, run_options(), options_.replicates);
  }

  void step_authorities(const Judged& now, double share) {
    step_propensities(scenario_.propensities, scenario_, now.rates, now.counts, expected_, share);
  }

  void take_propensities(const Model& from) { scenario_.propensities = from.scenario_.propensities; }

  PropensityVector noise(const Parameters& parameters, const AuthorityHistory& history) const {
    Scenario drifting = scenario_;
    drifting.arms[0].parameters = parameters;
    drifting.arms[0].parameters[Parameter::drift_enabled] = 1.0;
    for (const AuthorityExpectation& authority : history.authorities)
      drifting.state_covariance[authority.code] = authority.covariance;
    return recording_noise(drifting, england_, history, run_options(), kNoiseReplicates);
  }

  // Log of simulated over expected rate.
  std::map<int, PropensityVector> misses(const Judged& now) const {
    std::map<int, PropensityVector> out;
    for (std::size_t i = 0; i < expected_.size(); ++i)
      for (std::size_t k = 0; k < kPropensities; ++k)
        out[scenario_.authorities[i]][k] = now.rates[i][k] - expected_[i][k];
    return out;
  }

  const Scenario& scenario() const { return scenario_; }
  const std::vector<CalibrationTarget>& targets() const { return targets_; }

 private:
  RunOptions run_options() const {
    RunOptions out;
    out.parallel = on_threads(options_.threads);
    out.stop = options_.stop;
    out.families = families_;
    return out;
  }

  template <typename Sink>
  void run(const Parameters& parameters, int replicates, std::size_t first_replicate, const Sink& sink) {
    scenario_.arms[0].parameters = parameters;
    scenario_.horizon_months = kFittedMonths;
    scenario_.replicates = replicates;
    RunOptions run = run_options();
    run.replicates = replicate_range(first_replicate, static_cast<std::size_t>(replicates));
    run_ensemble(scenario_, england_, run,
                 [&](std::size_t, std::size_t, const auto& series) { sink(series); });
  }

  // One replicate.
  Figures fitted_years(const Parameters& parameters) {
    SimulatedYears years;
    run(parameters, 1, 0, [&](const auto& s) { years.add(s); });
    return years.figures(scenario_.sampling_fraction);
  }

  // With the parameters of the last run.
  void add_life_courses(Figures& figures) const {
    if (!follows_) return;
    RunOptions run = run_options();
    run.families = followed_families_;
    figures.merge(
        follow_life_courses(scenario_of_life_courses(scenario_, england_), england_, run).figures());
    run.families = families_of_ten_years_;
    figures.merge(tenth_year_figures(scenario_of_ten_years(scenario_, england_), england_, run));
  }

  VectorXd logs(const Figures& figures) const {
    const std::vector<double> out = log_figures(targets_, figures);
    return Eigen::Map<const VectorXd>(out.data(), static_cast<Eigen::Index>(out.size()));
  }

  Scenario scenario_;
  const England& england_;
  std::vector<CalibrationTarget> targets_;
  const CalibrationOptions& options_;
  std::vector<Families> families_;
  bool follows_;                             // whether targets ask for life courses
  std::vector<Families> followed_families_;  // of whom they are counted
  std::vector<Families> families_of_ten_years_;
  std::vector<PropensityVector> expected_;  // log rates of authorities, relative to England
};

// `counted` is how often the sampling error counts: a figure simulated once is a draw too, as the published
// is.
Observations observations(const std::vector<CalibrationTarget>& targets, double counted) {
  Observations out{VectorXd(static_cast<Eigen::Index>(targets.size())),
                   VectorXd(static_cast<Eigen::Index>(targets.size()))};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    out.value[static_cast<Eigen::Index>(i)] = std::log(targets[i].published);
    out.sd[static_cast<Eigen::Index>(i)] =
        std::hypot(targets[i].discrepancy, std::sqrt(counted) * targets[i].sampling);
  }
  return out;
}

// For the fit of single values: what is promised weighs as if half of the promise were its error at most, or
// small stocks, whose sampling error is large, would be let go.
Observations promising(const std::vector<CalibrationTarget>& targets) {
  Observations out = observations(targets, 1.0);
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (double& sd = out.sd[static_cast<Eigen::Index>(i)]; targets[i].promised)
      sd = std::min(sd, 0.5 * kPromisedTolerance);
  return out;
}

std::vector<TargetFit> beside(const std::vector<CalibrationTarget>& targets, const Figures& figures) {
  std::vector<TargetFit> out;
  out.reserve(targets.size());
  for (const CalibrationTarget& target : targets) out.push_back({target, figures.find(target.name)->second});
  return out;
}

// ---- The fit ----

class Fit {
 public:
  // `sample` is the same model with fewer families.
  Fit(Model& model, Model& sample, const Parameters& start, const CalibrationOptions& options)
      : model_(model),
        sample_(sample),
        options_(options),
        parameters_(start),
        coordinates_(coordinates_of(start)),
        fitted_(fitted_among(coordinates_)),
        observed_(promising(model.targets())),
        point_(VectorXd::Zero(static_cast<Eigen::Index>(coordinates_.size()))) {}

  // National parameters and propensities step by turns, on the same runs.
  Model::Judged moments() {
    say(fmt::format("{} targets, {} parameters to fit, {} in the posterior", model_.targets().size(),
                    fitted_.size(), coordinates_.size()));
    say("how rates of authorities answer to their propensities");
    model_.measure_rates(at(point_));
    const bool all = options_.draws > 0;  // parameters; the posterior needs them
    say(fmt::format("how figures answer to {} parameters: {} runs", all ? "all" : "the fitted",
                    design_runs(all ? coordinates_.size() : fitted_.size())));
    if (all) response_ = measure_response([&](const VectorXd& u) { return outputs(u); }, point_, steps());
    MatrixXd slope = all ? response_.slope(Eigen::all, fitted_)
                         : measure_response([&](const VectorXd& u) { return outputs(whole(u)); },
                                            part(point_), part(steps()))
                               .slope;
    int step = 0;
    for (int i = 0; i < kCoarseSteps; ++i) take_step(++step, 1, slope);
    point_(fitted_) = best_.point;
    best_ = {};  // more replicates: other luck
    reach_ = 1.0;
    for (int i = 0; i < kFineSteps; ++i) take_step(++step, options_.replicates, slope);
    point_(fitted_) = best_.point;
    for (int i = 0; i < kAuthoritySteps; ++i) {
      const auto unmet = static_cast<std::size_t>(i + 1) * static_cast<std::size_t>(options_.replicates);
      const Model::Judged now = model_.judge(at(point_), options_.replicates, unmet);
      model_.step_authorities(now, kDamping / (i + 1));
    }
    Model::Judged out = model_.judge(at(point_), options_.replicates);
    tell(step + 1, out);
    return out;
  }

  Posterior posterior(const Model::Judged& best) {
    PosteriorOptions how;
    how.draws = options_.draws;
    how.seed = options_.seed;
    how.most_given_up = 2 * options_.draws;
    how.progress = [&](std::size_t done) {
      if (done * 4 / how.draws != (done - 1) * 4 / how.draws)
        say(fmt::format("posterior: {} of {} draws", done, how.draws));
    };
    sample_.take_propensities(model_);
    // Long runs are left out: what they would give follows the measured response. The rest is run, less the
    // luck of the sample.
    const auto run = [&](const VectorXd& u) {
      Parameters all = parameters_;
      set(all, coordinates_, u);
      return sample_.outputs_of_fitted_years(all, best.outputs + response_.slope * (u - point_));
    };
    const VectorXd luck = best.outputs - run(point_);
    return draw_posterior([&](const VectorXd& u) -> VectorXd { return run(u) + luck; },
                          observations(model_.targets(), 2.0), response_, point_, best.outputs, how);
  }

  // Draws need not have the levels of the fit, and their mean leans: one shift of each propensity, in all
  // authorities alike, brings a draw to them.
  void bring_to_level(std::vector<std::vector<double>>& draws, std::vector<Parameter>& columns) {
    constexpr int kSteps = 4;
    const Parameters fitted = at(point_);
    const PropensityVector wanted = sample_.levels(fitted);
    for (std::vector<double>& draw : draws) {
      Parameters values = fitted;
      for (std::size_t i = 0; i < columns.size(); ++i) values[columns[i]] = draw[i];
      for (int step = 0; step < kSteps; ++step) {
        const PropensityVector missing = sample_.missing(wanted, sample_.levels(values));
        for (std::size_t k = 0; k < kPropensities; ++k) {
          double& level = values[rows::kLevel.at(k)];
          level = std::clamp(level + kDamping * missing[k], info(rows::kLevel.at(k)).lower,
                             info(rows::kLevel.at(k)).upper);
        }
      }
      for (std::size_t k = 0; k < kPropensities; ++k) draw.push_back(values[rows::kLevel.at(k)]);
    }
    for (std::size_t k = 0; k < kPropensities; ++k) columns.push_back(rows::kLevel.at(k));
  }

  Parameters at(const VectorXd& point) const {
    Parameters out = parameters_;
    for (const Eigen::Index i : fitted_) {
      const Prior& c = coordinates_[static_cast<std::size_t>(i)];
      out[c.id] = c.value(point[i]);
    }
    return out;
  }
  const VectorXd& point() const { return point_; }
  const std::vector<Prior>& coordinates() const { return coordinates_; }
  const std::vector<Eigen::Index>& fitted() const { return fitted_; }
  const Observations& observed() const { return observed_; }
  const Response& response() const { return response_; }

 private:
  void say(const std::string& line) const {
    if (options_.progress) options_.progress(line);
  }

  VectorXd outputs(const VectorXd& point) {
    Parameters all = parameters_;
    set(all, coordinates_, point);
    return sample_.outputs(all);
  }
  VectorXd part(const VectorXd& whole_point) const { return whole_point(fitted_); }
  VectorXd whole(const VectorXd& fitted_point) const {
    VectorXd out = point_;
    out(fitted_) = fitted_point;
    return out;
  }
  // Steps of the design, in standard deviations of the prior.
  VectorXd steps() const {
    VectorXd out(point_.size());
    for (std::size_t i = 0; i < coordinates_.size(); ++i)
      out[static_cast<Eigen::Index>(i)] = std::min(kMostDesignStep, kMostDesignMove / coordinates_[i].sd);
    return out;
  }
  VectorXd reach() const {
    VectorXd out(static_cast<Eigen::Index>(fitted_.size()));
    for (std::size_t i = 0; i < fitted_.size(); ++i)
      out[static_cast<Eigen::Index>(i)] = kReach / coordinates_[static_cast<std::size_t>(fitted_[i])].sd;
    return out;
  }

  // What is to be least: squared misses in standard deviations and the squared distance from the prior.
  double objective(const VectorXd& outputs) const {
    return ((outputs - observed_.value).array() / observed_.sd.array()).square().sum() +
           part(point_).squaredNorm();
  }

  // One run, and the next point to try: from the best so far, less far where the last try was no better.
  void take_step(int number, int replicates, MatrixXd& slope) {
    const Model::Judged now = model_.judge(at(point_), replicates);
    tell(number, now);
    const double found = objective(now.outputs);
    if (best_.outputs.size() > 0) {
      const VectorXd moved = part(point_) - best_.point;
      if (moved.norm() > kLearningMove) learn(slope, moved, now.outputs - best_.outputs);
    }
    if (best_.outputs.size() == 0 || found < best_.objective) {
      best_ = {part(point_), now.outputs, found};
      reach_ = std::min(1.0, 2.0 * reach_);
    } else {
      reach_ *= 0.5;
    }
    point_(fitted_) = best_point(observed_, best_.point, best_.outputs, slope, reach_ * reach());
    model_.step_authorities(now, kDamping);
  }

  void tell(int number, const Model::Judged& now) const {
    double worst = 0.0, sum = 0.0;
    int promised = 0;
    std::string name = "none";
    for (const TargetFit& row : beside(model_.targets(), now.figures)) {
      if (!row.target.promised) continue;
      ++promised;
      sum += row.log_miss() * row.log_miss();
      if (std::abs(row.log_miss()) <= std::abs(worst)) continue;
      worst = row.log_miss();
      name = row.target.name;
    }
    std::vector<double> misses;
    for (const auto& [code, row] : model_.misses(now))
      for (const double miss : row) misses.push_back(std::abs(miss));
    std::ranges::sort(misses);
    say(
        fmt::format("step {:2}: promised targets miss by {:.1f}% (root mean square), most {} by {:+.1f}%; "
                    "half of the authorities' figures by at most {:.1f}%",
                    number, 100.0 * std::sqrt(sum / std::max(1, promised)), name, 100.0 * std::expm1(worst),
                    100.0 * misses[misses.size() / 2]));
  }

  Model& model_;
  Model& sample_;
  const CalibrationOptions& options_;
  Parameters parameters_;
  std::vector<Prior> coordinates_;
  std::vector<Eigen::Index> fitted_;  // positions among the coordinates
  Observations observed_;
  VectorXd point_;
  Response response_;
  struct Best {
    VectorXd point;  // of the fitted
    VectorXd outputs;
    double objective = 0.0;
  };
  Best best_;
  double reach_ = 1.0;  // share of the longest step
};

// ---- What is not settled ----

std::optional<std::string> at_bound(const ParameterInfo& row, double value) {
  constexpr double kNear = 0.02;
  if (value > row.upper - kNear * (row.upper - row.lower))
    return fmt::format("at its upper bound, {}", row.upper);
  if (row.lower > 0.0 && value < (1.0 + kNear) * row.lower)
    return fmt::format("at its lower bound, {}", row.lower);
  return std::nullopt;
}

std::vector<NotFitted> not_settled(const Fit& fit, const Parameters& values,
                                   const std::vector<TargetFit>& targets, int origin_year, bool published) {
  std::vector<NotFitted> out;
  if (published)
    for (const std::string& name : unpublished_targets([&] {
           std::vector<CalibrationTarget> all;
           all.reserve(targets.size());
           for (const TargetFit& row : targets) all.push_back(row.target);
           return all;
         }()))
      out.push_back({name, fmt::format("not published for the year to 31 March {}", origin_year)});
  for (const LeftAlone& row : kLeftAlone)
    out.push_back({std::string(info(row.id).name), fmt::format("left where it starts: {}", row.why)});
  for (const ParameterInfo& row : parameter_registry())
    if (row.certainty == Certainty::kFitted && !is_left_alone(row.id) && !prior_about(row.id, row.value))
      out.push_back({std::string(row.name), "left where it starts: at a bound"});
  const VectorXd left =
      fit.response().slope.size() > 0 ? linear_shrinkage(fit.observed(), fit.response().slope) : VectorXd();
  for (const Eigen::Index i : fit.fitted()) {
    const ParameterInfo& row = fit.coordinates()[static_cast<std::size_t>(i)].row();
    if (const auto bound = at_bound(row, values[row.id])) out.push_back({std::string(row.name), *bound});
    if (left.size() > 0 && left[i] > kNotIdentified)
      out.push_back(
          {std::string(row.name),
           fmt::format("not identified: the figures leave {:.0f}% of its prior's spread", 100.0 * left[i])});
  }
  for (const TargetFit& row : targets)
    if (std::abs(row.log_miss()) > kConflict * row.target.sd())
      out.push_back(
          {row.target.name,
           fmt::format("in conflict with the others: simulated {:+.1f}% off, {:.1f}% is one standard "
                       "deviation of what is allowed",
                       100.0 * std::expm1(row.log_miss()), 100.0 * row.target.sd())});
  return out;
}

void require_usable(const Scenario& scenario) {
  if (scenario.horizon_months < kFittedMonths)
    throw UsageError(fmt::format("a calibration needs {} months; the scenario has {}", kFittedMonths,
                                 scenario.horizon_months));
  if (scenario.arms.size() != 1) throw UsageError("a calibration needs a scenario with one arm");
}

}  // namespace

double TargetFit::log_miss() const {
  return std::log(simulated / target.published);
}

bool TargetFit::within() const {
  return target.promised ? std::abs(simulated / target.published - 1.0) <= kPromisedTolerance
                         : std::abs(log_miss()) <= 2.0 * target.sd();
}

bool in_posterior(Parameter parameter) {
  // Needs, work and care of business as usual. Not families (population.*, so that they stay the same), nor
  // drift, shocks, costs and what service models do.
  constexpr std::array<std::string_view, 15> kGroups = {
      "needs.",         "support.",       "engagement.",      "contact.",         "assessment.",
      "enquiry.",       "child_in_need.", "protection_plan.", "pre_proceedings.", "proceedings.",
      "accommodation.", "care.",          "unaccompanied.",   "origin.",          "workforce."};
  const ParameterInfo& row = info(parameter);
  return row.spread > 0.0 && row.certainty != Certainty::kSwitch && !is_left_alone(parameter) &&
         std::ranges::any_of(kGroups, [&](std::string_view group) { return row.name.starts_with(group); });
}

std::vector<TargetFit> compare_with_targets(const Scenario& scenario, const England& england,
                                            const std::vector<CalibrationTarget>& targets, int threads,
                                            const std::atomic<bool>* stop) {
  SimulatedYears years;
  RunOptions options;
  options.parallel = on_threads(threads);
  options.stop = stop;
  run_ensemble(scenario, england, options,
               [&](std::size_t arm, std::size_t, const std::vector<AuthoritySeries>& series) {
                 if (arm == scenario.baseline) years.add(series);
               });
  Figures figures = years.figures(scenario.sampling_fraction);
  if (asks_for_life_courses(targets)) {
    RunOptions followed = options;
    followed.families = {};
    figures.merge(
        follow_life_courses(scenario_of_life_courses(scenario, england), england, followed).figures());
    figures.merge(tenth_year_figures(scenario_of_ten_years(scenario, england), england, followed));
  }
  return beside(targets, figures);
}

Calibration calibrate(const Scenario& scenario, const England& england, const NationalSeries& national,
                      const Evidence& evidence, const AuthorityHistory& history,
                      const CalibrationOptions& options) {
  require_usable(scenario);
  const bool published = options.targets.empty();
  const auto targets =
      published ? calibration_targets(national, evidence, scenario.origin.year) : options.targets;
  Model model(scenario, england, history, targets, options);
  Scenario fewer = scenario;
  fewer.sampling_fraction *= kShareForResponse;
  Model sample(fewer, england, history, targets, options);
  Parameters start = scenario.arms[0].parameters;
  for (const auto& [parameter, value] : drift_parameters(history.volatility))
    start[parameter] = six_figures(value);
  Fit fit(model, sample, start, options);
  const Model::Judged best = fit.moments();

  Calibration out;
  out.origin_year = scenario.origin.year;
  out.parameters = fit.at(fit.point());
  for (const Eigen::Index i : fit.fitted())
    out.fitted.push_back(fit.coordinates()[static_cast<std::size_t>(i)].id);
  out.propensities = model.scenario().propensities;
  out.deviations = model.scenario().deviations;
  out.response = model.scenario().response;
  out.volatility = history.volatility;
  out.recording_noise = model.noise(out.parameters, history);
  for (const AuthorityExpectation& authority : history.authorities)
    if (out.deviations.contains(authority.code)) out.state_covariance[authority.code] = authority.covariance;
  for (const auto& [parameter, value] : drift_parameters(history.volatility)) out.fitted.push_back(parameter);
  out.fit = beside(model.targets(), best.figures);
  out.misses = model.misses(best);
  out.borrowed = england.borrowed;
  if (options.draws > 0) {
    const Posterior posterior = fit.posterior(best);
    for (const Prior& c : fit.coordinates()) out.drawn.push_back(c.id);
    for (const auto& point : posterior.points.colwise()) {
      Parameters values;
      set(values, fit.coordinates(), point);
      auto& row = out.draws.emplace_back();
      for (const Parameter id : out.drawn) row.push_back(values[id]);
    }
    fit.bring_to_level(out.draws, out.drawn);
    out.given_up = posterior.given_up;
    if (options.progress)
      options.progress(
          fmt::format("posterior: {} draws in {} runs; {} more could not be brought to the figures",
                      out.draws.size(), posterior.runs, out.given_up));
  }
  out.not_fitted = not_settled(fit, out.parameters, out.fit, out.origin_year, published);
  return out;
}

}  // namespace hearth
