// The names of what a result holds, beside those of measures: shared by whoever writes and reads one.
// Internal to results/.
#pragma once

#include <string>
#include <string_view>

#include "core/measures.hpp"

namespace hearth::names {

inline constexpr std::string_view kFormatAttribute = "hearth_format_version";
inline constexpr std::string_view kRunReplicates = "run_replicates";
inline constexpr std::string_view kStepMonths = "step_months";
inline constexpr std::string_view kCost = "cost";
inline constexpr std::string_view kCostAlone = "cost_authority_alone";
inline constexpr std::string_view kSource = "uncertainty_source";
inline constexpr std::string_view kEffects = "effects";  // group of what the effects were drawn as
// Of summarised results.
inline constexpr std::string_view kArea = "area";
inline constexpr std::string_view kAuthorities = "authorities";
inline constexpr std::string_view kStatistic = "statistic";
inline constexpr std::string_view kCostTotal = "cost_total";
inline constexpr std::string_view kCostByPayer = "cost_by_payer";
inline constexpr std::string_view kCostByCategory = "cost_by_category";
inline constexpr std::string_view kDifference = "_difference";  // ends the name of a variable

// The variable of a measure in the ensembles with one source of uncertainty alone.
inline std::string alone(Measure measure) {
  return std::string(kMeasureTable[index(measure)].name) + "_alone";
}

}  // namespace hearth::names
