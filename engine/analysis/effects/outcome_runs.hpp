// Simulates the studies of a service model: the places that took it up, with and without it, from the 31
// March before, with the same random numbers whatever its effects are.
#pragma once

#include <Eigen/Core>
#include <atomic>
#include <memory>
#include <vector>

#include "core/parallel.hpp"
#include "model/population/families.hpp"
#include "published/england.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// A study's places, from before the model started to the end of its outcomes; one arm, in which nothing is
// adopted.
struct StudyPlace {
  Scenario scenario;
  England england;
};

class OutcomeRuns {
 public:
  // `places`: one for each study of the model. `stop` may be null. The model must outlive it.
  OutcomeRuns(const ServiceModel& model, std::vector<StudyPlace> places,
              std::shared_ptr<const Parallel> parallel, const std::atomic<bool>* stop);

  // Log outcomes of all studies, in order, with these log effects at full dose. Throws Interrupted.
  Eigen::VectorXd log_outcomes(const Eigen::VectorXd& effects);
  // Their Monte Carlo standard errors in the last runs (jackknife over replicates).
  const Eigen::VectorXd& errors() const { return errors_; }

 private:
  // What an outcome looks at in one replicate of one arm: its figure in its months, and before.
  struct Figures {
    double above = 0.0, below = 1.0;
    double above_before = 0.0, below_before = 1.0;
  };
  using ByOutcome = std::vector<std::vector<Figures>>;  // [outcome][replicate]

  ByOutcome simulate(std::size_t study, const Scenario& scenario) const;
  Scenario with_effects(std::size_t study, const Eigen::VectorXd& effects) const;

  const ServiceModel& model_;
  std::vector<StudyPlace> places_;
  std::shared_ptr<const Parallel> parallel_;
  const std::atomic<bool>* stop_;
  std::vector<std::vector<Families>> families_;  // by study
  std::vector<ByOutcome> without_;               // by study, without the model
  Eigen::VectorXd errors_;
};

// The model with these log effects at full dose, as the mode claimed then has them.
ServiceModel with_log_effects(const ServiceModel& model, const Eigen::VectorXd& effects);

// Those of components that are adopted unless something else is asked for.
std::vector<std::size_t> usual_components(const ServiceModel& model);

}  // namespace hearth
