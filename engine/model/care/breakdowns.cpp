#include "model/care/breakdowns.hpp"

#include <algorithm>
#include <tuple>

#include "model/care/care_events.hpp"

namespace hearth {

void break_down(AuthorityState& s, int month) {
  auto& due = s.breakdowns[static_cast<std::size_t>(month)];
  // In the order of the children, whoever left first.
  std::sort(due.begin(), due.end(), [](const Breakdown& a, const Breakdown& b) {
    return std::tuple(a.family, a.child) < std::tuple(b.family, b.child);
  });
  for (const Breakdown& one : due) {
    FamilyState& f = s.family[one.family];
    if (f.left == kMovedAway) continue;
    f.left = static_cast<std::uint8_t>(f.left & ~(1U << one.child));
    enter_care(s, one.family, one.child, month, 1.0F - one.time);
  }
}

}  // namespace hearth
