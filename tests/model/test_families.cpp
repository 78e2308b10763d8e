// Families and children of an authority: of every single age as many as the figures say, at the origin and
// after it; the same whoever else exists.
#include "model/population/families.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <numeric>
#include <random>
#include <span>
#include <vector>

#include "published/england_reader.hpp"
#include "source_dir.hpp"
#include "statistics.hpp"

namespace hearth {
namespace {

constexpr std::uint64_t kSeed = 20220331;
constexpr int kHorizon = 120;

const England& england() {
  static const England value = load_england(source_dir() / "scenarios" / "england", {2022, 3});
  return value;
}

// The smallest two, a small one, a deprived one, and Hertfordshire.
const std::array<int, 5> kSome = {201, 420, 857, 806, 919};

Families families_of(int code, int horizon = kHorizon, double fraction = 1.0) {
  return make_families(england().at(code), Parameters{}, kSeed, fraction, horizon);
}

// Births of one family, months from the origin.
std::span<const std::int16_t> births(const Families& families, std::size_t family) {
  const Births& all = families.births[family];
  return std::span(all.month).first(all.size());
}

// From which month on each family lives in the authority, and until which.
struct Stay {
  int from = 0;
  int until = 30000;
};
std::vector<Stay> stays(const Families& families) {
  std::vector<Stay> out(families.size());
  for (std::size_t m = 0; m < families.alive_end.size(); ++m) {
    for (auto f = m == 0 ? 0 : families.alive_end[m - 1]; m > 0 && f < families.alive_end[m]; ++f)
      out[f].from = static_cast<int>(m);
    for (auto k = families.departures_from[m]; k < families.departures_from[m + 1]; ++k)
      out[families.departures[k]].until = static_cast<int>(m);
  }
  // Those who come at the very end, with no month of their own.
  for (auto f = families.alive_end.back(); f < families.size(); ++f)
    out[f].from = static_cast<int>(families.alive_end.size());
  return out;
}

// Children by single year of age some months after the origin. Those who go at the end of the last month of
// the horizon are not listed, so `months` has to be below it.
using ByAge = std::array<int, kChildAges>;
ByAge ages_at(const Families& families, int months) {
  ByAge out{};
  const auto all = stays(families);
  for (std::size_t f = 0; f < families.size(); ++f)
    if (all[f].from <= months && months < all[f].until)
      for (const int birth : births(families, f))
        if (birth <= months && months < birth + kAdultMonths)
          ++out.at(static_cast<std::size_t>((months - birth) / kMonthsPerYear));
  return out;
}
int children_at(const Families& families, int months) {
  const ByAge ages = ages_at(families, months);
  return std::accumulate(ages.begin(), ages.end(), 0);
}

int families_with_children_at_origin(const Families& families) {
  int out = 0;
  for (std::size_t f = 0; f < families.alive_end.front(); ++f) {
    const auto born = births(families, f);
    out += std::any_of(born.begin(), born.end(), [](int b) { return b <= 0 && b > -kAdultMonths; }) ? 1 : 0;
  }
  return out;
}

// Masks are counted child by child.
TEST(Births, SayWhoIsBornAndWhoIsUnder18) {
  std::mt19937 random(20220331);
  for (int trial = 0; trial < 2000; ++trial) {
    Births births;
    const std::size_t n = random() % (kMostChildren + 1);
    for (std::size_t k = 0; k < n; ++k)
      births.month[k] = static_cast<std::int16_t>(static_cast<int>(random() % 900) - 600);
    std::sort(births.month.begin(), births.month.begin() + static_cast<std::ptrdiff_t>(n));
    ASSERT_EQ(births.size(), n);
    // Birthdays and births to the month, too.
    std::vector<int> months = {0, static_cast<int>(random() % 600)};
    for (std::size_t k = 0; k < n; ++k)
      for (const int near : {-1, 0, kAdultMonths - 1, kAdultMonths}) months.push_back(births.month[k] + near);
    for (const int month : months) {
      unsigned born = 0;
      unsigned minors = 0;
      for (std::size_t k = 0; k < n; ++k) {
        born |= (births.month[k] <= month ? 1U : 0U) << k;
        minors |= (births.month[k] <= month && month < births.month[k] + kAdultMonths ? 1U : 0U) << k;
      }
      ASSERT_EQ(births.born_by(month), born);
      ASSERT_EQ(births.minors(month), minors);
    }
  }
  std::vector<std::size_t> bits;
  for_each_bit(0b10011000U, [&](std::size_t k) { bits.push_back(k); });
  EXPECT_EQ(bits, (std::vector<std::size_t>{3, 4, 7}));
}

TEST(Families, ChildrenAreExactAtTheOriginInEveryAuthority) {
  for (const auto& authority : england().authorities) {
    const Families families = make_families(authority, Parameters{}, kSeed, 1.0, 1);
    EXPECT_EQ(children_at(families, 0), authority.children) << authority.name;
  }
}

// A rounding to whole children is at most one off.
TEST(Families, ChildrenOfEachAgeAreThoseOfTheEstimatesAtTheOrigin) {
  for (const auto& authority : england().authorities) {
    const ByAge ages = ages_at(make_families(authority, Parameters{}, kSeed, 1.0, 1), 0);
    for (std::size_t age = 0; age < kChildAges; ++age)
      ASSERT_NEAR(ages.at(age), authority.children_by_age.at(age), 1.0) << authority.name << ", age " << age;
  }
}

// London's boroughs lose families and others gain them; a new housing estate (made up) gains them fast.
TEST(Families, ChildrenOfEachAgeFollowTheirProjection) {
  AuthorityOrigin growing = england().at(857);
  for (std::size_t t = 0; t < growing.children_ahead.size(); ++t)
    for (double& children : growing.children_ahead[t]) children *= 1.0 + 0.05 * static_cast<double>(t + 1);
  std::vector<AuthorityOrigin> some = {growing};
  for (const int code : kSome) some.push_back(england().at(code));
  for (const int code : {202, 316, 815}) some.push_back(england().at(code));
  for (const AuthorityOrigin& authority : some) {
    const Families families = make_families(authority, Parameters{}, kSeed, 1.0, kHorizon + 1);
    for (const int year : {1, 2, 5, 10}) {
      const ByAge ages = ages_at(families, kMonthsPerYear * year);
      const ChildrenByAge& expected = authority.children_ahead.at(static_cast<std::size_t>(year - 1));
      int missed = 0;
      for (std::size_t age = 0; age < kChildAges; ++age)
        missed += std::max(0, static_cast<int>(std::abs(ages.at(age) - expected.at(age))) - 1);
      // Families have several children: a few may be left over where some cohorts grow and others shrink.
      EXPECT_LE(missed, 0.002 * authority.children + 4) << authority.name << ", year " << year;
    }
  }
}

TEST(Families, MoversGoAndComeWithTheirChildren) {
  const Families families = make_families(england().at(202), Parameters{}, kSeed, 1.0, kHorizon);
  const auto all = stays(families);
  int go = 0, come = 0, with_siblings = 0;
  for (std::size_t f = 0; f < families.size(); ++f) {
    const Births& born = families.births[f];
    const bool goes = all[f].until <= kHorizon && born.minors(all[f].until) != 0;
    const bool comes = all[f].from > 0 && born.month[0] < all[f].from;
    go += goes ? 1 : 0;
    come += comes ? 1 : 0;
    with_siblings += (goes && std::popcount(born.minors(all[f].until)) > 1) ? 1 : 0;
    if (comes) {
      ASSERT_NE(born.minors(all[f].from), 0U);
    }
  }
  EXPECT_GT(go, 500);
  EXPECT_GT(come, 20);
  EXPECT_GT(with_siblings, go / 5);
}

TEST(Families, ShareEnglandsChildrenAtSeventeenForTenFamilies) {
  double children = 0.0;
  double families = 0.0;
  for (const int code : {857, 806, 919}) {
    const Families made = families_of(code, 1);
    EXPECT_NEAR(children_at(made, 0) / static_cast<double>(families_with_children_at_origin(made)), 1.7, 0.05)
        << code;
    children += children_at(made, 0);
    families += families_with_children_at_origin(made);
  }
  EXPECT_NEAR(children / families, 1.7, 0.03);
}

TEST(Families, StockOfChildrenByMonthIsARecount) {
  for (const int code : kSome) {
    const Families families = families_of(code);
    ASSERT_EQ(families.children.size(), static_cast<std::size_t>(kHorizon));
    for (int month = 0; month < kHorizon - 1; month += code == 919 ? 17 : 1)
      ASSERT_EQ(families.children[static_cast<std::size_t>(month)], children_at(families, month + 1))
          << code << ", month " << month;
  }
}

TEST(Families, StocksByDeprivationAreARecount) {
  const Families families = families_of(857);
  const auto all = stays(families);
  for (const int month : {0, 11, kHorizon - 2}) {
    std::array<int, kDeprivationFifths> counted{};
    for (std::size_t f = 0; f < families.size(); ++f)
      for (const int birth : births(families, f))
        if (all[f].from <= month + 1 && month + 1 < all[f].until)
          counted[deprivation_class(families.family_class[f]) / 2] +=
              birth <= month + 1 && month + 1 < birth + kAdultMonths ? 1 : 0;
    for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth)
      EXPECT_EQ(families.children_by_fifth[fifth][static_cast<std::size_t>(month)], counted[fifth]);
  }
}

TEST(Families, FifthsOfDeprivationHoldAboutAFifthOfEnglandsChildren) {
  std::array<double, kDeprivationFifths> share{};
  double children = 0.0;
  for (const auto& authority : england().authorities) {
    // Shares of classes do not depend on how many families are made.
    const Families families = make_families(authority, Parameters{}, kSeed, 0.001, 1);
    children += authority.children;
    for (std::size_t c = 0; c < kDeprivationClasses; ++c)
      share[deprivation_fifth(family_class(c, 0))] += families.deprivation_share[c] * authority.children;
  }
  constexpr std::array<double, kDeprivationFifths> kStated = {0.20, 0.18, 0.22, 0.22, 0.18};
  for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth)
    EXPECT_NEAR(share[fifth] / children, kStated[fifth], 0.005) << kDeprivationFifthNames[fifth];
}

