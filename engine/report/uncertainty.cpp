#include "report/uncertainty.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
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

std::string share_of(const SplitCell& cell, std::size_t source) {
  const VarianceShare& share = cell.shares[source];
  const std::string text = split_share_text(share);
  return text.substr(0, text.find(" ("));
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
                                                           : shown(100.0 * *of.share, 0) + "%";
  return of.error ? fmt::format("{} (error {})", share, shown(std::max(1.0, 100.0 * *of.error), 0)) : share;
}

Json uncertainty_json(const Split& split) {
  const std::size_t last = split.periods.size() - 1;
  Json sentences = Json::array();
  Json rows = Json::array();
  for (std::size_t m = 0; m < split.measures.size(); ++m) {
    const std::string name = split.measures[m].name;
    for (std::size_t arm = 0; arm < split.arms.size(); ++arm) {
      const bool level = arm == split.baseline;
      const std::string of =
          level ? split.arms[arm].title : fmt::format("{}: difference", split.arms[arm].title);
      const auto& cells = level ? split.levels : split.differences;
      for (const std::size_t p : shown_periods(split)) {
        const SplitCell& cell = cells[split.position(m, arm, p)];
        Json row = {name, of, split.periods[p].label()};
        for (const auto& share : cell.shares) row.push_back(split_share_text(share));
        rows.push_back(std::move(row));
      }
      const SplitCell& end = cells[split.position(m, arm, last)];
      if (const auto source = dominant(end); source && m == 0)
        sentences.push_back(fmt::format("Of the spread of {} in the {}, {}, {} comes from {}.",
                                        lower_first(name), split.periods[last].label(),
                                        level ? "under " + lower_first(of) : lower_first(of),
                                        share_of(end, *source), source_text(split.sources[*source])));
    }
  }
  Json head = {"Figure", "Of what", "When"};
  for (const UncertaintySource source : split.sources)
    head.push_back(kUncertaintySourceTable[index(source)].heading);
  return {{"sentences", std::move(sentences)}, {"head", std::move(head)}, {"rows", std::move(rows)}};
}

}  // namespace hearth
