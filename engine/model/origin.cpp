#include "model/origin.hpp"

#include <algorithm>
#include <vector>

#include "model/care/care_origin.hpp"
#include "model/care/left_for_good.hpp"
#include "model/casework/case_origin.hpp"
#include "model/contact/contact_origin.hpp"
#include "model/outcomes/event_notes.hpp"
#include "model/practice/month.hpp"

namespace hearth {

// Families come first, with their needs. Who is known to services follows from needs, so that families with
// needs are over-represented among them; looked-after children are found among these, then open cases among
// those that are left, whose children are published as one total with the looked-after ones.
void start_at_origin(AuthorityState& s) {
  std::vector<std::uint32_t> known = start_families_known_first(s);
  begin_origin_practice(s);
  place_looked_after(s, known);
  place_left_for_good(s, known);
  open_origin_cases(s, known);
  for (std::size_t q = 0; q < kPlacementKinds; ++q) s.capacity[q] = s.placed[q] / s.setting.sampling_fraction;
  s.residential_at_origin = residential(s.capacity);
  s.counts = {};  // nothing has happened yet
  if (logs(s)) log_origin(s);
  s.open_at_origin =
      std::max(1.0, static_cast<double>(s.open_children) + static_cast<double>(s.looked_after.size()));
}

}  // namespace hearth