TEST(Families, StockOfChildrenStaysLevelWhereNothingIsProjected) {
  AuthorityOrigin level = england().at(919);
  level.children_ahead.clear();
  for (const bool ages : {true, false}) {
    if (!ages) level.children_by_age.fill(0.0);
    const Families families = make_families(level, Parameters{}, kSeed, 1.0, 240);
    for (const int now : families.children) ASSERT_NEAR(now, level.children, 0.005 * level.children);
    const ByAge then = ages_at(families, 239);
    for (std::size_t age = 0; age < kChildAges; ++age)
      ASSERT_NEAR(then.at(age), ages ? level.children_by_age.at(age) : level.children / 18.0,
                  0.03 * level.children / 18.0);
  }
}

TEST(Families, ChildrenOfAFamilyAreInOrderAndTenMonthsApart) {
  const Families families = families_of(806);
  ASSERT_EQ(families.births.size(), families.size());
  double spacing = 0.0;
  int gaps = 0;
  for (std::size_t f = 0; f < families.size(); ++f) {
    const auto born = births(families, f);
    ASSERT_GE(born.size(), 1U);
    ASSERT_LE(born.size(), 5U);
    for (std::size_t i = 1; i < born.size(); ++i) {
      ASSERT_GE(born[i] - born[i - 1], 10);
      if (born.front() <= 0) continue;  // families with a long gap are more likely to be still there
      spacing += born[i] - born[i - 1];
      ++gaps;
    }
  }
  // Ten months and a sum of two exponentials of half the rest each: its variance is half the rest squared.
  const double mean = Parameters{}[Parameter::population_birth_spacing];
  EXPECT_NEAR(spacing / gaps, mean, sigmas() * (mean - 10.0) * std::sqrt(0.5 / gaps));
}

