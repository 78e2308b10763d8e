#include "analysis/experiments/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/error.hpp"
#include "core/money.hpp"
#include "results/measured.hpp"

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
std::optional<double> formed(TargetForm form, const std::optional<double>& value,
                             const std::optional<double>& reference) {
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
      ratio.above =
          measured(target.measure.quantity, span, column.authorities, series, scenario_.sampling_fraction);
      ratio.below = target.per ? measured(target.per->quantity, span, column.authorities, series,
                                          scenario_.sampling_fraction)
                               : 1.0;
    };
    add_to(column.simulated, target.span);
    if (target.reference) add_to(column.reference, *target.reference);
  }
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
