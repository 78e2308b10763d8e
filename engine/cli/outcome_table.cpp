#include "cli/outcome_table.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "core/statistics.hpp"
#include "scenario/beliefs.hpp"

namespace hearth {
namespace {

std::string interval_text(double ratio, double low, double high) {
  return fmt::format("{:.2f} ({:.2f} to {:.2f})", ratio, low, high);
}

std::string interval_text(double log_ratio, double sd) {
  return interval_text(std::exp(log_ratio), std::exp(log_ratio - kNormalInterval * sd),
                       std::exp(log_ratio + kNormalInterval * sd));
}

}  // namespace

void print_outcomes(const ServiceModel& model, const Parameters& parameters) {
  const Study* study = nullptr;
  for (const OutcomeBelief& each : outcome_beliefs(model, parameters)) {
    if (each.study != study)
      fmt::print("\n{}: {}{}\nOutcomes as ratios, with 90% intervals\n    {:<22}{:>7}  {:<22}{}\n",
                 model.title, each.study->title, each.study->repetition ? ", a repetition" : "", "published",
                 "claimed", "before the outcomes", "believed");
    study = each.study;
    const StudyOutcome& published = *each.outcome;
    const bool claimed = published.claimed && !study->repetition;
    fmt::print("  {}\n    {:<22}{:>7}  {:<22}{}\n", published.title,
               interval_text(published.ratio, published.low, published.high),
               claimed ? fmt::format("{:.2f}", std::exp(each.claimed)) : "",
               interval_text(each.prior, each.prior_sd), interval_text(each.believed, each.believed_sd));
  }
}

}  // namespace hearth
