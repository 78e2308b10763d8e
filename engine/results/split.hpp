// Where the doubt comes from: how the variance between replicates is shared among the sources of uncertainty.
//
// Beside the whole ensemble Y a result may hold, for each source s, the ensemble Y_s in which that source is
// on alone, with the same draws by replicate. The share of s is
//
//     Cov(Y, Y_s) / Var(Y).
//
// Where sources add up, Y is the sum of the Y_s but for a constant and the shares add up to one in every
// sample; else they estimate first-order indices (Sobol 1993), and what is left is interaction: one source
// making more or less of another, and the random events that differ when anything changes. Var(Y_s) / Var(Y)
// would count that luck in the share of every source (docs/adr/0015).
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/statistics.hpp"
#include "results/content/areas.hpp"
#include "results/content/result_source.hpp"
#include "results/quantities.hpp"

namespace hearth {

// A share of the variance and its Monte Carlo standard error (jackknife over replicates). Nothing where
// nothing varies; no error below four replicates.
struct VarianceShare {
  std::optional<double> share;
  std::optional<double> error;
};

// The middle half and the middle 90% of the replicates.
struct Bands {
  Range half;
  Range most;
};

// One quantity.
struct SplitCell {
  Bands whole;
  std::vector<Bands> alone;           // by source
  std::vector<VarianceShare> shares;  // by source
  VarianceShare together;             // what is left
};

// By replicate: the whole ensemble, and each source's own. At least two replicates.
SplitCell split_variance(const std::vector<double>& whole, const std::vector<std::vector<double>>& alone);

struct Split {
  std::vector<UncertaintySource> sources;
  std::vector<SummaryPeriod> periods;
  std::vector<SummaryMeasure> measures;
  std::vector<ResultHeader::Arm> arms;
  std::size_t baseline = 0;
  std::vector<SplitCell> levels;       // [measure][arm][period]
  std::vector<SplitCell> differences;  // from the baseline, with the same luck; [measure][arm][period]

  std::size_t position(std::size_t measure, std::size_t arm, std::size_t period) const {
    return (measure * arms.size() + arm) * periods.size() + period;
  }
};

// The measures that results hold a split of, by key of find_summary_measures.
std::vector<std::string> split_measures();

// Measures that are not split are left out. Nothing where none is left, or the result has no split. Throws
// DataError where the file cannot be read.
std::optional<Split> split(const ResultSource& result, const Area& area,
                           const std::vector<SummaryMeasure>& measures);

// For people, at most 100 columns: the first, the fifth and the last year. `bands`: with the intervals of
// each source too.
std::string split_text(const Split& split, bool bands);
nlohmann::ordered_json split_json(const Split& split);
std::string split_csv(const Split& split, std::string_view area);  // a row a source, full precision

}  // namespace hearth
