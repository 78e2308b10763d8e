// Elementary functions are the double nearest to the true value, and close to what the C library gives.
//
// Known answers were worked out with Python's mpmath to 80 digits, then rounded to the nearest double. Test
// values are hexadecimal, so that no reading of decimals comes in between.
#include "kernels/elementary.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <vector>

namespace hearth {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Known {
  std::vector<double> arguments;
  double value;
};

const std::vector<Known> kExp = {
    {{0x1p+0}, 0x1.5bf0a8b145769p+1},
    {{-0x1p+0}, 0x1.78b56362cef38p-2},
    {{0x1p-1}, 0x1.a61298e1e069cp+0},
    {{0x1.0624dd2f1a9fcp-10}, 0x1.0041919b7ee34p+0},
    {{-0x1.0624dd2f1a9fcp-10}, 0x1.ff7cfe56f1a9ep-1},
    {{0x1.b7cdfd9d7bdbbp-34}, 0x1.000000006df38p+0},
    {{0x1.14b37f4b51f71p-55}, 0x1p+0},
    {{0x1.61e4f765fd8aep-9}, 0x1.00b12fb0f4433p+0},
    {{0x1.633482be8bc17p-9}, 0x1.00b1d7eaf6978p+0},
    {{0x1.599999999999ap+1}, 0x1.dc26c32572a3ep+3},
    {{-0x1.599999999999ap+1}, 0x1.13461675400c2p-4},
    {{0x1.4p+3}, 0x1.5829dcf95056p+14},
    {{-0x1.4p+4}, 0x1.1b48655f37267p-29},
    {{0x1.62ccccccccccdp+6}, 0x1.f4705bbffae5cp+127},
    {{-0x1.5d33333333333p+6}, 0x1.09874c0b9cacbp-126},
    {{0x1.2c4cccccccccdp+8}, 0x1.2e9c6cabf8f3fp+433},
    {{-0x1.2c1999999999ap+8}, 0x1.08846d46b03bap-433},
    {{0x1.5e5999999999ap+9}, 0x1.dc86ff276fcf3p+1010},
    {{-0x1.5e26666666666p+9}, 0x1.9a5615b10648ap-1011},
    {{0x1.62d999999999ap+9}, 0x1.d75ae7a50ee14p+1023},
    {{0x1.999999999999ap-4}, 0x1.1aec7b35a00d4p+0},
    {{0x1.62e42fefa39efp-1}, 0x1p+1},
    {{0x1.921fb54442d18p+1}, 0x1.724046eb09339p+4},
};
const std::vector<Known> kExpm1 = {
    {{0x1.79ca10c924223p-67}, 0x1.79ca10c924223p-67},
    {{-0x1.79ca10c924223p-67}, -0x1.79ca10c924223p-67},
    {{0x1.b7cdfd9d7bdbbp-34}, 0x1.b7cdfd9dda4e3p-34},
    {{-0x1.4f8b588e368f1p-17}, -0x1.4f8aea9acf2c9p-17},
    {{0x1.61e4f765fd8aep-9}, 0x1.625f61e88651fp-9},
    {{-0x1.61e4f765fd8aep-9}, -0x1.616ac53f40c17p-9},
    {{0x1.89374bc6a7efap-9}, 0x1.89ce712a56381p-9},
    {{-0x1.89374bc6a7efap-9}, -0x1.88a073b231839p-9},
    {{-0x1.999999999999ap-6}, -0x1.9485bc17ea471p-6},
    {{0x1.3333333333333p-2}, 0x1.6641632306a56p-2},
    {{-0x1.6666666666666p-1}, -0x1.01bf92311555fp-1},
    {{0x1p+0}, 0x1.b7e151628aed3p+0},
    {{-0x1p+0}, -0x1.43a54e4e98864p-1},
    {{0x1.6p+2}, 0x1.e76244f21bbf6p+7},
    {{-0x1p+3}, -0x1.ffd407bdf7dfbp-1},
    {{-0x1.4p+5}, -0x1p+0},
    {{0x1.9p+6}, 0x1.3494a9b171bf5p+144},
    {{0x1.62e42fefa39efp-1}, 0x1p+0},
};
const std::vector<Known> kLog = {
    {{0x1p-1}, -0x1.62e42fefa39efp-1},
    {{0x1p+1}, 0x1.62e42fefa39efp-1},
    {{0x1.8p+1}, 0x1.193ea7aad030bp+0},
    {{0x1.4p+3}, 0x1.26bb1bbb55516p+1},
    {{0x1.999999999999ap-4}, -0x1.26bb1bbb55515p+1},
    {{0x1.fffffffffffffp-1}, -0x1p-53},
    {{0x1.0000000000001p+0}, 0x1.fffffffffffffp-53},
    {{0x1.ff7ced916872bp-1}, -0x1.064670d979b73p-10},
    {{0x1.004189374bc6ap+0}, 0x1.060354f8c3cc4p-10},
    {{0x1.ff06f69446738p-1}, -0x1.f28c2072cd21fp-10},
    {{0x1.007fcb923a29cp+0}, 0x1.feaedc152bf69p-10},
    {{0x1.6a09e667f3bccp-1}, -0x1.62e42fefa39f1p-2},
    {{0x1.6a09e667f3bcdp-1}, -0x1.62e42fefa39eep-2},
    {{0x1.6a09e667f3bcdp+0}, 0x1.62e42fefa39fp-2},
    {{0x1.3c083126e978dp+0}, 0x1.af71abe30f48fp-3},
    {{0x1.999999999999ap-1}, -0x1.c8ff7c79a9a2p-3},
    {{0x1.4f8b588e368f1p-17}, -0x1.7069e2aa2aa5bp+3},
    {{0x1.86ap+16}, 0x1.7069e2aa2aa5bp+3},
    {{0x1.56e1fc2f8f359p-997}, -0x1.5963447f87fb5p+9},
    {{0x1.7e43c8800759cp+996}, 0x1.5963447f87fb5p+9},
    {{0x0.0000000000001p-1022}, -0x1.74385446d71c3p+9},
    {{0x1p-1022}, -0x1.6232bdd7abcd2p+9},
    {{0x1.fffffffffffffp+1023}, 0x1.62e42fefa39efp+9},
    {{0x1p-32}, -0x1.62e42fefa39efp+4},
};
const std::vector<Known> kPow = {
    {{0x1p+1, 0x1p-1}, 0x1.6a09e667f3bcdp+0},
    {{0x1.8p+1, -0x1.b333333333333p+0}, 0x1.3c640a29f909bp-3},
    {{0x1.4p+0, 0x1p+1}, 0x1.9p+0},
    {{0x1.4p+0, 0x1.8p+1}, 0x1.f4p+0},
    {{0x1.ccccccccccccdp-1, 0x1.999999999999ap-4}, 0x1.faa244a98407ap-1},
    {{0x1.00068db8bac71p+0, 0x1.f4p+9}, 0x1.1aec1e81e6de8p+0},
    {{0x1.3333333333333p-2, 0x1.9p+3}, 0x1.388c1288741e7p-22},
    {{0x1.ecccccccccccdp+2, -0x1.51eb851eb851fp-2}, 0x1.050d77241ed16p-1},
    {{0x1.999999999999ap+0, -0x1.8p+1}, 0x1.f3fffffffffffp-3},
    {{0x1.999999999999ap-5, -0x1.3333333333333p+0}, 0x1.234a4f4c2a736p+5},
    {{0x1.4p+3, 0x1.ep+3}, 0x1.c6bf52634p+49},
    {{0x1.4p+3, -0x1.ep+3}, 0x1.203af9ee75616p-50},
    {{0x1.56e1fc2f8f359p-997, 0x1p-1}, 0x1.a2fe76a3f9475p-499},
    {{0x1.7e43c8800759cp+996, -0x1p+0}, 0x1.56e1fc2f8f359p-997},
    {{0x1.199999999999ap+0, 0x1.b58p+12}, 0x1.70482352af339p+962},
    {{0x1.ccccccccccccdp-1, 0x1.77p+12}, 0x1.f97485fa5701p-913},
    {{0x1.ffffde7210be9p-1, 0x1.ep+7}, 0x1.ffe08be609a2ep-1},
    {{0x1.8p+0, 0x1p+0}, 0x1.8p+0},
    {{0x1.47ae147ae147bp-7, 0x1.6666666666666p-1}, 0x1.46211ff90ea2ap-5},
};
const std::vector<Known> kCos = {
    {{0x0p+0}, 0x1p+0},
    {{0x1p-1}, 0x1.c1528065b7d5p-1},
    {{0x1p+0}, 0x1.14a280fb5068cp-1},
    {{0x1.921fb54442d18p+0}, 0x1.1a62633145c07p-54},
    {{0x1.921fb54442d19p+0}, -0x1.72cece675d1fdp-53},
    {{0x1.921fb54442d18p-1}, 0x1.6a09e667f3bcdp-1},
    {{0x1.921fb54442d18p+1}, -0x1p+0},
    {{0x1p+1}, -0x1.aa22657537205p-2},
    {{0x1p+2}, -0x1.4eaa606db24c1p-1},
    {{0x1.2d97c7f3321d2p+2}, -0x1.a79394c9e8a0ap-53},
    {{0x1.921fb54442d18p+2}, 0x1p+0},
    {{0x1.921fb53c8d4f1p+2}, 0x1p+0},
    {{-0x1p+0}, 0x1.14a280fb5068cp-1},
    {{-0x1.4p+1}, -0x1.9a2f7ef858b7dp-1},
    {{0x1p-7}, 0x1.fffc000155552p-1},
    {{0x1.12e0be826d695p-30}, 0x1p+0},
    {{0x1.9p+6}, 0x1.b981dbf665fdfp-1},
    {{-0x1.f44p+9}, 0x1.8dbff75eb664fp-4},
    {{0x1.869fe66666666p+16}, -0x1.fb4a09c5331fdp-1},
};
const std::vector<Known> kBetaShareBelow = {
    {{0x1.47ae147ae147bp-1, 0x1.d70a3d70a3d71p+2, 0x1.eb851eb851eb8p-6}, 0x1.8c775dc008dadp-2},
    {{0x1.999999999999ap+0, 0x1.999999999999ap+2, 0x1.6666666666666p-3}, 0x1.00cb50274e1adp-1},
    {{0x1.3333333333333p+1, 0x1.6666666666666p+2, 0x1.851eb851eb852p-2}, 0x1.6d26dbb76a1b2p-1},
    {{0x1.47ae147ae147bp-7, 0x1.fd70a3d70a3d7p+0, 0x1.999999999999ap-5}, 0x1.f5947264441cap-1},
    {{0x1.9p+4, 0x1.9p+4, 0x1.28f5c28f5c28fp-2}, 0x1.fbb4ed4d2f109p-11},
    {{0x1p+0, 0x1p+0, 0x1p-2}, 0x1p-2},
    {{0x1.999999999999ap+1, 0x1.3333333333333p+2, 0x1p-1}, 0x1.735d1266d83d9p-1},
    {{0x1p-1, 0x1p-1, 0x1.999999999999ap-4}, 0x1.a37f5c4c419efp-3},
    {{0x1.7cp+5, 0x1.4p+1, 0x1.851eb851eb852p-2}, 0x1.9bf8132e14e68p-60},
    {{0x1.999999999999ap+0, 0x1.999999999999ap+2, 0x1.ccccccccccccdp-1}, 0x1.ffffd1b2a49ep-1},
    {{0x1.47ae147ae147bp-5, 0x1.fd70a3d70a3d7p+2, 0x1.8p-1}, 0x1.fffffc29989cap-1},
};
const std::vector<Known> kNormalQuantile = {
    {{0x1p-1}, 0x0p+0},
    {{0x1.999999999999ap-4}, -0x1.4813c36e26d32p+0},
    {{0x1.ccccccccccccdp-1}, 0x1.4813c36e26d33p+0},
    {{0x1.3333333333333p-4}, -0x1.7085226d3e524p+0},
    {{0x1.d99999999999ap-1}, 0x1.7085226d3e525p+0},
    {{0x1.318fc504816fp-4}, -0x1.713eb35d82317p+0},
    {{0x1.0624dd2f1a9fcp-10}, -0x1.8b8cbb7204471p+1},
    {{0x1.ff7ced916872bp-1}, 0x1.8b8cbb720447p+1},
    {{0x1.ad7f29abcaf48p-24}, -0x1.4cc1f26b18706p+2},
    {{0x1.fffffca501acbp-1}, 0x1.4cc1f26b33559p+2},
    {{0x1p-24}, -0x1.52dc6e859caddp+2},
    {{0x1.19799812dea11p-40}, -0x1.c234fba57a32ap+2},
    {{0x1p-2}, -0x1.5956b87528a49p-1},
    {{0x1.999999999999ap-2}, -0x1.036d6c4a04b59p-2},
};
using Values = std::vector<double>;
using Function = std::function<double(const Values&)>;

void expect_known(const std::vector<Known>& rows, const Function& f) {
  for (const Known& row : rows)
    EXPECT_EQ(f(row.arguments), row.value) << testing::PrintToString(row.arguments);
}

TEST(Elementary, GivesTheNearestDouble) {
  expect_known(kExp, [](const Values& x) { return elementary::exp(x[0]); });
  expect_known(kExpm1, [](const Values& x) { return elementary::expm1(x[0]); });
  expect_known(kLog, [](const Values& x) { return elementary::log(x[0]); });
  expect_known(kPow, [](const Values& x) { return elementary::pow(x[0], x[1]); });
  expect_known(kCos, [](const Values& x) { return elementary::cos(x[0]); });
  expect_known(kBetaShareBelow,
               [](const Values& x) { return elementary::beta_share_below(x[0], x[1], x[2]); });
}

TEST(Elementary, NormalQuantilesAreRightToFourUnitsInTheLastPlace) {
  for (const Known& row : kNormalQuantile)
    EXPECT_NEAR(elementary::normal_quantile(row.arguments[0]), row.value, 0x1p-50 * std::abs(row.value));
}

// The C library's long double has 11 binary digits more, or 60: where these leave no doubt how the true value
// rounds, as mostly, it must have been rounded so.
class Compared {
 public:
  void expect_nearest(double found, long double longer, double x) {
    const auto nearest = static_cast<double>(longer);
    const long double margin = std::ldexp(std::abs(longer), 3 - std::numeric_limits<long double>::digits);
    const bool is_certain = static_cast<double>(longer - margin) == static_cast<double>(longer + margin);
    certain_ += is_certain ? 1 : 0;
    ++all_;
    if (is_certain) {
      EXPECT_EQ(found, nearest) << x;
    }
  }
  ~Compared() { EXPECT_GT(certain_, 0.98 * all_); }

