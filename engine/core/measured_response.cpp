#include "core/measured_response.hpp"

#include <bit>
#include <cmath>

namespace hearth {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// Entry of a Hadamard matrix. Column 0 is the mean; coordinate i has column i + 1.
double sign(std::size_t run, std::size_t column) {
  return std::popcount(run & column) % 2 == 0 ? 1.0 : -1.0;
}

}  // namespace

std::size_t design_runs(std::size_t coordinates) {
  constexpr std::size_t kSpare = 8;
  return std::bit_ceil(coordinates + 1 + kSpare);
}

Response measure_response(const Simulator& simulate, const VectorXd& point, const VectorXd& step,
                          double threshold) {
  const std::size_t n = static_cast<std::size_t>(point.size());
  const std::size_t runs = design_runs(n);
  MatrixXd contrasts;  // outputs x columns of the design
  for (std::size_t run = 0; run < runs; ++run) {
    VectorXd at = point;
    for (std::size_t i = 0; i < n; ++i) {
      const auto k = static_cast<Eigen::Index>(i);
      at[k] += step[k] * sign(run, i + 1);
    }
    const VectorXd outputs = simulate(at);
    if (run == 0) contrasts.setZero(outputs.size(), static_cast<Eigen::Index>(runs));
    for (std::size_t c = 0; c < runs; ++c)
      contrasts.col(static_cast<Eigen::Index>(c)) += sign(run, c) / static_cast<double>(runs) * outputs;
  }
  const auto size = static_cast<Eigen::Index>(n);
  const auto spare = static_cast<Eigen::Index>(runs - n - 1);
  Response out;
  out.noise = (contrasts.rightCols(spare).rowwise().squaredNorm() / static_cast<double>(spare)).cwiseSqrt();
  out.slope = contrasts.middleCols(1, size);
  for (Eigen::Index k = 0; k < out.slope.rows(); ++k)
    for (Eigen::Index i = 0; i < size; ++i) {
      double& slope = out.slope(k, i);
      slope = std::abs(slope) < threshold * out.noise[k] ? 0.0 : slope / step[i];
    }
  return out;
}

void learn(MatrixXd& slope, const VectorXd& moved, const VectorXd& outputs_moved) {
  const double length = moved.squaredNorm();
  if (length > 0.0) slope += (outputs_moved - slope * moved) * moved.transpose() / length;
}

}  // namespace hearth
