// The years that returns are made for, and ages.
#pragma once

#include "core/categories.hpp"
#include "core/day.hpp"

namespace hearth::returns {

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
