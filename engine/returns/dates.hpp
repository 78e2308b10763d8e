// Days as returns write them, and the years that returns are made for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/categories.hpp"

namespace hearth::returns {

using Day = std::chrono::sys_days;

// A cell that should hold a day.
struct DateCell {
  std::optional<Day> day;  // empty where the cell is blank or no day of the calendar
  bool blank = false;
  bool year_first = false;  // 2020-03-31 instead of 31/03/2020
};
// Reads dd/mm/yyyy, d/m/yyyy, dd-mm-yyyy and yyyy-mm-dd, with or without a time after it, which is ignored.
DateCell read_date(std::string_view text);

std::string date_text(Day day);  // "31/03/2020"

// The year to 31 March in which `day` lies, by the calendar year it ends in.
int return_year(Day day);
// 31 March of `year`.
Day year_end(int year);

// The birthday of someone born on `born`; of those born on 29 February, 1 March in other years than leap
// years.
Day birthday(Day born, int age);
// Completed years on `day`; negative before birth.
int age_on(Day born, Day day);
AgeBand age_band(Day born, Day day);

// The same day of the month `months` later, or the month's last day where it has no such day.
Day plus_months(Day day, int months);

}  // namespace hearth::returns
