#include "model/outcomes/unmet_need.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace hearth {
namespace {

constexpr unsigned kAdultNeeds = kDomesticAbuse | kMentalIllHealth | kSubstanceMisuse;
constexpr std::size_t kPerCacheLine = 64 / sizeof(FamilyState);
static_assert(sizeof(Births) == sizeof(FamilyState));

}  // namespace

void count_unmet_need(AuthorityState& s, int month) {
  const auto m = static_cast<std::size_t>(month);
  const std::uint32_t begin = s.families.alive_begin[m];
  const std::uint32_t end = s.families.alive_end[m];
  const FamilyState* const family = s.family.data();
  const Births* const births = s.families.births.data();
  std::array<int, kDeprivationFifths> unmet{};  // children
  int two_or_more = 0;
  int with_case = 0;
  for (std::uint32_t round = begin / kPanelRound; round * kPanelRound < end; ++round) {
    const std::uint32_t first = panel_block(round, month) * kPanelBlock;
    const std::uint32_t last = std::min(first + kPanelBlock, end);
    // Blocks lie far apart: the next is on its way while this one is looked at.
    const std::size_t next = std::min<std::size_t>(panel_block(round + 1, month) * kPanelBlock, end - 1);
    for (std::size_t i = next; i < std::min<std::size_t>(next + kPanelBlock, end); i += kPerCacheLine) {
      __builtin_prefetch(&family[i]);
      __builtin_prefetch(&births[i]);
    }
    std::uint64_t in_need = 0;  // bit a family; none that has moved away
    for (std::uint32_t i = std::max(first, begin); i < last; ++i)
      in_need |= std::uint64_t{(family[i].state & kAdultNeeds) != 0} << (i - first);
    for (; in_need != 0; in_need &= in_need - 1) {
      const std::uint32_t i = first + static_cast<std::uint32_t>(std::countr_zero(in_need));
      const FamilyState& f = family[i];
      const int children = std::popcount(children_mask(s, i, month));
      const int without = f.case_index == kNoCase ? children : 0;
      with_case += children - without;
      unmet[deprivation_fifth(f.family_class)] += without;
      two_or_more += adult_needs(f.state) > 1 ? without : 0;
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
