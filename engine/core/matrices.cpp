#include "core/matrices.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <cassert>
#include <cmath>

namespace hearth {

using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd square_matrix(std::span<const double> rows) {
  const auto n = static_cast<Eigen::Index>(std::lround(std::sqrt(rows.size())));
  assert(rows.size() == static_cast<std::size_t>(n * n));
  using ByRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const ByRows>(rows.data(), n, n);
}

MatrixXd symmetric_matrix(std::span<const double> lower) {
  const auto n =
      static_cast<Eigen::Index>((std::sqrt(8.0 * static_cast<double>(lower.size()) + 1.0) - 1.0) / 2.0);
  assert(lower.size() == static_cast<std::size_t>(n * (n + 1) / 2));
  MatrixXd out(n, n);
  std::size_t at = 0;
  for (Eigen::Index a = 0; a < n; ++a)
    for (Eigen::Index b = 0; b <= a; ++b) out(a, b) = out(b, a) = lower[at++];
  return out;
}

VectorXd eigenvalues(const MatrixXd& symmetric) {
  return Eigen::SelfAdjointEigenSolver<MatrixXd>(symmetric, Eigen::EigenvaluesOnly).eigenvalues();
}

MatrixXd with_eigenvalues(const MatrixXd& symmetric, double (*value)(double)) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(symmetric);
  const VectorXd values = eigen.eigenvalues().unaryExpr(value);
  return eigen.eigenvectors() * values.asDiagonal() * eigen.eigenvectors().transpose();
}

MatrixXd inverse(const MatrixXd& matrix) {
  return matrix.inverse();
}

double determinant(const MatrixXd& matrix) {
  return matrix.determinant();
}

}  // namespace hearth
