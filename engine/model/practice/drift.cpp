#include "model/practice/drift.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "core/calendar.hpp"
#include "core/matrices.hpp"
#include "kernels/elementary.hpp"

namespace hearth {
namespace {

// The symmetric square root of a covariance that rounding may have left without full rank.
Eigen::MatrixXd square_root(const Eigen::MatrixXd& covariance) {
  return with_eigenvalues(covariance, [](double x) { return std::sqrt(std::max(x, 0.0)); });
}

// Of each rate the standard deviation in the long run (log), and the reversion (1/year).
DriftProcess make_process(const Parameters& p, const RateMatrix& correlation, DriftColumn sd_column,
                          DriftColumn reversion_column) {
  const auto sd = [&](std::size_t k) { return p[rows::kDriftOfRates.at(k, sd_column)]; };
  const auto reversion = [&](std::size_t k) { return p[rows::kDriftOfRates.at(k, reversion_column)]; };
  DriftProcess out;
  RateMatrix innovation;
  for (std::size_t a = 0; a < kPropensities; ++a)
    for (std::size_t b = 0; b < kPropensities; ++b) {
      const double k = reversion(a) + reversion(b);
      // Shocks a year have the variance 2 k sd^2; those of two rates go together as the correlation says.
      const double shocks = sd(a) * sd(b) * 2.0 * std::sqrt(reversion(a) * reversion(b)) *
                            correlation(static_cast<int>(a), static_cast<int>(b));
      innovation(static_cast<int>(a), static_cast<int>(b)) =
          k > 0.0 ? shocks / k * -elementary::expm1(-k / kMonthsPerYear) : 0.0;
    }
  for (std::size_t k = 0; k < kPropensities; ++k) {
    const auto i = static_cast<int>(k);
    out.keep[i] = elementary::exp(-reversion(k) / kMonthsPerYear);
    out.stationary_variance[i] = sd(k) * sd(k);
  }
  out.shock = square_root(innovation);
  return out;
}

// The part of `whole` whose variance is these shares of it.
DriftProcess part_of(const DriftProcess& whole, const RateVector& shares) {
  return {whole.keep, shares.cwiseProduct(whole.stationary_variance),
          shares.cwiseSqrt().asDiagonal() * whole.shock};
}

ArrivalsProcess make_arrivals(const Parameters& p) {
  using enum Parameter;
  const double variance = p[drift_unaccompanied_sd] * p[drift_unaccompanied_sd];
  const double a_month = p[drift_unaccompanied_reversion] / kMonthsPerYear;
  return {elementary::exp(-a_month), variance, std::sqrt(variance * -elementary::expm1(-2.0 * a_month))};
}

template <int kSize>
Eigen::Matrix<double, kSize, 1> normals(const Draws& draws, std::uint32_t entity, std::uint32_t occurrence) {
  Eigen::Matrix<double, kSize, 1> out;
  for (int i = 0; i < kSize; i += 2) {
    const Bits bits = draws.block(Process::kDrift, entity + static_cast<std::uint32_t>(i / 2), occurrence);
    out[i] = normal(bits[0], bits[1]);
    out[i + 1] = normal(bits[2], bits[3]);
  }
  return out;
}

constexpr std::uint32_t kStateEntity = 0x100;  // draws of the state at the origin
constexpr std::uint32_t kMonthEntity = 0;
constexpr std::uint32_t kArrivalsEntity = 0x300;  // 0x200 is the workforce's
constexpr std::uint32_t kRegionEntity = 0x400;    // the first region's, among England's
constexpr std::uint32_t kEntitiesOfARegion = 0x10;

PropensityVector log_propensities(const DriftTables& tables, const RateVector& log_rates) {
  const RateVector moved = tables.propensities_of_rates * log_rates;
  PropensityVector out = tables.level;
  for (std::size_t k = 0; k < kPropensities; ++k) out[k] += moved[static_cast<int>(k)];
  return out;
}

}  // namespace

DriftTables make_drift_tables(const Scenario& scenario, const Parameters& p, int code,
                              std::uint32_t region_number) {
  using enum Parameter;
  DriftTables out;
  out.region_number = region_number;
  out.enabled = p.on(drift_enabled);
  constexpr int kSize = static_cast<int>(kPropensities);
  RateMatrix correlation = RateMatrix::Identity();
  std::size_t row = 0;
  for (int a = 0; a < kSize; ++a)
    for (int b = 0; b < a; ++b) correlation(a, b) = correlation(b, a) = p[rows::kDriftCorrelation.at(row++)];
  out.propensities_of_rates = inverse(square_matrix(by_rows(scenario.response)));
  const DriftProcess both = make_process(p, correlation, kAuthoritySd, kAuthorityReversion);
  RateVector shared = RateVector::Zero();
  if (region_number > 0)
    for (std::size_t k = 0; k < kPropensities; ++k)
      shared[static_cast<int>(k)] = p[rows::kDriftRegionalShare.at(k)];
  out.authority = part_of(both, RateVector::Ones() - shared);
  out.region = part_of(both, shared);
  out.england = make_process(p, correlation, kNationalSd, kNationalReversion);
  out.unaccompanied = make_arrivals(p);
  if (const auto found = scenario.propensities.find(code); found != scenario.propensities.end())
    out.level = found->second;
  for (std::size_t k = 0; k < kPropensities; ++k) out.level[k] += p[rows::kLevel.at(k)];
  if (const auto found = scenario.deviations.find(code); found != scenario.deviations.end()) {
    const RateVector deviation = Eigen::Map<const RateVector>(found->second.data());
    if (p.on(drift_origin_deviation))
      out.deviation = deviation;
    else
      out.level = log_propensities(out, deviation);
  }
  const auto found = scenario.state_covariance.find(code);
  if (!out.enabled || found == scenario.state_covariance.end()) return out;
  const Eigen::MatrixXd covariance = symmetric_matrix(found->second);
  out.doubt = square_root(covariance);
  for (int k = 0; k < kSize; ++k) {
    out.level_variance[k] = covariance(k, k);
    out.deviation_variance[k] = covariance(kSize + k, kSize + k);
    out.level_deviation_covariance[k] = covariance(k, kSize + k);
  }
  return out;
}

PropensityVector propensities_at_origin(const DriftTables& tables) {
  return log_propensities(tables, tables.deviation);
}

DriftState start_drift(const DriftTables& tables, const Draws& authority) {
  DriftState out;
  out.deviation = tables.deviation;
  if (!tables.enabled) return out;
  const Eigen::Matrix<double, kStateSize, 1> unknown =
      tables.doubt * normals<static_cast<int>(kStateSize)>(authority, kStateEntity, 0);
  out.level = unknown.head<kPropensities>();
  out.deviation += unknown.tail<kPropensities>();
  return out;
}

PropensityVector advance_drift(DriftState& state, const DriftTables& tables, const Draws& authority,
                               const Draws& england, int month) {
  assert(month >= 0);
  const auto step = [&](RateVector& value, const DriftProcess& process, const Draws& draws,
                        std::uint32_t entity) {
    value = process.keep.cwiseProduct(value);
    if (tables.enabled)
      value += process.shock *
               normals<static_cast<int>(kPropensities)>(draws, entity, static_cast<std::uint32_t>(month));
  };
  step(state.deviation, tables.authority, authority, kMonthEntity);
  step(state.england, tables.england, england, kMonthEntity);
  if (tables.region_number > 0)
    step(state.region, tables.region, england,
         kRegionEntity + (tables.region_number - 1) * kEntitiesOfARegion);
  if (tables.enabled) {
    const Bits bits = england.block(Process::kDrift, kArrivalsEntity, static_cast<std::uint32_t>(month));
    state.unaccompanied = tables.unaccompanied.keep * state.unaccompanied +
                          tables.unaccompanied.shock * normal(bits[0], bits[1]);
  }
  RateVector log_rates = state.level + state.deviation + state.region + state.england;
  if (tables.enabled) {
    const auto left = [&](const DriftProcess& process) {
      return process.keep.array()
          .unaryExpr([&](double keep) { return elementary::pow(keep, month + 1); })
          .eval();
    };
    const auto own = left(tables.authority);
    const auto national = left(tables.england);
    const Eigen::Array<double, kPropensities, 1> variance =
        tables.level_variance.array() + 2.0 * own * tables.level_deviation_covariance.array() +
        own.square() * tables.deviation_variance.array() +
        (1.0 - own.square()) *
            (tables.authority.stationary_variance + tables.region.stationary_variance).array() +
        (1.0 - national.square()) * tables.england.stationary_variance.array();
    log_rates.array() -= 0.5 * variance;
  }
  return log_propensities(tables, log_rates);
}

double unaccompanied_ratio(const DriftState& state, const DriftTables& tables, int month) {
  if (!tables.enabled) return 1.0;
  const ArrivalsProcess& process = tables.unaccompanied;
  const double left = elementary::pow(process.keep, 2.0 * (month + 1));
  return elementary::exp(state.unaccompanied - 0.5 * process.stationary_variance * (1.0 - left));
}

}  // namespace hearth
