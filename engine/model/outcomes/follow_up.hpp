// What becomes of families after something happened to them: notes kept by the month in which it happened,
// and read when 12 or 24 months have passed (follow_up_counts.hpp). In a steady state nothing is allocated:
// a month's list is used again when its turn comes round.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/calendar.hpp"
#include "kernels/entity_key.hpp"

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

  explicit Following(std::size_t families) : last_application_(families, -kNotYet) {}

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
  };
  // A child came home.
  struct Returned {
    EntityKey entity;
    float time;
    float entered_again;
  };

  // Months from the origin, in order; times in months from the origin.
  void taken_on(int month, std::uint32_t family, std::uint8_t state);
  void pre_proceedings(int month, std::uint32_t family, std::uint8_t children, float time);
  void returned_home(int month, EntityKey entity, float time);
  void application(std::uint32_t family, float time) { last_application_[family] = time; }
  // Looks through all notes: entries of children who were looked after before are rare.
  void entered_care(EntityKey entity, float time);

  std::vector<TakenOn>& taken_on(int month) { return taken_on_.of(month); }
  std::vector<PreProceedings>& pre_proceedings(int month) { return pre_proceedings_.of(month); }
  // Whether a care application was made in the year after. A family's last application is the one that
  // counts: two within a year are next to none.
  bool applied(const PreProceedings& note) const {
    const float since = last_application_[note.family] - note.time;
    return since >= 0.0F && since <= static_cast<float>(kYear);
  }
  std::vector<Returned>& returned_home(int month) { return returned_.of(month); }

  // A family's case closed while a child who had come home was still likelier to enter care again: until
  // when that lasts.
  void keep_reunified(std::uint32_t family, std::int16_t until);
  std::int16_t take_reunified(std::uint32_t family);

 private:
  NotesByMonth<TakenOn, kYear> taken_on_;
  NotesByMonth<PreProceedings, kYear> pre_proceedings_;
  std::vector<float> last_application_;  // by family
  NotesByMonth<Returned, kTwoYears> returned_;
  std::vector<std::pair<std::uint32_t, std::int16_t>> reunified_;
};

}  // namespace hearth
