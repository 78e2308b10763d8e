#include "results/control_variates.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

namespace hearth {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index kReplicatesPerControl = 3;

using Controls = std::vector<std::vector<double>>;

// Of the effects drawn for the arm and for the baseline.
Controls controls_of(const EffectDraws& draws, std::size_t replicates, std::size_t arm,
                     std::size_t baseline) {
  Controls out;
  if (draws.deviations.size() != replicates * draws.effects.size()) return out;
  for (std::size_t e = 0; e < draws.effects.size(); ++e) {
    if (draws.effects[e].arm != arm && draws.effects[e].arm != baseline) continue;
    std::vector<double>& control = out.emplace_back(replicates);
    for (std::size_t r = 0; r < replicates; ++r) control[r] = draws.deviations[r * draws.effects.size() + e];
  }
  return out;
}

MatrixXd columns_of(const Controls& controls) {
  MatrixXd out(controls.empty() ? 0 : static_cast<Index>(controls.front().size()),
               static_cast<Index>(controls.size()));
  for (std::size_t c = 0; c < controls.size(); ++c)
    out.col(static_cast<Index>(c)) = Eigen::Map<const VectorXd>(controls[c].data(), out.rows());
  return out;
}

}  // namespace

struct ControlVariates::Regression {
  VectorXd weights;  // of replicates in the intercept; they add up to one
  MatrixXd basis;    // orthonormal: the controls, and the constant less what they tell of it
};

ControlVariates::ControlVariates(const Controls& given) {
  const MatrixXd controls = columns_of(given);
  const Index n = controls.rows();
  const Index most = std::min(controls.cols(), n / kReplicatesPerControl);
  std::vector<Index> order(static_cast<std::size_t>(controls.cols()));
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::stable_sort(
      order, [&](Index a, Index b) { return controls.col(a).squaredNorm() > controls.col(b).squaredNorm(); });
  MatrixXd basis(n, most + 1);
  Index used = 0;
  // What is left of a column when its part along the basis is off; nothing where that is rounding.
  const auto beyond_basis = [&](VectorXd column) -> std::optional<VectorXd> {
    constexpr double kRounding = 1e-6;
    const double length = column.norm();
    for (int twice = 0; twice < 2; ++twice)
      column -= basis.leftCols(used) * (basis.leftCols(used).transpose() * column);
    if (!(column.norm() > kRounding * length)) return std::nullopt;
    return column;
  };
  for (const Index c : order)
    if (const auto column = beyond_basis(controls.col(c)); column && used < most)
      basis.col(used++) = column->normalized();
  const auto constant = beyond_basis(VectorXd::Ones(n));
  if (used == 0 || !constant) return;
  basis.col(used) = constant->normalized();
  basis.conservativeResize(n, used + 1);
  regression_ = std::make_shared<const Regression>(
      Regression{.weights = *constant / constant->sum(), .basis = std::move(basis)});
}

ControlVariates::ControlVariates(const EffectDraws& draws, std::size_t replicates, std::size_t arm,
                                 std::size_t baseline)
    : ControlVariates(controls_of(draws, replicates, arm, baseline)) {}

ControlVariates::ControlVariates(const ResultHeader& header, std::size_t arm)
    : ControlVariates(header.effects, static_cast<std::size_t>(header.replicates), arm, header.baseline) {}

std::size_t ControlVariates::controls() const {
  return regression_ ? static_cast<std::size_t>(regression_->basis.cols()) - 1 : 0;
}

double ControlVariates::step(const std::vector<double>& values) const {
  if (!regression_) return 0.0;
  const VectorXd& weights = regression_->weights;
  const VectorXd all = Eigen::Map<const VectorXd>(values.data(), weights.size());
  return weights.dot((all.array() - all.mean()).matrix());
}

Statistics ControlVariates::statistics(std::vector<double> values) const {
  const double move = step(values);
  for (double& value : values) value += move;
  Statistics out = statistics_of(values);
  if (!regression_) return out;
  const auto& [weights, basis] = *regression_;
  const VectorXd centred = Eigen::Map<const VectorXd>(values.data(), weights.size()).array() - out.mean;
  const double residual = std::max(0.0, centred.squaredNorm() - (basis.transpose() * centred).squaredNorm());
  const double freedom = static_cast<double>(weights.size() - basis.cols());
  out.standard_error = weights.norm() * std::sqrt(residual / freedom);
  return out;
}

}  // namespace hearth
