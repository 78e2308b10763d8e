#include "scenario/targets.hpp"

#include <fmt/format.h>

namespace hearth {

std::string months_text(const TargetSpan& span, const MonthEnd& origin) {
  const std::string first = month_name(span.first_month, origin);
  if (span.end_month - span.first_month == 1) return first;
  return fmt::format("{} to {}", first, month_name(span.end_month - 1, origin));
}

}  // namespace hearth
