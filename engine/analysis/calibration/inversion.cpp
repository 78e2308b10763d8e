#include "analysis/calibration/inversion.hpp"

#include <nlopt.h>

#include <Eigen/Cholesky>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <limits>
#include <memory>

#include "core/error.hpp"
#include "kernels/bit_generator.hpp"

namespace hearth {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// Standard normal draws that depend on nothing but their keys.
VectorXd normals(std::uint64_t seed, std::uint32_t draw, std::uint32_t kind, Eigen::Index size) {
  BitGenerator bits(Draws(seed, draw, 0), Process::kCalibration, kind);
  boost::random::normal_distribution<double> normal;
  VectorXd out(size);
  for (double& x : out) x = normal(bits);
  return out;
}

struct Quadratic {
  MatrixXd slope;  // in standard deviations of the observations
  VectorXd miss;   // at the point, the same
  VectorXd point;
};

double value_and_gradient(unsigned n, const double* moved, double* gradient, void* data) {
  const auto& q = *static_cast<const Quadratic*>(data);
  const Eigen::Map<const VectorXd> step(moved, static_cast<Eigen::Index>(n));
  const VectorXd miss = q.miss + q.slope * step;
  const VectorXd at = q.point + step;
  if (gradient != nullptr)
    Eigen::Map<VectorXd>(gradient, static_cast<Eigen::Index>(n)) = 2.0 * (q.slope.transpose() * miss + at);
  return miss.squaredNorm() + at.squaredNorm();
}

// The draw of the prior, moved by the Kalman gain to where the gap is closed as far as it is worth.
VectorXd towards(const VectorXd& start, const VectorXd& gap, const MatrixXd& slope, const VectorXd& sd) {
  constexpr double kMost = 4.0;  // standard deviations of the prior that a coordinate may lie from its centre
  MatrixXd spread = slope * slope.transpose();
  spread.diagonal().array() += sd.array().square();
  return (start + slope.transpose() * spread.llt().solve(gap)).cwiseMax(-kMost).cwiseMin(kMost);
}

double worst_miss(const Observations& observed, const VectorXd& outputs) {
  return ((outputs - observed.value).array() / observed.sd.array()).abs().maxCoeff();
}

}  // namespace

VectorXd best_point(const Observations& observed, const VectorXd& point, const VectorXd& outputs,
                    const MatrixXd& slope, const VectorXd& reach) {
  Quadratic problem{slope.array().colwise() / observed.sd.array(),
                    (outputs - observed.value).array() / observed.sd.array(), point};
  const auto n = static_cast<unsigned>(point.size());
  const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> search(nlopt_create(NLOPT_LD_SLSQP, n),
                                                                      &nlopt_destroy);
  const VectorXd low = -reach;
  nlopt_set_lower_bounds(search.get(), low.data());
  nlopt_set_upper_bounds(search.get(), reach.data());
  nlopt_set_min_objective(search.get(), value_and_gradient, &problem);
  nlopt_set_ftol_rel(search.get(), 1e-10);
  nlopt_set_maxeval(search.get(), 2000);
  VectorXd step = VectorXd::Zero(point.size());
  double least = 0.0;
  // Round-off near the least value is no failure: the step is then as good as it gets.
  const nlopt_result result = nlopt_optimize(search.get(), step.data(), &least);
  if (result < 0 && result != NLOPT_ROUNDOFF_LIMITED)
    throw InternalError(std::string("NLopt failed in the fit: ") + nlopt_result_to_string(result));
  return point + step;
}

Posterior draw_posterior(const Simulator& simulate, const Observations& observed, const Response& response,
                         const VectorXd& point, const VectorXd& outputs, const PosteriorOptions& options) {
  constexpr std::uint32_t kOfPoint = 0, kOfObservations = 1;
  constexpr double kMostShare = 0.6;  // of a step after the first: slopes elsewhere differ
  Posterior out;
  out.points.resize(point.size(), static_cast<Eigen::Index>(options.draws));
  out.outputs.resize(outputs.size(), static_cast<Eigen::Index>(options.draws));
  std::uint32_t key = 0;
  std::size_t draw = 0;
  for (; draw < options.draws && out.given_up <= options.most_given_up; ++key) {
    const VectorXd start = normals(options.seed, key, kOfPoint, point.size());
    const VectorXd wanted =
        observed.value +
        (observed.sd.array() * normals(options.seed, key, kOfObservations, outputs.size()).array()).matrix();
    const auto distance = [&](const VectorXd& at, const VectorXd& found) {
      return ((found - wanted).array() / observed.sd.array()).square().sum() + (at - start).squaredNorm();
    };
    MatrixXd slope = response.slope;  // what this draw's own runs teach stays its own
    VectorXd at = point, found = outputs;
    double least = std::numeric_limits<double>::infinity();  // the first step is taken, wherever it leads
    double share = 1.0;                                      // of a step
    bool plausible = false;
    for (int run = 0; run < options.most_runs && !plausible; ++run) {
      const VectorXd aim = towards(start, wanted - found + slope * (at - start), slope, observed.sd);
      const VectorXd next = at + share * (aim - at);
      const VectorXd outputs_there = simulate(next);
      learn(slope, next - at, outputs_there - found);
      ++out.runs;
      const double there = distance(next, outputs_there);
      if (there < least) {
        at = next;
        found = outputs_there;
        least = there;
        share = std::min(kMostShare, 2.0 * share);
      } else {
        share = std::min(kMostShare, 0.5 * share);
      }
      plausible = run > 0 && worst_miss(observed, found) < options.implausible;
    }
    if (!plausible) {
      ++out.given_up;
      continue;
    }
    out.points.col(static_cast<Eigen::Index>(draw)) = at;
    out.outputs.col(static_cast<Eigen::Index>(draw)) = found;
    ++draw;
    if (options.progress) options.progress(draw);
  }
  out.points.conservativeResize(Eigen::NoChange, static_cast<Eigen::Index>(draw));
  out.outputs.conservativeResize(Eigen::NoChange, static_cast<Eigen::Index>(draw));
  return out;
}

VectorXd linear_shrinkage(const Observations& observed, const MatrixXd& slope) {
  const MatrixXd scaled = slope.array().colwise() / observed.sd.array();
  MatrixXd precision = scaled.transpose() * scaled;
  precision.diagonal().array() += 1.0;
  const Eigen::LLT<MatrixXd> solver(precision);
  return solver.solve(MatrixXd::Identity(precision.rows(), precision.cols())).diagonal().cwiseSqrt();
}

}  // namespace hearth
