// Normal distributions given observations, against closed forms and against the formula with inverses.
#include "core/gaussian.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/matrices.hpp"

namespace hearth {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd matrix(Eigen::Index rows, std::initializer_list<double> by_rows) {
  MatrixXd out(rows, static_cast<Eigen::Index>(by_rows.size()) / rows);
  auto next = by_rows.begin();
  for (Eigen::Index i = 0; i < out.rows(); ++i)
    for (Eigen::Index j = 0; j < out.cols(); ++j) out(i, j) = *next++;
  return out;
}

// One quantity, one observation: precisions add up, and the mean is weighted by them.
TEST(Gaussian, OneObservationOfOneQuantity) {
  const double prior = 0.25, error = 0.4, slope = -1.5, seen = 0.3;
  const Gaussian found = conditioned({VectorXd::Constant(1, 0.1), MatrixXd::Constant(1, 1, prior * prior)},
                                     MatrixXd::Constant(1, 1, slope), VectorXd::Constant(1, seen),
                                     MatrixXd::Constant(1, 1, error * error));
  const double precision = 1.0 / (prior * prior) + slope * slope / (error * error);
  EXPECT_NEAR(found.covariance(0, 0), 1.0 / precision, 1e-15);
  EXPECT_NEAR(found.mean[0], 0.1 + slope * seen / (error * error) / precision, 1e-15);
}

// Two quantities of which only the sum is seen: each takes half, and they become negatively correlated.
TEST(Gaussian, WhatOneObservationCannotTellApartIsNegativelyCorrelated) {
  const double error = 0.05;
  const Gaussian found = conditioned({VectorXd::Zero(2), MatrixXd::Identity(2, 2)}, matrix(1, {1.0, 1.0}),
                                     VectorXd::Constant(1, 1.0), MatrixXd::Constant(1, 1, error * error));
  const double gain = 1.0 / (2.0 + error * error);
  EXPECT_NEAR(found.mean[0], gain, 1e-15);
  EXPECT_NEAR(found.mean[1], gain, 1e-15);
  EXPECT_NEAR(found.covariance(0, 0), 1.0 - gain, 1e-15);
  EXPECT_NEAR(found.covariance(0, 1), -gain, 1e-15);
}

// All at once, with errors that go together, against precisions and inverses.
TEST(Gaussian, ManyObservationsAreAsTheInformationFormHasThem) {
  const MatrixXd root = matrix(3, {0.5, 0, 0, 0.2, 0.4, 0, -0.1, 0.3, 0.6});
  const Gaussian prior{(VectorXd(3) << 0.1, -0.2, 0.3).finished(), root * root.transpose()};
  const MatrixXd slopes = matrix(4, {1, 0, 0.5, 0.3, -1, 0, 0, 0, 2, 1, 1, 1});
  const MatrixXd spread = matrix(4, {0.3, 0, 0, 0, 0.1, 0.4, 0, 0, 0.1, 0.1, 0.2, 0, 0, 0.2, 0.1, 0.5});
  const MatrixXd error = spread * spread.transpose();
  const VectorXd misses = (VectorXd(4) << 0.4, -0.3, 0.2, 0.1).finished();
  const Gaussian found = conditioned(prior, slopes, misses, error);
  const MatrixXd expected = inverse(inverse(prior.covariance) + slopes.transpose() * inverse(error) * slopes);
  const VectorXd mean = prior.mean + expected * slopes.transpose() * inverse(error) * misses;
  EXPECT_LT((found.covariance - expected).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_LT((found.mean - mean).cwiseAbs().maxCoeff(), 1e-12);
}

TEST(Gaussian, RootGivesTheCovarianceBackAndLeavesWhatIsKnownAlone) {
  const MatrixXd covariance = matrix(3, {0.04, 0.0, 0.01, 0.0, 0.0, 0.0, 0.01, 0.0, 0.09});
  const MatrixXd root = lower_root(covariance);
  EXPECT_LT((root * root.transpose() - covariance).cwiseAbs().maxCoeff(), 1e-15);
  EXPECT_EQ(root.row(1).cwiseAbs().maxCoeff(), 0.0);
  EXPECT_EQ(root(0, 1), 0.0);
}

// A quantity that is known exactly stays as it is, whatever is seen.
TEST(Gaussian, WhatIsDecidedIsNotMoved) {
  const Gaussian found =
      conditioned({VectorXd::Constant(2, 0.7), matrix(2, {0, 0, 0, 1})}, matrix(1, {1.0, 1.0}),
                  VectorXd::Constant(1, 2.0), MatrixXd::Constant(1, 1, 0.01));
  EXPECT_EQ(found.mean[0], 0.7);
  EXPECT_EQ(found.covariance(0, 0), 0.0);
  EXPECT_GT(found.mean[1], 2.0);
}

}  // namespace
}  // namespace hearth
