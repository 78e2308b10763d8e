// Children by age: bands and single years, and what is made of them after the origin.
#include "published/children.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "core/error.hpp"
#include "made_up_tables.hpp"
#include "source_dir.hpp"

namespace hearth {
namespace {

const std::filesystem::path kTables = source_dir() / "scenarios" / "england";

double sum(const ChildrenByAge& children) {
  return std::accumulate(children.begin(), children.end(), 0.0);
}

constexpr const char* kBands = "code,mid_year,age_0,age_1_to_4,age_5_to_17\n";

TEST(ChildrenTable, DividesBandsAsTheShapeIs) {
  const Folder folder;
  const ChildrenTable table(folder.write("bands.csv", std::string(kBands) + "926,2025,10,40,130\n"));
  ChildrenByAge shape{};
  shape[1] = 3.0;
  shape[3] = 1.0;
  const ChildrenByAge found = table.at(926, 2025, shape).value();
  EXPECT_EQ(found[0], 10.0);
  EXPECT_EQ(found[1], 30.0);
  EXPECT_EQ(found[2], 0.0);
  EXPECT_EQ(found[3], 10.0);
  EXPECT_EQ(found[17], 10.0);  // the shape has nobody of 5 to 17: alike
  EXPECT_EQ(sum(found), 180.0);
  EXPECT_FALSE(table.at(926, 2026, shape));
  EXPECT_TRUE(table.has(926));
  EXPECT_FALSE(table.has(925));
}

TEST(ChildrenTable, RefusesWhatCannotBeMeant) {
  const auto message = [](const std::string& text) {
    const Folder folder;
    try {
      const ChildrenTable table(folder.write("own.csv", text));
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const auto expect = [&](const std::string& text, const std::string& part) {
    EXPECT_NE(message(text).find(part), std::string::npos) << message(text);
  };
  expect("code,mid_year,age_0,age_2_to_17\n926,2025,1,2\n", "do not cover ages 0 to 17");
  expect("code,mid_year,age_0_to_9,age_9_to_17\n926,2025,1,2\n", "do not cover ages 0 to 17");
  expect("code,mid_year,age_0_to_17,age_3\n926,2025,1,2\n", "do not cover ages 0 to 17");
  expect(std::string(kBands) + "926,2025,1,x,3\n", "own.csv:2, column 'age_1_to_4'");
  expect(std::string(kBands) + "926,2025,1,,3\n", "expected a number of children");
  expect(std::string(kBands) + "926,2025,1,-2,3\n", "expected a number of children");
  expect(std::string(kBands) + "926,25,1,2,3\n", "expected a year from 1990");
  expect(std::string(kBands) + "926,2025,1,2,3\n926,2025,1,2,3\n", "has 2025 twice");
  EXPECT_EQ(message(std::string(kBands) + "926,2025,1,2,3\n"), "");
}

TEST(Population, OfTheOriginIsTheEstimateOfTheYearBeforeScaled) {
  const PopulationTables tables(kTables, {});
  const ChildrenTable estimates(kTables / "children.csv");
  const ChildrenByAge published = estimates.at(926, 2024, ChildrenByAge{}).value();
  const ChildrenByAge found = tables.at_origin(926, {2025, 3}, 2.0 * sum(published));
  for (std::size_t age = 0; age < kChildAges; ++age) EXPECT_NEAR(found[age], 2.0 * published[age], 1e-9);
  const ChildrenByAge unknown = tables.at_origin(1, {2025, 3}, 36.0);
  for (const double children : unknown) EXPECT_EQ(children, 2.0);
}

TEST(Population, FollowsThePublishedProjection) {
  const PopulationTables tables(kTables, {});
  const ChildrenTable projection(kTables / "projections.csv");
  const ChildrenByAge origin = tables.at_origin(919, {2025, 3}, 270000.0);
  const auto ahead = tables.ahead(919, {2025, 3}, origin);
  ASSERT_GE(ahead.size(), 20U);
  ChildrenByAge level{};
  level.fill(1.0);
  // Of the bands the projection's growth, from the estimate's level.
  for (const int year : {2025, 2030, 2035}) {
    const auto then = projection.at(919, year, level).value(), base = projection.at(919, 2024, level).value();
    const ChildrenByAge& found = ahead[static_cast<std::size_t>(year - 2025)];
    const auto band = [](const ChildrenByAge& of, std::size_t first, std::size_t last) {
      return std::accumulate(of.begin() + static_cast<long>(first), of.begin() + static_cast<long>(last) + 1,
                             0.0);
    };
    for (const auto& [first, last] : {std::pair{0U, 0U}, {1U, 4U}, {5U, 9U}, {10U, 15U}, {16U, 17U}})
      EXPECT_NEAR(band(found, first, last) / band(origin, first, last),
                  band(then, first, last) / band(base, first, last), 0.01)
          << year << ", " << first;
  }
}

TEST(Population, OfALaterQuarterLiesBetweenThatOfTwoYears) {
  const PopulationTables tables(kTables, {});
  const ChildrenTable estimates(kTables / "children.csv"), projection(kTables / "projections.csv");
  const ChildrenByAge before = estimates.at(926, 2023, ChildrenByAge{}).value(),
                      after = estimates.at(926, 2024, ChildrenByAge{}).value();
  const double number = 0.75 * sum(before) + 0.25 * sum(after);
  const ChildrenByAge june = tables.at_origin(926, {2024, 6}, number);
  for (std::size_t age = 0; age < kChildAges; ++age)
    EXPECT_NEAR(june[age], 0.75 * before[age] + 0.25 * after[age], 1e-9);

  // Ahead of 31 December 2025: three quarters of the way from one year of the projection to the next.
  ChildrenByAge flat{};
  flat.fill(100.0);
  const auto ahead = tables.ahead(926, {2025, 12}, flat);
  const auto at = [&](int year) { return projection.at(926, year, flat).value()[0]; };
  EXPECT_NEAR(ahead[4][0] / 100.0, (0.25 * at(2029) + 0.75 * at(2030)) / (0.25 * at(2024) + 0.75 * at(2025)),
              1e-9);
}

TEST(Population, BeforeTheProjectionCohortsGoOn) {
  const PopulationTables tables(kTables, {}), chosen(kTables, {PopulationVariant::kCohorts, {}});
  const ChildrenByAge origin = tables.at_origin(202, {2019, 3}, 50000.0);
  const auto ahead = tables.ahead(202, {2019, 3}, origin);
  ASSERT_FALSE(ahead.empty());
  EXPECT_EQ(ahead, chosen.ahead(202, {2019, 3}, origin));
  EXPECT_NE(chosen.ahead(202, {2025, 3}, origin), tables.ahead(202, {2025, 3}, origin));
  for (std::size_t t = 0; t < 10; ++t) EXPECT_EQ(ahead[t][0], origin[0]);
  const ChildrenTable estimates(kTables / "children.csv");
  double before = 0.0, after = 0.0;
  for (int year = 2014; year <= 2018; ++year) {  // known on 31 March 2019
    before += estimates.at(202, year - 1, ChildrenByAge{}).value()[4];
    after += estimates.at(202, year, ChildrenByAge{}).value()[5];
  }
  EXPECT_NEAR(ahead[0][5], origin[4] * after / before, 1e-6);
}

TEST(Population, VariantsLieAboutThePrincipalAndWidenWithTime) {
  using enum PopulationVariant;
  const auto ahead = [](PopulationVariant variant) {
    const PopulationTables tables(kTables, {variant, {}});
    return tables.ahead(919, {2025, 3}, tables.at_origin(919, {2025, 3}, 270000.0));
  };
  const auto principal = ahead(kPrincipal), low = ahead(kLow), high = ahead(kHigh);
  double gap = 0.0;
  for (std::size_t t = 0; t < 15; ++t) {
    EXPECT_LT(sum(low[t]), sum(principal[t]));
    EXPECT_GT(sum(high[t]), sum(principal[t]));
    EXPECT_GT((sum(high[t]) - sum(low[t])) / sum(principal[t]), gap);
    gap = (sum(high[t]) - sum(low[t])) / sum(principal[t]);
  }
  EXPECT_NEAR(low[9][0] / principal[9][0], 1.0 - 0.125 - 0.02, 1e-9);
  EXPECT_TRUE(ahead(kFlat).empty());
}

TEST(Population, ATableOfOnesOwnIsForItsAuthorities) {
  const Folder folder;
  const auto file =
      folder.write("own.csv", std::string(kBands) + "926,2025,100,400,1300\n926,2026,90,400,1300\n");
  const PopulationTables tables(kTables, {PopulationVariant::kPrincipal, file.string()}),
      published(kTables, {});
  const ChildrenByAge origin = tables.at_origin(926, {2025, 3}, 170000.0);
  const auto ahead = tables.ahead(926, {2025, 3}, origin);
  ASSERT_EQ(ahead.size(), 2U);  // then as it is
  EXPECT_EQ(ahead[1][0], 90.0);
  EXPECT_NEAR(sum(ahead[0]), 1800.0, 1e-9);
  EXPECT_EQ(tables.ahead(919, {2025, 3}, origin), published.ahead(919, {2025, 3}, origin));
}

}  // namespace
}  // namespace hearth
