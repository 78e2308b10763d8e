// The inversion on made-up problems small enough to know the answer of.
#include "analysis/calibration/inversion.hpp"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "kernels/draws.hpp"
#include "statistics.hpp"

namespace hearth {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Eigen::Index kCoordinates = 12;
constexpr Eigen::Index kSilent = 6;  // the last half reaches no output
constexpr Eigen::Index kOutputs = 8;
constexpr double kSd = 0.05;

VectorXd normals(std::uint32_t problem, std::uint32_t kind, Eigen::Index size) {
  const Draws draws(11, problem, 0);
  VectorXd out(size);
  for (Eigen::Index i = 0; i < size; ++i) {
    const Bits bits = draws.block(Process::kFamilies, static_cast<std::uint32_t>(i), kind);
    out[i] = normal(bits[0], bits[1]);
  }
  return out;
}

// Outputs = A u + curvature x (A u)^2, where A is drawn for each problem.
struct Problem {
  explicit Problem(std::uint32_t problem, double curvature) : number(problem), curved(curvature) {
    slope = Eigen::Map<const MatrixXd>(normals(number, 0, kOutputs * kCoordinates).eval().data(), kOutputs,
                                       kCoordinates) *
            0.1;
    slope.rightCols(kSilent).setZero();
    truth = normals(number, 1, kCoordinates);
    observed = {simulate(truth) + kSd * normals(number, 2, kOutputs), VectorXd::Constant(kOutputs, kSd)};
  }
  VectorXd simulate(const VectorXd& u) const {
    const VectorXd linear = slope * u;
    return linear + curved * linear.array().square().matrix();
  }
  Simulator simulator() const {
    return [this](const VectorXd& u) { return simulate(u); };
  }
  Posterior posterior(std::size_t draws) const {
    const VectorXd centre = VectorXd::Zero(kCoordinates);
    const Response response = measure_response(simulator(), centre, VectorXd::Constant(kCoordinates, 0.2));
    PosteriorOptions options;
    options.draws = draws;
    options.seed = number;
    return draw_posterior(simulator(), observed, response, centre, simulate(centre), options);
  }

