#include "results/quantities.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "core/nearest.hpp"

namespace hearth {

std::string SummaryPeriod::label() const {
  return months == kMonthsPerYear
             ? "year to " + end.text()
             : fmt::format("{} month{} to {}", months, months == 1 ? "" : "s", end.text());
}

std::vector<SummaryPeriod> summary_periods(const ResultHeader& header) {
  std::vector<SummaryPeriod> out;
  for (int first = 0; first < header.months; first += kMonthsPerYear) {
    const int months = std::min(kMonthsPerYear, header.months - first);
    out.push_back({header.origin.plus_months(first + months), months, first / header.step_months,
                   (months + header.step_months - 1) / header.step_months});
  }
  return out;
}

std::vector<SummaryMeasure> summary_measures() {
  std::vector<SummaryMeasure> known;
  for (const MeasureInfo& info : kMeasureTable) {
    const Yearly yearly = info.kind == MeasureKind::kFlow    ? Yearly::kSum
                          : info.kind == MeasureKind::kStock ? Yearly::kEnd
                                                             : Yearly::kMean;
    const auto add = [&](std::string_view category, std::size_t position) {
      known.push_back({std::string(info.name) + (category.empty() ? "" : fmt::format(".{}", category)),
                       std::string(info.long_name) + (category.empty() ? "" : fmt::format(": {}", category)),
                       std::string(info.units),
                       yearly,
                       info.id,
                       position,
                       {}});
    };
    const auto categories = category_names(info.dimension);
    if (categories.empty()) add("", 0);
    for (std::size_t c = 0; c < categories.size(); ++c) add(categories[c], c);
  }
  constexpr std::array<std::string_view, kPayers> kToWhom = {"the authority", "the programme", "the police",
                                                             "the NHS", "the courts"};
  for (std::size_t p = 0; p < kPayers; ++p)
    known.push_back({fmt::format("cost_{}", kPayerNames[p]),
                     fmt::format("Cost to {}", kToWhom[p]),
                     "GBP",
                     Yearly::kSum,
                     std::nullopt,
                     0,
                     {p}});
  known.push_back({"cost_total", "Total cost, all payers", "GBP", Yearly::kSum, std::nullopt, 0, {}});
  const auto part = [&](const std::string& key, const std::string& whole, CostCategory category,
                        std::vector<std::size_t> payers) {
    std::string name(kCostCategoryNames.at(index(category)));
    std::string key_of_part = key + '.' + name;
    std::ranges::replace(name, '_', ' ');
    known.push_back({std::move(key_of_part),
                     whole + ": " + name,
                     "GBP",
                     Yearly::kSum,
                     std::nullopt,
                     0,
                     std::move(payers),
                     {index(category)}});
  };
  for (std::size_t c = 0; c < kCostCategories; ++c)
    part("cost_total", "Total cost, all payers", static_cast<CostCategory>(c), {});
  for (const CostLine& line : kCostLines)
    part(fmt::format("cost_{}", kPayerNames.at(index(line.payer))),
         fmt::format("Cost to {}", kToWhom.at(index(line.payer))), line.category, {index(line.payer)});
  return known;
}

std::vector<SummaryMeasure> find_summary_measures(const std::vector<std::string>& keys) {
  const std::vector<SummaryMeasure> known = summary_measures();
  static const std::vector<std::string> usual = {
      "care_entries",   "looked_after", "child_protection_plans", "months_in_unmet_need", "caseload",
      "cost_authority", "cost_total"};
  std::vector<SummaryMeasure> out;
  for (const auto& key : keys.empty() ? usual : keys) {
    if (key == "cost") {
      std::ranges::copy_if(known, std::back_inserter(out),
                           [](const auto& each) { return each.unit == "GBP"; });
      continue;
    }
    const auto found = std::ranges::find(known, key, &SummaryMeasure::key);
    if (found == known.end()) {
      std::vector<std::string> names;
      names.reserve(known.size());
      for (const auto& each : known) names.push_back(each.key);
      throw UsageError(fmt::format("there is no measure \"{}\"; nearest: {}", key,
                                   fmt::join(nearest_first(key, names, 3), ", ")));
    }
    out.push_back(*found);
  }
  return out;
}

std::vector<double> yearly_values(const ResultHeader& header, const SummaryMeasure& measure,
                                  const std::vector<double>& series, std::size_t arm,
                                  const SummaryPeriod& period) {
  const auto replicates = static_cast<std::size_t>(header.replicates);
  const auto steps = static_cast<std::size_t>(header.steps());
  std::vector<double> values(replicates);
  for (std::size_t r = 0; r < replicates; ++r)
    values[r] = yearly_value(series.data() + (arm * replicates + r) * steps, period, measure.yearly);
  return values;
}

double yearly_value(const double* series, const SummaryPeriod& period, Yearly how) {
  const double* const first = series + period.first_step;
  const double* const end = first + period.steps;
  if (how == Yearly::kEnd) return end[-1];
  const double sum = std::accumulate(first, end, 0.0);
  return how == Yearly::kSum ? sum : sum / period.steps;
}

}  // namespace hearth
