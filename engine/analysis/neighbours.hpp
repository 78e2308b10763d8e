// Authorities that are alike, from what is published of them.
#pragma once

#include <cstddef>
#include <vector>

#include "population/england.hpp"

namespace hearth {

// Codes of the authorities among `candidates` most like `code`, nearest first, at most `count`; itself is
// left out. Three things weigh the same:
//   size         children aged 0 to 17 (logarithm)
//   deprivation  the index of income deprivation affecting children, and the share of children in low income
//   rates        referrals, children in need, protection plans, looked-after children and entries to care for
//   each
//                child, the year to the origin (logarithms of one more than the count)
// Each figure is measured in its standard deviations over all authorities of England; the distance within a
// group is the root of the mean square over its figures, and that between authorities the root of the sum of
// squares over groups. Equally near: the lower code first. Throws UsageError for an unknown code.
std::vector<int> nearest_authorities(const England& england, int code, const std::vector<int>& candidates,
                                     std::size_t count);

}  // namespace hearth
