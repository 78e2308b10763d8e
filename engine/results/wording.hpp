// How summaries put measures and numbers in words: shared by them and the report.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/statistics.hpp"
#include "results/quantities.hpp"

namespace hearth {

// Lines of at most 100 columns; those after the first begin with `indent` spaces.
std::string wrapped(std::string_view text, std::size_t indent = 0);

// Why the ends of intervals are rough, where they are; else nothing. Without a full stop. `of`: " of
// england".
std::string few_replicates_text(int replicates, std::string_view of = "");

inline bool is_money(const SummaryMeasure& measure) {
  return measure.unit == "GBP";
}

// How a measure is shown: divided by `scale`, in `unit`, with so many decimals for values and for
// differences.
struct Rounding {
  std::string unit;
  double scale = 1.0;
  int decimals = 0;
  int difference_decimals = 0;
};
// `largest`: of what is shown in one table.
Rounding rounding(const SummaryMeasure& measure, double largest);
// For people who read a page: no digits that the spread of the replicates makes meaningless. About three
// digits of `width`, the widest 90% interval of what is shown of the measure in one place, for values and
// differences alike, so that both agree wherever they are shown; of `largest` where there is no interval.
// Decimals below zero round to tens, hundreds and so on; shares are per cent.
Rounding rounding_by_width(const SummaryMeasure& measure, double width, double largest);

// The number that is shown: `decimals` below zero round to tens, hundreds and so on. Never minus zero.
double rounded(double value, int decimals);

// "-1,234.5"; zero has no sign.
std::string rounded_text(double value, int decimals, bool with_sign = false);
inline constexpr std::string_view kNoDifference = "no difference";
// "1,200 fewer", "30 more", kNoDifference: a difference as people say it.
std::string more_or_fewer(double difference, int decimals, std::string_view more = "more",
                          std::string_view fewer = "fewer");
// "1,200 to 1,300"
std::string range_text(const std::optional<Range>& range, const Rounding& how, int decimals,
                       bool with_sign = false);

// "Looked-after children (children, at the end of the year)"
std::string heading(const SummaryMeasure& measure, const Rounding& how);

}  // namespace hearth
