#include "cli/numbers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <set>
#include <sstream>

#include "core/error.hpp"

namespace hearth {

std::vector<int> parse_numbers(const std::string& text, const std::string& option, int least, int greatest) {
  const auto wrong = [&](const std::string& found) {
    return UsageError(
        fmt::format("{}: found '{}'; expected whole numbers from {} to {}, such as {},{} or {}..{}", option,
                    found, least, greatest, least, least + 1, least, least + 2));
  };
  const auto number = [&](const std::string& word) {
    int value = 0;
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    if (error != std::errc{} || stop != end || value < least || value > greatest) throw wrong(word);
    return value;
  };
  std::set<int> out;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const auto dots = part.find("..");
    const int first = number(part.substr(0, dots));
    const int last = dots == std::string::npos ? first : number(part.substr(dots + 2));
    if (last < first) throw wrong(part);
    for (int value = first; value <= last; ++value) out.insert(value);
  }
  if (out.empty()) throw wrong(text);
  return {out.begin(), out.end()};
}

}  // namespace hearth
