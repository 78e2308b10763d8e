#include "analysis/calibration/authority_history.hpp"

#include <tbb/parallel_for.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "analysis/calibration/minimise.hpp"
#include "analysis/calibration/shared_drift.hpp"
#include "core/categories.hpp"
#include "core/error.hpp"
#include "core/matrices.hpp"
#include "published/entries_under_16.hpp"

namespace hearth {
namespace {

constexpr int kFirstYear = 2012;     // the first with a change of the looked-after stock
constexpr int kPandemicYear = 2021;  // moved all: left out of England's own volatility
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr auto kRates = static_cast<int>(kPropensities);

// Variance of a count of children over its mean. They come in sibling groups: E[N^2] / E[N] is about 2 for
// groups of 1.7 on average (evidence: siblings.children_per_family_preproceedings), less in care, where many
// come alone.
constexpr std::array<double, kPropensities> kDispersion = {2.0, 2.0, 2.0, 2.0, 1.5, 1.2, 1.5, 2.0};
// Flows belong to the middle of their year, stocks to its end.
constexpr std::array<double, kPropensities> kTimeInYear = {-0.5, -0.5, -0.5, 0.0, -0.5, -0.5, -0.5, 0.0};
// Shocks of a year to England's rates, and to how many unaccompanied children arrive.
constexpr ShockPrior kNationalShocks = {0.06, 0.6};
constexpr ShockPrior kArrivalShocks = {0.25, 0.6};
// Below this many children (City of London, Isles of Scilly) suppression leaves too little to tell.
constexpr double kSmallestPopulation = 5000.0;

// Numerators and denominators of the rates of one area, by year from kFirstYear.
struct Series {
  std::vector<std::array<double, kPropensities>> numerator;
  std::vector<std::array<double, kPropensities>> denominator;
};

// What was published of one area up to the origin; not a number where nothing was.
using Published = std::function<double(std::string_view measure, int year)>;

double under_16(const Published& published, int year) {
  constexpr std::array<std::string_view, kAgeBands> kAges = {"cla_started_age_u1", "cla_started_age_1to4",
                                                             "cla_started_age_5to9", "cla_started_age_10to15",
                                                             "cla_started_age_16plus"};
  const auto known = [&](std::string_view measure) {
    const double value = published(measure, year);
    return std::isnan(value) ? std::nullopt : std::optional(value);
  };
  EntriesByAge by_age;
  std::ranges::transform(kAges, by_age.begin(), known);
  return entries_under_16(known("cla_started"), by_age, BlankAges::kShared).value_or(kNone);
}

// Those who arrive unaccompanied at 16 or 17 are no authority's doing. Where their number is not published it
// is so many for each who is looked after at the year's end. What is hidden is small and taken for none.
double unaccompanied_at_16(const Published& published, int year, double arrivals_for_each) {
  static const double of_16_or_over = 1.0 - Parameters()[Parameter::unaccompanied_under_16_share];
  double arrivals = published("cla_started_uasc", year);
  if (std::isnan(arrivals)) arrivals = arrivals_for_each * published("cla_at31_uasc", year);
  return std::isnan(arrivals) ? 0.0 : of_16_or_over * arrivals;
}

// As in England in the first year up to the origin in which both are published. Before there is one, as
// claims for asylum by such children in the United Kingdom suggest: in 2012 to 2014 0.6 to 0.7 for each
// looked after at the next 31 March, of which nine tenths are taken to be England's.
double arrivals_for_each_looked_after(const NationalSeries& national, int origin) {
  for (int year = kFirstYear; year <= origin; ++year) {
    const double ratio = national.value("cla_started_uasc", year) / national.value("cla_at31_uasc", year);
    if (std::isfinite(ratio)) return ratio;
  }
  return 0.6;
}

// `first_children`: the first year whose children are published by authority.
Series make_series(const Published& published, int first_children, int origin, double arrivals_for_each,
                   std::optional<int> cut_out_in = {}) {
  Series out;
  for (int year = kFirstYear; year <= origin; ++year) {
    double children = published("population_0_17", year);
    for (int later = year + 1; std::isnan(children) && later <= first_children; ++later)
      children = published("population_0_17", later);
    const double stock = published("cla_at31", year);
    const double before = year == cut_out_in ? kNone : published("cla_at31", year - 1);
    const double entries = published("cla_started", year);
    const double young = under_16(published, year);
    // Starts and ends count a child once a year; the stock says how many left for good.
    const double exits = entries - (stock - before);
    out.numerator.push_back({published("referrals", year), published("s47_enquiries", year),
                             published("cpp_started", year), published("cpp_at31", year), young,
                             entries - young - unaccompanied_at_16(published, year, arrivals_for_each), exits,
                             published("cin_at31", year)});
    out.denominator.push_back(
        {children, children, children, children, children, children, (stock + before) / 2.0, children});
  }
  return out;
}

// Of an authority that is live at the origin. Figures from before it was live are not of its own making: they
// are those of the authorities whose area it took over, added up; one that any of them lacks is not known.
Published published_of(const EnglandTables& tables, const AuthorityIdentity& authority) {
  std::vector<const AuthorityIdentity*> before;
  for (const int code : predecessors(tables.authorities, authority.code))
    before.push_back(&*std::ranges::find(tables.authorities, code, &AuthorityIdentity::code));
  const auto own = [&tables](const AuthorityIdentity& of, std::string_view measure, int year) {
    return year < of.first_year ? kNone : tables.history.value(of.code, year, measure);
  };
  return [own, before, &authority](std::string_view measure, int year) {
    if (year >= authority.first_year) return own(authority, measure, year);
    double sum = before.empty() ? kNone : 0.0;
    for (const auto* each : before) sum += own(*each, measure, year);
    return sum;
  };
}

// The first year of an area that was part of a larger one: its stock a year before is not its own.
std::optional<int> year_cut_out(const EnglandTables& tables, const AuthorityIdentity& authority) {
  for (const auto& other : tables.authorities)
    if (other.successors.size() > 1 &&
        std::ranges::find(other.successors, authority.code) != other.successors.end())
      return authority.first_year;
  return std::nullopt;
}

// One known log rate of an authority, relative to England.
struct Observation {
  int rate = 0;
  int year = 0;           // a flow and the stock at its end are of the same
  double time = 0.0;      // years from the origin
  double value = 0.0;     // log
  double sampling = 0.0;  // variance of chance
};
using Observations = std::vector<Observation>;  // of one authority

std::vector<Observations> observe(const std::vector<Series>& series, const Series& england, int origin) {
  std::vector<Observations> out;
  for (const auto& own : series) {
    auto& known = out.emplace_back();
    for (int m = 0; m < kRates; ++m)
      for (std::size_t y = 0; y < own.numerator.size(); ++y) {
        const auto k = static_cast<std::size_t>(m);
        const double n = own.numerator[y][k];
        const double d = own.denominator[y][k];
        const double common = england.numerator[y][k] / england.denominator[y][k];
        if (!(n > 0.0) || !(d > 0.0) || !(common > 0.0)) continue;
        if (k != hearth::index(Propensity::kCareExit) && d < kSmallestPopulation) continue;
        const int year = kFirstYear + static_cast<int>(y) - origin;
        known.push_back({m, year, year + kTimeInYear[k], std::log(n / d / common), kDispersion[k] / n});
      }
  }
  return out;
}

double shock_covariance(const Volatility& v, int a, int b) {
  const auto& x = v.rates[static_cast<std::size_t>(a)];
  const auto& y = v.rates[static_cast<std::size_t>(b)];
  return x.sd * y.sd * 2.0 * std::sqrt(x.reversion * y.reversion) / (x.reversion + y.reversion) *
         v.shocks(a, b);
}

double level_covariance(const Volatility& v, int a, int b) {
  return v.rates[static_cast<std::size_t>(a)].level_sd * v.rates[static_cast<std::size_t>(b)].level_sd *
         v.levels(a, b);
}

// Of the reverting parts of two rates at two times: what is older fades at the pace of the younger one.
double reverting_covariance(const Volatility& v, int a, double s, int b, double t) {
  const double pace = v.rates[static_cast<std::size_t>(s >= t ? a : b)].reversion;
  return shock_covariance(v, a, b) * std::exp(-pace * std::abs(s - t));
}

Eigen::MatrixXd covariance(const Volatility& v, const Observations& known) {
  const auto n = static_cast<Eigen::Index>(known.size());
  const auto noise = [&](const Observation& o) {
    const double transient = v.rates[static_cast<std::size_t>(o.rate)].transient_sd;
    return std::sqrt(transient * transient + o.sampling);
  };
  Eigen::MatrixXd out(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j <= i; ++j) {
      const Observation& x = known[static_cast<std::size_t>(i)];
      const Observation& y = known[static_cast<std::size_t>(j)];
      double c =
          level_covariance(v, x.rate, y.rate) + reverting_covariance(v, x.rate, x.time, y.rate, y.time);
      // A flow and the stock at the end of the same year share their noise.
      if (x.year == y.year) c += v.noise(x.rate, y.rate) * noise(x) * noise(y);
      out(i, j) = out(j, i) = c;
    }
  return out;
}

double minus_log_likelihood(const Volatility& v, const Observations& known,
                            const std::array<double, kPropensities>& mean) {
  const Eigen::LLT<Eigen::MatrixXd> factor(covariance(v, known));
  if (factor.info() != Eigen::Success) return 1e10;
  Eigen::VectorXd residual(static_cast<Eigen::Index>(known.size()));
  for (std::size_t i = 0; i < known.size(); ++i)
    residual[static_cast<Eigen::Index>(i)] = known[i].value - mean[static_cast<std::size_t>(known[i].rate)];
  factor.matrixL().solveInPlace(residual);
  return 0.5 * residual.squaredNorm() + factor.matrixLLT().diagonal().array().log().sum();
}

double normal_penalty(double value, double mean, double sd) {
  return 0.5 * (value - mean) * (value - mean) / (sd * sd);
}

// Those of an authority's figures that are of these rates; nothing where there are fewer than `least` of one.
Observations of_rates(const Observations& known, const std::vector<int>& rates, std::size_t least = 3) {
  Observations out;
  for (const int rate : rates) {
    const auto before = out.size();
    for (const auto& o : known)
      if (o.rate == rate) out.push_back(o);
    if (out.size() < before + least) return {};
  }
  return out;
}

// Most likely volatility of one rate, with weak priors: a level that differs by 0.3, a drift of 0.2 that
// reverts by a fifth a year, and noise of 0.05, each with a factor of two to three either way.
void fit_rate(Volatility& v, std::array<double, kPropensities>& mean, int rate,
              const std::vector<Observations>& all) {
  std::vector<Observations> known;
  for (const auto& of_one : all)
    if (auto own = of_rates(of_one, {rate}); !own.empty()) known.push_back(std::move(own));
  auto& volatility = v.rates[static_cast<std::size_t>(rate)];
  double& centre = mean[static_cast<std::size_t>(rate)];
  const std::vector<double> prior = {std::log(0.3), std::log(0.2), std::log(0.2), std::log(0.05)};
  const std::vector<double> spread = {1.0, 1.0, 0.7, 1.0};
  double sum = 0.0;
  double count = 0.0;
  for (const auto& own : known)
    for (const auto& o : own) {
      sum += o.value;
      count += 1.0;
    }
  centre = sum / std::max(1.0, count);
  const auto set = [&](const std::vector<double>& x) {
    volatility.level_sd = std::exp(x[0]);
    volatility.sd = std::exp(x[1]);
    volatility.reversion = std::exp(x[2]);
    volatility.transient_sd = std::exp(x[3]);
  };
  const auto found = minimise(
      [&](const std::vector<double>& x) {
        set(x);
        double out = 0.0;
        for (std::size_t i = 0; i < x.size(); ++i) out += normal_penalty(x[i], prior[i], spread[i]);
        for (const auto& own : known) out += minus_log_likelihood(v, own, mean);
        return out;
      },
      prior, std::vector<Bound>(4, {-6.0, 1.0}), 0.3, 1e-4, 300);
  set(found.at);
}

struct PairCorrelation {
  double level = 0.0;
  double shock = 0.0;
  double noise = 0.0;
};

// Most likely correlations of two rates whose own volatility is known.
PairCorrelation fit_pair(const Volatility& fitted, const std::array<double, kPropensities>& mean, int a,
                         int b, const std::vector<Observations>& all) {
  std::vector<Observations> known;
  for (const auto& of_one : all)
    if (auto own = of_rates(of_one, {a, b}); !own.empty()) known.push_back(std::move(own));
  Volatility v = fitted;
  const auto set = [&](const std::vector<double>& x) {
    v.levels(a, b) = v.levels(b, a) = std::tanh(x[0]);
    v.shocks(a, b) = v.shocks(b, a) = std::tanh(x[1]);
    v.noise(a, b) = v.noise(b, a) = std::tanh(x[2]);
  };
  const auto found = minimise(
      [&](const std::vector<double>& x) {
        set(x);
        double out = 0.0;
        for (const double value : x) out += normal_penalty(value, 0.0, 0.7);
        for (const auto& own : known) out += minus_log_likelihood(v, own, mean);
        return out;
      },
      {0.3, 0.2, 0.1}, std::vector<Bound>(3, {-2.0, 2.0}), 0.2, 1e-3, 150);
  return {std::tanh(found.at[0]), std::tanh(found.at[1]), std::tanh(found.at[2])};
}

// The nearest correlation matrix of full rank, nearly: eigenvalues are kept from falling below a small share.
RatesMatrix positive_definite(const RatesMatrix& correlation) {
  const Eigen::MatrixXd mended = with_eigenvalues(correlation, [](double x) { return std::max(x, 0.02); });
  const Eigen::VectorXd scale = mended.diagonal().cwiseSqrt().cwiseInverse();
  return scale.asDiagonal() * mended * scale.asDiagonal();
}

// Of unaccompanied children who are looked after, as those who arrived in the last year or two are.
NationalVolatility fit_unaccompanied(const NationalSeries& national, int origin) {
  LogSeries known;
  for (int year = national.first_year(); year <= origin; ++year)
    if (const double stock = national.value("cla_at31_uasc", year); stock > 0.0) {
      known.years.push_back(year);
      known.values.push_back(std::log(stock));
    }
  return fit_national({known}, kArrivalShocks).front();
}

// Level and deviation at the origin of each rate, given what is known: mean and covariance.
struct State {
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(kStateSize);
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(kStateSize, kStateSize);
};

State condition(const Volatility& v, const Observations& known,
                const std::array<double, kPropensities>& mean) {
  State out;
  const auto n = static_cast<Eigen::Index>(known.size());
  Eigen::MatrixXd cross(n, static_cast<Eigen::Index>(kStateSize));
  for (int m = 0; m < kRates; ++m) {
    out.mean[m] = mean[static_cast<std::size_t>(m)];
    for (int k = 0; k < kRates; ++k) {
      out.covariance(m, k) = level_covariance(v, m, k);
      out.covariance(kRates + m, kRates + k) = shock_covariance(v, m, k);
    }
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto& o = known[static_cast<std::size_t>(i)];
      cross(i, m) = level_covariance(v, o.rate, m);
      cross(i, kRates + m) = reverting_covariance(v, o.rate, o.time, m, 0.0);
    }
  }
  if (n == 0) return out;
  Eigen::VectorXd residual(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto& o = known[static_cast<std::size_t>(i)];
    residual[i] = o.value - mean[static_cast<std::size_t>(o.rate)];
  }
  const Eigen::LLT<Eigen::MatrixXd> factor(covariance(v, known));
  out.mean += cross.transpose() * factor.solve(residual);
  out.covariance -= cross.transpose() * factor.solve(cross);
  return out;
}

// Each rate learns from its own figures alone. To learn from the others as well made forecasts of later years
// no better and surer than they should be. How errors of different rates go together is taken from the joint
// answer.
State state_at_origin(const Volatility& v, const Observations& known,
                      const std::array<double, kPropensities>& mean) {
  const State joint = condition(v, known, mean);
  State out = joint;
  // In coordinates of where the rate is (level and deviation together) and of its deviation.
  using Eigen::MatrixXd;
  MatrixXd to = MatrixXd::Identity(kStateSize, kStateSize);
  for (int m = 0; m < kRates; ++m) to(m, kRates + m) = 1.0;
  MatrixXd covariance = to * joint.covariance * to.transpose();
  Eigen::VectorXd scale(kStateSize);
  for (int m = 0; m < kRates; ++m) {
    const State alone = condition(v, of_rates(known, {m}, 1), mean);
    const MatrixXd own = to * alone.covariance * to.transpose();
    for (const int i : {m, kRates + m}) {
      out.mean[i] = alone.mean[i];
      scale[i] = std::sqrt(own(i, i) / std::max(covariance(i, i), 1e-12));
    }
  }
  covariance = scale.asDiagonal() * covariance * scale.asDiagonal();
  const MatrixXd from = inverse(to);
  out.covariance = from * covariance * from.transpose();
  return out;
}

// `deprivation`: more than the average authority's.
AuthorityExpectation expect(const Volatility& v, const State& state, int code, const Series& own,
                            double deprivation) {
  AuthorityExpectation out;
  out.code = code;
  for (int m = 0; m < kRates; ++m) {
    const auto k = static_cast<std::size_t>(m);
    out.level[k] = state.mean[m] + v.rates[k].deprivation_slope * deprivation;
    out.deviation[k] = state.mean[kRates + m];
    // Of the deviation, in year 1, 2, ... after the origin.
    const auto left = [&](int year) { return std::exp(-v.rates[k].reversion * (year + kTimeInYear[k])); };
    const auto doubt = [&](double share) {
      return state.covariance(m, m) + 2.0 * share * state.covariance(m, kRates + m) +
             share * share * state.covariance(kRates + m, kRates + m) +
             v.rates[k].sd * v.rates[k].sd * (1.0 - share * share);
    };
    const double last = own.numerator.back()[k];
    out.variance[k] = doubt(left(1)) + v.rates[k].transient_sd * v.rates[k].transient_sd +
                      kDispersion[k] / (last > 1.0 ? last : 1.0);
    for (int year = 1; year <= kFittedYears; ++year)
      out.log_rates[static_cast<std::size_t>(year - 1)][k] =
          out.level[k] + left(year) * state.mean[kRates + m] + 0.5 * doubt(left(year));
  }
  std::size_t at = 0;
  for (int a = 0; a < static_cast<int>(kStateSize); ++a)
    for (int b = 0; b <= a; ++b) out.covariance[at++] = state.covariance(a, b);
  return out;
}

}  // namespace

