#include "returns/dates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace hearth::returns {

using std::chrono::year_month_day;

namespace {

constexpr int kEarliestYear = 1900;
constexpr int kLatestYear = 2100;

struct Parts {
  std::array<int, 3> number{};
  std::array<std::size_t, 3> digits{};
};

// Three numbers with the same sign between them.
std::optional<Parts> split(std::string_view text) {
  Parts parts;
  char separator = '\0';
  for (std::size_t i = 0; i < 3; ++i) {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), parts.number[i]);
    parts.digits[i] = static_cast<std::size_t>(stop - text.data());
    if (error != std::errc{} || parts.number[i] < 0) return std::nullopt;
    text.remove_prefix(parts.digits[i]);
    if (i == 2) break;
    if (text.empty() || (text.front() != '/' && text.front() != '-')) return std::nullopt;
    if (i == 1 && text.front() != separator) return std::nullopt;
    separator = text.front();
    text.remove_prefix(1);
  }
  // A time may follow, as programs that export dates write it.
  if (!text.empty() && text.front() != ' ' && text.front() != 'T') return std::nullopt;
  return parts;
}

}  // namespace

DateCell read_date(std::string_view text) {
  DateCell cell;
  cell.blank = text.empty();
  auto parts = split(text);
  if (!parts) return cell;
  if (parts->digits[0] == 4) {
    std::swap(parts->number[0], parts->number[2]);
    std::swap(parts->digits[0], parts->digits[2]);
    cell.year_first = true;
  }
  const auto [day, month, year] = parts->number;
  const bool plausible = parts->digits[0] <= 2 && parts->digits[1] <= 2 && parts->digits[2] == 4 &&
                         year >= kEarliestYear && year <= kLatestYear;
  const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (plausible && date.ok()) cell.day = Day{date};
  return cell;
}

std::string date_text(Day day) {
  const year_month_day date{day};
  return fmt::format("{:02}/{:02}/{:04}", static_cast<unsigned>(date.day()),
                     static_cast<unsigned>(date.month()), static_cast<int>(date.year()));
}

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
