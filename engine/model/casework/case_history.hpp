// What the origin must know of open cases that is not published: for how long they have been in their stage.
#pragma once

#include <array>
#include <vector>

#include "model/casework/casework.hpp"
#include "parameters/registry.hpp"
#include "published/england.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// Months so far in the child in need stage, as cumulative shares: proportional to the share that stays so
// long. The published bands of time (`england`: shares) count from referral and include children on plans and
// looked after, so they cannot be taken as they are; but where an authority has more children in a band than
// England has, so has its stage. `at_origin` are log propensities.
std::vector<float> child_in_need_months(const CaseTables& tables, const AuthorityOrigin& authority,
                                        const std::array<double, kDurationBands>& england,
                                        const PropensityVector& at_origin, const Parameters& parameters);

}  // namespace hearth
