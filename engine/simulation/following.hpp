// What becomes of families after something happened to them: notes kept by the month in which it happened,
// and read when 12 or 24 months have passed (World::count_followed). In a steady state nothing is allocated:
// a month's list is used again when its turn comes round.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/calendar.hpp"

namespace hearth {

// Notes of this month and of `Months` months before it.
template <typename Note, int Months>
class NotesByMonth {
 public:
  std::vector<Note>& of(int month) { return lists_[static_cast<std::size_t>(month % (Months + 1))]; }
  // All that are kept.
  template <typename Visit>
  void for_each(Visit&& visit) {
    for (auto& list : lists_)
      for (auto& note : list) visit(note);
  }

 private:
  std::array<std::vector<Note>, Months + 1> lists_;
};

class Following {
 public:
  static constexpr int kYear = kMonthsPerYear;
  static constexpr int kTwoYears = 2 * kMonthsPerYear;
  static constexpr float kNotYet = 3e38F;

  // An assessment ended in support or enquiry. `state` is the family's NeedBits then.
  struct TakenOn {
    std::uint32_t family;
    std::uint8_t state;
  };
  // Pre-proceedings started for these children (bit a child).
  struct PreProceedings {
    std::uint32_t family;
    float time;
    std::uint8_t children;
    bool applied;  // a care application was made within a year
  };
  // A child came home. `entity` is family * 8 + child.
  struct Returned {
    std::uint32_t entity;
    float time;
    float entered_again;
  };

  void taken_on(int month, std::uint32_t family, std::uint8_t state) {
    taken_on_.of(month).push_back({family, state});
  }
  void pre_proceedings(int month, std::uint32_t family, std::uint8_t children, float time) {
    pre_proceedings_.of(month).push_back({family, time, children, false});
  }
  void returned_home(int month, std::uint32_t entity, float time) {
    returned_.of(month).push_back({entity, time, kNotYet});
  }
  // These look through all notes: applications, and entries of children who were looked after before, are
  // rare.
  void application(std::uint32_t family, float time) {
    pre_proceedings_.for_each([&](PreProceedings& note) {
      if (note.family == family && time - note.time <= kYear) note.applied = true;
    });
  }
  void entered_care(std::uint32_t entity, float time) {
    returned_.for_each([&](Returned& note) {
      if (note.entity == entity) note.entered_again = std::min(note.entered_again, time);
    });
  }

  std::vector<TakenOn>& taken_on(int month) { return taken_on_.of(month); }
  std::vector<PreProceedings>& pre_proceedings(int month) { return pre_proceedings_.of(month); }
  std::vector<Returned>& returned_home(int month) { return returned_.of(month); }

  // A family's case closed while a child who had come home was still likelier to enter care again: until
  // when that lasts.
  void keep_reunified(std::uint32_t family, std::int16_t until) { reunified_.emplace_back(family, until); }
  std::int16_t take_reunified(std::uint32_t family) {
    const auto found = std::find_if(reunified_.begin(), reunified_.end(),
                                    [&](const auto& kept) { return kept.first == family; });
    if (found == reunified_.end()) return 0;
    const std::int16_t until = found->second;
    *found = reunified_.back();
    reunified_.pop_back();
    return until;
  }

 private:
  NotesByMonth<TakenOn, kYear> taken_on_;
  NotesByMonth<PreProceedings, kYear> pre_proceedings_;
  NotesByMonth<Returned, kTwoYears> returned_;
  std::vector<std::pair<std::uint32_t, std::int16_t>> reunified_;
};

}  // namespace hearth
