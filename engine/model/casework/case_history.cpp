#include "model/casework/case_history.hpp"

#include "kernels/elementary.hpp"

namespace hearth {

std::vector<float> child_in_need_months(const CaseTables& tables, const AuthorityOrigin& authority,
                                        const std::array<double, kDurationBands>& england,
                                        const PropensityVector& at_origin, const Parameters& p) {
  std::vector<float> out;
  constexpr int kLongest = 120;
  double staying = 1.0;
  double running = 0.0;
  const double propensity = elementary::exp(at_origin[index(Propensity::kCaseClosure)]);
  for (int m = 0; m < kLongest; ++m) {
    const Lanes& base = tables.base[index(Stage::kChildInNeed)][hazard_band(m)];
    // One adult need on average; closure and enquiry end the stage.
    const double hazard =
        static_cast<double>(base[kResolve]) * propensity * p[Parameter::child_in_need_closure_need_ratio] +
        static_cast<double>(base[kEnquire]);
    std::size_t band = kDurationBands - 1;
    while (m < kDurationBandStartMonths[band]) --band;
    running += staying * authority.children_in_need_duration[band] / england[band];
    out.push_back(static_cast<float>(running));
    staying *= elementary::exp(-hazard);
  }
  return out;
}

}  // namespace hearth