  std::uint32_t number;
  MatrixXd slope;
  VectorXd truth;
  Observations observed;
  double curved;
};

double sd_of(const MatrixXd& points, Eigen::Index coordinate) {
  const VectorXd values = points.row(coordinate);
  return std::sqrt((values.array() - values.mean()).square().sum() / static_cast<double>(values.size() - 1));
}

TEST(Inversion, TheDesignFindsTheSlopesOfALinearModel) {
  const Problem problem(0, 0.0);
  const Response found = measure_response(problem.simulator(), VectorXd::Zero(kCoordinates),
                                          VectorXd::Constant(kCoordinates, 0.3));
  EXPECT_LT((found.slope - problem.slope).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_TRUE(found.slope.rightCols(kSilent).isZero(1e-12));
}

TEST(Inversion, TheDesignSetsToZeroWhatCannotBeToldFromChance) {
  const Problem problem(1, 0.0);
  std::uint32_t run = 0;
  const Simulator noisy = [&](const VectorXd& u) -> VectorXd {
    return problem.simulate(u) + 0.02 * normals(run++, 7, kOutputs);
  };
  const Response found =
      measure_response(noisy, VectorXd::Zero(kCoordinates), VectorXd::Constant(kCoordinates, 0.3));
  // 48 silent slopes, each beyond 3 standard errors (of 19 spare columns) with chance 0.007: seven or more
  // have chance 2e-7.
  EXPECT_LE((found.slope.rightCols(kSilent).array() != 0.0).count(), 6);
  EXPECT_GE((found.slope.leftCols(kCoordinates - kSilent).array() != 0.0).count(), 20);
  EXPECT_NEAR(found.noise.mean(), 0.02 / std::sqrt(static_cast<double>(design_runs(kCoordinates))), 0.001);
}

TEST(Inversion, TheBestPointIsThatOfTheNormalEquations) {
  const Problem problem(2, 0.0);
  const MatrixXd scaled = problem.slope / kSd;
  const MatrixXd precision = scaled.transpose() * scaled + MatrixXd::Identity(kCoordinates, kCoordinates);
  const VectorXd expected = precision.llt().solve(scaled.transpose() * problem.observed.value / kSd);
  const VectorXd start = VectorXd::Constant(kCoordinates, 0.1);
  const VectorXd found = best_point(problem.observed, start, problem.simulate(start), problem.slope,
                                    VectorXd::Constant(kCoordinates, 10.0));
  EXPECT_LT((found - expected).cwiseAbs().maxCoeff(), 1e-4);
}

TEST(Inversion, AStepStaysWithinReach) {
  const Problem problem(2, 0.0);
  const VectorXd reach = VectorXd::Constant(kCoordinates, 0.01);
  const VectorXd start = VectorXd::Zero(kCoordinates);
  const VectorXd found = best_point(problem.observed, start, problem.simulate(start), problem.slope, reach);
  EXPECT_LE((found - start).cwiseAbs().maxCoeff(), 0.01 + 1e-12);
}

TEST(Inversion, ARankOneUpdateExplainsTheLastStep) {
  MatrixXd slope = MatrixXd::Random(3, 4);
  const VectorXd moved = VectorXd::Ones(4), did = VectorXd::LinSpaced(3, 1.0, 2.0);
  learn(slope, moved, did);
  EXPECT_LT((slope * moved - did).norm(), 1e-12);
}

// The posterior of a linear model is normal and known: means and standard deviations agree with it.
TEST(Inversion, DrawsOfALinearModelHaveTheKnownPosterior) {
  const Problem problem(3, 0.0);
  constexpr std::size_t kDraws = 4000;
  const Posterior found = problem.posterior(kDraws);
  const MatrixXd scaled = problem.slope / kSd;
  const MatrixXd covariance = (scaled.transpose() * scaled + MatrixXd::Identity(kCoordinates, kCoordinates))
                                  .llt()
                                  .solve(MatrixXd::Identity(kCoordinates, kCoordinates));
  const VectorXd mean = covariance * scaled.transpose() * problem.observed.value / kSd;
  for (Eigen::Index i = 0; i < kCoordinates; ++i) {
    const double sd = std::sqrt(covariance(i, i));
    EXPECT_NEAR(found.points.row(i).mean(), mean[i], sigmas() * sd / std::sqrt(1.0 * kDraws)) << i;
    EXPECT_NEAR(sd_of(found.points, i), sd, sigmas() * sd / std::sqrt(2.0 * kDraws)) << i;
  }
}

TEST(Inversion, ACoordinateThatNoOutputAnswersToKeepsItsPriorHoweverFewTheDraws) {
  double sum = 0.0;
  constexpr int kProblems = 40;
  for (std::uint32_t k = 0; k < kProblems; ++k) {
    const Posterior found = Problem(100 + k, 0.3).posterior(20);
    for (Eigen::Index i = kCoordinates - kSilent; i < kCoordinates; ++i)
      sum += sd_of(found.points, i) * sd_of(found.points, i) / (kProblems * kSilent);
  }
  // 240 variances of 20 draws, each about 1 with variance 2 / 19.
  EXPECT_NEAR(sum, 1.0, sigmas() * std::sqrt(2.0 / 19.0 / (kProblems * kSilent)));
}

TEST(Inversion, DrawsGiveWhatWasObserved) {
  const Problem problem(4, 0.3);
  const Posterior found = problem.posterior(200);
  for (const auto& outputs : found.outputs.colwise())
    EXPECT_LT((outputs - problem.observed.value).cwiseAbs().maxCoeff(), 4.0 * kSd);
  EXPECT_EQ(found.points.cols(), 200);
}

// Far from a straight line: what cannot be brought to the observations is given up, never kept.
TEST(Inversion, NoImplausibleDrawIsKept) {
  std::size_t given_up = 0;
  for (std::uint32_t number = 20; number < 40; ++number) {
    const Problem problem(number, 3.0);
    const Posterior found = problem.posterior(50);
    given_up += found.given_up;
    EXPECT_EQ(found.points.cols(), found.outputs.cols());
    for (Eigen::Index i = 0; i < found.points.cols(); ++i) {
      EXPECT_EQ(found.outputs.col(i), problem.simulate(found.points.col(i)));
      EXPECT_LT((found.outputs.col(i) - problem.observed.value).cwiseAbs().maxCoeff(), 4.0 * kSd);
    }
  }
  EXPECT_GT(given_up, 0U);
}

TEST(Inversion, EndsWhereNothingIsPlausible) {
  Problem problem(6, 3.0);
  problem.observed.value.setConstant(-10.0);  // below what the curve reaches
  const Posterior found = problem.posterior(5);
  EXPECT_EQ(found.points.cols(), 0);
  EXPECT_EQ(found.given_up, PosteriorOptions().most_given_up + 1);
}

TEST(Inversion, MoreDrawsDoNotChangeTheFirst) {
  const Problem problem(5, 0.3);
  EXPECT_EQ(problem.posterior(10).points, problem.posterior(20).points.leftCols(10));
}

// Truths drawn from the prior, data simulated from them: the rank of a truth among the posterior's draws is
// uniform, in coordinates that the outputs speak of and in those that they do not. HEARTH_RECOVERY multiplies
// the number of problems.
TEST(Inversion, RanksOfTheTruthAreUniform) {
  const char* const more = std::getenv("HEARTH_RECOVERY");
  const int problems = 400 * (more != nullptr ? std::max(1, std::atoi(more)) : 1);
  constexpr std::size_t kDraws = 99, kBins = 10;
  std::vector<std::vector<double>> counts(2, std::vector<double>(kBins));
  for (int k = 0; k < problems; ++k) {
    const Problem problem(1000 + static_cast<std::uint32_t>(k), 0.15);
    const Posterior found = problem.posterior(kDraws);
    const auto rank = [&](Eigen::Index i) {
      const VectorXd values = found.points.row(i);
      return static_cast<std::size_t>((values.array() < problem.truth[i]).count());
    };
    counts[0][rank(0) * kBins / (kDraws + 1)] += 1.0;
    counts[1][rank(kCoordinates - 1) * kBins / (kDraws + 1)] += 1.0;
  }
  const std::vector<double> expected(kBins, problems / static_cast<double>(kBins));
  for (const auto& row : counts) EXPECT_LT(chi_squared(row, expected), chi_squared_bound(kBins - 1.0));
}

TEST(Inversion, ShrinkageIsOneWhereNoOutputAnswers) {
  const Problem problem(6, 0.0);
  const VectorXd left = linear_shrinkage(problem.observed, problem.slope);
  EXPECT_LT(left.head(kCoordinates - kSilent).maxCoeff(), 0.9);
  EXPECT_TRUE(left.tail(kSilent).isOnes(1e-12));
}

}  // namespace
}  // namespace hearth
