#include "analysis/calibration/authority_fit.hpp"

#include <fmt/format.h>

#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "core/calendar.hpp"
#include "core/error.hpp"
#include "core/matrices.hpp"
#include "kernels/draws.hpp"

namespace hearth {
namespace {

constexpr std::size_t at(Propensity id) {
  return static_cast<std::size_t>(id);
}

// Each authority's rate over England's, as logarithms.
std::vector<PropensityVector> relative(const std::vector<PropensityVector>& numerators,
                                       const std::vector<double>& children,
                                       const std::vector<double>& looked_after) {
  std::vector<PropensityVector> out(numerators.size());
  for (std::size_t k = 0; k < kPropensities; ++k) {
    const auto& denominators = k == at(Propensity::kCareExit) ? looked_after : children;
    double above = 0.0;
    double below = 0.0;
    for (std::size_t i = 0; i < numerators.size(); ++i) {
      above += numerators[i][k];
      below += denominators[i];
    }
    for (std::size_t i = 0; i < numerators.size(); ++i)
      out[i][k] = std::log(numerators[i][k] / std::max(denominators[i], 0.5) / (above / below));
  }
  return out;
}

constexpr double kHalfChild = 0.5;

const AuthorityExpectation& find_expectation(const AuthorityHistory& history, int code) {
  const auto found = std::lower_bound(history.authorities.begin(), history.authorities.end(), code,
                                      [](const auto& row, int c) { return row.code < c; });
  if (found == history.authorities.end() || found->code != code)
    throw InternalError("no history of authority " + std::to_string(code));
  return *found;
}

double mean_rate(const AuthorityExpectation& of, std::size_t rate) {
  if (rate == at(Propensity::kCareExit)) return std::exp(of.log_rates.front()[rate]);
  double sum = 0.0;
  for (const PropensityVector& year : of.log_rates) sum += std::exp(year[rate]);
  return sum / static_cast<double>(of.log_rates.size());
}

Eigen::MatrixXd inverse_of(const ResponseMatrix& response) {
  return inverse(square_matrix(by_rows(response)));
}

// Where too few children are simulated the slopes are chance, and what they lead to is too.
void require_telling(const ResponseMatrix& response, const Scenario& scenario) {
  constexpr double kMost = 12.0;  // change of a log propensity for one of a log rate; of all England 2 or 3
  const double largest = inverse_of(response).cwiseAbs().maxCoeff();
  if (largest <= kMost) return;
  throw UsageError(fmt::format(
      "too few children are simulated to tell how rates answer to propensities: {} authorities, {:g}% of "
      "families; calibrate all of England, with a --sample of 0.05 or more",
      scenario.authorities.size(), 100.0 * scenario.sampling_fraction));
}

}  // namespace

RelativeRates::RelativeRates(const Scenario& scenario, const England& england, int first_year, int years)
    : first_(first_year),
      years_(years),
      unaccompanied_at_16_(1.0 - scenario.arms[0].parameters[Parameter::unaccompanied_under_16_share]),
      counts_(scenario.authorities.size()),
      mean_looked_after_(scenario.authorities.size()) {
  for (const int code : scenario.authorities) {
    children_.push_back(england.at(code).children * scenario.sampling_fraction);
    looked_after_before_.push_back(england.at(code).looked_after * scenario.sampling_fraction);
  }
}

void RelativeRates::add(const std::vector<AuthoritySeries>& series) {
  ++replicates_;
  for (std::size_t i = 0; i < series.size(); ++i)
    for (int year = first_; year < first_ + years_; ++year) add(i, series[i], year);
}

void RelativeRates::add(std::size_t authority, const AuthoritySeries& s, int year) {
  const auto first = static_cast<std::size_t>(year * kMonthsPerYear);
  const std::size_t last = first + kMonthsPerYear - 1;
  const auto flow = [&](Measure measure, std::size_t category = 0) {
    double sum = 0.0;
    for (std::size_t m = first; m <= last; ++m) sum += s.counts(measure, category)[m];
    return sum;
  };
  const auto stock = [&](Measure measure) { return static_cast<double>(s.counts(measure)[last]); };
  double under_16 = 0.0;
  for (std::size_t age = 0; age < index(AgeBand::k16Plus); ++age)
    under_16 += flow(Measure::kCareEntriesByAge, age);
  PropensityVector& c = counts_[authority];
  c[at(Propensity::kReferral)] += flow(Measure::kReferrals);
  c[at(Propensity::kSection47)] += flow(Measure::kSection47Enquiries);
  c[at(Propensity::kProtectionPlan)] += flow(Measure::kChildProtectionPlansStarted);
  c[at(Propensity::kProtectionPlanEnd)] += stock(Measure::kChildProtectionPlans);
  c[at(Propensity::kCareEntry)] += under_16;
  c[at(Propensity::kCareEntry16Plus)] += flow(Measure::kCareEntriesByAge, index(AgeBand::k16Plus));
  c[at(Propensity::kCareEntry16Plus)] -= unaccompanied_at_16_ * flow(Measure::kCareEntriesUnaccompanied);
  c[at(Propensity::kCaseClosure)] += stock(Measure::kChildrenInNeed);
  if (year > first_) return;
  c[at(Propensity::kCareExit)] += flow(Measure::kCareExits);
  const double before = first == 0 ? looked_after_before_[authority]
                                   : static_cast<double>(s.counts(Measure::kLookedAfter)[first - 1]);
  mean_looked_after_[authority] += (before + stock(Measure::kLookedAfter)) / 2.0;
}

std::vector<PropensityVector> RelativeRates::log_rates() const {
  auto counts = counts_;
  for (auto& row : counts)
    for (double& n : row) n = std::max(n, kHalfChild);
  auto children = children_;
  for (double& n : children) n *= replicates_ * years_;
  return relative(counts, children, mean_looked_after_);
}

std::vector<PropensityVector> RelativeRates::counts() const {
  auto out = counts_;
  for (auto& row : out)
    for (std::size_t k = 0; k < kPropensities; ++k) {
      const int years = k == at(Propensity::kCareExit) ? 1 : years_;
      row[k] = std::max(row[k], 0.0) / std::max(replicates_ * years, 1);
    }
  return out;
}

std::map<int, PropensityVector> balanced_deviations(const Scenario& scenario, const England& england,
                                                    const AuthorityHistory& history) {
  PropensityVector now{};
  PropensityVector in_the_long_run{};
  for (const int code : scenario.authorities) {
    const AuthorityExpectation& x = find_expectation(history, code);
    for (std::size_t k = 0; k < kPropensities; ++k) {
      const double of =
          k == at(Propensity::kCareExit) ? england.at(code).looked_after : england.at(code).children;
      in_the_long_run[k] += of * std::exp(x.level[k]);
      now[k] += of * std::exp(x.level[k] + x.deviation[k]);
    }
  }
  std::map<int, PropensityVector> out;
  for (const int code : scenario.authorities)
    for (std::size_t k = 0; k < kPropensities; ++k)
      out[code][k] = find_expectation(history, code).deviation[k] - std::log(now[k] / in_the_long_run[k]);
  return out;
}

std::vector<PropensityVector> expected_log_rates(const Scenario& scenario, const England& england,
                                                 const AuthorityHistory& history) {
  std::vector<PropensityVector> numbers;
  std::vector<double> children;
  std::vector<double> looked_after;
  for (const int code : scenario.authorities) {
    children.push_back(england.at(code).children);
    looked_after.push_back(std::max<double>(england.at(code).looked_after, 0.5));
    auto& row = numbers.emplace_back();
    for (std::size_t k = 0; k < kPropensities; ++k)
      row[k] = mean_rate(find_expectation(history, code), k) *
               (k == at(Propensity::kCareExit) ? looked_after.back() : children.back());
  }
  return relative(numbers, children, looked_after);
}

ResponseMatrix rate_response(Scenario scenario, const England& england, const RunOptions& options,
                             int replicates) {
  constexpr double kSize = 0.2;  // as large as drift is
  constexpr int kYears = 2;      // by when a change has worked through
  scenario.horizon_months = kYears * kMonthsPerYear;
  scenario.replicates = replicates;
  scenario.deviations.clear();
  scenario.state_covariance.clear();
  const auto rates = [&] {
    RelativeRates sum(scenario, england, kYears - 1, 1);
    run_ensemble(
        scenario, england, options,
        [&](std::size_t, std::size_t, const std::vector<AuthoritySeries>& series) { sum.add(series); });
    return sum;
  };
  const RelativeRates before = rates();
  std::vector<PropensityVector> moved(scenario.authorities.size());
  const Draws draws(scenario.seed, Draws::kAllReplicates, 0);
  for (std::size_t i = 0; i < moved.size(); ++i)
    for (std::size_t k = 0; k < kPropensities; ++k) {
      const Bits bits = draws.block(Process::kDrift, static_cast<std::uint32_t>(scenario.authorities[i]),
                                    static_cast<std::uint32_t>(k));
      moved[i][k] = kSize * normal(bits[0], bits[1]);
      scenario.propensities[scenario.authorities[i]][k] += moved[i][k];
    }
  const RelativeRates after = rates();
  const auto x0 = before.log_rates();
  const auto x1 = after.log_rates();
  const auto counts = before.counts();
  const auto n = static_cast<Eigen::Index>(moved.size());
  constexpr auto kSizeOf = static_cast<Eigen::Index>(kPropensities);
  ResponseMatrix out{};
  for (std::size_t rate = 0; rate < kPropensities; ++rate) {
    // Least squares with a constant, authorities weighing as their counts.
    Eigen::MatrixXd design(n, kSizeOf + 1);
    Eigen::VectorXd change(n);
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto a = static_cast<std::size_t>(i);
      const double weight = std::sqrt(counts[a][rate]);
      for (Eigen::Index k = 0; k < kSizeOf; ++k)
        design(i, k) = weight * moved[a][static_cast<std::size_t>(k)];
      design(i, kSizeOf) = weight;
      change[i] = weight * (x1[a][rate] - x0[a][rate]);
    }
    const Eigen::VectorXd slope = design.colPivHouseholderQr().solve(change);
    for (Eigen::Index k = 0; k < kSizeOf; ++k) out[rate][static_cast<std::size_t>(k)] = slope[k];
  }
  require_telling(out, scenario);
  return out;
}

