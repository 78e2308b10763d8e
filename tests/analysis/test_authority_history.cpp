// What authorities' histories say: found again in made-up tables whose authorities drift as told, without a
// look at later years.
#include <gtest/gtest.h>

#include <tbb/global_control.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/calibration/authority_history.hpp"
#include "core/categories.hpp"
#include "core/csv.hpp"
#include "core/matrices.hpp"
#include "kernels/draws.hpp"
#include "source_dir.hpp"
#include "statistics.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

const fs::path kRealTables = source_dir() / "scenarios" / "england";
constexpr int kFirst = 2011;
constexpr auto kStates = static_cast<int>(kStateSize);

// A folder of tables that goes away again.
class Folder {
 public:
  Folder() {
    static int number = 0;
    path_ = fs::temp_directory_path() /
            ("hearth_history_" + std::to_string(::getpid()) + "_" + std::to_string(number++));
    fs::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// ---- Made-up tables ----

struct Identity {
  int code = 0;
  int first_year = kFirst;
  int last_year = 2022;
  std::string successors = ",";  // two columns
  std::optional<double> idaci{};
};
using Row = std::map<std::string, double>;  // by measure; missing: blank
struct Tables {
  std::vector<Identity> authorities;
  std::map<std::pair<int, int>, Row> history;  // by code and year
  std::map<int, Row> england;                  // by year
};

const std::vector<std::string> kMeasures = {"population_0_17",
                                            "referrals",
                                            "s47_enquiries",
                                            "cpp_started",
                                            "cpp_at31",
                                            "cla_started",
                                            "cla_started_age_u1",
                                            "cla_started_age_1to4",
                                            "cla_started_age_5to9",
                                            "cla_started_age_10to15",
                                            "cla_started_age_16plus",
                                            "cla_at31",
                                            "cin_at31",
                                            "cla_at31_uasc",
                                            "cla_started_uasc"};

std::string cell(const Row& row, const std::string& measure) {
  const auto found = row.find(measure);
  return found == row.end() ? "" : std::to_string(found->second);
}

void write(const Tables& tables, const fs::path& folder) {
  std::ofstream authorities(folder / "authorities.csv");
  authorities << "code,ons_code,name,region,first_year,last_year,successor,second_successor,idaci_2015,"
                 "idaci_2019,statistical_neighbours\n";
  for (const Identity& a : tables.authorities)
    authorities << a.code << ",E,Place,North East," << a.first_year << ',' << a.last_year << ','
                << a.successors << ",," << (a.idaci ? std::to_string(*a.idaci) : "") << ",\n";
  std::ofstream history(folder / "history.csv");
  history << "code,year";
  for (const auto& measure : kMeasures) history << ',' << measure;
  history << '\n';
  for (const auto& [key, row] : tables.history) {
    history << key.first << ',' << key.second;
    for (const auto& measure : kMeasures) history << ',' << cell(row, measure);
    history << '\n';
  }
  std::ofstream england(folder / "england.csv");
  england << "measure";
  for (int year = kFirst; year <= 2022; ++year) england << ',' << year;
  england << '\n';
  for (const auto& measure : kMeasures) {
    england << measure;
    for (int year = kFirst; year <= 2022; ++year) {
      const auto row = tables.england.find(year);
      england << ',' << (row == tables.england.end() ? "" : cell(row->second, measure));
    }
    england << '\n';
  }
}

AuthorityHistory estimate(const Tables& tables, int origin) {
  const Folder folder;
  write(tables, folder.path());
  return estimate_history(folder.path(), origin);
}

// Near what England publishes: a child, a year (stocks: a child; exits: a looked-after child).
constexpr PropensityVector kUsual = {0.053, 0.017, 0.0055, 0.0042, 0.0019, 0.0006, 0.38, 0.033};
// Variance of a count over its mean, and when in its year a rate is measured (authority_history.cpp).
constexpr PropensityVector kDispersion = {2.0, 2.0, 2.0, 2.0, 1.5, 1.2, 1.5, 2.0};
constexpr PropensityVector kTimeInYear = {-0.5, -0.5, -0.5, 0.0, -0.5, -0.5, -0.5, 0.0};

// The figures of a year for a stock of looked-after children a year before; whole, as they are published.
Row figures(double children, const PropensityVector& rates, double looked_after_before) {
  Row out;
  const auto of = [&](Propensity rate) { return rates[index(rate)]; };
  const auto set = [&](const char* measure, double value) { return out[measure] = std::round(value); };
  set("population_0_17", children);
  set("referrals", children * of(Propensity::kReferral));
  set("s47_enquiries", children * of(Propensity::kSection47));
  set("cpp_started", children * of(Propensity::kProtectionPlan));
  set("cpp_at31", children * of(Propensity::kProtectionPlanEnd));
  set("cin_at31", children * of(Propensity::kCaseClosure));
  const double young = std::round(children * of(Propensity::kCareEntry));
  const double old = set("cla_started_age_16plus", children * of(Propensity::kCareEntry16Plus));
  double rest = young;
  for (const char* age : {"cla_started_age_u1", "cla_started_age_1to4", "cla_started_age_5to9"})
    rest -= set(age, young / 5.0);
  set("cla_started_age_10to15", rest);
  set("cla_started", young + old);
  // Exits are the rate times the mean of the stocks at both ends.
  const double half = of(Propensity::kCareExit) / 2.0;
  set("cla_at31", (looked_after_before * (1.0 - half) + young + old) / (1.0 + half));
  return out;
}

double stock_that_stays(double children) {
  return children * (kUsual[index(Propensity::kCareEntry)] + kUsual[index(Propensity::kCareEntry16Plus)]) /
         kUsual[index(Propensity::kCareExit)];
}

// Figures of `first` to 2022 at steady rates.
void add_steady(Tables& tables, int code, double children, const PropensityVector& rates = kUsual,
                int first = kFirst, int last = 2022) {
  double stock = stock_that_stays(children);
  for (int year = first; year <= last; ++year) {
    Row row = figures(children, rates, stock);
    stock = row.at("cla_at31");
    tables.history[{code, year}] = std::move(row);
  }
}

void add_england(Tables& tables) {
  constexpr double kChildren = 12e6;
  for (int year = kFirst; year <= 2022; ++year)
    tables.england[year] = figures(kChildren, kUsual, stock_that_stays(kChildren));
}

// What the authorities of a made-up England do.
struct Truth {
  double level_sd = 0.3;
  double sd = 0.2;
  double reversion = 0.35;
  double transient_sd = 0.05;
  double level_correlation = 0.3;
  double shock_correlation = 0.4;
};

// Time in half years: where rates are measured. Log rates relative to England's.
struct MadeUp {
  Tables tables;
  std::map<int, PropensityVector> level;
  std::map<std::pair<int, int>, PropensityVector> reverting;  // by code and half years from the origin
};

// Authorities 101, 102, ... with 20,000 to 220,000 children, one year beyond the origin included.
MadeUp make_up(int authorities, int origin, const Truth& truth = {}, std::uint64_t seed = 11) {
  MadeUp out;
  add_england(out.tables);
  for (int i = 0; i < authorities; ++i) {
    const int code = 101 + i;
    const Draws draws(seed, 0, code);
    std::uint32_t drawn = 0;
    const auto next = [&] {
      const Bits bits = draws.block(Process::kScoring, 0, drawn++);
      return normal(bits[0], bits[1]);
    };
    // Eight normals that go together.
    const auto together = [&](double correlation) {
      const double shared = std::sqrt(correlation) * next();
      PropensityVector values{};
      for (double& value : values) value = shared + std::sqrt(1.0 - correlation) * next();
      return values;
    };
    out.tables.authorities.push_back({code});
    const double children = 20000.0 * std::pow(11.0, i / static_cast<double>(authorities));
    PropensityVector& level = out.level[code] = together(truth.level_correlation);
    for (double& value : level) value *= truth.level_sd;
    PropensityVector x = together(truth.shock_correlation);
    for (double& value : x) value *= truth.sd;
    const double keep = std::exp(-truth.reversion / 2.0);
    double stock = stock_that_stays(children) * std::exp(0.2 * next());
    for (int half = 2 * (kFirst - origin) - 1; half <= 2; ++half) {
      out.reverting[{code, half}] = x;
      if (half % 2 == 0) {
        PropensityVector rates{};
        for (std::size_t k = 0; k < kPropensities; ++k) {
          const int measured = half + static_cast<int>(2.0 * kTimeInYear[k]);
          const double log_rate = level[k] + out.reverting.at({code, measured})[k];
          const double expected =
              kUsual[k] * std::exp(log_rate) * (k == index(Propensity::kCareExit) ? stock : children);
          rates[k] =
              kUsual[k] * std::exp(log_rate + next() * std::sqrt(kDispersion[k] / expected +
                                                                 truth.transient_sd * truth.transient_sd));
        }
        Row row = figures(children, rates, stock);
        stock = row.at("cla_at31");
        out.tables.history[{code, origin + half / 2}] = std::move(row);
      }
      const PropensityVector shock = together(truth.shock_correlation);
      for (std::size_t k = 0; k < kPropensities; ++k)
        x[k] = keep * x[k] + truth.sd * std::sqrt(1.0 - keep * keep) * shock[k];
    }
  }
  return out;
}

std::string difference(const AuthorityHistory& a, const AuthorityHistory& b) {
  if (drift_parameters(a.volatility) != drift_parameters(b.volatility)) return "volatility";
  if (a.authorities.size() != b.authorities.size()) return "number of authorities";
  for (std::size_t i = 0; i < a.authorities.size(); ++i) {
    const AuthorityExpectation& x = a.authorities[i];
    const AuthorityExpectation& y = b.authorities[i];
    if (x.code != y.code || x.log_rates != y.log_rates || x.variance != y.variance ||
        x.deviation != y.deviation || x.covariance != y.covariance)
      return "authority " + std::to_string(x.code);
  }
  return "";
}

const AuthorityExpectation& of(const AuthorityHistory& history, int code) {
  for (const auto& row : history.authorities)
    if (row.code == code) return row;
  throw std::runtime_error("no authority " + std::to_string(code));
}

// ---- Found again ----

// 150 authorities and ten years are the size of the real tables.
class MadeUpEngland : public testing::Test {
 protected:
  static constexpr int kOrigin = 2021;
  static const MadeUp& world() {
    static const MadeUp value = make_up(150, kOrigin);
    return value;
  }
  static const AuthorityHistory& found() {
    static const AuthorityHistory value = estimate(world().tables, kOrigin);
    return value;
  }
};

// Tolerances are some four times the spread between the eight rates, which all have the same truth; the prior
// draws a little.
TEST_F(MadeUpEngland, HasItsVolatilityFoundAgain) {
  const Truth truth;
  for (std::size_t k = 0; k < kPropensities; ++k) {
    const RateVolatility& v = found().volatility.rates[k];
    SCOPED_TRACE(kRateNames[k]);
    EXPECT_NEAR(v.level_sd, truth.level_sd, 0.12);
    EXPECT_NEAR(v.sd, truth.sd, 0.07);
    EXPECT_NEAR(std::log(v.reversion / truth.reversion), 0.0, 0.8);
    EXPECT_LT(v.transient_sd, 2.0 * truth.transient_sd);
    // The spread of authorities in all is known best.
    EXPECT_NEAR(std::hypot(v.level_sd, v.sd), std::hypot(truth.level_sd, truth.sd), 0.08);
  }
  double levels = 0.0;
  double shocks = 0.0;
  for (int a = 1; a < static_cast<int>(kPropensities); ++a)
    for (int b = 0; b < a; ++b) {
      EXPECT_NEAR(found().volatility.levels(a, b), truth.level_correlation, 0.4);
      EXPECT_NEAR(found().volatility.shocks(a, b), truth.shock_correlation, 0.3);
      levels += found().volatility.levels(a, b) / 28.0;
      shocks += found().volatility.shocks(a, b) / 28.0;
    }
  EXPECT_NEAR(levels, truth.level_correlation, 0.15);
  EXPECT_NEAR(shocks, truth.shock_correlation, 0.1);
}

// Errors over what they are said to be, of 150 authorities and eight rates whose drifts go together at 0.4:
// their squares go together at 0.16, so that 1,200 errors are worth 1,200 / 2.1. The bounds are those of a
// false alarm in a million, as if the volatility were known.
struct Errors {
  double squares = 0.0;
  double within = 0.0;
  double number = 0.0;
  void add(double error, double variance) {
    squares += error * error / variance;
    within += std::abs(error) < 1.6449 * std::sqrt(variance);
    number += 1.0;
  }
  void expect_calibrated() const {
    const double worth = number / (1.0 + 7.0 * 0.16);
    EXPECT_NEAR(squares / number, 1.0, sigmas() * std::sqrt(2.0 / worth));
    EXPECT_NEAR(within / number, 0.9, sigmas() * std::sqrt(0.09 / worth));
  }
};

double doubt_a_year_on(const AuthorityExpectation& a, const RateVolatility& v, int m) {
  constexpr auto kSize = static_cast<int>(kPropensities);
  const auto covariance = symmetric_matrix(a.covariance);
  const double left = std::exp(-v.reversion * (1.0 + kTimeInYear[static_cast<std::size_t>(m)]));
  return covariance(m, m) + 2.0 * left * covariance(m, kSize + m) +
         left * left * covariance(kSize + m, kSize + m) + v.sd * v.sd * (1.0 - left * left);
}

TEST_F(MadeUpEngland, HasStatesWithinWhatIsSaidToBeNotKnownOfThem) {
  constexpr auto kSize = static_cast<int>(kPropensities);
  Errors where;      // level and deviation together
  Errors deviation;  // alone: known less well
  for (const AuthorityExpectation& a : found().authorities) {
    const auto covariance = symmetric_matrix(a.covariance);
    EXPECT_GT(eigenvalues(covariance).minCoeff(), -1e-9) << a.code;
    for (int m = 0; m < kSize; ++m) {
      const auto k = static_cast<std::size_t>(m);
      const RateVolatility& v = found().volatility.rates[k];
      const double left = std::exp(-v.reversion * (1.0 + kTimeInYear[k]));
      const double level = a.log_rates[0][k] - 0.5 * doubt_a_year_on(a, v, m) - left * a.deviation[k];
      const double true_deviation = world().reverting.at({a.code, 0})[k];
      const double truth = world().level.at(a.code)[k] + true_deviation;
      where.add(level + a.deviation[k] - truth,
                covariance(m, m) + covariance(kSize + m, kSize + m) + 2.0 * covariance(m, kSize + m));
      deviation.add(a.deviation[k] - true_deviation, covariance(kSize + m, kSize + m));
    }
  }
  where.expect_calibrated();
  deviation.expect_calibrated();
}

TEST_F(MadeUpEngland, PublishesNextYearWhatIsExpectedOfIt) {
  Errors published;
  Errors drifted;  // the rate behind the figure
  for (const AuthorityExpectation& a : found().authorities) {
    const Row& next = world().tables.history.at({a.code, kOrigin + 1});
    const double before = world().tables.history.at({a.code, kOrigin}).at("cla_at31");
    const double stock = next.at("cla_at31");
    const double exits = next.at("cla_started") - (stock - before);
    const double young = next.at("cla_started") - next.at("cla_started_age_16plus");
    const PropensityVector counts = {next.at("referrals"),
                                     next.at("s47_enquiries"),
                                     next.at("cpp_started"),
                                     next.at("cpp_at31"),
                                     young,
                                     next.at("cla_started_age_16plus"),
                                     exits,
                                     next.at("cin_at31")};
    for (int m = 0; m < static_cast<int>(kPropensities); ++m) {
      const auto k = static_cast<std::size_t>(m);
      const double doubt = doubt_a_year_on(a, found().volatility.rates[k], m);
      // Of a log-normal rate the mean is expected; its logarithm is lower by half the variance.
      const double expected = a.log_rates[0][k] - 0.5 * doubt;
      const double below =
          k == index(Propensity::kCareExit) ? (stock + before) / 2.0 : next.at("population_0_17");
      published.add(std::log(counts[k] / below / kUsual[k]) - expected, a.variance[k]);
      const int measured = 2 + static_cast<int>(2.0 * kTimeInYear[k]);
      drifted.add(world().level.at(a.code)[k] + world().reverting.at({a.code, measured})[k] - expected,
                  doubt);
    }
  }
  published.expect_calibrated();
  drifted.expect_calibrated();
}

TEST_F(MadeUpEngland, NamesItsVolatilityAsParameters) {
  const auto parameters = drift_parameters(found().volatility);
  ASSERT_EQ(parameters.size(), 5 * kPropensities + 2 + 28);
  std::map<std::string_view, double> by_name;
  for (const auto& [id, value] : parameters) by_name[info(id).name] = value;
  const Volatility& v = found().volatility;
  const auto& exit = v.rates[index(Propensity::kCareExit)];
  EXPECT_EQ(by_name.at("drift.care_exit.authority_sd"), exit.sd);
  EXPECT_EQ(by_name.at("drift.care_exit.authority_reversion"), exit.reversion);
  EXPECT_EQ(by_name.at("drift.care_exit.national_sd"), exit.england_sd);
  EXPECT_EQ(by_name.at("drift.care_exit.national_reversion"), exit.england_reversion);
  EXPECT_EQ(by_name.at("drift.regional_share.care_exit"), exit.regional_share);
  EXPECT_EQ(by_name.at("drift.correlation.case_closure.care_exit"), v.shocks(7, 6));
  EXPECT_EQ(by_name.at("drift.correlation.section_47.referral"), v.shocks(1, 0));
  for (const auto& [id, value] : parameters) {
    EXPECT_GE(value, info(id).lower) << info(id).name;
    EXPECT_LE(value, info(id).upper) << info(id).name;
  }
}

// ---- What is used ----

TEST(AuthorityHistory, IsTheSameForAnyNumberOfThreads) {
  const MadeUp world = make_up(25, 2016);
  const auto with = [&](std::size_t threads) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    return estimate(world.tables, 2016);
  };
  EXPECT_EQ(difference(with(1), with(4)), "");
}

// Tables whose every figure after the origin is blank, and whose authorities are those of the time.
void copy_without_later_years(const fs::path& from, const fs::path& to, int origin) {
  const auto copy = [&](const char* name, auto keep_row, auto value) {
    const CsvTable table(from / name);
    std::ofstream out(to / name);
    for (std::size_t c = 0; c < table.columns().size(); ++c)
      out << (c > 0 ? "," : "") << csv_field(table.columns()[c]);
    out << '\n';
    for (std::size_t r = 0; r < table.rows(); ++r) {
      if (!keep_row(table, r)) continue;
      for (std::size_t c = 0; c < table.columns().size(); ++c)
        out << (c > 0 ? "," : "") << csv_field(value(table, r, c));
      out << '\n';
    }
  };
  const auto all = [](const CsvTable&, std::size_t) { return true; };
  const auto is_later = [origin](const std::string& year) { return std::stoi(year) > origin; };
  copy("history.csv", all, [&](const CsvTable& t, std::size_t r, std::size_t c) {
    const bool key = t.columns()[c] == "code" || t.columns()[c] == "year";
    return key || !is_later(t.text(r, "year")) ? t.text(r, c) : std::string();
  });
  copy("england.csv", all, [&](const CsvTable& t, std::size_t r, std::size_t c) {
    const std::string& column = t.columns()[c];
    return column != "measure" && is_later(column) ? std::string() : t.text(r, c);
  });
  copy(
      "authorities.csv",
      [&](const CsvTable& t, std::size_t r) { return t.required_integer(r, "first_year") <= origin; },
      [&](const CsvTable& t, std::size_t r, std::size_t c) {
        const std::string& column = t.columns()[c];
        if (column == "last_year") return std::to_string(std::min(t.required_integer(r, column), origin));
        const bool later =
            column.find("successor") != std::string::npos && t.required_integer(r, "last_year") >= origin;
        return later ? std::string() : t.text(r, c);
      });
}

TEST(AuthorityHistory, UsesNothingThatWasPublishedAfterTheOrigin) {
  for (const int origin : {2014, 2017}) {
    const Folder then;
    copy_without_later_years(kRealTables, then.path(), origin);
    EXPECT_EQ(difference(estimate_history(then.path(), origin), estimate_history(kRealTables, origin)), "")
        << origin;
  }
}

// A small world of authorities that all do as England does, and one more.
constexpr int kOther = 500;
Tables alike(int authorities = 12) {
  Tables out;
  add_england(out);
  for (int i = 0; i < authorities; ++i) {
    out.authorities.push_back({101 + i});
    add_steady(out, 101 + i, 80000.0 + 1000.0 * i);
  }
  return out;
}

PropensityVector times(double factor) {
  PropensityVector out = kUsual;
  for (double& rate : out) rate *= factor;
  return out;
}

TEST(AuthorityHistory, PoolsThoseWhoseAreaAnAuthorityTookOver) {
  Tables merged = alike();
  merged.authorities.push_back({501, kFirst, 2016, "500,"});
  merged.authorities.push_back({502, kFirst, 2016, "500,"});
  merged.authorities.push_back({kOther, 2017, 2022, ","});
  add_steady(merged, 501, 30000.0, times(1.5), kFirst, 2016);
  add_steady(merged, 502, 60000.0, times(0.8), kFirst, 2016);
  add_steady(merged, kOther, 90000.0, times(1.1), 2017);
  Tables whole = alike();
  whole.authorities.push_back({kOther});
  for (int year = kFirst; year <= 2022; ++year) {
    Row& row = whole.history[{kOther, year}];
    if (year >= 2017)
      row = merged.history.at({kOther, year});
    else
      for (const auto& measure : kMeasures)
        if (merged.history.at({501, year}).contains(measure))
          row[measure] =
              merged.history.at({501, year}).at(measure) + merged.history.at({502, year}).at(measure);
  }
  // The table may have a row for the successor before its time; it is not of its own making.
  merged.history[{kOther, 2016}] = figures(90000.0, times(9.0), 800.0);
  EXPECT_EQ(difference(estimate(merged, 2019), estimate(whole, 2019)), "");

  // A figure that one of them does not publish is not known of the whole.
  merged.history[{501, 2015}].erase("s47_enquiries");
  merged.history[{502, 2014}].erase("cla_started_age_16plus");
  whole.history[{kOther, 2015}].erase("s47_enquiries");
  whole.history[{kOther, 2014}].erase("cla_started_age_16plus");
  EXPECT_EQ(difference(estimate(merged, 2019), estimate(whole, 2019)), "");
}

// The stock of the year before is of the larger area: nobody left care in such numbers.
TEST(AuthorityHistory, OfAnAuthorityThatWasCutOutOfALargerOneHasNoRushOfExits) {
  Tables tables = alike();
  tables.authorities.push_back({kOther, kFirst, 2018, "501,502"});
  tables.authorities.push_back({501, 2019, 2022, ","});
  tables.authorities.push_back({502, 2019, 2022, ","});
  add_steady(tables, kOther, 100000.0, kUsual, kFirst, 2018);
  add_steady(tables, 501, 40000.0, kUsual, 2019);
  add_steady(tables, 502, 60000.0, kUsual, 2019);
  const AuthorityHistory history = estimate(tables, 2019);
  for (const int code : {501, 502})
    for (std::size_t k = 0; k < kPropensities; ++k)
      EXPECT_NEAR(of(history, code).log_rates[0][k], of(history, 101).log_rates[0][k], 0.05)
          << code << ", " << kRateNames[k];
  EXPECT_LT(history.volatility.rates[index(Propensity::kCareExit)].sd, 0.1);
}

TEST(AuthorityHistory, SharesWhatIsSuppressedAmongTheAges) {
  Tables tables = alike();
  tables.authorities.push_back({kOther});
  add_steady(tables, kOther, 80000.0);
  const AuthorityHistory known = estimate(tables, 2019);
  // What one blank age must be is known from the total.
  Tables one = tables;
  for (int year = kFirst; year <= 2022; ++year) one.history[{kOther, year}].erase("cla_started_age_5to9");
  EXPECT_EQ(difference(estimate(one, 2019), known), "");
  // Of two, each gets half of the rest: entries of 16 and over share with those of one younger age.
  Tables two = one;
  for (int year = kFirst; year <= 2022; ++year) two.history[{kOther, year}].erase("cla_started_age_16plus");
  const Row& row = tables.history.at({kOther, 2018});
  const double shared = (row.at("cla_started_age_5to9") + row.at("cla_started_age_16plus")) / 2.0;
  Tables by_hand = tables;
  for (int year = kFirst; year <= 2022; ++year) {
    by_hand.history[{kOther, year}]["cla_started_age_5to9"] = shared;
    by_hand.history[{kOther, year}]["cla_started_age_16plus"] = shared;
  }
  EXPECT_EQ(difference(estimate(two, 2019), estimate(by_hand, 2019)), "");
}

// Levels and deviations of an authority about which nothing is known are spread as those of all others are.
void expect_prior(const AuthorityHistory& history, int code, const std::vector<std::size_t>& rates) {
  const AuthorityExpectation& a = of(history, code);
  const auto covariance = symmetric_matrix(a.covariance);
  for (const std::size_t k : rates) {
    const RateVolatility& v = history.volatility.rates[k];
    const auto m = static_cast<int>(k);
    SCOPED_TRACE(kRateNames[k]);
    EXPECT_EQ(a.deviation[k], 0.0);
    EXPECT_NEAR(covariance(8 + m, 8 + m), v.sd * v.sd, 1e-9);
    // Level and deviation together: where the rate is.
    EXPECT_NEAR(covariance(m, m) + 2.0 * covariance(m, 8 + m) + covariance(8 + m, 8 + m),
                v.level_sd * v.level_sd + v.sd * v.sd, 1e-9);
  }
}
const std::vector<std::size_t> kAllRates = {0, 1, 2, 3, 4, 5, 6, 7};

// Authorities whose rates lie on a line through deprivation, and stay: what the line explains is a level for
// good, not a deviation that dies away.
TEST(AuthorityHistory, LeavesWhatDeprivationExplainsInTheLevel) {
  constexpr double kSlope = 3.0;
  Tables tables;
  add_england(tables);
  std::vector<double> idaci;
  for (int i = 0; i < 40; ++i) {
    idaci.push_back(0.05 + 0.006 * i);
    tables.authorities.push_back({101 + i, kFirst, 2022, ",", idaci.back()});
    PropensityVector rates = kUsual;
    for (double& rate : rates) rate *= std::exp(kSlope * (idaci.back() - 0.167) + 0.05 * std::sin(7.0 * i));
    rates[index(Propensity::kCareExit)] = kUsual[index(Propensity::kCareExit)];
    add_steady(tables, 101 + i, 100000.0, rates);
  }
  const AuthorityHistory history = estimate(tables, 2022);
  const auto slope_of = [&](const auto& value) {
    double x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
    const auto n = static_cast<double>(idaci.size());
    for (std::size_t i = 0; i < idaci.size(); ++i) {
      const double v = value(history.authorities[i]);
      x += idaci[i];
      y += v;
      xx += idaci[i] * idaci[i];
      xy += idaci[i] * v;
    }
    return (n * xy - x * y) / (n * xx - x * x);
  };
  for (std::size_t k = 0; k < kPropensities; ++k) {
    if (k == index(Propensity::kCareExit)) continue;
    EXPECT_NEAR(history.volatility.rates[k].deprivation_slope, kSlope, 0.1) << k;
    EXPECT_NEAR(slope_of([&](const auto& a) { return a.level[k]; }), kSlope, 0.15) << k;
    EXPECT_NEAR(slope_of([&](const auto& a) { return a.deviation[k]; }), 0.0, 0.1) << k;
  }
}

// An authority where many arrive alone has as many other entries at 16 and over as any.
TEST(AuthorityHistory, EntriesAt16AreOfThoseWhoDoNotArriveAlone) {
  Tables tables;
  add_england(tables);
  for (int i = 0; i < 12; ++i) {
    tables.authorities.push_back({101 + i});
    add_steady(tables, 101 + i, 100000.0);
  }
  Tables with = tables;
  for (int year = kFirst; year <= 2022; ++year) {
    Row& row = with.history[{101, year}];
    row["cla_started_uasc"] = 100.0;
    row["cla_started"] += 88.0;
    row["cla_started_age_16plus"] += 88.0;
  }
  constexpr auto k16 = static_cast<std::size_t>(Propensity::kCareEntry16Plus);
  const AuthorityExpectation plain = of(estimate(tables, 2022), 101), one = of(estimate(with, 2022), 101);
  EXPECT_NEAR(one.log_rates[0][k16], plain.log_rates[0][k16], 1e-6);
}

// Own figures of Norfolk as last published, but for referrals.
OwnYear own_year(const EnglandTables& tables, const MonthEnd& date, double referrals) {
  OwnYear out{926, date, {}};
  for (const char* column : {"cla_at31", "cla_started", "cpp_at31", "cpp_started", "cin_at31", "referrals"})
    out.cells[column] = tables.history.value(926, 2022, column);
  out.cells["referrals"] *= referrals;
  return out;
}

TEST(AuthorityHistory, LearnsMoreFromOwnFiguresTheMoreOfTheirYearIsNew) {
  const EnglandTables tables(kRealTables);
  constexpr auto kReferral = static_cast<std::size_t>(Propensity::kReferral);
  const auto expected = [&](const MonthEnd& date, double referrals) {
    const OwnHistory history = estimate_own_history(tables, 2022, own_year(tables, date, referrals));
    return std::array{history.published.log_rates[0][kReferral], history.with_own.log_rates[0][kReferral]};
  };
  const auto same = expected({2023, 3}, 1.0), june = expected({2022, 6}, 1.5),
             year = expected({2023, 3}, 1.5);
  EXPECT_EQ(same[0], year[0]);
  EXPECT_NEAR(same[1], same[0], 0.05);
  EXPECT_GT(june[1], june[0] + 0.03);
  EXPECT_GT(year[1], june[1] + 0.03);
  EXPECT_LT(year[1], same[1] + std::log(1.5));
}

// Entries and stock that grow by so much every year, with exits as usual, go on to another quarter: exits are
// as usual still, as the stock a year before is not that of the last table.
TEST(AuthorityHistory, OfOwnFiguresBetweenTwoYearsHasNoRushOfExits) {
  constexpr double kGrowth = 1.3, kChildren = 1e6;
  Tables tables;
  add_england(tables);
  for (int i = 0; i < 12; ++i) {
    tables.authorities.push_back({101 + i});
    add_steady(tables, 101 + i, 100000.0);
  }
  double stock = 0.2 * stock_that_stays(kChildren);
  PropensityVector rates = kUsual;
  for (const Propensity entry : {Propensity::kCareEntry, Propensity::kCareEntry16Plus})
    rates[index(entry)] *= 0.4;
  for (int year = kFirst; year <= 2022; ++year) {
    tables.history[{101, year}] = figures(kChildren, rates, stock);
    stock = tables.history.at({101, year}).at("cla_at31");
    for (const Propensity entry : {Propensity::kCareEntry, Propensity::kCareEntry16Plus})
      rates[index(entry)] *= kGrowth;
  }
  const Folder folder;
  write(tables, folder.path());
  constexpr auto kExit = static_cast<std::size_t>(Propensity::kCareExit);
  for (const int months : {3, 9, 15}) {
    const double more = std::pow(kGrowth, months / 12.0);
    OwnYear own{101, MonthEnd{2022, 3}.plus_months(months), {}};
    for (const char* column : {"cla_at31", "cla_started", "cla_started_age_u1", "cla_started_age_1to4",
                               "cla_started_age_5to9", "cla_started_age_10to15", "cla_started_age_16plus"})
      own.cells[column] = more * tables.history.at({101, 2022}).at(column);
    const OwnHistory history = estimate_own_history(folder.path(), 2022, own);
    EXPECT_NEAR(history.with_own.log_rates[0][kExit], history.published.log_rates[0][kExit], 0.02) << months;
  }
}

TEST(AuthorityHistory, OfAnAuthorityWithoutFiguresIsThatOfAnyOther) {
  MadeUp world = make_up(40, 2019);
  world.tables.authorities.push_back({kOther});
  const AuthorityHistory history = estimate(world.tables, 2019);
  expect_prior(history, kOther, kAllRates);
  const AuthorityExpectation& a = of(history, kOther);
  const auto covariance = symmetric_matrix(a.covariance);
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j <= i; ++j) {
      EXPECT_NEAR(covariance(i, 8 + j), 0.0, 1e-9);
      const Volatility& v = history.volatility;
      const double levels = v.rates[static_cast<std::size_t>(i)].level_sd *
                            v.rates[static_cast<std::size_t>(j)].level_sd * v.levels(i, j);
      EXPECT_NEAR(covariance(i, j), levels, 1e-9);
    }
  // Its chance is that of a single child.
  for (std::size_t k = 0; k < kPropensities; ++k) {
    const RateVolatility& v = history.volatility.rates[k];
    EXPECT_NEAR(a.variance[k],
                v.level_sd * v.level_sd + v.sd * v.sd + v.transient_sd * v.transient_sd + kDispersion[k],
                1e-9);
  }
}

