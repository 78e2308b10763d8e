#include "core/gaussian.hpp"

#include <cmath>

namespace hearth {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// L^-1 b, of each column.
MatrixXd solved_from_below(const MatrixXd& lower, MatrixXd b) {
  for (Index c = 0; c < b.cols(); ++c)
    for (Index i = 0; i < lower.rows(); ++i) {
      double sum = b(i, c);
      for (Index k = 0; k < i; ++k) sum -= lower(i, k) * b(k, c);
      b(i, c) = sum / lower(i, i);
    }
  return b;
}

}  // namespace

MatrixXd lower_root(const MatrixXd& covariance) {
  const Index n = covariance.rows();
  MatrixXd out = MatrixXd::Zero(n, n);
  constexpr double kRounding = 1e-12;  // of a variance
  for (Index j = 0; j < n; ++j) {
    double left = covariance(j, j);
    for (Index k = 0; k < j; ++k) left -= out(j, k) * out(j, k);
    if (!(left > kRounding * covariance(j, j))) continue;  // others determine it
    out(j, j) = std::sqrt(left);
    for (Index i = j + 1; i < n; ++i) {
      double sum = covariance(i, j);
      for (Index k = 0; k < j; ++k) sum -= out(i, k) * out(j, k);
      out(i, j) = sum / out(j, j);
    }
  }
  return out;
}

MatrixXd product(const MatrixXd& a, const MatrixXd& b) {
  MatrixXd out = MatrixXd::Zero(a.rows(), b.cols());
  for (Index i = 0; i < a.rows(); ++i)
    for (Index j = 0; j < b.cols(); ++j)
      for (Index k = 0; k < a.cols(); ++k) out(i, j) += a(i, k) * b(k, j);
  return out;
}

MatrixXd spread_through(const MatrixXd& a, const MatrixXd& b) {
  return product(product(a, b), a.transpose());
}

Gaussian conditioned(const Gaussian& prior, const MatrixXd& slopes, const VectorXd& misses,
                     const MatrixXd& error) {
  // With L L' the covariance of what is seen, gains are L^-1 slopes covariance.
  const MatrixXd root = lower_root(spread_through(slopes, prior.covariance) + error);
  const MatrixXd across = solved_from_below(root, product(slopes, prior.covariance));
  const MatrixXd seen = solved_from_below(root, misses);
  return {prior.mean + product(across.transpose(), seen),
          prior.covariance - product(across.transpose(), across)};
}

}  // namespace hearth