PropensityVector recording_noise(Scenario scenario, const England& england, const AuthorityHistory& history,
                                 const RunOptions& options, int replicates) {
  scenario.horizon_months = kMonthsPerYear;
  scenario.replicates = replicates;
  for (std::size_t k = 0; k < kPropensities; ++k)
    scenario.arms[0].parameters[rows::kDriftOfRates.at(k, kNationalSd)] = 0.0;
  scenario.arms[0].parameters[Parameter::drift_unaccompanied_sd] = 0.0;
  const std::size_t n = scenario.authorities.size();
  std::vector<PropensityVector> sum(n);
  std::vector<PropensityVector> squares(n);
  run_ensemble(scenario, england, options,
               [&](std::size_t, std::size_t, const std::vector<AuthoritySeries>& series) {
                 RelativeRates rates(scenario, england, 0);
                 rates.add(series);
                 const auto values = rates.log_rates();
                 for (std::size_t i = 0; i < n; ++i)
                   for (std::size_t k = 0; k < kPropensities; ++k) {
                     sum[i][k] += values[i][k];
                     squares[i][k] += values[i][k] * values[i][k];
                   }
               });
  PropensityVector out{};
  for (std::size_t k = 0; k < kPropensities; ++k) {
    std::vector<double> missing;
    for (std::size_t i = 0; i < n; ++i) {
      const double mean = sum[i][k] / replicates;
      const double simulated = (squares[i][k] - replicates * mean * mean) / (replicates - 1);
      missing.push_back(find_expectation(history, scenario.authorities[i]).variance[k] - simulated);
    }
    std::nth_element(missing.begin(), missing.begin() + static_cast<std::ptrdiff_t>(n / 2), missing.end());
    out[k] = std::sqrt(std::max(0.0, missing[n / 2]));
  }
  return out;
}

void step_propensities(std::map<int, PropensityVector>& propensities, const Scenario& scenario,
                       const std::vector<PropensityVector>& simulated,
                       const std::vector<PropensityVector>& counts,
                       const std::vector<PropensityVector>& expected, double share) {
  constexpr double kFew = 3.0;   // children who tell as much as what is usual in England does
  constexpr double kMost = 2.5;  // within the bounds of a calibration file
  const Eigen::MatrixXd inverse = inverse_of(scenario.response);
  for (std::size_t i = 0; i < simulated.size(); ++i) {
    Eigen::VectorXd gap(kPropensities);
    for (std::size_t k = 0; k < kPropensities; ++k)
      gap[static_cast<Eigen::Index>(k)] = std::clamp(expected[i][k] - simulated[i][k], -1.0, 1.0);
    const Eigen::VectorXd move = inverse * gap;
    auto& own = propensities[scenario.authorities[i]];
    for (std::size_t k = 0; k < kPropensities; ++k) {
      const double told = counts[i][k] / (counts[i][k] + kFew);
      own[k] += share * (told * move[static_cast<Eigen::Index>(k)] - (1.0 - told) * own[k]);
      own[k] = std::clamp(own[k], -kMost, kMost);
    }
  }
}

}  // namespace hearth
