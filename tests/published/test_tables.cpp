// The readers of England's tables: what they find, what they refuse, and how an authority is found.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "core/csv.hpp"
#include "core/error.hpp"
#include "folder.hpp"
#include "made_up_tables.hpp"
#include "published/england_reader.hpp"
#include "published/england_tables.hpp"
#include "published/evidence.hpp"
#include "published/own_year.hpp"
#include "published/places.hpp"
#include "published/prices.hpp"

namespace hearth {
namespace {

const EnglandTables& england_tables() {
  static const EnglandTables tables(kTables);
  return tables;
}

TEST(Authorities, AreInTheOrderOfTheirCodesEachOnce) {
  const Folder folder;
  folder.write("authorities.csv", kAuthorityColumns +
                                      "11,E06000001,New,North East,2017,2022,,,,,10 12\n"
                                      "10,E06000000,Old,North East,2011,2016,11,,0.1,,\n");
  const auto all = load_authority_identities(folder.path());
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].code, 10);
  EXPECT_EQ(all[0].idaci_2015, 0.1);
  EXPECT_EQ(all[0].idaci_2019, std::nullopt);
  EXPECT_EQ(all[1].statistical_neighbours, (std::vector<int>{10, 12}));
  EXPECT_EQ(predecessors(all, 11), std::vector<int>{10});
  EXPECT_TRUE(predecessors(all, 10).empty());
  EXPECT_EQ(last_year(all), 2022);

  folder.write("authorities.csv", kAuthorityColumns +
                                      "10,E06000001,New,North East,2017,2022,,,,,\n"
                                      "10,E06000000,Old,North East,2011,2016,,,,,\n");
  expect_contains(message_of([&] { load_authority_identities(folder.path()); }),
                  "authority 10 appears twice");
  folder.write("authorities.csv", kAuthorityColumns + "10,E06000001,New,North East,2017,2022,,,,,10;11\n");
  expect_contains(message_of([&] { load_authority_identities(folder.path()); }),
                  "column 'statistical_neighbours': found '10;11'");
}

TEST(Authorities, AreFoundByCodeOnsCodeAndName) {
  const auto& all = england_tables().authorities;
  for (const char* text : {"919", "E10000015", "e10000015", "Hertfordshire", "HERTFORDSHIRE"})
    EXPECT_EQ(find_authority(all, text, 2022)->code, 919) << text;
  EXPECT_EQ(find_authority(all, "Dorset", 2019)->code, 835);
  EXPECT_EQ(find_authority(all, "Dorset", 2022)->code, 838);
  EXPECT_EQ(find_authority(all, "", 2022), nullptr);
  EXPECT_EQ(find_authority(all, "9190", 2022), nullptr);
}

TEST(Authorities, NearestAreNamedByNameElseByCode) {
  const std::vector<AuthorityNames> known(england_tables().authorities.begin(),
                                          england_tables().authorities.end());
  EXPECT_EQ(nearest_authorities("Norfork", known), "did you mean \"Norfolk\"?");
  EXPECT_EQ(nearest_authorities("Engand", known, {"England"}), "did you mean \"England\"?");
  expect_contains(nearest_authorities("9190", known), "near it are 919 Hertfordshire");
  EXPECT_EQ(nearest_authorities("somewhere else altogether", known), "");
}

TEST(History, IsAsPublishedUntilWorkforcesAreShared) {
  History history = england_tables().history;
  const CsvTable table(kTables / "history.csv");
  ASSERT_EQ(history.rows().size(), table.rows());
  for (std::size_t row = 0; row < table.rows(); row += 97) {
    const int code = table.required_integer(row, "code"), year = table.required_integer(row, "year");
    for (const char* measure : {"cla_at31", "referrals", "sw_fte"}) {
      const auto cell = table.number(row, measure);
      const double value = history.value(code, year, measure);
      EXPECT_TRUE(cell ? value == *cell : std::isnan(value)) << code << ' ' << year << ' ' << measure;
    }
  }
  // Kingston and Richmond share a workforce.
  const double kingston = history.value(314, 2022, "sw_fte");
  EXPECT_EQ(kingston, history.value(318, 2022, "sw_fte"));
  history.share_workforces();
  EXPECT_NEAR(history.value(314, 2022, "sw_fte") + history.value(318, 2022, "sw_fte"), kingston, 1e-9);
  EXPECT_EQ(history.value(314, 2022, "cla_at31"), england_tables().history.value(314, 2022, "cla_at31"));
}

