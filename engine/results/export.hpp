// A result as one long table for other programs: a row a value.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "results/summary.hpp"

namespace hearth {

// Ends of the 50% and 90% intervals, and the median.
inline const std::vector<double> kExportedQuantiles{kShownQuantiles.begin(), kShownQuantiles.end()};

// What rows are about: an authority, a region, or all of the result.
struct ExportPlace {
  std::string level;     // "authority", "region", "england"; "all" of a result that is not all of England
  std::string code;      // Department for Education code of an authority, else empty
  std::string ons_code;  // empty where there is none
  std::string name;
  AuthorityGroup authorities;
};
ExportPlace place_of_authority(const ResultHeader& header, std::size_t authority);

struct ExportChoice {
  std::vector<SummaryMeasure> measures;
  std::vector<ExportPlace> places;
  bool monthly = false;  // a row a month, else a year
  // Across replicates, as quantile() takes them, each from 0 to 1. Empty: every replicate.
  std::vector<double> quantiles = kExportedQuantiles;
};

// As find_summary_measures; a measure without its category means all its categories, "all" all there are.
std::vector<SummaryMeasure> find_exported_measures(const std::vector<std::string>& keys);

// The authorities of all the areas (find_area) in the header's order; none named: all. Throws UsageError.
std::vector<std::size_t> find_authorities(const ResultHeader& header, const std::vector<std::string>& areas);

// Gives the table to `write` piece by piece, a large one never being in memory whole. Columns: arm, level,
// code, ons_code, name, year (in which the period ends), end (its last day), months (in it), measure,
// category, unit, quantile or replicate, value (with the decimals of its unit). In a year flows and costs are
// summed, stocks are those at its end, levels are its mean. Regions and England are sums, or weighted means
// of ratios, within a replicate. Throws DataError where the file cannot be read, and UsageError where a
// summarised result does not have what is chosen: it has years, and the quantiles kShownQuantiles.
void export_csv(const ResultSource& result, const ExportChoice& choice,
                const std::function<void(std::string_view)>& write);

}  // namespace hearth
