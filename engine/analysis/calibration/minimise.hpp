// Minimum of a smooth function within bounds, without derivatives (NLopt's BOBYQA).
#pragma once

#include <functional>
#include <vector>

namespace hearth {

struct Bound {
  double lower;
  double upper;
};
struct Minimum {
  std::vector<double> at;
  double value = 0.0;
};
// `scale` is the size of a first step in each variable. Throws InternalError when the optimiser fails.
Minimum minimise(const std::function<double(const std::vector<double>&)>& function, std::vector<double> start,
                 const std::vector<Bound>& bounds, double scale, double tolerance = 1e-6,
                 int evaluations = 2000);

}  // namespace hearth
