// Feedback accounting: how much of an arm's difference from the baseline comes from its effects directly, and
// how much each feedback loop adds or takes away. Every arm runs once for each set of loops; a loop's part is
// its Shapley value, the mean of what switching it on adds over all orders in which the loops can be switched
// on, so that the parts add up to the difference whatever the order.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "core/measures.hpp"
#include "parameters/registry.hpp"
#include "results/control_variates.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

inline constexpr std::array kFeedbackLoops = {Parameter::feedback_caseload, Parameter::feedback_turnover,
                                              Parameter::feedback_threshold};
inline constexpr std::size_t kLoopSets = std::size_t{1} << kFeedbackLoops.size();

// Mean over replicates and its Monte Carlo standard error (0 with one replicate); of differences and their
// parts, without the chance of what effects were drawn.
struct Part {
  double mean = 0.0;
  double error = 0.0;
};

// One measure of one arm against the baseline. difference = direct + sum of loops, in every replicate.
struct Attribution {
  std::string arm;
  std::string measure;  // "care_entries", "looked_after", ..., "cost_authority", "cost_total"
  std::string unit;
  std::string when;  // "all months", "last month"
  Part baseline;
  Part difference;
  Part direct;
  std::array<Part, kFeedbackLoops.size()> loops;
};

class Decomposition {
 public:
  explicit Decomposition(const Scenario& scenario);

  // The scenario with every arm once for each set of loops. Arm i of the original with all its loops is arm
  // `whole(i)` of it.
  const Scenario& expanded() const { return expanded_; }
  std::size_t whole(std::size_t arm) const { return arm * kLoopSets + kLoopSets - 1; }

  // A result of the expanded scenario, in any order.
  void add(std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series);
  // Once all are added: every arm but the baseline, every measure.
  std::vector<Attribution> attributions() const;

 private:
  Scenario expanded_;
  std::size_t arms_;
  std::size_t baseline_;
  std::vector<ControlVariates> controls_;  // by arm
  std::vector<double> values_;             // [measure][arm][loops][replicate]
  double& value(std::size_t measure, std::size_t arm, std::size_t set, std::size_t replicate);
  double value(std::size_t measure, std::size_t arm, std::size_t set, std::size_t replicate) const;
};

std::string decomposition_text(const std::vector<Attribution>& attributions);  // for people
std::string decomposition_csv(const std::vector<Attribution>& attributions);   // full precision

}  // namespace hearth