// Where a few thousand children live, too much is suppressed for rates a child to tell anything; exits are of
// looked-after children, of whom there may be some.
TEST(AuthorityHistory, OfAFewThousandChildrenTellsOfExitsAlone) {
  MadeUp world = make_up(40, 2019);
  world.tables.authorities.push_back({kOther});
  add_steady(world.tables, kOther, 4000.0, times(4.0));
  const AuthorityHistory history = estimate(world.tables, 2019);
  expect_prior(history, kOther, {0, 1, 2, 3, 4, 5, 7});
  EXPECT_NE(of(history, kOther).deviation[index(Propensity::kCareExit)], 0.0);
  // Larger ones do tell.
  Tables larger = world.tables;
  add_steady(larger, kOther, 6000.0, times(4.0));
  EXPECT_GT(of(estimate(larger, 2019), kOther).log_rates[0][0], of(history, kOther).log_rates[0][0] + 0.5);
}

TEST(AuthorityHistory, HasThoseWhoAreLiveAtTheOrigin) {
  const auto codes = [](int origin) {
    std::vector<int> out;
    for (const auto& row : estimate_history(kRealTables, origin).authorities) out.push_back(row.code);
    return out;
  };
  const std::vector<int> then = codes(2014);
  EXPECT_EQ(then.size(), 152U);
  EXPECT_TRUE(std::is_sorted(then.begin(), then.end()));
  EXPECT_TRUE(std::binary_search(then.begin(), then.end(), 928));
  EXPECT_FALSE(std::binary_search(then.begin(), then.end(), 940));
}

}  // namespace
}  // namespace hearth
