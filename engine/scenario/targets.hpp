// Targets: simulated quantities that a scenario sets beside published ones. What is simulated is told by
// names alone; analysis/targets.hpp knows what they mean, and judges.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/files/document.hpp"

namespace hearth {

// What becomes of the quantity.
enum class TargetForm : std::uint8_t { kValue, kPercent, kDifference, kPercentChange };
inline constexpr std::array<std::string_view, 4> kTargetFormNames = {"value", "percent", "difference",
                                                                     "percent_change"};
constexpr bool needs_reference(TargetForm form) {
  return form == TargetForm::kDifference || form == TargetForm::kPercentChange;
}

// How the simulated figure lies to the published one. Authors may expect all but the last.
enum class Verdict : std::uint8_t { kReached, kOverlaps, kNotReached, kNotDefined };
inline constexpr std::size_t kVerdicts = 4;
inline constexpr std::array<std::string_view, kVerdicts> kVerdictNames = {"reached", "overlaps",
                                                                          "not_reached", "not_defined"};

// A name as the scenario gives it, and where.
struct QuantityName {
  std::string text;
  Place at;
  std::string pointer;
};

// Some months of an arm.
struct TargetSpan {
  std::size_t arm = 0;  // index into Scenario::arms
  int first_month = 0;
  int end_month = 0;  // exclusive
  bool operator==(const TargetSpan&) const = default;
};

struct PublishedInterval {
  double low = 0.0;
  double high = 0.0;
};

struct PublishedFigure {
  double value = 0.0;
  std::optional<PublishedInterval> interval;  // holds the value
};

struct Target {
  std::string name;
  std::string title;
  QuantityName measure;
  std::optional<QuantityName> per;  // the measure is divided by this one
  TargetSpan span;
  std::optional<TargetSpan> reference;  // present where the form needs one
  TargetForm form = TargetForm::kValue;
  std::vector<int> authorities;  // codes, ascending; empty: all that are simulated
  PublishedFigure published;
  std::string unit;
  std::string source;
  std::optional<Verdict> expect;
  std::string note;
};

}  // namespace hearth
