#include "results/measured.hpp"

#include <cmath>
#include <cstdint>

#include "core/measures.hpp"
#include "core/money.hpp"

namespace hearth {

// Counts are scaled up as the result file has them: each authority's month is a whole number.
double measured(const Quantity& quantity, const TargetSpan& span, const std::vector<std::size_t>& authorities,
                const std::vector<AuthoritySeries>& series, double sampling_fraction) {
  const auto first = static_cast<std::size_t>(span.first_month);
  const auto end = static_cast<std::size_t>(span.end_month);
  const auto months = static_cast<double>(end - first);
  if (!quantity.measure) {
    Pence total = 0;
    for (const std::size_t line : quantity.cost_lines)
      for (const std::size_t a : authorities)
        for (std::size_t m = first; m < end; ++m) total += series[a].cost(line)[m];
    return gbp_from_pence(total);
  }
  const MeasureInfo& info = kMeasureTable.at(index(*quantity.measure));
  if (info.kind == MeasureKind::kLevel) {
    double total = 0.0;
    for (std::size_t m = first; m < end; ++m) {
      double weights = 0.0;
      double weighted = 0.0;
      double plain = 0.0;
      for (const std::size_t a : authorities) {
        const double level = series[a].levels(info.id)[m];
        const double weight = ratio_weight(
            info.id, level, static_cast<double>(series[a].levels(Measure::kSocialWorkersFte)[m]));
        weights += weight;
        weighted += weight * level;
        plain += level;
      }
      // One authority's own ratio needs no weights, and must not suffer their rounding.
      const bool by_weight = authorities.size() > 1 && weights > 0.0;
      total += !is_ratio(info) ? plain
               : by_weight     ? weighted / weights
                               : plain / static_cast<double>(authorities.size());
    }
    return total / months;
  }
  const bool scaled = info.per_children && sampling_fraction < 1.0;
  std::int64_t total = 0;
  for (const std::size_t a : authorities) {
    const auto row = series[a].counts(info.id, quantity.category);
    for (std::size_t m = first; m < end; ++m)
      total += scaled ? std::llround(row[m] / sampling_fraction) : row[m];
  }
  return static_cast<double>(total) / (info.kind == MeasureKind::kStock ? months : 1.0);
}

}  // namespace hearth
