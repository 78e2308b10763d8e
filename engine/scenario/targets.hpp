// Targets: simulated quantities that a scenario compares with published ones.
// analysis/experiments/targets.hpp measures and judges them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.hpp"
#include "core/measures.hpp"

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

struct NamedQuantity {
  std::string name;  // a key of quantities_by_name()
  Quantity quantity;
};

// Some months of an arm.
struct TargetSpan {
  std::size_t arm = 0;  // index into Scenario::arms
  int first_month = 0;
  int end_month = 0;  // exclusive
  bool operator==(const TargetSpan&) const = default;
};

// "2015-04", or "2015-04 to 2016-03".
std::string months_text(const TargetSpan& span, const MonthEnd& origin);

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
  NamedQuantity measure;
  std::optional<NamedQuantity> per;  // the measure is divided by this one
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
