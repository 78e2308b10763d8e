// Means over replicates with less chance in them: what the drawn effects of service models add by their own
// chance is taken off.
//
// A difference between arms is nearly linear in the effects that its replicate drew (R2 0.93 to 0.99), and
// the mean of what is drawn is known. So a regression of the difference on the drawn deviations has the mean
// of the difference as its intercept, with the error of its residuals alone (control variates: Lavenberg and
// Welch 1981). The intercept is a weighted mean of the replicates with weights that are the same for every
// quantity: differences of parts add up to those of the whole.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/statistics.hpp"
#include "results/content/result_header.hpp"

namespace hearth {

class ControlVariates {
 public:
  // None: plain means.
  ControlVariates() = default;
  // Each control by replicate, drawn with mean zero. As many as a third of the replicates allows are used,
  // those that vary most first; one that others determine is left out.
  explicit ControlVariates(const std::vector<std::vector<double>>& controls);
  // For differences of an arm from the baseline.
  ControlVariates(const EffectDraws& draws, std::size_t replicates, std::size_t arm, std::size_t baseline);
  ControlVariates(const ResultHeader& header, std::size_t arm);

  std::size_t controls() const;
  // From the plain mean of one value a replicate to the mean by the regression.
  double step(const std::vector<double>& values) const;
  // Of one value a replicate. Mean and its Monte Carlo standard error by the regression; every replicate is
  // moved by what the mean moves by, so that quantiles agree with it.
  Statistics statistics(std::vector<double> values) const;

 private:
  struct Regression;
  std::shared_ptr<const Regression> regression_;  // none: plain means
};

}  // namespace hearth
