// Flags of lanes become bits, whatever the processor has for it.
#include "kernels/bit_mask.hpp"

#include <gtest/gtest.h>

namespace hearth {
namespace {

template <typename Flags, int kLanes>
void expect_every_mask() {
  for (unsigned wanted = 0; wanted < 1U << kLanes; ++wanted) {
    Flags flags{};
    for (int i = 0; i < kLanes; ++i) flags[i] = (wanted >> i & 1U) != 0 ? -1 : 0;
    ASSERT_EQ(bit_mask(flags), wanted);
  }
}

TEST(BitMask, HasTheBitOfEachLane) {
  expect_every_mask<FourFlags, 4>();
  expect_every_mask<EightFlags, 8>();
  expect_every_mask<EightShortFlags, 8>();
}

}  // namespace
}  // namespace hearth