TEST(Families, CompletedSizesHaveTheirShares) {
  const Families families = families_of(919);
  std::vector<double> counts(5);
  double n = 0.0;
  for (std::size_t f = 0; f < families.size(); ++f) {
    const auto born = births(families, f);
    if (born.front() <= 0) continue;
    counts[born.size() - 1] += 1.0;
    n += 1.0;
  }
  const Parameters p;
  std::vector<double> expected;
  for (std::size_t i = 0; i < rows::kFamilySizes.size(); ++i)
    expected.push_back(n * p[rows::kFamilySizes.at(i)]);
  EXPECT_LT(chi_squared(counts, expected), chi_squared_bound(4));
}

TEST(Families, TheAliveAreOneStretchEveryMonth) {
  for (const int code : kSome) {
    const Families families = families_of(code);
    const auto all = stays(families);
    for (int month = 0; month < kHorizon; month += code == 919 ? 17 : 1) {
      const auto begin = families.alive_begin[static_cast<std::size_t>(month)];
      const auto end = families.alive_end[static_cast<std::size_t>(month)];
      int wrong = 0;
      for (std::uint32_t f = 0; f < families.size(); ++f) {
        const bool alive = f < families.alive_end.front() ? births(families, f).back() + kAdultMonths > month
                                                          : all[f].from <= month;
        wrong += (begin <= f && f < end) != alive ? 1 : 0;
      }
      ASSERT_EQ(wrong, 0) << code << ", month " << month;
    }
  }
}

