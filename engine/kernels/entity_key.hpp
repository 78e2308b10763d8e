// Whose a draw is, and which of its owner's: the last two words of the key of a draw (draws.hpp). Two draws
// of one process with the same words would be one number, and what depends on them would go together though
// nobody meant it to. So every word that is made of several numbers is made here, from numbers within stated
// ranges, and tests/kernels/test_entity_key.cpp checks that no two are alike.
#pragma once

#include <cassert>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace hearth {

// Of processes of the authority as a whole.
inline constexpr std::uint32_t kWholeAuthority = 0;
inline constexpr std::uint32_t kThoseFollowed = 1;  // those followed from an event (outcomes/follow_up.hpp)

// Processes of families (kInitialFamily, kOriginSelection, kTransition, kContact, kCaseOpening, kCaseEvent,
// kCareEntry) have the family's number. Those of looked-after children (kOriginCare, kCareOpening,
// kCareEvent, and kUnaccompanied beside kWholeAuthority) have the key of a child, which is one of three
// kinds:
//   0fff ffff ffff ffff ffff ffff ffff fccc   child c of family f
//   10mm mmmm mmmm kkkk kkkk kkkk kkkk kkkk   the k-th who arrives alone in month m
//   11kk kkkk kkkk kkkk kkkk kkkk kkkk kkkk   the k-th of those who had arrived alone before the origin
class EntityKey {
 public:
  static constexpr std::uint32_t kMostFamilies = 1U << 28;
  static constexpr std::size_t kMostSiblings = 8;
  static constexpr int kMostMonths = 1 << 10;
  static constexpr std::uint32_t kMostArrivals = 1U << 20;  // in a month
  static constexpr std::uint32_t kMostBefore = 1U << 30;

  constexpr EntityKey() = default;
  static constexpr EntityKey child(std::uint32_t family, std::size_t child) {
    assert(family < kMostFamilies && child < kMostSiblings);
    return EntityKey(family * kMostSiblings + child);
  }
  static constexpr EntityKey arrives_alone(int month, std::uint32_t k) {
    assert(month >= 0 && month < kMostMonths && k < kMostArrivals);
    return EntityKey(kAlone | static_cast<std::uint32_t>(month) << 20 | k);
  }
  static constexpr EntityKey alone_at_origin(std::uint32_t k) {
    assert(k < kMostBefore);
    return EntityKey(kAloneAtOrigin | k);
  }

  constexpr bool has_family() const { return (word_ & kAlone) == 0; }
  // Only of a child with a family.
  constexpr std::uint32_t family() const {
    assert(has_family());
    return word_ / kMostSiblings;
  }
  constexpr std::size_t position() const {
    assert(has_family());
    return word_ % kMostSiblings;
  }
  // As draws take it.
  constexpr std::uint32_t word() const { return word_; }

  constexpr auto operator<=>(const EntityKey&) const = default;

 private:
  static constexpr std::uint32_t kAlone = 0x80000000U;
  static constexpr std::uint32_t kAloneAtOrigin = 0xC0000000U;

  explicit constexpr EntityKey(std::size_t word) : word_(static_cast<std::uint32_t>(word)) {}

  std::uint32_t word_ = 0;
};

// Which draw of its owner in a process: the occurrence.

// kCaseOpening: half (0 or 1) of the thresholds of a family's case, its cases counted from 0 (below 256).
constexpr std::uint32_t case_opening(std::uint32_t number, std::uint32_t half) {
  assert(number < 256 && half < 2);
  return 2 * number + half;
}

// kCaseEvent, in which each lane is a process of its own: an event of a lane (below 256) of a family's case,
// its cases counted from 1 (below 256).
constexpr std::uint32_t case_event_key(std::uint32_t number, std::uint32_t event) {
  assert(number < 256 && event < 256);
  return number << 8 | event;
}

// kCareEntry: draws for all children of a family at a case event on a lane. Block 0 is for the event as a
// whole, a later one for four children each.
constexpr std::uint32_t care_entry_key(std::uint32_t case_event, std::size_t lane, std::uint32_t block) {
  assert(case_event < 1U << 16 && lane < 16 && block < 1U << 12);
  return case_event | static_cast<std::uint32_t>(lane) << 16 | block << 20;
}

// A child's spell in care: the first has no number, a later one that of the month in which it starts. Of a
// child's two spells, one has ended in the other's month or before.
constexpr std::uint32_t care_spell(bool again, int month) {
  assert(month >= 0 && month < EntityKey::kMostMonths);
  return again ? static_cast<std::uint32_t>(month + 1) << 8 : 0U;
}

// kCareOpening: what is drawn when a spell starts, or ends at home, with guardians or adopters.
enum class SpellDraw : std::uint32_t {
  kFirstThresholds,
  kLastThresholds,
  kPlacement,
  kSupportAtHome,
  kBreakdown
};
constexpr std::uint32_t care_opening(std::uint32_t spell, SpellDraw what) {
  assert((spell & 0xFFU) == 0);
  return spell + static_cast<std::uint32_t>(what);
}

// kCareEvent, in which each lane is a process of its own: an event of a lane (below 256) of a spell.
constexpr std::uint32_t care_event_key(std::uint32_t spell, std::uint32_t event) {
  assert((spell & 0xFFU) == 0 && event < 256);
  return spell | event;
}

// kNewborns: the birth of a child of the family; and whether children who had been taken into care before
// the origin bear on its births.
constexpr std::uint32_t birth_after_removal(std::size_t child) {
  assert(child < EntityKey::kMostSiblings);
  return static_cast<std::uint32_t>(child);
}
inline constexpr std::uint32_t kRemovedBefore = EntityKey::kMostSiblings;

// kOriginSelection: who is in casework and care at the origin. The first three are passes through the
// families (care/care_origin.cpp), kCase has two blocks.
enum class OriginDraw : std::uint32_t { kPass = 0, kStage = 7, kSeverity = 8, kCase = 9, kLeftForGood = 11 };
constexpr std::uint32_t origin_selection(OriginDraw what, std::uint32_t block = 0) {
  assert(block < (what == OriginDraw::kPass ? 3U : what == OriginDraw::kCase ? 2U : 1U));
  return static_cast<std::uint32_t>(what) + block;
}

}  // namespace hearth
