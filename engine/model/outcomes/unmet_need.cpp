#include "model/outcomes/unmet_need.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace hearth {

void count_unmet_need(AuthorityState& s, int month) {
  constexpr std::uint32_t kTwelve = kPanelBlock * kPanelMonths;  // families
  const auto m = static_cast<std::size_t>(month);
  const std::uint32_t begin = s.families.alive_begin[m];
  const std::uint32_t end = s.families.alive_end[m];
  std::array<int, kDeprivationFifths> unmet{};  // children
  int two_or_more = 0;
  int with_case = 0;
  for (std::uint32_t twelve = begin / kTwelve; twelve * kTwelve < end; ++twelve) {
    const std::uint32_t first = panel_block(twelve, month) * kPanelBlock;
    const std::uint32_t last = std::min(first + kPanelBlock, end);
    for (std::uint32_t i = std::max(first, begin); i < last; ++i) {
      const FamilyState& f = s.family[i];
      const int needs = adult_needs(f.state);  // none where a family has moved away
      if (needs == 0) continue;
      const int children = std::popcount(children_mask(s, i, month));
      if (f.case_index != kNoCase) {
        with_case += children;
        continue;
      }
      unmet[deprivation_fifth(f.deprivation)] += children;
      if (needs > 1) two_or_more += children;
    }
  }
  constexpr auto kWeight = static_cast<int>(kPanelMonths);
  int all = 0;
  for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth) {
    all += unmet[fifth];
    count(s, Measure::kMonthsInUnmetNeedByDeprivation, kWeight * unmet[fifth], fifth);
  }
  count(s, Measure::kMonthsInUnmetNeed, kWeight * all);
  count(s, Measure::kMonthsInUnmetNeedTwoOrMore, kWeight * two_or_more);
  count(s, Measure::kMonthsInNeedWithCase, kWeight * with_case);
}

}  // namespace hearth