TEST(Families, ThePresentAreTheAliveWhoHaveNotGone) {
  for (const int code : {202, 857}) {
    const Families families = families_of(code);
    const auto all = stays(families);
    for (int month = 0; month < kHorizon; month += 7) {
      const auto m = static_cast<std::size_t>(month);
      int here = 0;
      for (auto f = families.alive_begin[m]; f < families.alive_end[m]; ++f)
        here += all[f].until > month ? 1 : 0;
      ASSERT_EQ(families.present[m], here) << code << ", month " << month;
    }
  }
}

TEST(Families, FamilyMonthsAreTheAliveOverTheHorizon) {
  const Families families = families_of(857);
  double sum = 0.0;
  for (std::size_t m = 0; m < families.alive_begin.size(); ++m)
    sum += static_cast<double>(families.alive_end[m] - families.alive_begin[m]);
  EXPECT_EQ(families.family_months(), sum);
  EXPECT_GT(sum, 0.0);
}

TEST(Families, ALongerHorizonLeavesTheFirstMonthsAsTheyAre) {
  constexpr int kShort = 24;
  for (const int code : kSome) {
    const Families all = families_of(code);
    const Families first = families_of(code, kShort);
    const auto begins_with = [](const auto& whole, const auto& part, std::size_t n) {
      return part.size() >= n && whole.size() >= n &&
             std::equal(part.begin(), part.begin() + static_cast<long>(n), whole.begin());
    };
    EXPECT_TRUE(begins_with(all.births, first.births, first.size())) << code;
    EXPECT_TRUE(begins_with(all.family_class, first.family_class, first.size())) << code;
    EXPECT_TRUE(begins_with(all.alive_begin, first.alive_begin, kShort)) << code;
    EXPECT_TRUE(begins_with(all.alive_end, first.alive_end, kShort)) << code;
    EXPECT_EQ(std::vector(all.children.begin(), all.children.begin() + kShort), first.children) << code;
  }
}

TEST(Families, ASampleHasItsShareOfChildren) {
  for (const int code : kSome)
    for (const double fraction : {0.5, 0.1, 0.013}) {
      const AuthorityOrigin& authority = england().at(code);
      const Families sample = families_of(code, kHorizon, fraction);
      EXPECT_EQ(children_at(sample, 0), std::llround(fraction * authority.children)) << authority.name;
      for (int month = 0; month < kHorizon - 1; month += 10)
        ASSERT_EQ(sample.children[static_cast<std::size_t>(month)], children_at(sample, month + 1));
    }
  EXPECT_NEAR(families_of(919, kHorizon, 0.1).family_months(), 0.1 * families_of(919).family_months(),
              0.005 * families_of(919).family_months());
}

TEST(Families, DeprivationSharesHaveTheAuthoritysMean) {
  for (const auto& authority : england().authorities) {
    const Families families = make_families(authority, Parameters{}, kSeed, 0.01, 1);
    double mean = 0.0;
    double sum = 0.0;
    for (std::size_t d = 0; d < kDeprivationClasses; ++d) {
      EXPECT_GE(families.deprivation_share[d], 0.0);
      sum += families.deprivation_share[d];
      mean += families.deprivation_share[d] * kDeprivationScores[d];
    }
    EXPECT_NEAR(sum, 1.0, 1e-12) << authority.name;
    // A class stands for all scores between its edges: the grid's error, largest at both ends.
    EXPECT_NEAR(mean, authority.idaci, 0.02) << authority.name;
  }
}

