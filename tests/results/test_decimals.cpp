// Numbers of tables: what their unit carries, and nothing behind it.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/decimals.hpp"
#include "core/words.hpp"
#include "results/content/description.hpp"

namespace hearth {
namespace {

TEST(Decimals, AreThoseOfTheUnit) {
  EXPECT_EQ(plain_number(630703528.05, "GBP"), "630703528");
  EXPECT_EQ(plain_number(261.00000000000006, "children"), "261");
  EXPECT_EQ(plain_number(0.354, "families"), "0.35");
  EXPECT_EQ(plain_number(-1250.5, "FTE"), "-1250.5");
  EXPECT_EQ(plain_number(17.87654, "cases"), "17.877");
  EXPECT_EQ(plain_number(0.2120440839, "1"), "0.21204");
  EXPECT_EQ(plain_number(-0.4, "GBP"), "0");  // without a sign
  EXPECT_EQ(plain_number(1200.0, "children"), "1200");
  EXPECT_EQ(carried(-0.001, "children"), 0.0);
  EXPECT_FALSE(std::signbit(carried(-0.001, "children")));
}

TEST(Decimals, OfAnUnknownUnitAreNineFigures) {
  EXPECT_EQ(plain_number(31620.166666666668), "31620.1667");
  EXPECT_EQ(plain_number(630703528.05), "630703528");
  EXPECT_EQ(plain_number(-0.00123456789123), "-0.00123456789");
  EXPECT_EQ(plain_number(0.0), "0");
  EXPECT_EQ(plain_number(1e15), "1000000000000000");
  EXPECT_EQ(plain_number(std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(Words, GroupThousandsAndGiveZeroNoSign) {
  EXPECT_EQ(grouped(1234567.4), "1,234,567");
  EXPECT_EQ(grouped(-1701.0), "-1,701");
  EXPECT_EQ(grouped(-0.3), "0");
}

TEST(AdoptingElsewhere, IsToldInOneSentence) {
  EXPECT_EQ(adopting_elsewhere_text(0), "");
  EXPECT_EQ(adopting_elsewhere_text(1),
            "1 other authority adopts too without being simulated; all recruit from the same people.");
}

}  // namespace
}  // namespace hearth
