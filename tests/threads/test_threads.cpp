// Whoever does work at the same time keeps the contract of core/parallel.hpp.
#include "threads/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace hearth {
namespace {

class ByThreads : public testing::TestWithParam<int> {
 protected:
  // 0: the one that needs no library of threads.
  const std::shared_ptr<const Parallel> parallel = GetParam() == 0 ? one_thread() : on_threads(GetParam());
};

TEST_P(ByThreads, EveryIndexComesOnce) {
  for (const std::size_t n : {0U, 1U, 2U, 1000U}) {
    std::vector<std::atomic<int>> calls(n);
    parallel->for_each_index(n, [&](std::size_t i) { ++calls.at(i); });
    for (const auto& count : calls) EXPECT_EQ(count, 1);
  }
}

TEST_P(ByThreads, ItemsBeginAndEndInOrderEachInASlotOfItsOwn) {
  constexpr int kItems = 1000;
  constexpr std::size_t kSlots = 7;
  struct Item {
    int number = -1;
    int worked = -1;
  };
  std::vector<Item> slots(kSlots);
  int begun = 0;
  std::vector<int> ended;
  parallel->in_order(kSlots, {[&](std::size_t slot) {
                                if (begun == kItems) return false;
                                EXPECT_EQ(slots.at(slot).number, -1) << "the slot is still in use";
                                slots.at(slot) = {begun++, -1};
                                return true;
                              },
                              [&](std::size_t slot) { slots.at(slot).worked = 3 * slots.at(slot).number; },
                              [&](std::size_t slot) {
                                EXPECT_EQ(slots.at(slot).worked, 3 * slots.at(slot).number);
                                ended.push_back(slots.at(slot).number);
                                slots.at(slot) = {};
                              }});
  ASSERT_EQ(ended.size(), static_cast<std::size_t>(kItems));
  for (int i = 0; i < kItems; ++i) EXPECT_EQ(ended[static_cast<std::size_t>(i)], i);
}

TEST_P(ByThreads, NothingToDoIsDone) {
  const auto never = [](std::size_t) { FAIL(); };
  parallel->in_order(3, {[](std::size_t) { return false; }, never, never});
}

TEST_P(ByThreads, WhatIsThrownReachesTheCaller) {
  const auto fail = [](std::size_t i) {
    if (i == 5) throw std::runtime_error("five");
  };
  EXPECT_THROW(parallel->for_each_index(10, fail), std::runtime_error);
  int begun = 0;
  const auto begin = [&](std::size_t) { return begun++ < 10; };
  const auto nothing = [](std::size_t) {};
  const auto fail_at_once = [](std::size_t) { throw std::runtime_error("now"); };
  EXPECT_THROW(parallel->in_order(4, {begin, fail_at_once, nothing}), std::runtime_error);
  EXPECT_THROW(parallel->in_order(4, {begin, nothing, fail_at_once}), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(, ByThreads, testing::Values(0, 1, 2, 5));

TEST(Threads, AreAtLeastOne) {
  EXPECT_GE(on_threads(0)->threads(), 1);
  EXPECT_EQ(one_thread()->threads(), 1);
}

}  // namespace
}  // namespace hearth
