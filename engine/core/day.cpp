#include "core/day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "core/text.hpp"

namespace hearth {

using std::chrono::year_month_day;

namespace {

constexpr int kEarliestYear = 1900;
constexpr int kLatestYear = 2100;
constexpr int kFirstShortYear = 70;  // 70 is 1970, 69 is 2069

// A number, or a word in small letters, and what stands after it.
struct Part {
  std::string word;
  int number = -1;
  std::size_t digits = 0;  // 0: a word
  std::string separator;
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Dashes of typesetters are hyphens.
std::string plain(std::string_view text) {
  std::string out = without_invisible(text);
  for (const std::string_view dash : {"\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212"})
    for (auto at = out.find(dash); at != out.npos; at = out.find(dash)) out.replace(at, dash.size(), "-");
  return std::string(trimmed(out));
}

std::vector<Part> parts_of(std::string_view text) {
  std::vector<Part> parts;
  while (!text.empty()) {
    Part part;
    const auto stop = is_digit(text.front())    ? std::ranges::find_if_not(text, is_digit)
                      : is_letter(text.front()) ? std::ranges::find_if_not(text, is_letter)
                                                : text.begin();
    const auto size = static_cast<std::size_t>(stop - text.begin());
    if (size == 0) return {};
    part.word = text.substr(0, size);
    if (is_digit(text.front())) {
      part.digits = size;
      if (size <= 8) std::from_chars(text.data(), text.data() + size, part.number);
    }
    for (char& c : part.word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    text.remove_prefix(size);
    while (!text.empty() && !is_digit(text.front()) && !is_letter(text.front())) {
      part.separator += text.front();
      text.remove_prefix(1);
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

// 1 to 12 for "mar", "march", "sept"; 0 for any other word.
int month_named(std::string_view word) {
  constexpr std::array<std::string_view, 12> kNames = {"january",   "february", "march",    "april",
                                                       "may",       "june",     "july",     "august",
                                                       "september", "october",  "november", "december"};
  if (word.size() < 3) return 0;
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i].starts_with(word)) return static_cast<int>(i) + 1;
  return 0;
}

int full_year(const Part& part) {
  if (part.digits != 2) return part.number;
  return part.number < kFirstShortYear ? 2000 + part.number : 1900 + part.number;
}

std::optional<Day> calendar_day(int year, int month, int day) {
  const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (year < kEarliestYear || year > kLatestYear || month < 1 || day < 1 || !date.ok()) return std::nullopt;
  return Day{date};
}

DateCell read_day(int year, int month, int day, DateForm form) {
  return {calendar_day(year, month, day), false, form};
}

// Whether what stands after a day is a time: 00:00, 09:30:00.000, T00:00:00Z, 12:00:00 AM.
bool is_time(std::string_view text) {
  if (text.starts_with('T') || text.starts_with('t')) text.remove_prefix(1);
  text = trimmed(text);
  return text.size() >= 4 && is_digit(text.front()) && text.find(':') != text.npos &&
         text.find_first_not_of("0123456789:.,+-Zz AaPpMm") == text.npos;
}

// The day without the time that may stand after it.
std::string_view without_time(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    const bool starts = text[at] == ' ' || (text[at] == 'T' && is_digit(text[at - 1]));
    if (starts && is_time(text.substr(at))) return trimmed(text.substr(0, at));
  }
  return text;
}

// 43921, 43921.0, 43921.5: days since 30 December 1899. Of 1941 to 2078.
std::optional<Day> spreadsheet_day(std::string_view text) {
  constexpr int kEarliest = 15'000;
  constexpr int kLatest = 65'000;
  const auto dot = std::min(text.find('.'), text.size());
  if (dot != 5 || !std::ranges::all_of(text.substr(0, dot), is_digit) ||
      !std::ranges::all_of(text.substr(std::min(dot + 1, text.size())), is_digit))
    return std::nullopt;
  int number = 0;
  std::from_chars(text.data(), text.data() + dot, number);
  if (number < kEarliest || number > kLatest) return std::nullopt;
  const Day start{std::chrono::year{1899} / std::chrono::December / 30};
  return start + std::chrono::days{number};
}

// 20200331 or 31032020: never both, for no month is 19 or 20.
DateCell read_eight_digits(int number) {
  auto out = read_day(number / 10'000, number / 100 % 100, number % 100, DateForm::kYearFirst);
  if (!out.day)
    out = read_day(number % 10'000, number / 10'000 % 100, number / 1'000'000, DateForm::kDayFirst);
  return out;
}

// Three numbers with the same sign between them.
DateCell read_numbers(const std::vector<Part>& parts) {
  const Part& a = parts[0];
  const Part& b = parts[1];
  const Part& c = parts[2];
  const std::string& sign = a.separator;
  if (sign != b.separator || (sign != "/" && sign != "-" && sign != ".") || b.digits > 2) return {};
  if (a.digits == 4 && c.digits <= 2) return read_day(a.number, b.number, c.number, DateForm::kYearFirst);
  if (a.digits > 2) return {};
  if (c.digits == 4) return read_day(c.number, b.number, a.number, DateForm::kDayFirst);
  // 21-04-01 may be a year first.
  if (c.digits == 2 && sign != "-") return read_day(full_year(c), b.number, a.number, DateForm::kShortYear);
  return {};
}

// 31-Mar-2020, 31 March 20, March 31, 2020, 1st April 2020, Wed 01 Apr 2020.
DateCell read_with_name(std::vector<Part> parts) {
  constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  const auto is_weekday = [&](const std::string& word) {
    return std::ranges::any_of(kDays, [&](std::string_view day) { return word.starts_with(day); });
  };
  if (parts.size() == 4 && parts[0].digits == 0 && is_weekday(parts[0].word)) parts.erase(parts.begin());
  if (parts.size() == 4 && parts[0].digits > 0 && parts[0].separator.empty() &&
      (parts[1].word == "st" || parts[1].word == "nd" || parts[1].word == "rd" || parts[1].word == "th"))
    parts.erase(parts.begin() + 1);
  if (parts.size() != 3) return {};
  const bool month_first = parts[0].digits == 0;
  const Part& month = month_first ? parts[0] : parts[1];
  const Part& day = month_first ? parts[1] : parts[0];
  const Part& year = parts[2];
  const int named = month_named(month.word);
  if (named == 0 || month.digits != 0 || day.digits == 0 || day.digits > 2 ||
      (year.digits != 2 && year.digits != 4) || (month_first && year.digits != 4))
    return {};
  return read_day(full_year(year), named, day.number,
                  year.digits == 2 ? DateForm::kShortYear : DateForm::kMonthNamed);
}

std::string month_text(int year, int month) {
  const bool plausible = year >= kEarliestYear && year <= kLatestYear && month >= 1 && month <= 12;
  return plausible ? fmt::format("{:04}-{:02}", year, month) : std::string();
}

}  // namespace

DateCell read_date(std::string_view text) {
  const std::string clean = plain(text);
  DateCell out;
  out.blank = clean.empty();
  if (const auto day = spreadsheet_day(clean)) return {day, false, DateForm::kDayNumber};
  const std::vector<Part> parts = parts_of(without_time(clean));
  if (parts.empty() || !parts.back().separator.empty()) return out;
  if (parts.size() == 1 && parts[0].digits == 8) return read_eight_digits(parts[0].number);
  const bool numbers = std::ranges::all_of(parts, [](const Part& part) { return part.digits > 0; });
  if (!numbers) return read_with_name(parts);
  return parts.size() == 3 ? read_numbers(parts) : out;
}

std::string date_text(Day day) {
  const year_month_day date{day};
  return fmt::format("{:02}/{:02}/{:04}", static_cast<unsigned>(date.day()),
                     static_cast<unsigned>(date.month()), static_cast<int>(date.year()));
}

std::string month_meant(std::string_view text) {
  const std::string clean = plain(text);
  if (const auto day = read_date(clean).day) {
    const year_month_day date{*day};
    return month_text(static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())));
  }
  const std::vector<Part> parts = parts_of(clean);
  if (parts.size() == 1 && parts[0].digits == 6)
    return month_text(parts[0].number / 100, parts[0].number % 100);
  if (parts.size() != 2 || !parts[1].separator.empty()) return {};
  const bool year_first = parts[0].digits == 4;
  const Part& year = parts[year_first ? 0 : 1];
  const Part& month = parts[year_first ? 1 : 0];
  const int named = month_named(month.word);
  if (year.digits == 4 && (named > 0 || (month.digits > 0 && month.digits <= 2)))
    return month_text(year.number, named > 0 ? named : month.number);
  return year.digits == 2 && named > 0 ? month_text(full_year(year), named) : std::string();
}

}  // namespace hearth
