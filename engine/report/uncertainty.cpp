#include "report/uncertainty.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "core/words.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kAboutNone = 0.05;

// What a source is, for a sentence.
constexpr std::string_view source_text(UncertaintySource source) {
  switch (source) {
    case UncertaintySource::kProcess:
      return "chance (random events in each family)";
    case UncertaintySource::kDrift:
      return "drift (how practice and demand change over time for reasons outside the model)";
    case UncertaintySource::kParameters:
      return "what is not known about the model's parameters";
    case UncertaintySource::kEffects:
      break;
  }
  return "what is not known about how well the service models work";
}

// The source that surely explains more than half.
std::optional<std::size_t> dominant(const SplitCell& cell) {
  constexpr double kHalf = 0.5;
  for (std::size_t s = 0; s < cell.shares.size(); ++s) {
    const auto& [share, error] = cell.shares[s];
    if (share && error && *share - 2.0 * *error > kHalf) return s;
  }
  return std::nullopt;
}

// Without its error.
std::string share_of(const SplitCell& cell, std::size_t source) {
  const std::string text = split_share_text(cell.shares[source]);
  return text.substr(0, text.find(" ("));
}

std::string month_text(const SummaryPeriod& period) {
  const std::string text = period.end.text();
  return text.substr(text.find(' ') + 1);
}

std::vector<std::size_t> shown_periods(const Split& split) {
  constexpr std::size_t kFifth = 4;
  std::set<std::size_t> out = {0, split.periods.size() - 1};
  if (kFifth < split.periods.size()) out.insert(kFifth);
  return {out.begin(), out.end()};
}

}  // namespace

std::string split_share_text(const VarianceShare& of) {
  if (!of.share) return "not known";
  const std::string share = *of.share < kAboutNone         ? "about none"
                            : *of.share > 1.0 - kAboutNone ? "nearly all"
                                                           : rounded_text(100.0 * *of.share, 0) + "%";
  return of.error ? fmt::format("{} (error {})", share, rounded_text(std::max(1.0, 100.0 * *of.error), 0))
                  : share;
}

Json uncertainty_json(const Split& split, const std::vector<std::string>& names) {
  const std::size_t last = split.periods.size() - 1;
  const std::string end = month_text(split.periods[last]);
  Json sentences = Json::array();
  Json rows = Json::array();
  std::size_t of_effects = 0;  // arms whose difference is as uncertain as the effects
  for (std::size_t m = 0; m < split.measures.size(); ++m)
    for (std::size_t arm = 0; arm < split.arms.size(); ++arm) {
      const bool level = arm == split.baseline;
      const auto& cells = level ? split.levels : split.differences;
      const std::string& title = split.arms[arm].title;
      for (const std::size_t p : shown_periods(split)) {
        const SplitCell& cell = cells[split.position(m, arm, p)];
        Json row = {names[m], level ? title : title + ": difference", month_text(split.periods[p])};
        for (const auto& share : cell.shares) row.push_back(split_share_text(share));
        rows.push_back(std::move(row));
      }
      const SplitCell& cell = cells[split.position(m, arm, last)];
      const auto source = dominant(cell);
      if (m > 0 || !source) continue;
      if (!level && split.sources[*source] == UncertaintySource::kEffects) ++of_effects;
      sentences.push_back(fmt::format("{} in {}, {}: {} of the spread comes from {}.", names[m], end,
                                      level ? title : fmt::format("difference under {}", lower_first(title)),
                                      share_of(cell, *source), source_text(split.sources[*source])));
    }
  if (of_effects > 0 && of_effects + 1 == split.arms.size())
    sentences.push_back(
        "So evidence on whether the effects repeat elsewhere would change the answer most; a better forecast "
        "would not.");
  Json head = {"Figure", "Way of working", "When"};
  for (const UncertaintySource source : split.sources)
    head.push_back(kUncertaintySourceTable[index(source)].heading);
  return {{"sentences", std::move(sentences)}, {"head", std::move(head)}, {"rows", std::move(rows)}};
}

}  // namespace hearth
