// Days, and the ways in which people and their programs write them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hearth {

using Day = std::chrono::sys_days;

// How a day is written. All but the first are worth a word to whoever reads it in.
enum class DateForm : std::uint8_t {
  kDayFirst,    // 31/03/2020, 31-03-2020, 31.03.2020
  kYearFirst,   // 2020-03-31, 2020/03/31, 20200331
  kMonthNamed,  // 31-Mar-2020, 31 March 2020, March 31, 2020
  kShortYear,   // 31/03/20, 31-Mar-20: of 1970 to 2069
  kDayNumber,   // 43921: days since 30 December 1899, as spreadsheets count them
};
inline constexpr std::size_t kDateForms = 5;

// A cell that should hold a day.
struct DateCell {
  std::optional<Day> day;  // empty where the cell is blank or no day of the calendar
  bool blank = false;
  DateForm form = DateForm::kDayFirst;
};

// Reads a day in any of the forms, with or without a time after it, which is ignored. Days are before months:
// 04/25/2020 is none.
DateCell read_date(std::string_view text);

std::string date_text(Day day);  // "31/03/2020"

// The month that was meant by a text that is not written as one: "Oct-22", "October 2022", "10/2022",
// "2022-4", a day in any form. As "2022-10"; empty where it is not clear.
std::string month_meant(std::string_view text);

}  // namespace hearth
