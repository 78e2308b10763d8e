// What can be asked of a result: its quantities, and the years that its numbers become.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/calendar.hpp"
#include "core/measures.hpp"
#include "results/content/result_header.hpp"

namespace hearth {

// How the months of a year, or the quarters that a result has instead, become one number.
enum class Yearly { kSum, kEnd, kMean };

struct SummaryMeasure {
  std::string key;   // "care_entries", "looked_after_by_age.under_1", "cost_authority", "cost_total"
  std::string name;  // for people
  std::string unit;
  Yearly yearly = Yearly::kSum;
  std::optional<Measure> measure;  // nothing: a cost
  std::size_t category = 0;
  std::vector<std::size_t> payers;   // of a cost; empty: all
  std::vector<std::size_t> costs{};  // categories of a cost; empty: all
};

// All there are.
std::vector<SummaryMeasure> summary_measures();

// Looks measures up by key: the result's own names, a category after a dot; cost_total, cost_<payer> and what
// they are for after a dot, as cost_authority.placements; `cost` is all of these. Throws UsageError naming
// the nearest. Empty: care entries, looked after, child protection plans, caseload, cost to the authority,
// total cost.
std::vector<SummaryMeasure> find_summary_measures(const std::vector<std::string>& keys = {});

// Twelve months from the origin, or what is left of them at the end.
struct SummaryPeriod {
  MonthEnd end;
  int months = kMonthsPerYear;
  int first_step = 0;  // of the result's numbers
  int steps = kMonthsPerYear;
  std::string label() const;  // "year to 31 March 2023", "3 months to 30 June 2023"
};

// Yearly values of a measure in one area, from the series that ResultSource gives: one a replicate.
std::vector<double> yearly_values(const ResultHeader& header, const SummaryMeasure& measure,
                                  const std::vector<double>& series, std::size_t arm,
                                  const SummaryPeriod& period);

// The years of a result.
std::vector<SummaryPeriod> summary_periods(const ResultHeader& header);

// One number from those of a year, of one arm, replicate and area.
double yearly_value(const double* series, const SummaryPeriod& period, Yearly how);

}  // namespace hearth
