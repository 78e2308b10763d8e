#include "analysis/experiments/decomposition.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <numeric>
#include <string_view>

#include "core/decimals.hpp"
#include "model/practice/practice.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

constexpr std::size_t kLoops = kFeedbackLoops.size();

// What is attributed. Costs stand apart: they are no measures.
struct Attributed {
  std::string_view name;
  std::string_view unit;
  Measure measure;
  bool is_cost = false;
  bool authority_alone = false;  // of a cost: what the authority pays, else what everyone pays
};
constexpr std::array kAttributed = std::to_array<Attributed>({
    {"referrals", "children", Measure::kReferrals},
    {"children_in_need", "children", Measure::kChildrenInNeed},
    {"child_protection_plans_started", "children", Measure::kChildProtectionPlansStarted},
    {"child_protection_plans", "children", Measure::kChildProtectionPlans},
    {"care_applications", "applications", Measure::kCareApplications},
    {"care_entries", "children", Measure::kCareEntries},
    {"looked_after", "children", Measure::kLookedAfter},
    {"cost_authority", "GBP", Measure::kChildren, true, true},
    {"cost_total", "GBP", Measure::kChildren, true, false},
});

bool at_the_end(const Attributed& what) {
  return !what.is_cost && kMeasureTable[index(what.measure)].kind == MeasureKind::kStock;
}

double value_of(const Attributed& what, const AuthoritySeries& series, double scale) {
  if (!what.is_cost) {
    const auto counts = series.counts(what.measure);
    if (at_the_end(what)) return scale * counts.back();
    return scale * static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
  }
  Pence out = 0;
  for (std::size_t line = 0; line < kCostLines.size(); ++line)
    if (!what.authority_alone || kCostLines[line].payer == Payer::kAuthority) {
      const auto costs = series.cost(line);
      out = std::accumulate(costs.begin(), costs.end(), out);
    }
  return static_cast<double>(out) / 100.0;
}

Part part_of(const std::vector<double>& values, const ControlVariates& controls) {
  const Statistics found = controls.statistics(values);
  return {found.mean, found.error_of_mean().value_or(0.0)};
}

// Weight of a set of the other loops in a Shapley value: |S|! (n - |S| - 1)! / n!
double shapley_weight(std::size_t others_on) {
  double orders = 1.0;
  for (std::size_t i = 1; i <= kLoops; ++i) orders *= static_cast<double>(i);
  double before = 1.0;
  for (std::size_t i = 1; i <= others_on; ++i) before *= static_cast<double>(i);
  double after = 1.0;
  for (std::size_t i = 1; i < kLoops - others_on; ++i) after *= static_cast<double>(i);
  return before * after / orders;
}

std::string amount_text(double x, std::string_view unit, bool with_sign = true) {
  const bool millions = unit == "GBP";
  return rounded_text(millions ? x / 1e6 : x, millions || std::abs(x) < 100.0 ? 1 : 0, with_sign);
}

}  // namespace

Decomposition::Decomposition(const Scenario& scenario)
    : expanded_(scenario), arms_(scenario.arms.size()), baseline_(scenario.baseline) {
  expanded_.arms.clear();
  for (const Arm& arm : scenario.arms)
    for (std::size_t set = 0; set < kLoopSets; ++set) {
      Arm& copy = expanded_.arms.emplace_back(arm);
      copy.name += fmt::format("_loops_{}", set);
      for (std::size_t loop = 0; loop < kLoops; ++loop)
        if (!((set >> loop) & 1U)) copy.parameters[kFeedbackLoops[loop]] = 0.0;
    }
  expanded_.baseline = whole(baseline_);
  const EffectDraws draws = draw_effects(scenario, 0, static_cast<std::size_t>(scenario.replicates));
  for (std::size_t arm = 0; arm < arms_; ++arm)
    controls_.emplace_back(draws, static_cast<std::size_t>(scenario.replicates), arm, baseline_);
  values_.resize(kAttributed.size() * arms_ * kLoopSets * static_cast<std::size_t>(scenario.replicates));
}

double& Decomposition::value(std::size_t measure, std::size_t arm, std::size_t set, std::size_t replicate) {
  const auto replicates = static_cast<std::size_t>(expanded_.replicates);
  return values_[((measure * arms_ + arm) * kLoopSets + set) * replicates + replicate];
}
double Decomposition::value(std::size_t measure, std::size_t arm, std::size_t set,
                            std::size_t replicate) const {
  const auto replicates = static_cast<std::size_t>(expanded_.replicates);
  return values_[((measure * arms_ + arm) * kLoopSets + set) * replicates + replicate];
}

