#include "results/control_variates.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

namespace hearth {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index kReplicatesPerControl = 3;

// Of the effects drawn for the arm and for the baseline.
MatrixXd controls_of(const ResultHeader& header, std::size_t arm) {
  const EffectDraws& draws = header.effects;
  const auto replicates = static_cast<std::size_t>(header.replicates);
  std::vector<std::size_t> columns;
  for (std::size_t e = 0; e < draws.effects.size(); ++e)
    if (draws.effects[e].arm == arm || draws.effects[e].arm == header.baseline) columns.push_back(e);
  if (draws.deviations.size() != replicates * draws.effects.size()) columns.clear();
  MatrixXd out(static_cast<Index>(replicates), static_cast<Index>(columns.size()));
  for (std::size_t r = 0; r < replicates; ++r)
    for (std::size_t c = 0; c < columns.size(); ++c)
      out(static_cast<Index>(r), static_cast<Index>(c)) =
          draws.deviations[r * draws.effects.size() + columns[c]];
  return out;
}

}  // namespace

ControlVariates::ControlVariates(const MatrixXd& controls) {
  const Index n = controls.rows();
  const Index most = std::min(controls.cols(), n / kReplicatesPerControl);
  std::vector<Index> order(static_cast<std::size_t>(controls.cols()));
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::stable_sort(
      order, [&](Index a, Index b) { return controls.col(a).squaredNorm() > controls.col(b).squaredNorm(); });
  basis_ = MatrixXd(n, most + 1);
  Index used = 0;
  // What is left of a column when its part along the basis is off; nothing where that is rounding.
  const auto beyond_basis = [&](VectorXd column) -> std::optional<VectorXd> {
    constexpr double kRounding = 1e-6;
    const double length = column.norm();
    for (int twice = 0; twice < 2; ++twice)
      column -= basis_.leftCols(used) * (basis_.leftCols(used).transpose() * column);
    if (!(column.norm() > kRounding * length)) return std::nullopt;
    return column;
  };
  for (const Index c : order)
    if (const auto column = beyond_basis(controls.col(c)); column && used < most)
      basis_.col(used++) = column->normalized();
  const auto constant = beyond_basis(VectorXd::Ones(n));
  if (used == 0 || !constant) return;
  basis_.col(used) = constant->normalized();
  basis_.conservativeResize(n, used + 1);
  weights_ = *constant / constant->sum();
  used_ = static_cast<std::size_t>(used);
}

ControlVariates::ControlVariates(const ResultHeader& header, std::size_t arm)
    : ControlVariates(controls_of(header, arm)) {}

double ControlVariates::step(const std::vector<double>& values) const {
  if (used_ == 0) return 0.0;
  const Eigen::Map<const VectorXd> all(values.data(), weights_.size());
  return weights_.dot((all.array() - all.mean()).matrix());
}

Statistics ControlVariates::statistics(std::vector<double> values) const {
  const double move = step(values);
  for (double& value : values) value += move;
  Statistics out = statistics_of(values);
  if (used_ == 0) return out;
  const VectorXd centred = Eigen::Map<const VectorXd>(values.data(), weights_.size()).array() - out.mean;
  const double residual = std::max(0.0, centred.squaredNorm() - (basis_.transpose() * centred).squaredNorm());
  const double freedom = static_cast<double>(weights_.size() - basis_.cols());
  out.standard_error = weights_.norm() * std::sqrt(residual / freedom);
  return out;
}

}  // namespace hearth
