// Time is a whole number of months from the origin. Month m is the interval (m, m+1] after the origin date;
// a stock "at the end of month m" is observed m+1 months after the origin.
#pragma once

#include <cstdint>
#include <string>

namespace hearth {

using Month = std::int32_t;

inline constexpr int kMonthsPerYear = 12;
inline constexpr int kAdultMonths = 18 * kMonthsPerYear;
inline constexpr int kYearEndMonth = 3;  // years of published figures end on 31 March

// A month end, such as 31 March 2022.
struct MonthEnd {
  int year = 2022;
  int month = 3;  // 1 to 12

  // Months from `other` to this; negative when this is earlier.
  constexpr int months_since(const MonthEnd& other) const {
    return (year - other.year) * kMonthsPerYear + (month - other.month);
  }
  constexpr MonthEnd plus_months(int months) const {
    const int zero_based = year * kMonthsPerYear + (month - 1) + months;
    return {zero_based / kMonthsPerYear, zero_based % kMonthsPerYear + 1};
  }
  constexpr bool operator==(const MonthEnd&) const = default;

  // Of a year that has passed since the last 31 March: 0 to 11/12.
  constexpr double since_year_end() const {
    return static_cast<double>(month - kYearEndMonth + (month < kYearEndMonth ? kMonthsPerYear : 0)) /
           kMonthsPerYear;
  }

  int day() const;           // the last day of the month
  std::string iso() const;   // "2022-03-31"
  std::string text() const;  // "31 March 2022"
  // Days since 1970-01-01 of the month's last day (for CF time coordinates).
  std::int64_t days_since_1970() const;
};

// "2022-04": the name of a month counted from the origin; 0 is the first after it.
std::string month_name(int month, const MonthEnd& origin);

// "2022-03" or "2022-03-31" (the day must be the month's last). Throws std::invalid_argument.
MonthEnd parse_month_end(const std::string& text);

}  // namespace hearth
