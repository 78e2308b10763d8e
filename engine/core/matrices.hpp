// What is asked of small dense matrices, in one place: Eigen's solvers are what takes longest to compile.
#pragma once

#include <Eigen/Core>
#include <span>

namespace hearth {

// Of n x n numbers, by rows.
Eigen::MatrixXd square_matrix(std::span<const double> rows);

// Of n (n + 1) / 2 numbers: the lower triangle by rows.
Eigen::MatrixXd symmetric_matrix(std::span<const double> lower);

// In ascending order; of a symmetric matrix, of which the lower triangle is read.
Eigen::VectorXd eigenvalues(const Eigen::MatrixXd& symmetric);

// The symmetric matrix with the same eigenvectors, and `value(x)` in place of each eigenvalue x.
Eigen::MatrixXd with_eigenvalues(const Eigen::MatrixXd& symmetric, double (*value)(double));

// Of a square matrix. What has no inverse gives infinities or NaN.
Eigen::MatrixXd inverse(const Eigen::MatrixXd& matrix);
double determinant(const Eigen::MatrixXd& matrix);

}  // namespace hearth
