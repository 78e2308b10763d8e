#include "returns/return_file.hpp"

#include <array>
#include <cctype>
#include <vector>

namespace hearth::returns {
namespace {

int as_number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

// "2019-20" and "2019_2020" are one year.
std::set<int> years_in(std::string_view name) {
  std::vector<std::string_view> runs;  // of digits
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < name.size();) {
    const auto is_digit = [&](std::size_t at) {
      return std::isdigit(static_cast<unsigned char>(name[at])) != 0;
    };
    if (!is_digit(i)) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < name.size() && is_digit(end)) ++end;
    runs.push_back(name.substr(i, end - i));
    starts.push_back(i);
    i = end;
  }
  const auto is_year = [](std::string_view run) {
    return run.size() == 4 && as_number(run) >= 1990 && as_number(run) <= 2100;
  };
  std::set<int> years;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    // 202021, as published tables write the year to March 2021.
    if (runs[i].size() == 6 && is_year(runs[i].substr(0, 4)) &&
        as_number(runs[i].substr(4)) == (as_number(runs[i].substr(0, 4)) + 1) % 100)
      years.insert(as_number(runs[i].substr(0, 4)) + 1);
    if (!is_year(runs[i])) continue;
    const int year = as_number(runs[i]);
    const bool joined = i + 1 < runs.size() && starts[i + 1] == starts[i] + 5;  // one sign between them
    const bool long_range = joined && is_year(runs[i + 1]) && as_number(runs[i + 1]) == year + 1;
    const bool short_range = joined && runs[i + 1].size() == 2 && as_number(runs[i + 1]) == (year + 1) % 100;
    years.insert(long_range || short_range ? year + 1 : year);
    if (long_range) ++i;
  }
  return years;
}

std::string_view name_of(FileKind kind) {
  constexpr std::array<std::string_view, kFileKinds> kNames = {"episodes", "header", "uasc",
                                                               "placement_costs", "placement_codes"};
  return kNames.at(static_cast<std::size_t>(kind));
}

int year_in_path(std::string_view path) {
  while (!path.empty()) {
    const std::size_t slash = path.rfind('/');
    const std::set<int> years = years_in(slash == path.npos ? path : path.substr(slash + 1));
    if (!years.empty()) return years.size() == 1 ? *years.begin() : 0;
    path = slash == path.npos ? std::string_view() : path.substr(0, slash);
  }
  return 0;
}

}  // namespace hearth::returns