TEST(Families, DeprivationIsDrawnByItsShares) {
  for (const int code : {806, 919}) {
    const Families families = families_of(code);
    std::vector<double> counts(kDeprivationClasses);
    for (const auto c : families.family_class) counts.at(deprivation_class(c)) += 1.0;
    std::vector<double> expected;
    for (const double share : families.deprivation_share)
      expected.push_back(share * static_cast<double>(families.size()));
    EXPECT_LT(chi_squared(counts, expected), chi_squared_bound(kDeprivationClasses - 1)) << code;
  }
}

// By class of deprivation and step of frailty: the shares of each, multiplied.
TEST(Families, FrailtyIsDrawnByItsSharesWhateverTheDeprivation) {
  for (const int code : {806, 919}) {
    const Families families = families_of(code);
    std::vector<double> counts(kFamilyClasses);
    for (const auto c : families.family_class) counts.at(c) += 1.0;
    std::vector<double> expected;
    for (std::size_t c = 0; c < kFamilyClasses; ++c)
      expected.push_back(families.deprivation_share.at(deprivation_class(c)) *
                         kFrailtyShares.at(frailty_of(c)) * static_cast<double>(families.size()));
    EXPECT_LT(chi_squared(counts, expected), chi_squared_bound(kFamilyClasses - 1)) << code;
  }
}

// The scores are those of a standard normal in steps, and families are as ready as before on average.
TEST(Families, FrailtyHasTheSpreadThatIsGivenAndAMeanOfOne) {
  double shares = 0.0, mean = 0.0, square = 0.0;
  for (std::size_t i = 0; i < kFrailties; ++i) {
    shares += kFrailtyShares.at(i);
    mean += kFrailtyShares.at(i) * kFrailtyScores.at(i);
    square += kFrailtyShares.at(i) * kFrailtyScores.at(i) * kFrailtyScores.at(i);
  }
  EXPECT_NEAR(shares, 1.0, 1e-12);
  EXPECT_NEAR(mean, 0.0, 2e-3);
  EXPECT_NEAR(square, 1.0, 5e-3);
  for (const double spread : {0.0, 0.5, 1.3, 3.0}) {
    const auto frailty = frailties(spread);
    double average = 0.0;
    for (std::size_t i = 0; i < kFrailties; ++i) average += kFrailtyShares.at(i) * frailty.at(i);
    EXPECT_NEAR(average, 1.0, 1e-12) << spread;
    EXPECT_NEAR(std::log(frailty.back() / frailty.front()),
                spread * (kFrailtyScores.back() - kFrailtyScores.front()), 1e-9);
  }
}

TEST(Families, DeprivationDoesNotDependOnFamilySize) {
  const Families families = families_of(919);
  std::array<double, 2> sum{};
  std::array<double, 2> n{};
  for (std::size_t f = 0; f < families.size(); ++f) {
    const std::size_t large = births(families, f).size() > 2 ? 1 : 0;
    sum[large] += kDeprivationScores[deprivation_class(families.family_class[f])];
    n[large] += 1.0;
  }
  // Scores spread by about 0.09 within Hertfordshire.
  EXPECT_NEAR(sum[0] / n[0], sum[1] / n[1], sigmas() * 0.1 * std::sqrt(1.0 / n[0] + 1.0 / n[1]));
}

TEST(Families, DependOnTheAuthorityAlone) {
  AuthorityOrigin rutland = england().at(857);
  const Families first = families_of(857);
  families_of(919);
  EXPECT_EQ(families_of(857).births, first.births);
  EXPECT_EQ(families_of(857).family_class, first.family_class);
  rutland.code = 858;
  EXPECT_NE(make_families(rutland, Parameters{}, kSeed, 1.0, kHorizon).births, first.births);
  EXPECT_NE(make_families(england().at(857), Parameters{}, kSeed + 1, 1.0, kHorizon).births, first.births);
}

}  // namespace
}  // namespace hearth
