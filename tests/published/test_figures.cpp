// Published figures and the places that they are of, on England's tables and on small ones that are made up.
#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "made_up_tables.hpp"
#include "published/england_reader.hpp"
#include "published/entries_under_16.hpp"
#include "published/figures.hpp"

namespace hearth {
namespace {

TEST(Locations, RegionsAndEnglandOnlyWhereTheyAreWhole) {
  const England all = load_england(kTables, {2022, 3});
  std::vector<int> codes;
  std::vector<int> north_east;
  for (const auto& a : all.authorities) {
    codes.push_back(a.code);
    if (a.region == "North East") north_east.push_back(a.code);
  }
  const auto every = make_locations(all, codes);
  EXPECT_EQ(every.size(), codes.size() + 10);
  EXPECT_EQ(every.back().name, "England");
  EXPECT_EQ(every.back().members.size(), codes.size());
  const auto some = make_locations(all, north_east);
  EXPECT_EQ(some.size(), north_east.size() + 1);
  EXPECT_EQ(some.back().name, "North East");
  north_east.pop_back();
  EXPECT_EQ(make_locations(all, north_east).size(), north_east.size());
}

using Ages = EntriesByAge;

TEST(EntriesUnder16, BlankCellsFollowTheRule) {
  for (const BlankAges rule : {BlankAges::kSharedWhereSmall, BlankAges::kShared}) {
    const auto under_16 = [&](std::optional<double> total, const Ages& ages) {
      return entries_under_16(total, ages, rule);
    };
    EXPECT_EQ(under_16(99.0, {10, 20, 30, 40, 5}), 100.0);  // known cells come before the total
    EXPECT_EQ(under_16(105.0, {10, std::nullopt, 30, std::nullopt, 5}), 100.0);
    EXPECT_EQ(under_16(84.0, {10, std::nullopt, 30, 40, std::nullopt}), 82.0);  // 4 left, for two
    EXPECT_EQ(under_16(std::nullopt, {10, std::nullopt, 30, 40, 5}), std::nullopt);
    EXPECT_EQ(under_16(std::nullopt, {10, 20, 30, 40, std::nullopt}), 100.0);
    EXPECT_EQ(under_16(70.0, {10, std::nullopt, 30, 40, std::nullopt}), 80.0);  // a total below its parts
  }
  // 15 left for two cells: one is blank for another reason than being small.
  const Ages large = {10, std::nullopt, 30, 40, std::nullopt};
  EXPECT_EQ(entries_under_16(95.0, large, BlankAges::kSharedWhereSmall), std::nullopt);
  EXPECT_EQ(entries_under_16(95.0, large, BlankAges::kShared), 87.5);
  EXPECT_EQ(entries_under_16(20.0, {}, BlankAges::kSharedWhereSmall), 16.0);
  EXPECT_EQ(entries_under_16(20.0, {}, BlankAges::kShared), std::nullopt);
}

// Which figures the rule decides: those of an authority in a year.
TEST(EntriesUnder16, RulesDifferWhereTheyAreKnownTo) {
  const EnglandTables tables(kTables);
  int only_shared = 0;
  int only_small = 0;
  for (const auto& [code, year] : tables.history.rows()) {
    const auto known = [&, code = code, year = year](std::string_view measure) -> std::optional<double> {
      const double value = tables.history.value(code, year, measure);
      return std::isnan(value) ? std::nullopt : std::optional(value);
    };
    const Ages ages = {known("cla_started_age_u1"), known("cla_started_age_1to4"),
                       known("cla_started_age_5to9"), known("cla_started_age_10to15"),
                       known("cla_started_age_16plus")};
    const auto small = entries_under_16(known("cla_started"), ages, BlankAges::kSharedWhereSmall);
    const auto shared = entries_under_16(known("cla_started"), ages, BlankAges::kShared);
    only_shared += shared && !small;
    only_small += small && !shared;
    if (small && shared) {
      EXPECT_EQ(*small, *shared) << code << ' ' << year;
    }
  }
  EXPECT_EQ(only_shared, 40);
  EXPECT_EQ(only_small, 12);
}

TEST(EntriesUnder16, SharesAreForTheSumsOfRegions) {
  const Ages shares = {1, 1, 1, 3, 1};
  EXPECT_EQ(entries_under_16_by_shares(120.0, Ages{10, 20, 30, std::nullopt, std::nullopt}, shares), 105.0);
  EXPECT_EQ(entries_under_16_by_shares(120.0, Ages{10, 20, 30, 40, std::nullopt}, shares), 100.0);
  EXPECT_EQ(entries_under_16_by_shares(std::nullopt, Ages{}, shares), std::nullopt);
  const PublishedFigures figures(kTables);
  EXPECT_FALSE(figures.at(Figure::kCareEntriesUnder16, place_of(figures, 370), 2017));  // Barnsley
  double regions = 0.0;
  for (const auto& region : figures.places(Level::kRegion))
    regions += figures.at(Figure::kCareEntriesUnder16, region, 2017).value();
  const double all = *figures.at(Figure::kCareEntriesUnder16, england(), 2017);
  EXPECT_NEAR(regions / all, 1.0, 0.005);
}

TEST(PublishedFigures, AreThoseOfTheTables) {
  const PublishedFigures figures(kTables);
  EXPECT_EQ(figures.at(Figure::kLookedAfter, england(), 2022), 82090.0);
  EXPECT_EQ(figures.at(Figure::kCareEntriesUnder16, england(), 2022), 5420.0 + 4770.0 + 4720.0 + 8260.0);
  EXPECT_EQ(figures.at(Figure::kReferrals, england(), 2012), std::nullopt);
  EXPECT_EQ(figures.last_year(), 2025);
  double regions = 0.0;
  for (const auto& region : figures.places(Level::kRegion))
    regions += figures.at(Figure::kLookedAfter, region, 2019).value();
  EXPECT_NEAR(regions, figures.at(Figure::kLookedAfter, england(), 2019).value(), 40.0);
}

TEST(PublishedFigures, OfAnAuthorityEndWithItAndItsRegionGoesOn) {
  const PublishedFigures figures(kTables);
  const Location dorset = place_of(figures, 835);  // replaced in 2019
  EXPECT_TRUE(figures.at(Figure::kLookedAfter, dorset, 2019));
  EXPECT_TRUE(figures.live(dorset, 2019));
  EXPECT_FALSE(figures.at(Figure::kLookedAfter, dorset, 2020));
  EXPECT_FALSE(figures.live(dorset, 2020));
  EXPECT_FALSE(figures.at(Figure::kLookedAfter, place_of(figures, 838), 2018));  // its successor, before
  EXPECT_TRUE(figures.at(Figure::kLookedAfter, region_of("South West"), 2020));
}

TEST(PublishedFigures, RowsOfAnAuthorityThatIsNotLiveDoNotCount) {
  const Folder folder;
  write_tables(folder, 2, [](int, int) { return Numbers{100.0, 10.0}; });
  folder.write("authorities.csv", kAuthorityColumns +
                                      "10,E06000000,Old,North East,2011,2016,11,,,,\n"
                                      "11,E06000001,New,North East,2017,2022,,,,,\n");
  const PublishedFigures figures(folder.path());
  EXPECT_EQ(figures.at(Figure::kReferrals, place_of(figures, 10), 2016), 10.0);
  EXPECT_EQ(figures.at(Figure::kReferrals, place_of(figures, 10), 2017), std::nullopt);
  EXPECT_EQ(figures.at(Figure::kReferrals, place_of(figures, 11), 2016), std::nullopt);
  EXPECT_EQ(figures.at(Figure::kReferrals, region_of("North East"), 2016), 10.0);  // counted once
}

TEST(PublishedFigures, ARegionIsKnownWhereOnlyTheSmallestAreMissing) {
  const PublishedFigures figures(kTables);
  // Hackney made no return in 2021; the Isles of Scilly publish few counts.
  EXPECT_FALSE(figures.at(Figure::kChildrenInNeed, region_of("London"), 2021));
  EXPECT_TRUE(figures.at(Figure::kChildrenInNeed, region_of("London"), 2019));
  EXPECT_TRUE(figures.at(Figure::kChildProtectionPlans, region_of("South West"), 2021));
}

TEST(PublishedFigures, UntilAYearKnowNothingLater) {
  const PublishedFigures figures = PublishedFigures(kTables).until(2017);
  EXPECT_EQ(figures.last_year(), 2017);
  for (const Level level : {Level::kAuthority, Level::kRegion, Level::kEngland})
    for (const auto& place : figures.places(level))
      for (const auto& info : kFigureTable) {
        EXPECT_FALSE(figures.at(info.id, place, 2018)) << place.name;
        EXPECT_FALSE(figures.entries(info.id, place, 2018)) << place.name;
      }
}

TEST(PublishedFigures, TakeAUsersTable) {
  const Folder folder;
  PublishedFigures figures(kTables);
  figures.add(folder.write("made_up.csv",
                           "location,year,measure,value\n"
                           "926,2026,looked_after,1200\nE06000001,2026,looked_after,400\n"
                           "north east,2026,looked_after,6000\nEngland,2026,looked_after,84000\n"
                           "Norfolk,2025,care_entries,\nDorset,2026,looked_after,500\n"));
  EXPECT_EQ(figures.at(Figure::kLookedAfter, place_of(figures, 926), 2026), 1200.0);
  EXPECT_EQ(figures.at(Figure::kLookedAfter, place_of(figures, 805), 2026), 400.0);
  EXPECT_EQ(figures.at(Figure::kLookedAfter, region_of("North East"), 2026), 6000.0);
  EXPECT_EQ(figures.at(Figure::kLookedAfter, england(), 2026), 84000.0);
  EXPECT_EQ(figures.at(Figure::kLookedAfter, place_of(figures, 838), 2026), 500.0);  // the Dorset of today
  EXPECT_FALSE(figures.at(Figure::kLookedAfter, region_of("London"), 2026));
  EXPECT_EQ(figures.last_year(), 2026);
}

TEST(PublishedFigures, SayWhatIsWrongWithAUsersTable) {
  const Folder folder;
  const auto message = [&](const std::string& rows) -> std::string {
    PublishedFigures figures(kTables);
    try {
      figures.add(folder.write("wrong.csv", "location,year,measure,value\n" + rows));
    } catch (const DataError& error) {
      return error.what();
    }
    return "nothing";
  };
  const auto expect = [&](const std::string& rows, const std::vector<std::string>& words) {
    const std::string said = message(rows);
    for (const auto& word : words) EXPECT_NE(said.find(word), std::string::npos) << said;
  };
  expect("Norfolk,2023,looked_after,1\nNorfork,2023,looked_after,1\n",
         {"wrong.csv:3, column 'location'", "Norfork", "Norfolk"});
  expect("Norfolk,2023,looked_afer,1\n", {"wrong.csv:2, column 'measure'", "looked_after"});
  expect("Norfolk,2023,looked_after,-1\n", {"wrong.csv:2, column 'value'", "0 or more"});
  expect("Norfolk,2023,looked_after,many\n", {"wrong.csv:2, column 'value'", "many"});
  expect("Norfolk,1990,looked_after,1\n", {"wrong.csv:2, column 'year'", "1990"});
  expect("Norfolk,2023,looked_after,1\n926,2023,looked_after,2\n", {"wrong.csv:3", "line 2"});
  expect("835,2023,looked_after,1\n", {"wrong.csv:2, column 'location'", "2019"});
  EXPECT_EQ(message("Norfolk,2023,looked_after,1\n"), "nothing");
}

}  // namespace
}  // namespace hearth
