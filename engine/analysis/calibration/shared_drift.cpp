#include "analysis/calibration/shared_drift.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace hearth {
namespace {

constexpr int kLongestLag = 10;         // years: of England
constexpr int kLongestRegionalLag = 6;  // authorities have more to say of shorter ones
constexpr double kMostShared = 0.9;
// Before any figure: about a tenth is shared, as likely none as a third.
constexpr double kShareExpected = 0.1;
constexpr double kShareSpread = 0.2;
// Of England's speed of return: half is gone in 7 years, a third or three times as long as likely as not; two
// rates differ by half as much.
constexpr double kReversionExpected = 0.1;
constexpr double kReversionSpread = 1.0;
constexpr double kReversionDiffers = 0.5;

constexpr int kSteps = 40;  // of the grid, each way

// Equal steps of the logarithm.
std::array<double, kSteps> grid(double lowest, double highest) {
  std::array<double, kSteps> out{};
  for (int i = 0; i < kSteps; ++i)
    out[static_cast<std::size_t>(i)] = lowest * std::pow(highest / lowest, i / (kSteps - 1.0));
  return out;
}

const std::array<double, kSteps> kReversions = grid(0.02, 3.0);
const std::array<double, kSteps> kShocks = grid(0.005, 0.8);

using Surface = std::array<std::array<double, kSteps>, kSteps>;  // by reversion and shock

// Variance after so many years of a process that stands at its mean today.
double variance_after(double years, double reversion, double shock) {
  return shock * shock / (2.0 * reversion) * -std::expm1(-2.0 * reversion * years);
}

double log_normal_density(double value, double median, double spread) {
  const double z = std::log(value / median) / spread;
  return -0.5 * z * z;
}

double log_sum(const std::array<double, kSteps>& logs) {
  const double most = *std::ranges::max_element(logs);
  double sum = 0.0;
  for (const double x : logs) sum += std::exp(x - most);
  return most + std::log(sum);
}

// Log likelihood of the changes, with the prior of shocks.
Surface surface_of(const LogSeries& series, const ShockPrior& prior) {
  struct Change {
    double years;
    double square;
    double weight;
  };
  std::vector<Change> changes;
  double weights = 0.0;
  for (std::size_t i = 0; i < series.years.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double years = series.years[i] - series.years[j];
      if (years > kLongestLag) continue;
      const double change = series.values[i] - series.values[j];
      changes.push_back({years, change * change, 1.0 / years});
      weights += 1.0 / years;
    }
  for (Change& each : changes) each.weight *= (static_cast<double>(series.years.size()) - 1.0) / weights;
  Surface out{};
  for (std::size_t k = 0; k < kSteps; ++k)
    for (std::size_t s = 0; s < kSteps; ++s) {
      double sum = log_normal_density(kShocks[s], prior.median, prior.spread);
      for (const Change& each : changes) {
        const double variance = variance_after(each.years, kReversions[k], kShocks[s]);
        sum -= 0.5 * each.weight * (std::log(variance) + each.square / variance);
      }
      out[k][s] = sum;
    }
  return out;
}

// The speed of return that all share, as expected (of its logarithm).
double common_reversion(const std::vector<Surface>& surfaces) {
  std::array<double, kSteps> log_posterior{};
  for (std::size_t common = 0; common < kSteps; ++common)
    log_posterior[common] = log_normal_density(kReversions[common], kReversionExpected, kReversionSpread);
  for (const Surface& surface : surfaces) {
    std::array<double, kSteps> marginal{};
    for (std::size_t k = 0; k < kSteps; ++k) marginal[k] = log_sum(surface[k]);
    for (std::size_t common = 0; common < kSteps; ++common) {
      std::array<double, kSteps> own{}, both{};
      for (std::size_t k = 0; k < kSteps; ++k) {
        own[k] = log_normal_density(kReversions[k], kReversions[common], kReversionDiffers);
        both[k] = own[k] + marginal[k];
      }
      log_posterior[common] += log_sum(both) - log_sum(own);
    }
  }
  const double total = log_sum(log_posterior);
  double mean = 0.0;
  for (std::size_t k = 0; k < kSteps; ++k)
    mean += std::exp(log_posterior[k] - total) * std::log(kReversions[k]);
  return std::exp(mean);
}

NationalVolatility summarise(const Surface& surface, double reversion_expected) {
  double highest = -1e300;
  Surface posterior = surface;
  for (std::size_t k = 0; k < kSteps; ++k)
    for (double& x : posterior[k]) {
      x += log_normal_density(kReversions[k], reversion_expected, kReversionDiffers);
      highest = std::max(highest, x);
    }
  double weights = 0.0, one_year = 0.0, ten_years = 0.0;
  for (std::size_t k = 0; k < kSteps; ++k)
    for (std::size_t s = 0; s < kSteps; ++s) {
      const double weight = std::exp(posterior[k][s] - highest);
      weights += weight;
      one_year += weight * variance_after(1.0, kReversions[k], kShocks[s]);
      ten_years += weight * variance_after(kLongestLag, kReversions[k], kShocks[s]);
    }
  // Slower, the later year is further from the first.
  const double ratio = ten_years / one_year;
  double low = 1e-3, high = 5.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = std::sqrt(low * high);
    (variance_after(kLongestLag, middle, 1.0) / variance_after(1.0, middle, 1.0) > ratio ? low : high) =
        middle;
  }
  return {std::sqrt(one_year / weights / -std::expm1(-2.0 * low)), low};
}