namespace {

// What all authorities together say at an origin, and what is known of each.
struct Pooled {
  Volatility volatility;
  std::array<double, kPropensities> mean{};
  std::vector<int> codes;
  std::vector<double> deprivation;  // more than the average authority's
  std::vector<Series> series;
  std::vector<Observations> known;  // less what deprivation foretells
};

// IDACI of each authority, less the average; 0 where none is published.
std::vector<double> deprivation_of(const std::vector<const AuthorityIdentity*>& authorities, int origin) {
  const auto known = idaci_known(authorities, origin);
  double sum = 0.0, count = 0.0;
  for (const auto& idaci : known)
    if (idaci) {
      sum += *idaci;
      count += 1.0;
    }
  std::vector<double> out;
  for (const auto& idaci : known) out.push_back(idaci ? *idaci - sum / count : 0.0);
  return out;
}

// The line through the authorities' average log rates over England's; 0 where all are as deprived.
double slope_of(int rate, const std::vector<Observations>& known, const std::vector<double>& deprivation) {
  double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
  for (std::size_t i = 0; i < known.size(); ++i) {
    const Observations own = of_rates(known[i], {rate});
    if (own.empty()) continue;
    double average = 0.0;
    for (const Observation& o : own) average += o.value / static_cast<double>(own.size());
    n += 1.0;
    x += deprivation[i];
    y += average;
    xx += deprivation[i] * deprivation[i];
    xy += deprivation[i] * average;
  }
  const double spread = n * xx - x * x;
  return spread > 0.0 ? (n * xy - x * y) / spread : 0.0;
}

void take_off_deprivation(const Volatility& v, double deprivation, Observations& known) {
  for (Observation& o : known)
    o.value -= v.rates[static_cast<std::size_t>(o.rate)].deprivation_slope * deprivation;
}

Series series_of(const EnglandTables& tables, const AuthorityIdentity& authority, int origin) {
  return make_series(
      published_of(tables, authority), tables.history.first_published("population_0_17").value_or(origin),
      origin, arrivals_for_each_looked_after(tables.national, origin), year_cut_out(tables, authority));
}

Series series_of_england(const EnglandTables& tables, int origin) {
  const auto of_england = [&](std::string_view measure, int year) {
    return tables.national.value(measure, year);
  };
  return make_series(of_england, tables.history.first_published("population_0_17").value_or(origin), origin,
                     arrivals_for_each_looked_after(tables.national, origin));
}

// The twelve months to the date of own figures alone. The stock a year before is that of the published years
// about it, in proportion.
Series series_of_own(const EnglandTables& tables, const OwnYear& own, int published, double since) {
  const auto authority = std::ranges::find(tables.authorities, own.code, &AuthorityIdentity::code);
  const Published before = published_of(tables, *authority);
  const auto cell = [&](std::string_view measure) {
    const auto found = own.cells.find(std::string(measure));
    return found == own.cells.end() ? kNone : found->second;
  };
  const double last = before("cla_at31", published);
  const double stock_before = since < 1.0 ? std::lerp(before("cla_at31", published - 1), last, since)
                                          : std::lerp(last, cell("cla_at31"), (since - 1.0) / since);
  const auto of_own = [&](std::string_view measure, int year) {
    if (year != kFirstYear) return measure == "cla_at31" ? stock_before : kNone;
    const double value = cell(measure);
    return measure == "population_0_17" && std::isnan(value) ? before(measure, published) : value;
  };
  return make_series(of_own, kFirstYear, kFirstYear,
                     arrivals_for_each_looked_after(tables.national, published));
}

// Log rates of an area but for the year that moved all.
std::vector<LogSeries> log_series_of(const Series& england) {
  std::vector<LogSeries> out(kPropensities);
  for (std::size_t k = 0; k < kPropensities; ++k)
    for (std::size_t y = 0; y < england.numerator.size(); ++y) {
      const int year = kFirstYear + static_cast<int>(y);
      const double log_rate = std::log(england.numerator[y][k] / england.denominator[y][k]);
      if (year == kPandemicYear || !std::isfinite(log_rate)) continue;
      out[k].years.push_back(year);
      out[k].values.push_back(log_rate);
    }
  return out;
}

// `authorities`: in the order of what is known of them.
std::vector<AuthorityChanges> changes_of(int rate, const std::vector<Observations>& known,
                                         const std::vector<const AuthorityIdentity*>& authorities,
                                         int origin) {
  const auto years = static_cast<std::size_t>(origin - kFirstYear + 1);
  std::vector<AuthorityChanges> out;
  for (std::size_t i = 0; i < known.size(); ++i) {
    auto& each = out.emplace_back();
    each.region = authorities[i]->region;
    each.log_rates.assign(years, kNone);
    each.sampling.assign(years, kNone);
    for (const Observation& o : known[i]) {
      if (o.rate != rate) continue;
      const auto year = static_cast<std::size_t>(o.year + origin - kFirstYear);
      each.log_rates[year] = o.value;
      each.sampling[year] = o.sampling;
    }
  }
  return out;
}

Pooled pool(const EnglandTables& tables, int origin) {
  Pooled out;
  std::vector<const AuthorityIdentity*> live;
  for (const auto& authority : tables.authorities) {
    if (!authority.live_at(origin)) continue;
    live.push_back(&authority);
    out.codes.push_back(authority.code);
    out.series.push_back(series_of(tables, authority, origin));
  }
  out.deprivation = deprivation_of(live, origin);
  const Series england = series_of_england(tables, origin);
  out.known = observe(out.series, england, origin);
  const std::vector<Observations>& known = out.known;
  Volatility& v = out.volatility;
  for (int rate = 0; rate < kRates; ++rate)
    v.rates[static_cast<std::size_t>(rate)].deprivation_slope = slope_of(rate, known, out.deprivation);
  for (std::size_t i = 0; i < out.known.size(); ++i)
    take_off_deprivation(v, out.deprivation[i], out.known[i]);
  std::array<double, kPropensities>& mean = out.mean;
  std::vector<RegionalShare> shares(kPropensities);
  tbb::parallel_for(0, kRates, [&](int rate) {
    // Each writes its own rate alone.
    Volatility own = v;
    std::array<double, kPropensities> own_mean{};
    fit_rate(own, own_mean, rate, known);
    const auto k = static_cast<std::size_t>(rate);
    v.rates[k] = own.rates[k];
    mean[k] = own_mean[k];
    shares[k] = estimate_regional_share(changes_of(rate, known, live, origin),
                                        {v.rates[k].sd, v.rates[k].reversion, v.rates[k].transient_sd});
  });
  const auto national = fit_national(log_series_of(england), kNationalShocks);
  const auto regional = shrink_to_pool(shares);
  for (std::size_t k = 0; k < kPropensities; ++k) {
    v.rates[k].regional_share = regional[k];
    v.rates[k].england_sd = national[k].sd;
    v.rates[k].england_reversion = national[k].reversion;
  }
  const NationalVolatility unaccompanied = fit_unaccompanied(tables.national, origin);
  v.unaccompanied_sd = unaccompanied.sd;
  v.unaccompanied_reversion = unaccompanied.reversion;
  constexpr int kPairs = kRates * (kRates - 1) / 2;
  std::array<PairCorrelation, kPairs> pairs{};
  const auto pair_of = [](int pair) {
    int a = 1;
    while (pair >= a) pair -= a++;
    return std::pair(a, pair);
  };
  tbb::parallel_for(0, kPairs, [&](int pair) {
    const auto [a, b] = pair_of(pair);
    pairs[static_cast<std::size_t>(pair)] = fit_pair(v, mean, a, b, known);
  });
  for (int pair = 0; pair < kPairs; ++pair) {
    const auto [a, b] = pair_of(pair);
    const auto& found = pairs[static_cast<std::size_t>(pair)];
    v.levels(a, b) = v.levels(b, a) = found.level;
    v.shocks(a, b) = v.shocks(b, a) = found.shock;
    v.noise(a, b) = v.noise(b, a) = found.noise;
  }
  for (RatesMatrix* correlation : {&v.levels, &v.shocks, &v.noise})
    *correlation = positive_definite(*correlation);
  return out;
}

}  // namespace

