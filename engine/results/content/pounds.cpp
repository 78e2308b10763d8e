#include "results/content/pounds.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "published/prices.hpp"
#include "scenario/files/recorded.hpp"

namespace hearth {

Pounds parse_pounds(std::string_view text) {
  if (text == "real") return {};
  if (text == "cash") return {true, {}};
  if (const auto year = parse_financial_year(text)) return {false, year};
  throw UsageError(fmt::format(
      "--prices \"{}\"; allowed: real (pounds of the origin's year), cash, or a financial year such as {}",
      text, financial_year(2025)));
}

std::vector<double> money_factors(const Pounds& pounds, const ResultHeader& header) {
  std::vector<double> out(static_cast<std::size_t>(header.steps()), 1.0);
  if (pounds.are_of_origin()) return out;
  const RecordedScenario scenario = read_recorded(header.scenario_json);
  if (scenario.cash.empty())
    throw UsageError(
        "the result does not say what inflation is, so its money is in pounds of its origin's year only; run "
        "its "
        "scenario again, with tables of England that have prices.csv");
  const int first = scenario.first_cash_year;
  const int last = first + static_cast<int>(scenario.cash.size()) - 1;
  const auto cash_in = [&](int year) {
    if (year < first || year > last)
      throw UsageError(fmt::format("--prices {}: the result knows inflation from {} to {}",
                                   financial_year(year), financial_year(first), financial_year(last)));
    return scenario.cash[static_cast<std::size_t>(year - first)];
  };
  const double later = header.origin.since_year_end();
  for (int step = 0; step < header.steps(); ++step) {
    const int year = header.origin.year + step * header.step_months / kMonthsPerYear + 1;
    double& factor = out[static_cast<std::size_t>(step)];
    factor = cash_in(pounds.cash ? year : *pounds.year);
    // Of a year that ends later, so far on towards the next.
    if (pounds.cash && later > 0.0) factor *= std::pow(cash_in(year + 1) / factor, later);
  }
  return out;
}

std::string pounds_text(const Pounds& pounds, const ResultHeader& header) {
  if (pounds.cash) return "cash";
  if (!pounds.year && header.origin.month != kYearEndMonth)
    return fmt::format("pounds of the year to {}", header.origin.text());
  return fmt::format("pounds of {}", financial_year(pounds.year.value_or(header.origin.year)));
}

std::string pounds_sentence(const Pounds& pounds, const ResultHeader& header) {
  if (pounds.cash)
    return "Money is in cash: pounds of the year in which they are spent, with inflation as it was or is "
           "forecast; "
           "not discounted.";
  return fmt::format(
      "Money is in {}: inflation is taken out, what a price grows beyond it is not; not discounted.",
      pounds_text(pounds, header));
}

std::string pounds_unit(const Pounds& pounds) {
  if (pounds.are_of_origin()) return "GBP";
  return pounds.cash ? "GBP in cash" : fmt::format("GBP of {}", financial_year(*pounds.year));
}

}  // namespace hearth