// Sums over authorities of what goes into products of two of their changes.
struct Sums {
  double weight = 0.0;
  double weight_squares = 0.0;
  double change = 0.0;
  double change_squares = 0.0;
};

}  // namespace

std::vector<NationalVolatility> fit_national(const std::vector<LogSeries>& series, const ShockPrior& prior) {
  std::vector<Surface> surfaces;
  for (const LogSeries& each : series) surfaces.push_back(surface_of(each, prior));
  const double common = common_reversion(surfaces);
  std::vector<NationalVolatility> out;
  for (const Surface& surface : surfaces) out.push_back(summarise(surface, common));
  return out;
}

namespace {

// `without`: a region that is left out.
double regional_share(const std::vector<AuthorityChanges>& authorities, const ChangeScale& scale,
                      const std::string* without) {
  std::size_t years = 0;
  for (const auto& each : authorities) years = std::max(years, each.log_rates.size());
  double alike = 0.0, all = 0.0;
  for (std::size_t lag = 1; lag <= kLongestRegionalLag; ++lag) {
    const double pace = static_cast<double>(lag);
    const double drift = 2.0 * scale.sd * scale.sd * -std::expm1(-scale.reversion * pace);
    for (std::size_t year = 0; year + lag < years; ++year) {
      struct Change {
        const std::string* region;
        double weight;
        double change;
      };
      std::vector<Change> changes;
      double weight = 0.0, weighted = 0.0;
      for (const auto& each : authorities) {
        if (without != nullptr && each.region == *without) continue;
        const double change = each.log_rates[year + lag] - each.log_rates[year];
        if (!std::isfinite(change)) continue;
        const double variance = drift + 2.0 * scale.transient_sd * scale.transient_sd +
                                each.sampling[year + lag] + each.sampling[year];
        changes.push_back({&each.region, 1.0 / variance, change});
        weight += 1.0 / variance;
        weighted += change / variance;
      }
      if (changes.empty()) continue;
      std::map<std::string, Sums> regions;
      for (const Change& each : changes) {
        const double w = each.weight, x = w * (each.change - weighted / weight);
        Sums& sums = regions[*each.region];
        sums.weight += w;
        sums.weight_squares += w * w;
        sums.change += x;
        sums.change_squares += x * x;
      }
      // A region is one path, however many authorities show it: it counts by their number, not by their
      // pairs.
      double within = 0.0, counted = 0.0, squares = 0.0, between = 0.0;
      for (const auto& [name, sums] : regions) {
        squares += sums.weight * sums.weight;
        between -= sums.change * sums.change;  // all changes add up to nothing
        const double pairs = sums.weight * sums.weight - sums.weight_squares;
        if (!(pairs > 1e-9 * sums.weight_squares)) continue;
        within += (sums.change * sums.change - sums.change_squares) / sums.weight;
        counted += pairs / sums.weight;
      }
      const double pairs_between = weight * weight - squares;
      if (!(counted > 0.0) || !(pairs_between > 0.0)) continue;
      // Changes over longer lags overlap more.
      const double counts = counted / pace;
      alike += counts * (within / counted - between / pairs_between);
      all += counts * drift;
    }
  }
  return all > 0.0 ? alike / all : 0.0;
}

}  // namespace

RegionalShare estimate_regional_share(const std::vector<AuthorityChanges>& authorities,
                                      const ChangeScale& scale) {
  std::vector<std::string> regions;
  for (const auto& each : authorities) regions.push_back(each.region);
  std::ranges::sort(regions);
  regions.erase(std::ranges::unique(regions).begin(), regions.end());
  if (regions.size() < 3) return {kShareExpected, kShareSpread};  // as if nothing were known
  RegionalShare out{regional_share(authorities, scale, nullptr), 0.0};
  double sum = 0.0, squares = 0.0;
  for (const auto& region : regions) {
    const double share = regional_share(authorities, scale, &region);
    sum += share;
    squares += share * share;
  }
  const auto n = static_cast<double>(regions.size());
  out.standard_error = std::sqrt(std::max(0.0, (n - 1.0) / n * (squares - sum * sum / n)));
  return out;
}

std::vector<double> shrink_to_pool(const std::vector<RegionalShare>& shares) {
  const auto n = static_cast<double>(shares.size());
  double mean = 0.0, chance = 0.0, between = 0.0;
  for (const auto& each : shares) {
    mean += each.share / n;
    chance += each.standard_error * each.standard_error / n;
  }
  for (const auto& each : shares) between += (each.share - mean) * (each.share - mean) / (n - 1.0);
  const double real = std::max(0.0, between - chance);
  // Rates go together, so their mean is hardly surer than one of them.
  const double known = kShareSpread * kShareSpread / (kShareSpread * kShareSpread + chance);
  const double pool = std::lerp(kShareExpected, mean, known);
  const double own = real + chance > 0.0 ? real / (real + chance) : 0.0;
  std::vector<double> out;
  for (const auto& each : shares)
    out.push_back(std::clamp(pool + own * (each.share - mean), 0.0, kMostShared));
  return out;
}

}  // namespace hearth