AuthorityHistory estimate_history(const EnglandTables& tables, int origin) {
  const Pooled all = pool(tables, origin);
  AuthorityHistory out;
  out.volatility = all.volatility;
  for (std::size_t i = 0; i < all.series.size(); ++i)
    out.authorities.push_back(expect(all.volatility, state_at_origin(all.volatility, all.known[i], all.mean),
                                     all.codes[i], all.series[i], all.deprivation[i]));
  return out;
}

OwnHistory estimate_own_history(const EnglandTables& tables, int published, const OwnYear& own) {
  const Pooled all = pool(tables, published);
  const auto at = std::ranges::find(all.codes, own.code);
  if (at == all.codes.end()) throw InternalError("no history of authority " + std::to_string(own.code));
  const auto i = static_cast<std::size_t>(at - all.codes.begin());
  const auto expected = [&](const Observations& known, const Series& series) {
    return expect(all.volatility, state_at_origin(all.volatility, known, all.mean), own.code, series,
                  all.deprivation[i]);
  };
  OwnHistory out{expected(all.known[i], all.series[i]), {}};

  const double since = own.date.months_since({published, kYearEndMonth}) / 12.0;
  const Series series = series_of_own(tables, own, published, since);
  // England is taken to be as it was.
  Series england = series_of_england(tables, published);
  england.numerator = {england.numerator.back()};
  england.denominator = {england.denominator.back()};
  Observations known = observe({series}, england, kFirstYear).front();
  take_off_deprivation(all.volatility, all.deprivation[i], known);
  for (Observation& o : known) {
    const RateVolatility& rate = all.volatility.rates[static_cast<std::size_t>(o.rate)];
    // Twelve months of which some are published say no more than the rest of them does.
    if (since < 1.0 && kTimeInYear[static_cast<std::size_t>(o.rate)] != 0.0)
      o.sampling += (1.0 / since - 1.0) * (o.sampling + rate.transient_sd * rate.transient_sd);
    // It is known only that England drifts.
    o.sampling += rate.england_sd * rate.england_sd * -std::expm1(-2.0 * rate.england_reversion * since);
    o.year = 1;
  }
  for (Observation o : all.known[i]) {
    o.time -= since;
    known.push_back(o);
  }
  out.with_own = expected(known, series);
  return out;
}

