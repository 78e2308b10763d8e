// Keys of draws: no two owners, and no two draws of an owner, have the same words.
#include "kernels/entity_key.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace hearth {
namespace {

// Numbers of a range: its ends, and some between.
std::vector<std::uint32_t> some_of(std::uint32_t size, std::mt19937& random) {
  std::vector<std::uint32_t> out = {0, 1, size / 2, size - 2, size - 1};
  for (int i = 0; i < 40; ++i) out.push_back(static_cast<std::uint32_t>(random() % size));
  return out;
}

// What each word was made of: the same words, the same owner.
class Owners {
 public:
  void add(std::uint32_t word, const std::string& owner) {
    const auto [at, is_new] = owner_.emplace(word, owner);
    EXPECT_TRUE(is_new || at->second == owner) << at->second << " and " << owner << " have one key";
  }
  std::size_t size() const { return owner_.size(); }

 private:
  std::map<std::uint32_t, std::string> owner_;
};

std::string named(const std::string& kind, std::initializer_list<std::uint32_t> numbers) {
  std::string out = kind;
  for (const std::uint32_t n : numbers) out += ' ' + std::to_string(n);
  return out;
}

TEST(EntityKey, NoTwoChildrenHaveOne) {
  std::mt19937 random(1);
  Owners owners;
  for (const std::uint32_t family : some_of(EntityKey::kMostFamilies, random))
    for (std::uint32_t child = 0; child < EntityKey::kMostSiblings; ++child)
      owners.add(EntityKey::child(family, child).word(), named("child", {family, child}));
  for (const std::uint32_t month : some_of(EntityKey::kMostMonths, random))
    for (const std::uint32_t k : some_of(EntityKey::kMostArrivals, random))
      owners.add(EntityKey::arrives_alone(static_cast<int>(month), k).word(),
                 named("arrives alone", {month, k}));
  for (const std::uint32_t k : some_of(EntityKey::kMostBefore, random))
    owners.add(EntityKey::alone_at_origin(k).word(), named("alone at the origin", {k}));
  EXPECT_GT(owners.size(), 2000U);
}

TEST(EntityKey, SaysWhoseItIs) {
  std::mt19937 random(2);
  for (const std::uint32_t family : some_of(EntityKey::kMostFamilies, random))
    for (std::size_t child = 0; child < EntityKey::kMostSiblings; ++child) {
      const EntityKey key = EntityKey::child(family, child);
      EXPECT_TRUE(key.has_family());
      EXPECT_EQ(key.family(), family);
      EXPECT_EQ(key.position(), child);
    }
  EXPECT_FALSE(EntityKey::arrives_alone(0, 0).has_family());
  EXPECT_FALSE(EntityKey::alone_at_origin(0).has_family());
}

// Results hang on these words: with others every draw of a child would be another.
TEST(EntityKey, HasTheWordsOfEarlierResults) {
  EXPECT_EQ(EntityKey::child(5, 3).word(), 43U);
  EXPECT_EQ(EntityKey::arrives_alone(2, 7).word(), 0x80200007U);
  EXPECT_EQ(EntityKey::alone_at_origin(7).word(), 0xC0000007U);
  EXPECT_EQ(care_entry_key(0x0102, 3, 2), 0x00230102U);
  EXPECT_EQ(care_opening(care_spell(true, 4), SpellDraw::kSupportAtHome), 0x503U);
  EXPECT_EQ(care_event_key(care_spell(false, 4), 9), 9U);
  EXPECT_EQ(case_event_key(2, 3), 0x203U);
  EXPECT_EQ(case_opening(2, 1), 5U);
}

TEST(Occurrence, NoTwoDrawsOfAFamilyInAProcessHaveOne) {
  std::mt19937 random(3);
  Owners openings;
  Owners events;
  Owners entries;
  for (std::uint32_t number = 0; number < 256; ++number) {
    for (std::uint32_t half = 0; half < 2; ++half)
      openings.add(case_opening(number, half), named("", {number, half}));
    for (const std::uint32_t event : some_of(256, random)) {
      const std::uint32_t key = case_event_key(number, event);
      events.add(key, named("", {number, event}));
      for (std::uint32_t lane = 0; lane < 8; ++lane)
        for (std::uint32_t block = 0; block <= 2; ++block)
          entries.add(care_entry_key(key, lane, block), named("", {number, event, lane, block}));
    }
  }
  std::set<std::uint32_t> origin;
  for (const std::uint32_t pass : {0U, 1U, 2U}) origin.insert(origin_selection(OriginDraw::kPass, pass));
  for (const std::uint32_t block : {0U, 1U}) origin.insert(origin_selection(OriginDraw::kCase, block));
  origin.insert(origin_selection(OriginDraw::kStage));
  origin.insert(origin_selection(OriginDraw::kSeverity));
  origin.insert(origin_selection(OriginDraw::kLeftForGood));
  EXPECT_EQ(origin.size(), 8U);
  std::set<std::uint32_t> births = {kRemovedBefore};
  for (std::size_t child = 0; child < EntityKey::kMostSiblings; ++child)
    births.insert(birth_after_removal(child));
  EXPECT_EQ(births.size(), EntityKey::kMostSiblings + 1);
}

TEST(Occurrence, NoTwoDrawsOfAChildInAProcessHaveOne) {
  Owners openings;
  Owners events;
  for (int month = -1; month < 600; ++month) {  // -1: the first spell
    const std::uint32_t spell = care_spell(month >= 0, std::max(month, 0));
    for (const auto what : {SpellDraw::kFirstThresholds, SpellDraw::kLastThresholds, SpellDraw::kPlacement,
                            SpellDraw::kSupportAtHome, SpellDraw::kBreakdown})
      openings.add(care_opening(spell, what),
                   std::to_string(month) + " " + std::to_string(static_cast<int>(what)));
    for (const std::uint32_t event : {0U, 1U, 100U, 255U})
      events.add(care_event_key(spell, event), std::to_string(month) + " " + std::to_string(event));
  }
}

}  // namespace
}  // namespace hearth
