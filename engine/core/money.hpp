// Money is a whole number of pence, so that sums do not depend on their order.
#pragma once

#include <cmath>
#include <cstdint>

namespace hearth {

using Pence = std::int64_t;

inline Pence pence_from_gbp(double gbp) {
  return static_cast<Pence>(std::llround(gbp * 100.0));
}
inline double gbp_from_pence(Pence pence) {
  return static_cast<double>(pence) / 100.0;
}

}  // namespace hearth
