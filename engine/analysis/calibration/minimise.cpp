#include "analysis/calibration/minimise.hpp"

#include <nlopt.h>

#include <algorithm>
#include <memory>
#include <string>

#include "core/error.hpp"

namespace hearth {

Minimum minimise(const std::function<double(const std::vector<double>&)>& function, std::vector<double> start,
                 const std::vector<Bound>& bounds, double scale, double tolerance, int evaluations) {
  const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> optimiser(
      nlopt_create(NLOPT_LN_BOBYQA, static_cast<unsigned>(start.size())), nlopt_destroy);
  std::vector<double> lower;
  std::vector<double> upper;
  for (std::size_t i = 0; i < start.size(); ++i) {
    lower.push_back(bounds[i].lower);
    upper.push_back(bounds[i].upper);
    start[i] = std::clamp(start[i], bounds[i].lower, bounds[i].upper);
  }
  const auto objective = [](unsigned n, const double* x, double*, void* data) {
    const auto& f = *static_cast<const std::function<double(const std::vector<double>&)>*>(data);
    return f(std::vector<double>(x, x + n));
  };
  nlopt_set_min_objective(optimiser.get(), objective,
                          const_cast<std::function<double(const std::vector<double>&)>*>(&function));
  nlopt_set_lower_bounds(optimiser.get(), lower.data());
  nlopt_set_upper_bounds(optimiser.get(), upper.data());
  nlopt_set_initial_step1(optimiser.get(), scale);
  nlopt_set_ftol_abs(optimiser.get(), tolerance);
  nlopt_set_xtol_abs1(optimiser.get(), 1e-5);
  nlopt_set_maxeval(optimiser.get(), evaluations);
  Minimum out;
  const nlopt_result result = nlopt_optimize(optimiser.get(), start.data(), &out.value);
  if (result < 0 && result != NLOPT_ROUNDOFF_LIMITED)
    throw InternalError("the optimiser failed with code " + std::to_string(static_cast<int>(result)));
  out.at = std::move(start);
  return out;
}

}  // namespace hearth
