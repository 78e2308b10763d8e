#include "model/outcomes/follow_up.hpp"

#include <algorithm>

namespace hearth {

void Following::taken_on(int month, std::uint32_t family, std::uint8_t state) {
  taken_on_.of(month).push_back({family, state});
}

void Following::pre_proceedings(int month, std::uint32_t family, std::uint8_t children, float time) {
  pre_proceedings_.of(month).push_back({family, time, children});
}

void Following::returned_home(int month, EntityKey entity, float time) {
  returned_.of(month).push_back({entity, time, kNotYet});
}

void Following::entered_care(EntityKey entity, float time) {
  returned_.for_each([&](Returned& note) {
    if (note.entity == entity) note.entered_again = std::min(note.entered_again, time);
  });
}

void Following::keep_reunified(std::uint32_t family, std::int16_t until) {
  reunified_.emplace_back(family, until);
}

std::int16_t Following::take_reunified(std::uint32_t family) {
  const auto found = std::find_if(reunified_.begin(), reunified_.end(),
                                  [&](const auto& kept) { return kept.first == family; });
  if (found == reunified_.end()) return 0;
  const std::int16_t until = found->second;
  *found = reunified_.back();
  reunified_.pop_back();
  return until;
}

}  // namespace hearth
