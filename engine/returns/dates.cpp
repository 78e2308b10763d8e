#include "returns/dates.hpp"

namespace hearth::returns {

using std::chrono::year_month_day;

int return_year(Day day) {
  const year_month_day date{day};
  const int year = static_cast<int>(date.year());
  return date.month() > std::chrono::March ? year + 1 : year;
}

Day year_end(int year) {
  return Day{std::chrono::year{year} / std::chrono::March / 31};
}

Day birthday(Day born, int age) {
  const year_month_day date{born};
  const year_month_day later = date + std::chrono::years{age};
  return later.ok() ? Day{later} : Day{later.year() / std::chrono::March / 1};
}

int age_on(Day born, Day day) {
  const int years =
      static_cast<int>(year_month_day{day}.year()) - static_cast<int>(year_month_day{born}.year());
  return birthday(born, years) <= day ? years : years - 1;
}

AgeBand age_band(Day born, Day day) {
  const int months = age_on(born, day) * 12;
  std::size_t band = 0;
  while (band + 1 < kAgeBands && months >= kAgeBandStartMonths[band + 1]) ++band;
  return static_cast<AgeBand>(band);
}

Day plus_months(Day day, int months) {
  const year_month_day later = year_month_day{day} + std::chrono::months{months};
  return later.ok() ? Day{later} : Day{later.year() / later.month() / std::chrono::last};
}

}  // namespace hearth::returns
