// Means with control variates: exact where a quantity is linear in what was drawn, additive, plain where
// there is nothing to control with, and with errors that cover as often as they say.
#include "results/control_variates.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <random>

#include "results/summary.hpp"
#include "statistics.hpp"

namespace hearth {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd normals(std::mt19937_64& generator, int rows, int columns) {
  std::normal_distribution<double> draw;
  return MatrixXd::NullaryExpr(rows, columns, [&] { return draw(generator); });
}
std::vector<double> list(const VectorXd& values) {
  return {values.begin(), values.end()};
}
// Of one row a replicate, one column a control.
ControlVariates with(const MatrixXd& controls) {
  std::vector<std::vector<double>> columns;
  for (const auto& column : controls.colwise()) columns.push_back(list(column));
  return ControlVariates(columns);
}

TEST(ControlVariates, ALinearQuantityHasItsMeanAndNoError) {
  std::mt19937_64 generator(1);
  const MatrixXd z = normals(generator, 20, 4);
  const VectorXd y = 7.0 + (z * VectorXd::LinSpaced(4, 1.0, 40.0)).array();
  const Statistics found = with(z).statistics(list(y));
  EXPECT_NEAR(found.mean, 7.0, 1e-9);
  EXPECT_NEAR(found.standard_error, 0.0, 1e-9);
  EXPECT_GT(std::abs(statistics_of(list(y)).mean - 7.0), 1.0);  // what there was to take off
}

TEST(ControlVariates, PartsAddUpToTheWhole) {
  std::mt19937_64 generator(2);
  const ControlVariates controls = with(normals(generator, 30, 5));
  const VectorXd a = normals(generator, 30, 1);
  const VectorXd b = 1e6 + 1e3 * normals(generator, 30, 1).array();
  EXPECT_NEAR(controls.statistics(list(a)).mean + controls.statistics(list(b)).mean,
              controls.statistics(list(a + b)).mean, 1e-6);
  // A constant is its own mean, and quantiles move with the mean.
  EXPECT_NEAR(controls.statistics(std::vector<double>(30, 3.5)).mean, 3.5, 1e-12);
  const Statistics plain = statistics_of(list(a));
  const Statistics found = controls.statistics(list(a));
  for (std::size_t q = 0; q < kShownQuantiles.size(); ++q)
    EXPECT_NEAR(found.quantiles[q] - plain.quantiles[q], found.mean - plain.mean, 1e-12);
}

TEST(ControlVariates, ArePlainMeansWithoutControlsOrWithTooFewReplicates) {
  std::mt19937_64 generator(3);
  const VectorXd y = normals(generator, 12, 1);
  const Statistics plain = statistics_of(list(y));
  for (const auto& controls :
       {ControlVariates(), with(MatrixXd(12, 0)), with(MatrixXd::Zero(12, 3)), with(MatrixXd::Ones(12, 1))}) {
    EXPECT_EQ(controls.controls(), 0U);
    EXPECT_EQ(controls.statistics(list(y)).mean, plain.mean);
    EXPECT_EQ(controls.statistics(list(y)).standard_error, plain.standard_error);
  }
  EXPECT_EQ(with(normals(generator, 2, 5)).controls(), 0U);
  EXPECT_EQ(with(normals(generator, 12, 9)).controls(), 4U);
}

// So that the level of an arm less the baseline's is the difference that stands next to it.
TEST(ControlVariates, LevelsOfAnArmAgreeWithItsDifference) {
  std::mt19937_64 generator(8);
  const MatrixXd z = normals(generator, 40, 3);
  const VectorXd usual = 1000.0 + 30.0 * normals(generator, 40, 1).array();
  const VectorXd arm = usual + 5.0 * z.rowwise().sum() + normals(generator, 40, 1);
  const SummaryCell found = cell_of(list(arm), list(usual), with(z));
  const Statistics plain = statistics_of(list(arm));
  EXPECT_NEAR(found.mean, usual.mean() + found.difference->mean, 1e-9);
  const double step = found.mean - plain.mean;
  EXPECT_GT(std::abs(step), 0.1);  // what there was to agree on
  EXPECT_NEAR(found.median - plain.median(), step, 1e-9);
  EXPECT_NEAR(found.range->low - plain.most()->low, step, 1e-9);
  EXPECT_NEAR(found.half->high - plain.half()->high, step, 1e-9);
  EXPECT_EQ(cell_of(list(arm), list(usual), {}).mean, plain.mean);  // no noise of rounding either
}

TEST(ControlVariates, AControlThatOthersDetermineIsLeftOut) {
  std::mt19937_64 generator(4);
  MatrixXd z = normals(generator, 24, 3);
  z.col(2) = 2.0 * z.col(0) - z.col(1);
  EXPECT_EQ(with(z).controls(), 2U);
  const VectorXd y = 5.0 + z.col(2).array() + 3.0 * z.col(1).array();
  EXPECT_NEAR(with(z).statistics(list(y)).mean, 5.0, 1e-9);
}

// 3,000 samples of 30 replicates with 8 controls that tell 90% of the variance. The share of intervals of two
// standard errors that hold the mean is 0.9414 (Student's t with 21 degrees of freedom); by chance it is
// further than 0.02 from that in fewer than one run in 100,000.
TEST(ControlVariates, ErrorsCoverAsOftenAsTheySayAndAreAsSmallAsTheRegressionAllows) {
  std::mt19937_64 generator(5);
  constexpr int kSamples = 3000, kReplicates = 30, kControls = 8;
  int covered = 0;
  double squares = 0.0, plain_squares = 0.0, claimed = 0.0;
  for (int s = 0; s < kSamples; ++s) {
    const MatrixXd z = normals(generator, kReplicates, kControls);
    const VectorXd y =
        100.0 + 3.0 * z.rowwise().sum().array() / std::sqrt(8.0) + normals(generator, kReplicates, 1).array();
    const Statistics found = with(z).statistics(list(y));
    covered += std::abs(found.mean - 100.0) < 2.0 * found.standard_error ? 1 : 0;
    squares += std::pow(found.mean - 100.0, 2);
    claimed += found.standard_error * found.standard_error;
    plain_squares += std::pow(statistics_of(list(y)).mean - 100.0, 2);
  }
  EXPECT_NEAR(covered / double{kSamples}, 0.9414, 0.02);
  EXPECT_NEAR(claimed / squares, 1.0, 0.15);
  // In theory (1 - R2) (n - 2) / (n - k - 2): 0.1 * 28 / 20.
  EXPECT_NEAR(squares / plain_squares, 0.14, 0.03);
}

}  // namespace
}  // namespace hearth
