// How the outputs of a simulation answer to its inputs, measured. Knows nothing of what is simulated.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>

namespace hearth {

// Outputs at a point. Random numbers must be frozen: the same point gives the same outputs.
using Simulator = std::function<Eigen::VectorXd(const Eigen::VectorXd& point)>;

// How outputs answer to coordinates near a point.
struct Response {
  Eigen::MatrixXd slope;  // outputs x coordinates; zero where it cannot be told from chance
  Eigen::VectorXd noise;  // by output: standard error of a slope for a step of one, before it was set to zero
};

// Measures it by a two-level design (a Hadamard matrix): every run moves all coordinates, each up or down by
// its step, so that each slope uses all runs. Columns of the design that no coordinate uses show the noise;
// slopes within `threshold` standard errors of zero are zero. As many runs as the next power of two beyond
// the coordinates and eight more.
Response measure_response(const Simulator& simulate, const Eigen::VectorXd& point,
                          const Eigen::VectorXd& step, double threshold = 3.0);
// The runs that it takes.
std::size_t design_runs(std::size_t coordinates);

// Corrects slopes by what a step did (Broyden's rank-one update).
void learn(Eigen::MatrixXd& slope, const Eigen::VectorXd& moved, const Eigen::VectorXd& outputs_moved);

}  // namespace hearth
