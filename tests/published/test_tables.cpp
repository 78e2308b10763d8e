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
  EXPECT_EQ(history.first_published("population_0_17"), 2014);
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
    text += line(authorities, row, "last_year", last == "2022" ? "2023" : last) + '\n';
  }
  folder.write("authorities.csv", text);
  const CsvTable history(kTables / "history.csv");
  text = header(history) + '\n';
  for (std::size_t row = 0; row < history.rows(); ++row) {
    text += line(history, row, "", "") + '\n';
    if (history.text(row, "year") == "2022") text += line(history, row, "year", "2023") + '\n';
  }
  folder.write("history.csv", text);
  const CsvTable england(kTables / "england.csv");
  text = header(england) + ",2023\n";
  for (std::size_t row = 0; row < england.rows(); ++row)
    text += line(england, row, "", "") + ',' + england.text(row, "2022") + '\n';
  folder.write("england.csv", text);
}

TEST(OriginYears, AreThoseOfTheTables) {
  const OriginYears today = origin_years(kTables);
  EXPECT_EQ(today.first, 2014);
  EXPECT_EQ(today.last, 2022);

  const Folder folder;
  write_one_more_year(folder);
  const OriginYears then = origin_years(folder.path());
  EXPECT_EQ(then.first, 2014);
  EXPECT_EQ(then.last, 2023);
  const EnglandTables tables(folder.path());
  EXPECT_EQ(last_year(tables.authorities), 2023);
  const England england = load_england(tables, {2023, 3});
  EXPECT_EQ(england.at(926).looked_after, load_england(kTables, {2022, 3}).at(926).looked_after);
  expect_contains(message_of([&] { load_england(tables, {2024, 3}); }), "from 2014 to 2023");

  PublishedFigures figures(tables);
  EXPECT_EQ(figures.last_year(), 2023);
  EXPECT_TRUE(figures.live(place_of(figures, 926), 2024));  // what is live now lives on
  EXPECT_FALSE(figures.live(place_of(figures, 928), 2022));
}

TEST(OriginYears, NeedAYearWithStocks) {
  const Folder folder;
  folder.write("england.csv", "measure,2013,2014\ncin_at31,1,1\ncla_at31,1,1\ncpp_at31,,1\n");
  expect_contains(message_of([&] { origin_years(folder.path()); }), "no year has figures");
  folder.write("england.csv", "measure,2013,2014\ncin_at31,1,1\ncla_at31,1,1\ncpp_at31,1,1\n");
  EXPECT_EQ(origin_years(folder.path()).first, 2014);
}

}  // namespace
}  // namespace hearth
