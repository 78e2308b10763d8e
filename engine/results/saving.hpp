// Does an arm pay for itself: what it costs more or less than the baseline, added up over the years.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "results/summary.hpp"

namespace hearth {

// Of one arm against the baseline, in one area, to one payer or several. Pounds as they are spent, not
// discounted.
struct Saving {
  struct Year {
    PairedDifference cumulative;  // cost since the origin, arm less baseline in the same replicate
    double saved = 0.0;           // share of replicates in which it is below zero
    double broken_even = 0.0;     // share in which it is below zero now and at the end of every later year
  };
  std::vector<Year> years;                // by period of the result
  std::optional<std::size_t> break_even;  // the first period at which half the replicates have broken even
};

// From costs by replicate and period, [replicate][period], at least one of each.
Saving saving(const std::vector<std::vector<double>>& arm, const std::vector<std::vector<double>>& baseline,
              const ControlVariates& controls = {});

// [area][arm]; `payers` by position, empty: all. Of the baseline itself: no difference in any year. Throws
// DataError where the file cannot be read.
std::vector<std::vector<Saving>> savings(const ResultSource& result, const std::vector<AuthorityGroup>& areas,
                                         const std::vector<std::size_t>& payers);

}  // namespace hearth
