#include "published/entries_under_16.hpp"

#include <algorithm>
#include <cstddef>

namespace hearth {

std::optional<double> entries_under_16(const std::optional<double>& total, const EntriesByAge& by_age,
                                       BlankAges rule) {
  constexpr double kLargestSmall = 5.0;
  double young = 0.0;
  double blank_young = 0.0;
  for (std::size_t age = 0; age < index(AgeBand::k16Plus); ++age) {
    young += by_age[age].value_or(0.0);
    blank_young += by_age[age] ? 0.0 : 1.0;
  }
  if (blank_young == 0.0) return young;
  if (!total) return std::nullopt;
  const auto& oldest = by_age[index(AgeBand::k16Plus)];
  const double left = std::max(*total - young - oldest.value_or(0.0), 0.0);
  if (oldest) return young + left;
  const double blank = blank_young + 1.0;
  const bool known =
      rule == BlankAges::kShared ? blank < static_cast<double>(kAgeBands) : left <= kLargestSmall * blank;
  return known ? std::optional(young + left * blank_young / blank) : std::nullopt;
}

std::optional<double> entries_under_16_by_shares(const std::optional<double>& total,
                                                 const EntriesByAge& by_age, const EntriesByAge& shares) {
  if (!total) return std::nullopt;
  double known = 0.0;
  double known_young = 0.0;
  double blank = 0.0;
  double blank_young = 0.0;
  for (std::size_t age = 0; age < kAgeBands; ++age) {
    const bool young = age < index(AgeBand::k16Plus);
    known += by_age[age].value_or(0.0);
    if (young) known_young += by_age[age].value_or(0.0);
    if (by_age[age]) continue;
    blank += shares[age].value_or(0.0);
    if (young) blank_young += shares[age].value_or(0.0);
  }
  const double left = std::max(*total - known, 0.0);
  return blank > 0.0 ? known_young + left * blank_young / blank : known_young;
}

}  // namespace hearth
