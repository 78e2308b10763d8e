#include "model/needs/needs_events.hpp"

#include "model/outcomes/event_notes.hpp"

namespace hearth {

void change_needs(AuthorityState& s, int month) {
  const QuietFamilies families{s.family.data(), s.contact_reading.data(), s.needs_reading.data()};
  auto due = find_due_families(s, s.needs_reading, s.quiet.needs_end, month);
  while (!due.empty()) {
    needs_keys(families.family, due, s.draw_list);
    s.draw_list.draw(s.draws, Process::kTransition);
    s.draw_list.make_waits(0);
    std::vector<std::uint8_t> before;
    std::vector<float> rest;
    if (logs(s)) [[unlikely]]
      for (const std::uint32_t family : due) {
        before.push_back(s.family[family].state);
        rest.push_back(rest_at(s.needs_reading[family], s.quiet.needs_start, s.quiet.needs_end));
      }
    due = due.first(needs_events(families, s.setting.needs, s.setting.contact, s.quiet, s.draw_list, due,
                                 s.families_with));
    for (std::size_t k = 0; k < before.size(); ++k) {
      const std::uint32_t family = s.draw_list.entity(k);
      for (std::size_t need = 0; need < kNeeds; ++need)
        if (((before[k] ^ s.family[family].state) >> need) & 1) note_need(s, family, need, rest[k]);
    }
  }
}

}  // namespace hearth
