// From outputs to inputs: parameters, and draws from their posterior, that make a simulation give what was
// observed. Knows nothing of what is simulated. Everything is in the prior's units: a point is a vector of
// standard normal coordinates, so that the prior is the unit ball; outputs are logarithms.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/measured_response.hpp"

namespace hearth {

struct Observations {
  Eigen::VectorXd value;  // as the model's outputs
  Eigen::VectorXd sd;     // by which a right model may miss them
};

// The point within `reach` of `point` in each coordinate at which the sum of squared misses, in standard
// deviations, and of squared coordinates is least, if outputs follow the response (NLopt, SLSQP).
Eigen::VectorXd best_point(const Observations& observed, const Eigen::VectorXd& point,
                           const Eigen::VectorXd& outputs, const Eigen::MatrixXd& slope,
                           const Eigen::VectorXd& reach);

struct PosteriorOptions {
  std::size_t draws = 200;
  std::uint64_t seed = 1;
  int most_runs = 12;               // of the model for one draw
  double implausible = 4.0;         // standard deviations by which an output may miss
  std::size_t most_given_up = 200;  // draws; beyond it there are fewer than asked for
  std::function<void(std::size_t done)> progress{};
};

struct Posterior {
  Eigen::MatrixXd points;   // coordinates x draws, every one plausible
  Eigen::MatrixXd outputs;  // outputs x draws, as simulated
  std::size_t runs = 0;
  std::size_t given_up = 0;  // draws that stayed implausible
};

// Draws by randomised maximum likelihood: each starts from a draw of the prior and is moved, by the
// Kalman gain that the response implies, to observations with an error of their own drawn; the model is run
// and the step repeated, from the best so far and a part of the way, until every output is plausible. A draw
// that does not become so is given up, and another made. The gain comes from the prior and the response, not
// from the spread of the draws: their number does not shrink it, and a coordinate that no output answers to
// keeps its prior. `outputs` are those at `point`, near which the response was measured.
Posterior draw_posterior(const Simulator& simulate, const Observations& observed, const Response& response,
                         const Eigen::VectorXd& point, const Eigen::VectorXd& outputs,
                         const PosteriorOptions& options);

// Posterior over prior standard deviation of each coordinate, if all were linear.
Eigen::VectorXd linear_shrinkage(const Observations& observed, const Eigen::MatrixXd& slope);

}  // namespace hearth
