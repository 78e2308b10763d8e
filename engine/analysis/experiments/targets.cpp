#include "analysis/experiments/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/error.hpp"
#include "core/money.hpp"

namespace hearth {
namespace {

std::vector<std::size_t> positions(const Scenario& scenario, const Target& target) {
  std::vector<std::size_t> out(scenario.authorities.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  if (target.authorities.empty()) return out;
  std::erase_if(out, [&](std::size_t i) {
    return !std::binary_search(target.authorities.begin(), target.authorities.end(), scenario.authorities[i]);
  });
  if (out.size() != target.authorities.size())
    throw UsageError(
        fmt::format("the target {} looks at authorities that the command line leaves out", target.name));
  return out;
}

// Nothing where a divisor is zero.
std::optional<double> formed(TargetForm form, std::optional<double> value, std::optional<double> reference) {
  constexpr double kPerCent = 100.0;
  if (!value || (needs_reference(form) && !reference)) return std::nullopt;
  switch (form) {
    case TargetForm::kValue:
      return value;
    case TargetForm::kPercent:
      return kPerCent * *value;
    case TargetForm::kDifference:
      return *value - *reference;
    case TargetForm::kPercentChange:
      if (*reference == 0.0) return std::nullopt;
      return kPerCent * (*value - *reference) / *reference;
  }
  return std::nullopt;
}

}  // namespace

std::optional<bool> TargetResult::as_expected() const {
  if (!target.expect) return std::nullopt;
  return verdict == *target.expect;
}

Verdict judge(const PublishedFigure& published, double median, const std::optional<Range>& middle_half,
              const std::optional<Range>& simulated) {
  const Range half = middle_half.value_or(Range{median, median});
  const Range ours = simulated.value_or(Range{median, median});
  const PublishedInterval theirs =
      published.interval.value_or(PublishedInterval{published.value, published.value});
  if ((half.low <= published.value && published.value <= half.high) ||
      (theirs.low <= median && median <= theirs.high))
    return Verdict::kReached;
  return ours.low <= theirs.high && theirs.low <= ours.high ? Verdict::kOverlaps : Verdict::kNotReached;
}

TargetTally::TargetTally(const Scenario& scenario) : scenario_(scenario) {
  const auto replicates = static_cast<std::size_t>(scenario.replicates);
  for (std::size_t t = 0; t < scenario.targets.size(); ++t) {
    const Target& target = scenario.targets[t];
    const int last = std::max(target.span.end_month, target.reference ? target.reference->end_month : 0);
    if (last > scenario.horizon_months)
      throw UsageError(fmt::format("the target {} looks at month {}; the command line ends the run after {}",
                                   target.name, last, scenario.horizon_months));
    columns_.push_back({positions(scenario, target), std::vector<Ratio>(replicates),
                        std::vector<Ratio>(target.reference ? replicates : 0)});
  }
}

void TargetTally::add(std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
  for (std::size_t t = 0; t < columns_.size(); ++t) {
    Column& column = columns_[t];
    const Target& target = scenario_.targets[t];
    const auto add_to = [&](std::vector<Ratio>& into, const TargetSpan& span) {
      if (span.arm != arm) return;
      Ratio& ratio = into.at(replicate);
      ratio.above = value(target.measure.quantity, span, column.authorities, series);
      ratio.below = target.per ? value(target.per->quantity, span, column.authorities, series) : 1.0;
    };
    add_to(column.simulated, target.span);
    if (target.reference) add_to(column.reference, *target.reference);
  }
}

// Flows and costs are summed over the months, stocks and levels averaged. Counts are scaled up as the result
// file has them: each authority's month is a whole number.
double TargetTally::value(const Quantity& quantity, const TargetSpan& span,
                          const std::vector<std::size_t>& authorities,
                          const std::vector<AuthoritySeries>& series) const {
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
  const bool scaled = info.per_children && scenario_.sampling_fraction < 1.0;
  std::int64_t total = 0;
  for (const std::size_t a : authorities) {
    const auto row = series[a].counts(info.id, quantity.category);
    for (std::size_t m = first; m < end; ++m)
      total += scaled ? std::llround(row[m] / scenario_.sampling_fraction) : row[m];
  }
  return static_cast<double>(total) / (info.kind == MeasureKind::kStock ? months : 1.0);
}

std::vector<TargetResult> TargetTally::results() const {
  const auto divided = [](const Ratio& ratio) -> std::optional<double> {
    if (ratio.below == 0.0) return std::nullopt;
    return ratio.above / ratio.below;
  };
  constexpr double kLow = (1.0 - kIntervalShare) / 2.0;
  std::vector<TargetResult> out;
  for (std::size_t t = 0; t < columns_.size(); ++t) {
    const Column& column = columns_[t];
    TargetResult result;
    result.target = scenario_.targets[t];
    std::vector<double> values;
    for (std::size_t r = 0; r < column.simulated.size(); ++r) {
      const auto reference = column.reference.empty() ? std::nullopt : divided(column.reference[r]);
      const auto value = formed(result.target.form, divided(column.simulated[r]), reference);
      if (value)
        values.push_back(*value);
      else
        ++result.undefined_replicates;
    }
    // What is left of the replicates would be a biased choice.
    if (result.undefined_replicates == 0) {
      result.median = quantile(values, 0.5);
      if (values.size() > 1) result.interval = Range{quantile(values, kLow), quantile(values, 1.0 - kLow)};
      result.gap = result.median - result.target.published.value;
      const Range half = {quantile(values, 0.25), quantile(values, 0.75)};
      result.verdict = judge(result.target.published, result.median, half, result.interval);
    }
    out.push_back(std::move(result));
  }
  return out;
}

std::vector<TargetResult> evaluate_targets(const Scenario& scenario, const England& england,
                                           const RunOptions& options) {
  TargetTally tally(scenario);
  run_ensemble(scenario, england, options,
               [&](std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
                 tally.add(arm, replicate, series);
               });
  return tally.results();
}

}  // namespace hearth
