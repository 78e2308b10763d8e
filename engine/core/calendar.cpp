#include "core/calendar.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <stdexcept>

namespace hearth {
namespace {
std::chrono::year_month_day last_day(const MonthEnd& at) {
  return std::chrono::year_month_day_last{
      std::chrono::year{at.year},
      std::chrono::month_day_last{std::chrono::month{static_cast<unsigned>(at.month)}}};
}
}  // namespace

int MonthEnd::day() const {
  return static_cast<int>(static_cast<unsigned>(last_day(*this).day()));
}

std::string MonthEnd::iso() const {
  return fmt::format("{:04}-{:02}-{:02}", year, month, day());
}

std::string MonthEnd::text() const {
  static constexpr std::array<const char*, 12> kNames = {"January",   "February", "March",    "April",
                                                         "May",       "June",     "July",     "August",
                                                         "September", "October",  "November", "December"};
  return fmt::format("{} {} {}", day(), kNames.at(static_cast<std::size_t>(month - 1)), year);
}

std::int64_t MonthEnd::days_since_1970() const {
  return std::chrono::sys_days{last_day(*this)}.time_since_epoch().count();
}

std::string month_name(int month, const MonthEnd& origin) {
  const MonthEnd end = origin.plus_months(month + 1);
  return fmt::format("{:04}-{:02}", end.year, end.month);
}

MonthEnd parse_month_end(const std::string& text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int used = 0;
  const auto size = static_cast<int>(text.size());
  const bool with_day =
      std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &used) == 3 && used == size;
  used = 0;
  const bool without_day =
      !with_day && std::sscanf(text.c_str(), "%4d-%2d%n", &year, &month, &used) == 2 && used == size;
  if ((!with_day && !without_day) || month < 1 || month > 12 || year < 1900 || year > 2200)
    throw std::invalid_argument("not a month such as 2022-03");
  const MonthEnd out{year, month};
  if (with_day && day != out.day())
    throw std::invalid_argument(fmt::format("not a month end; the month ends on {}", out.iso()));
  return out;
}

}  // namespace hearth
