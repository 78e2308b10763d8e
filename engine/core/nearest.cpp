#include "core/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace hearth {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  std::iota(previous.begin(), previous.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        current[j] = std::min(current[j], before[j - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::vector<std::string> nearest_names(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongestName = 80;  // nothing longer is a slip of the pen
  constexpr std::size_t kShortestPart = 4;  // shorter parts are in everything
  constexpr std::size_t kMost = 3;
  if (name.empty() || name.size() > kLongestName) return {};
  const std::string wanted = lower_case(name);
  const std::size_t furthest = std::max<std::size_t>(1, wanted.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const auto& candidate : candidates) {
    const std::string other = lower_case(candidate);
    const std::size_t distance = edit_distance(wanted, other);
    const bool part = std::min(wanted.size(), other.size()) >= kShortestPart &&
                      (other.find(wanted) != std::string::npos || wanted.find(other) != std::string::npos);
    if (distance <= furthest)
      near.emplace_back(distance, candidate);
    else if (part)
      near.emplace_back(furthest + 1, candidate);
  }
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (const auto& [distance, candidate] : near) {
    // Something one slip away leaves no doubt: the others would only distract.
    if (out.size() == kMost || (!out.empty() && near.front().first <= 1 && distance > 1)) break;
    if (std::find(out.begin(), out.end(), candidate) == out.end()) out.push_back(candidate);
  }
  return out;
}

std::vector<std::string> nearest_first(std::string_view wanted, const std::vector<std::string>& names,
                                       std::size_t count) {
  const std::string sought = lower_case(wanted);
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto& name : names) {
    const std::string candidate = lower_case(name);
    const bool within = sought.size() >= 3 && candidate.find(sought) != std::string::npos;
    ranked.emplace_back(within ? 0 : edit_distance(sought, candidate), name);
  }
  std::ranges::stable_sort(ranked, {}, [](const auto& entry) { return entry.first; });
  std::vector<std::string> out;
  for (std::size_t i = 0; i < std::min(count, ranked.size()); ++i) out.push_back(ranked[i].second);
  return out;
}

std::string did_you_mean(const std::vector<std::string>& nearest) {
  if (nearest.empty()) return "";
  std::string out = "did you mean ";
  for (std::size_t i = 0; i < nearest.size(); ++i) {
    if (i > 0) out += i + 1 == nearest.size() ? " or " : ", ";
    out += fmt::format("\"{}\"", nearest[i]);
  }
  return out + "?";
}

std::string with_suggestion(const std::string& message, std::string_view word,
                            const std::vector<std::string>& candidates) {
  const std::string suggestion = did_you_mean(nearest_names(word, candidates));
  return suggestion.empty() ? message : message + "; " + suggestion;
}

}  // namespace hearth