PropensityVector propensities_for(const PropensityVector& log_rates, const ResponseMatrix& response) {
  using Rates = Eigen::Matrix<double, kPropensities, 1>;
  const Eigen::VectorXd move =
      inverse(square_matrix(by_rows(response))) * Eigen::Map<const Rates>(log_rates.data());
  PropensityVector out{};
  Eigen::Map<Rates>(out.data()) = move;
  return out;
}

PropensityVector propensities_with_own(const PropensityVector& published, const OwnHistory& history,
                                       const ResponseMatrix& response) {
  PropensityVector moved{};
  for (std::size_t k = 0; k < kPropensities; ++k)
    moved[k] = history.with_own.level[k] - history.published.level[k];
  PropensityVector out = propensities_for(moved, response);
  for (std::size_t k = 0; k < kPropensities; ++k) out[k] += published[k];
  return out;
}

std::vector<std::pair<Parameter, double>> drift_parameters(const Volatility& v) {
  std::vector<std::pair<Parameter, double>> out;
  for (std::size_t k = 0; k < kPropensities; ++k) {
    const auto& rate = v.rates[k];
    out.emplace_back(rows::kDriftOfRates.at(k, kAuthoritySd), rate.sd);
    out.emplace_back(rows::kDriftOfRates.at(k, kAuthorityReversion), rate.reversion);
    out.emplace_back(rows::kDriftOfRates.at(k, kNationalSd), rate.england_sd);
    out.emplace_back(rows::kDriftOfRates.at(k, kNationalReversion), rate.england_reversion);
    out.emplace_back(rows::kDriftRegionalShare.at(k), rate.regional_share);
  }
  out.emplace_back(Parameter::drift_unaccompanied_sd, v.unaccompanied_sd);
  out.emplace_back(Parameter::drift_unaccompanied_reversion, v.unaccompanied_reversion);
  std::size_t i = 0;
  for (int a = 1; a < kRates; ++a)
    for (int b = 0; b < a; ++b) out.emplace_back(rows::kDriftCorrelation.at(i++), v.shocks(a, b));
  return out;
}

}  // namespace hearth