 private:
  int certain_ = 0, all_ = 0;
};

TEST(Elementary, RoundsTheTrueValue) {
  volatile long double one = 1.0L;
  if (std::exp(one) == static_cast<long double>(std::exp(1.0)) ||
      std::log(3.0L * one) == static_cast<long double>(std::log(3.0)))
    GTEST_SKIP() << "this C library's long double has no more digits than double";
  std::mt19937 random(20220331);
  const auto between = [&](double low, double high) {
    return low + (high - low) * 0x1p-32 * static_cast<double>(random());
  };
  Compared compared;
  for (int i = 0; i < 50000; ++i) {
    const double x = between(-20.0, 20.0);
    compared.expect_nearest(elementary::exp(x), std::exp(static_cast<long double>(x)), x);
    const double large = 35.0 * x;
    compared.expect_nearest(elementary::exp(large), std::exp(static_cast<long double>(large)), large);
    compared.expect_nearest(elementary::expm1(0.1 * x), std::expm1(static_cast<long double>(0.1 * x)),
                            0.1 * x);
    const double positive = between(0.0, 3.0);
    compared.expect_nearest(elementary::log(positive), std::log(static_cast<long double>(positive)),
                            positive);
    const double near_one = 1.0 + std::ldexp(x, -(i % 50) - 5);
    compared.expect_nearest(elementary::log(near_one), std::log(static_cast<long double>(near_one)),
                            near_one);
    const double power = 0.2 * x;
    compared.expect_nearest(elementary::pow(positive, power),
                            std::pow(static_cast<long double>(positive), static_cast<long double>(power)),
                            positive);
    for (const double angle : {x, large, 0.1 * x, 0.01 * x, 3.0 * x, 5.0 * x, 7.0 * x})
      compared.expect_nearest(elementary::cos(angle), std::cos(static_cast<long double>(angle)), angle);
  }
}

TEST(Elementary, KnowsTheEndsOfItsRange) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(elementary::exp(800.0), kInfinity);
  EXPECT_EQ(elementary::exp(kInfinity), kInfinity);
  EXPECT_EQ(elementary::exp(-800.0), 0.0);
  EXPECT_EQ(elementary::exp(-kInfinity), 0.0);
  EXPECT_EQ(elementary::exp(0.0), 1.0);
  EXPECT_TRUE(std::isnan(elementary::exp(none)));
  EXPECT_EQ(elementary::expm1(800.0), kInfinity);
  EXPECT_EQ(elementary::expm1(-800.0), -1.0);
  EXPECT_EQ(elementary::expm1(0.0), 0.0);
  EXPECT_TRUE(std::isnan(elementary::expm1(none)));
  EXPECT_EQ(elementary::log(0.0), -kInfinity);
  EXPECT_EQ(elementary::log(1.0), 0.0);
  EXPECT_EQ(elementary::log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(elementary::log(-1.0)));
  EXPECT_TRUE(std::isnan(elementary::log(none)));
  for (const double y : {-2.5, -1.0, 0.0, 0.5, 3.0, kInfinity, -kInfinity})
    for (const double x : {0.0, 0.5, 1.0, 2.0, 1e300, kInfinity})
      EXPECT_EQ(elementary::pow(x, y), std::pow(x, y)) << x << ' ' << y;
  EXPECT_TRUE(std::isnan(elementary::pow(-1.0, 0.5)));
  EXPECT_TRUE(std::isnan(elementary::pow(none, 2.0)));
  EXPECT_TRUE(std::isnan(elementary::pow(2.0, none)));
  EXPECT_TRUE(std::isnan(elementary::cos(1e6)));
  EXPECT_TRUE(std::isnan(elementary::cos(none)));
  EXPECT_EQ(elementary::beta_share_below(2.0, 3.0, 0.0), 0.0);
  EXPECT_EQ(elementary::beta_share_below(2.0, 3.0, 1.0), 1.0);
}

}  // namespace
}  // namespace hearth