TEST(History, KnowsWhenAMeasureBegan) {
  const History& history = england_tables().history;
  EXPECT_EQ(history.first_published("cla_at31"), 2011);
  EXPECT_EQ(history.first_published("population_0_17"), 2012);
  EXPECT_TRUE(history.published("cla_started_uasc", 2020));
  EXPECT_FALSE(history.published("cla_started_uasc", 2019));
  EXPECT_TRUE(std::isnan(history.value(919, 1999, "cla_at31")));
  expect_contains(message_of([&] { history.value(919, 1999, "cla_at_31"); }), "no column 'cla_at_31'");
}

TEST(Evidence, HasTheFirstRowOfEachKey) {
  const Folder folder;
  folder.write(
      "evidence.csv",
      "key,value,unit,source,certainty\nb,1,%,One,verified\na,2,%,Two,derived\nb,3,%,Three,derived\n");
  const Evidence evidence = load_evidence(folder.path());
  EXPECT_EQ(evidence.keys(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(evidence.contains("a"));
  EXPECT_FALSE(evidence.contains("c"));
  EXPECT_EQ(evidence.rows.at("b").source, "One");
  EXPECT_EQ(evidence.rows.at("a").certainty, "derived");
}

const std::string kLast = "2025", kNext = "2026";

// England's tables with the figures of the last year once more, a year later.
void write_one_more_year(const Folder& folder) {
  const auto line = [](const CsvTable& table, std::size_t row, std::string_view other,
                       const std::string& as) {
    std::string out;
    for (std::size_t c = 0; c < table.columns().size(); ++c)
      out += (c > 0 ? "," : "") + csv_field(table.columns()[c] == other ? as : table.text(row, c));
    return out;
  };
  const auto header = [](const CsvTable& table) {
    std::string out;
    for (std::size_t c = 0; c < table.columns().size(); ++c) out += (c > 0 ? "," : "") + table.columns()[c];
    return out;
  };
  const CsvTable authorities(kTables / "authorities.csv");
  std::string text = header(authorities) + '\n';
  for (std::size_t row = 0; row < authorities.rows(); ++row) {
    const std::string last = authorities.text(row, "last_year");
    text += line(authorities, row, "last_year", last == kLast ? kNext : last) + '\n';
  }
  folder.write("authorities.csv", text);
  const CsvTable history(kTables / "history.csv");
  text = header(history) + '\n';
  for (std::size_t row = 0; row < history.rows(); ++row) {
    text += line(history, row, "", "") + '\n';
    if (history.text(row, "year") == kLast) text += line(history, row, "year", kNext) + '\n';
  }
  folder.write("history.csv", text);
  const CsvTable england(kTables / "england.csv");
  text = header(england) + "," + kNext + "\n";
  for (std::size_t row = 0; row < england.rows(); ++row)
    text += line(england, row, "", "") + ',' + england.text(row, kLast) + '\n';
  folder.write("england.csv", text);
}

TEST(OriginYears, AreThoseOfTheTables) {
  const OriginYears today = origin_years(kTables);
  EXPECT_EQ(today.first, 2014);
  EXPECT_EQ(today.last, 2025);

  const Folder folder;
  write_one_more_year(folder);
  const OriginYears then = origin_years(folder.path());
  EXPECT_EQ(then.first, 2014);
  EXPECT_EQ(then.last, 2026);
  const EnglandTables tables(folder.path());
  EXPECT_EQ(last_year(tables.authorities), 2026);
  const England england = load_england(tables, {2026, 3});
  EXPECT_EQ(england.at(926).looked_after, load_england(kTables, {2025, 3}).at(926).looked_after);
  expect_contains(message_of([&] { load_england(tables, {2027, 3}); }), "from 2014 to 2026");

  PublishedFigures figures(tables);
  EXPECT_EQ(figures.last_year(), 2026);
  EXPECT_TRUE(figures.live(place_of(figures, 926), 2027));  // what is live now lives on
  EXPECT_FALSE(figures.live(place_of(figures, 928), 2022));
}

TEST(OriginYears, EndWithTheDayOfOwnFigures) {
  const Folder folder;
  write_one_more_year(folder);
  const OwnYear own{926, {2026, 6}, {{"cla_at31", 1180.0}, {"referrals", 9000.5}}};
  folder.write(std::string(kOwnYearFile), own_year_csv(own));
  const OwnYear read = load_own_year(folder.path()).value();
  EXPECT_EQ(read.code, own.code);
  EXPECT_EQ(read.date, own.date);
  EXPECT_EQ(read.cells, own.cells);
  EXPECT_FALSE(load_own_year(kTables).has_value());

  const OriginYears years = origin_years(folder.path());
  EXPECT_EQ(years.origin(2026), (MonthEnd{2026, 6}));
  EXPECT_EQ(years.origin(2025), (MonthEnd{2025, 3}));
  const EnglandTables tables(folder.path());
  EXPECT_EQ(load_england(tables, {2026, 6}).origin, (MonthEnd{2026, 6}));
  expect_contains(message_of([&] { load_england(tables, {2026, 3}); }), "from 2014 to 2025, or 30 June 2026");
  EXPECT_EQ(load_england_of_result(kTables, {2026, 6}).origin, (MonthEnd{2025, 3}));

  folder.write(std::string(kOwnYearFile), "column,value\ndate,soon\n");
  expect_contains(message_of([&] { origin_years(folder.path()); }), "own_figures.csv:2");
  folder.write(std::string(kOwnYearFile), "column,value\ncla_at31,3\n");
  expect_contains(message_of([&] { origin_years(folder.path()); }), "no date");
}

TEST(OriginYears, NeedAYearWithStocks) {
  const Folder folder;
  folder.write("england.csv", "measure,2013,2014\ncin_at31,1,1\ncla_at31,1,1\ncpp_at31,,1\n");
  expect_contains(message_of([&] { origin_years(folder.path()); }), "no year has figures");
  folder.write("england.csv", "measure,2013,2014\ncin_at31,1,1\ncla_at31,1,1\ncpp_at31,1,1\n");
  EXPECT_EQ(origin_years(folder.path()).first, 2014);
}

TEST(Prices, AreMovedFromYearToYearAndBack) {
  const Folder folder;
  folder.write(
      "prices.csv",
      "kind,year,growth,status,source\ninflation,2023,0.10,outturn,x\ninflation,2024,0.05,forecast,x\n"
      "pay,2024,0.20,outturn,x\n");
  PriceTable prices(folder.path() / "prices.csv");
  EXPECT_NEAR(prices.cash(2022, 2024), 1.1 * 1.05, 1e-14);
  EXPECT_NEAR(prices.cash(2024, 2022), 1.0 / (1.1 * 1.05), 1e-14);
  EXPECT_NEAR(prices.cash(2024, 2026), 1.05 * 1.05, 1e-14);  // the last year's inflation goes on
  EXPECT_EQ(prices.cash(2020, 2022), 1.0);                   // none is known so early
  EXPECT_NEAR(prices.price(PriceKind::kPay, 2022, 2024), 1.1 * 1.2,
              1e-14);  // as inflation where it is not known
  EXPECT_EQ(prices.cash_within(2022, 0.0), 1.0);
  EXPECT_NEAR(prices.cash_within(2022, 0.25) * prices.cash_within(2022, 0.75), 1.1, 1e-14);
  EXPECT_NEAR(prices.price_within(PriceKind::kPay, 2023, 0.5), std::sqrt(1.2), 1e-14);
  folder.write("own.csv", "kind,year,growth\ninflation,2023,0\n");
  prices.replace_with(PriceTable(folder.path() / "own.csv"));
  EXPECT_NEAR(prices.cash(2022, 2024), 1.05, 1e-14);  // other years are as they were
  EXPECT_NEAR(prices.price(PriceKind::kPay, 2022, 2024), 1.2, 1e-14);
}

TEST(Prices, AreRefusedWithTheirPlace) {
  const Folder folder;
  const auto message = [&](const std::string& row) {
    folder.write("prices.csv", "kind,year,growth\ninflation,2023,0.1\n" + row + "\n");
    return message_of([&] { PriceTable(folder.path() / "prices.csv"); });
  };
  expect_contains(message("wages,2023,0.1"), "prices.csv:3");
  expect_contains(message("wages,2023,0.1"), "inflation or pay, foster_care, residential_care, other");
  expect_contains(message("pay,2023,5"), "0.03 is three per cent");
  expect_contains(message("pay,23,0.1"), "a year from 1990 to 2100");
  expect_contains(message("inflation,2023,0.2"), "each year of inflation once");
}

TEST(Prices, OfEnglandGoFromTheFirstOriginToWhatIsForecast) {
  const PriceTable prices(kTables / "prices.csv");
  // GDP deflator, OBR November 2025: 2021-22 is 85.5914, 2024-25 is 100, 2030-31 is 113.5712.
  EXPECT_NEAR(prices.cash(2022, 2025), 100.0 / 85.5914, 1e-4);
  EXPECT_NEAR(prices.cash(2025, 2031), 1.135712, 1e-4);
  // A week of residential care: 5,025 and 7,385 pounds.
  EXPECT_NEAR(prices.price(PriceKind::kResidentialCare, 2022, 2025), 7385.0 / 5025.0, 1e-4);
  for (const int year : {2013, 2022}) EXPECT_TRUE(prices.inflation(year)) << year;
}

TEST(Places, AreThoseOfTheLastYearOfTheirKind) {
  const Folder folder;
  folder.write("places.csv",
               "code,year,kind,sector,homes,places,filled\n"
               "926,2024,childrens_home,la,2,9,\n926,2025,childrens_home,la,2,10,\n926,2025,childrens_home,"
               "private,5,20,\n"
               "926,2025,secure_childrens_home,la,1,7,\n926,2025,childrens_home,voluntary,1,,\n"
               "925,2025,childrens_home,la,1,4,\n926,2023,foster_care,la,,300,200\n");
  const PlacesTable places(folder.path() / "places.csv");
  const auto homes = places.held(PlaceKind::kChildrensHome, {926});
  ASSERT_TRUE(homes);
  EXPECT_EQ(homes->year, 2025);
  EXPECT_EQ(homes->own, 17.0);
  EXPECT_EQ(homes->others, 20.0);
  EXPECT_FALSE(homes->filled);
  EXPECT_EQ(places.held(PlaceKind::kChildrensHome, {925, 926})->own, 21.0);
  EXPECT_EQ(places.held(PlaceKind::kChildrensHome, {801})->own, 0.0);
  EXPECT_EQ(places.held(PlaceKind::kFosterCare, {926})->filled, 200.0);
  EXPECT_FALSE(places.held(PlaceKind::kSupportedAccommodation, {926}));
  folder.write("places.csv", "code,year,kind,sector,homes,places,filled\n926,2025,hostel,la,1,1,\n");
  expect_contains(message_of([&] { PlacesTable(folder.path() / "places.csv"); }), "places.csv:2");
}

TEST(Places, OfEnglandAreWhatOfstedCounts) {
  const PlacesTable places(kTables / "places.csv");
  std::vector<int> codes;
  for (const AuthorityIdentity& each : england_tables().authorities)
    if (each.live_at(2022)) codes.push_back(each.code);
  const auto homes = places.held(PlaceKind::kChildrensHome, codes);
  ASSERT_TRUE(homes);
  EXPECT_EQ(homes->year, 2025);
  EXPECT_EQ(homes->own + homes->others,
            14275.0 + 1231.0 + 236.0);  // homes, residential schools, secure homes
  EXPECT_EQ(places.held(PlaceKind::kFosterCare, codes)->own, 36115.0);
  EXPECT_EQ(places.held(PlaceKind::kFosterCare, codes)->filled, 21540.0);
}

TEST(FinancialYear, IsWrittenWithBothItsYears) {
  EXPECT_EQ(financial_year(2025), "2024-25");
  EXPECT_EQ(financial_year(2000), "1999-00");
  EXPECT_EQ(parse_financial_year("2024-25"), 2025);
  for (const char* wrong : {"2024", "2024-26", "2024-2025", "24-25", "", "2024-25 "})
    EXPECT_FALSE(parse_financial_year(wrong)) << wrong;
}

}  // namespace
}  // namespace hearth
