#include "core/matrices.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace hearth {
namespace {

TEST(Matrices, AreReadByRows) {
  const Eigen::MatrixXd square = square_matrix(std::array{1.0, 2.0, 3.0, 4.0});
  EXPECT_EQ(square(0, 1), 2.0);
  EXPECT_EQ(square(1, 0), 3.0);
  const Eigen::MatrixXd symmetric = symmetric_matrix(std::array{1.0, 2.0, 3.0, 4.0, 5.0, 6.0});
  ASSERT_EQ(symmetric.rows(), 3);
  EXPECT_EQ(symmetric, symmetric.transpose());
  EXPECT_EQ(symmetric(1, 0), 2.0);
  EXPECT_EQ(symmetric(2, 0), 4.0);
  EXPECT_EQ(symmetric(2, 2), 6.0);
}

TEST(Matrices, EigenvaluesAscend) {
  const Eigen::VectorXd values = eigenvalues(symmetric_matrix(std::array{2.0, 1.0, 2.0}));
  EXPECT_NEAR(values[0], 1.0, 1e-14);
  EXPECT_NEAR(values[1], 3.0, 1e-14);
}

TEST(Matrices, TheSquareRootSquaredIsTheMatrix) {
  // Eigenvalues 1 and 9, along (1, -1) and (1, 1): the root has 1 and 3.
  const Eigen::MatrixXd root =
      with_eigenvalues(symmetric_matrix(std::array{5.0, 4.0, 5.0}), [](double x) { return std::sqrt(x); });
  EXPECT_NEAR(root(0, 0), 2.0, 1e-14);
  EXPECT_NEAR(root(0, 1), 1.0, 1e-14);
  EXPECT_NEAR(root(1, 0), 1.0, 1e-14);
  EXPECT_NEAR(root(1, 1), 2.0, 1e-14);
}

TEST(Matrices, InverseAndDeterminantAreThoseOfTwoByTwo) {
  const Eigen::MatrixXd matrix = square_matrix(std::array{1.0, 2.0, 3.0, 4.0});
  EXPECT_NEAR(determinant(matrix), -2.0, 1e-14);
  EXPECT_NEAR(inverse(matrix)(0, 0), -2.0, 1e-14);
  EXPECT_NEAR(inverse(matrix)(0, 1), 1.0, 1e-14);
  EXPECT_NEAR(inverse(matrix)(1, 0), 1.5, 1e-14);
}

}  // namespace
}  // namespace hearth
