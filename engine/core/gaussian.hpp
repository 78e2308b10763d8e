// Normal distributions of a few quantities together, and what is known of them after something was observed.
// Plain loops in a fixed order: the same bits on every processor.
#pragma once

#include <Eigen/Core>

namespace hearth {

struct Gaussian {
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;
};

// L, lower triangular, with L L' = `covariance`, which is symmetric and positive semidefinite: a quantity
// that is known exactly has a row of zeros.
Eigen::MatrixXd lower_root(const Eigen::MatrixXd& covariance);

// A B, and A B A' of a symmetric B.
Eigen::MatrixXd product(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);
Eigen::MatrixXd spread_through(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

// The distribution given that `slopes` x quantities + error was seen to miss what the prior's mean gives by
// `misses`; `error` is the covariance of the errors (positive definite). Slopes: observations x quantities.
Gaussian conditioned(const Gaussian& prior, const Eigen::MatrixXd& slopes, const Eigen::VectorXd& misses,
                     const Eigen::MatrixXd& error);

}  // namespace hearth
