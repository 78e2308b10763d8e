#include "results/saving.hpp"

#include <algorithm>

#include "core/categories.hpp"

namespace hearth {
namespace {

// Running totals of one replicate.
std::vector<double> running(const std::vector<double>& years) {
  std::vector<double> out(years.size());
  double total = 0.0;
  for (std::size_t p = 0; p < years.size(); ++p) out[p] = total += years[p];
  return out;
}

std::vector<double> column(const std::vector<std::vector<double>>& rows, std::size_t p) {
  std::vector<double> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(row.at(p));
  return out;
}

// Costs of one arm, [replicate][period].
std::vector<std::vector<double>> by_replicate(const ResultHeader& header, const std::vector<double>& months,
                                              std::size_t arm) {
  const SummaryMeasure cost = find_summary_measures({"cost_total"}).front();
  std::vector<std::vector<double>> out(static_cast<std::size_t>(header.replicates));
  for (const SummaryPeriod& period : summary_periods(header)) {
    const auto values = yearly_values(header, cost, months, arm, period);
    for (std::size_t r = 0; r < out.size(); ++r) out[r].push_back(values[r]);
  }
  return out;
}

}  // namespace

Saving saving(const std::vector<std::vector<double>>& arm, const std::vector<std::vector<double>>& baseline,
              const ControlVariates& controls) {
  std::vector<std::vector<double>> spent;
  std::vector<std::vector<double>> would_be;
  std::ranges::transform(arm, std::back_inserter(spent), running);
  std::ranges::transform(baseline, std::back_inserter(would_be), running);

  const std::size_t periods = arm.front().size();
  const auto replicates = static_cast<double>(arm.size());
  Saving out;
  out.years.resize(periods);
  for (std::size_t p = 0; p < periods; ++p) {
    // As the mean moves, so does every replicate: shares agree with it.
    const double step = controls.step(paired_differences(column(spent, p), column(would_be, p)));
    out.years[p].cumulative = paired_difference(column(spent, p), column(would_be, p), controls);
    for (auto& replicate : spent) replicate[p] += step;
  }
  for (std::size_t r = 0; r < arm.size(); ++r) {
    bool ever_since = true;
    for (std::size_t p = periods; p-- > 0;) {
      const bool below = spent[r][p] < would_be[r][p];
      ever_since = ever_since && below;
      if (below) out.years[p].saved += 1.0 / replicates;
      if (ever_since) out.years[p].broken_even += 1.0 / replicates;
    }
  }
  constexpr double kHalf = 0.5 - 1e-9;  // shares are sums of fractions
  const auto first = std::ranges::find_if(out.years, [](const auto& y) { return y.broken_even >= kHalf; });
  if (first != out.years.end()) out.break_even = static_cast<std::size_t>(first - out.years.begin());
  return out;
}

std::vector<std::vector<Saving>> savings(const ResultSource& result, const std::vector<AuthorityGroup>& areas,
                                         const std::vector<std::size_t>& payers) {
  const ResultHeader& header = result.header();
  const auto months = result.cost_of_each(areas, payers);
  std::vector<std::vector<Saving>> out(areas.size());
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const auto baseline = by_replicate(header, months[i], header.baseline);
    for (std::size_t arm = 0; arm < header.arms.size(); ++arm)
      out[i].push_back(saving(by_replicate(header, months[i], arm), baseline, ControlVariates(header, arm)));
  }
  return out;
}

}  // namespace hearth
