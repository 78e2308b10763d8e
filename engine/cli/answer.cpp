#include "cli/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/summary.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

// "57 fewer than 1,020 (± 19)", "no clear difference from 1,020 (± 9)"; `unit` stands around each number.
std::string said(const PairedDifference& difference, double baseline, const Rounding& how,
                 std::string_view unit, std::string_view more, std::string_view less) {
  const auto number = [&](double value, int decimals) {
    return fmt::format(fmt::runtime(unit), shown(std::abs(value) / how.scale, decimals));
  };
  const auto& error = difference.monte_carlo_standard_error;
  const std::string uncertain = error ? number(*error, how.difference_decimals) : "not known";
  const std::string from = number(baseline, how.decimals);
  if (!difference.has_sign()) return fmt::format("no clear difference from {} (± {})", from, uncertain);
  return fmt::format("{} {} than {} (± {})", number(difference.mean, how.difference_decimals),
                     difference.mean > 0.0 ? more : less, from, uncertain);
}

}  // namespace

std::string answer_text(const ResultReader& result) {
  const Summary summary = summarise(result, find_area(result.header(), "England"),
                                    find_summary_measures({"looked_after", "cost_authority"}));
  std::size_t year = summary.periods.size() - 1;
  if (summary.periods[year].months != kMonthsPerYear && year > 0) --year;
  const SummaryPeriod& period = summary.periods[year];
  const Rounding children = rounding(summary, 0);
  const Rounding money = rounding(summary, 1);
  std::string out;
  for (std::size_t arm = 0; arm < summary.arms.size(); ++arm) {
    const auto& looked_after = summary.at(0, arm, year).difference;
    const auto& cost = summary.at(1, arm, year).difference;
    if (!looked_after || !cost) continue;
    out += wrapped(fmt::format(
        "{}, {}, compared with {}: looked-after children on {}, {}; cost to authorities in the {}, {}.",
        summary.area.name, summary.arms[arm].title, summary.arms[summary.baseline].title, period.end.text(),
        said(*looked_after, summary.at(0, summary.baseline, year).mean, children, "{}", "more", "fewer"),
        period.label(),
        said(*cost, summary.at(1, summary.baseline, year).mean, money, "£{} million", "higher", "lower")));
  }
  if (out.empty())
    return wrapped(fmt::format("{}: one arm, so there is nothing to compare it with.", summary.title));
  out += wrapped(
      "These are means over the futures. After ± is their sampling error, which more replicates narrow; how "
      "far single "
      "futures lie apart, the page and the tables show.");
  return out;
}

}  // namespace hearth