void Decomposition::add(std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
  const double scale = 1.0 / expanded_.sampling_fraction;
  for (std::size_t m = 0; m < kAttributed.size(); ++m) {
    double sum = 0.0;
    for (const auto& authority : series) sum += value_of(kAttributed[m], authority, scale);
    value(m, arm / kLoopSets, arm % kLoopSets, replicate) = sum;
  }
}

std::vector<Attribution> Decomposition::attributions() const {
  std::vector<Attribution> out;
  const auto replicates = static_cast<std::size_t>(expanded_.replicates);
  std::vector<double> values(replicates);
  const auto over_replicates = [&](auto&& of, const ControlVariates& controls) {
    for (std::size_t r = 0; r < replicates; ++r) values[r] = of(r);
    return part_of(values, controls);
  };
  for (std::size_t arm = 0; arm < arms_; ++arm) {
    if (arm == baseline_) continue;
    for (std::size_t m = 0; m < kAttributed.size(); ++m) {
      const auto difference = [&](std::size_t set, std::size_t r) {
        return value(m, arm, set, r) - value(m, baseline_, set, r);
      };
      Attribution row;
      const std::string& name = expanded_.arms[whole(arm)].name;
      row.arm = name.substr(0, name.rfind("_loops_"));
      row.measure = kAttributed[m].name;
      row.unit = kAttributed[m].unit;
      row.when = at_the_end(kAttributed[m]) ? "last month" : "all months";
      row.baseline =
          over_replicates([&](std::size_t r) { return value(m, baseline_, kLoopSets - 1, r); }, {});
      row.difference =
          over_replicates([&](std::size_t r) { return difference(kLoopSets - 1, r); }, controls_[arm]);
      row.direct = over_replicates([&](std::size_t r) { return difference(0, r); }, controls_[arm]);
      for (std::size_t loop = 0; loop < kLoops; ++loop)
        row.loops[loop] = over_replicates(
            [&](std::size_t r) {
              double shapley = 0.0;
              for (std::size_t others = 0; others < kLoopSets; ++others) {
                const std::size_t bit = std::size_t{1} << loop;
                if (others & bit) continue;
                shapley += shapley_weight(static_cast<std::size_t>(std::popcount(others))) *
                           (difference(others | bit, r) - difference(others, r));
              }
              return shapley;
            },
            controls_[arm]);
      out.push_back(std::move(row));
    }
  }
  return out;
}

std::string decomposition_text(const std::vector<Attribution>& attributions) {
  std::string out =
      "What makes the difference: mean over replicates (± Monte Carlo standard error).\n"
      "difference = direct effects + what each feedback loop adds; flows and costs over all months,\n"
      "stocks in the last; costs in GBP million.\n";
  std::string arm;
  for (const auto& row : attributions) {
    if (row.arm != arm) {
      arm = row.arm;
      out += fmt::format("\n{}\n{:<31}{:>20}{:>12}{:>11}{:>11}{:>11}\n", arm, "", "difference", "direct",
                         "caseload", "turnover", "threshold");
    }
    const auto with_error = fmt::format("{} ± {}", amount_text(row.difference.mean, row.unit),
                                        amount_text(row.difference.error, row.unit, false));
    out += fmt::format("{:<31}{:>20}{:>12}", row.measure, with_error, amount_text(row.direct.mean, row.unit));
    for (const auto& loop : row.loops) out += fmt::format("{:>11}", amount_text(loop.mean, row.unit));
    out += '\n';
  }
  return out;
}

std::string decomposition_csv(const std::vector<Attribution>& attributions) {
  std::string out =
      "arm,measure,unit,when,baseline,baseline_error,difference,difference_error,direct,direct_error";
  for (const Parameter loop : kFeedbackLoops) out += fmt::format(",{0},{0}_error", info(loop).name);
  out += '\n';
  for (const auto& row : attributions) {
    out += fmt::format("{},{},{},{}", row.arm, row.measure, row.unit, row.when);
    const auto both = [&](const Part& part) {
      return fmt::format(",{},{}", plain_number(part.mean, row.unit), plain_number(part.error, row.unit));
    };
    for (const Part& part : {row.baseline, row.difference, row.direct}) out += both(part);
    for (const Part& part : row.loops) out += both(part);
    out += '\n';
  }
  return out;
}

}  // namespace hearth
