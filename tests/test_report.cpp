// The page: what it works out, and that nothing in a result can break out of its place in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/neighbours.hpp"
#include "analysis/saving.hpp"
#include "core/csv.hpp"
#include "core/error.hpp"
#include "report/assets.hpp"
#include "report/assumptions.hpp"
#include "report/page.hpp"
#include "report/track_record.hpp"
#include "source_dir.hpp"

namespace hearth {
namespace {

using Costs = std::vector<std::vector<double>>;

// Cheaper from the second year, and what was spent more comes back in the third: 5, 5 - 3, 5 - 3 - 3.
TEST(Saving, BreaksEvenOnceItHasAllComeBack) {
  const Saving found = saving(Costs{{15.0, 7.0, 7.0}}, Costs{{10.0, 10.0, 10.0}});
  ASSERT_EQ(found.years.size(), 3U);
  EXPECT_EQ(found.years[0].cumulative.mean, 5.0);
  EXPECT_EQ(found.years[1].cumulative.mean, 2.0);
  EXPECT_EQ(found.years[2].cumulative.mean, -1.0);
  EXPECT_EQ(found.years[1].saved, 0.0);
  EXPECT_EQ(found.years[2].saved, 1.0);
  ASSERT_TRUE(found.break_even.has_value());
  EXPECT_EQ(*found.break_even, 2U);
}

// A future that saves at first and loses later has saved for a while but never broken even.
TEST(Saving, ToBreakEvenIsForGood) {
  const Saving found = saving(Costs{{8.0, 15.0}, {8.0, 8.0}}, Costs{{10.0, 10.0}, {10.0, 10.0}});
  EXPECT_EQ(found.years[0].saved, 1.0);
  EXPECT_EQ(found.years[0].broken_even, 0.5);
  EXPECT_EQ(found.years[1].saved, 0.5);
  EXPECT_EQ(found.years[1].broken_even, 0.5);
  EXPECT_EQ(found.break_even, std::optional<std::size_t>(0));  // half of the futures, as soon as that
}

TEST(Saving, NoDifferenceIsNoSaving) {
  const Costs same = {{10.0, 10.0}, {12.0, 9.0}};
  const Saving found = saving(same, same);
  for (const auto& year : found.years) {
    EXPECT_EQ(year.cumulative.mean, 0.0);
    EXPECT_EQ(year.saved, 0.0);
    EXPECT_EQ(year.broken_even, 0.0);
  }
  EXPECT_FALSE(found.break_even.has_value());
}

AuthorityOrigin place(int code, int children, double idaci, int looked_after) {
  AuthorityOrigin out;
  out.code = code;
  out.name = "Made up " + std::to_string(code);
  out.children = children;
  out.idaci = idaci;
  out.low_income_share = idaci;
  out.looked_after = looked_after;
  return out;
}

TEST(Neighbours, TheAlikeComeFirst) {
  England england;
  england.authorities = {place(1, 10000, 0.10, 50), place(2, 10100, 0.11, 52), place(3, 90000, 0.10, 450),
                         place(4, 10000, 0.30, 50), place(5, 10000, 0.30, 250)};
  const std::vector<int> all = {1, 2, 3, 4, 5};
  EXPECT_EQ(nearest_authorities(england, 1, all, 10).size(), 4U);  // never itself
  EXPECT_EQ(nearest_authorities(england, 1, all, 1), std::vector<int>{2});
  EXPECT_EQ(nearest_authorities(england, 4, all, 1), std::vector<int>{5});
  EXPECT_EQ(nearest_authorities(england, 1, {1, 5}, 10), std::vector<int>{5});  // only candidates
  EXPECT_THROW(nearest_authorities(england, 6, all, 1), UsageError);

  // Neither the order of candidates nor the unit of a count matters.
  const std::vector<int> backwards = {5, 4, 3, 2, 1};
  EXPECT_EQ(nearest_authorities(england, 3, backwards, 4), nearest_authorities(england, 3, all, 4));
}

TEST(Neighbours, OfEngland) {
  const std::filesystem::path data = source_dir() / "scenarios/england";
  const England england = load_england(data, {2022, 3});
  std::vector<int> codes;
  for (const auto& authority : england.authorities) codes.push_back(authority.code);
  for (const int code : codes) {
    const auto found = nearest_authorities(england, code, codes, 10);
    EXPECT_EQ(found.size(), 10U);
    EXPECT_EQ(std::ranges::count(found, code), 0);
  }
  // Norfolk's are counties, none of them in London.
  for (const int code : nearest_authorities(england, 926, codes, 10))
    EXPECT_NE(england.at(code).region, "London");
}

TEST(Tiles, EveryAuthorityHasOneOfItsOwn) {
  const England england = load_england(source_dir() / "scenarios/england", {2022, 3});
  CsvRecords records(assets::kTiles);
  std::vector<std::string> fields;
  records.next(fields);
  std::vector<int> codes;
  std::vector<std::string> places;
  std::vector<std::string> letters;
  while (records.next(fields)) {
    codes.push_back(std::stoi(fields.at(0)));
    EXPECT_EQ(england.at(codes.back()).name, fields.at(1));
    places.push_back(fields.at(2) + " " + fields.at(3));
    letters.push_back(fields.at(4));
  }
  EXPECT_EQ(codes.size(), england.authorities.size());
  for (auto* column : {&places, &letters}) {
    std::ranges::sort(*column);
    EXPECT_EQ(std::ranges::adjacent_find(*column), column->end());
  }
}

TEST(TrackRecord, HasEveryFigureLevelAndHorizon) {
  const auto record = track_record();
  const auto& rows = record["rows"];
  EXPECT_EQ(rows.size(), 7U * 3U * 3U);
  EXPECT_EQ(record["kinds"], 7 * 3);
  EXPECT_LE(record["better"], record["kinds"]);
  EXPECT_GT(record["inside_90"].get<double>(), 0.5);
  EXPECT_LE(record["inside_90"].get<double>(), 1.0);
  for (const auto& row : rows) {
    EXPECT_GT(row["forecasts"].get<double>(), 0.0);
    EXPECT_GT(row["error"].get<double>(), 0.0);
    EXPECT_LE(row["coverage_50"].get<double>(), row["coverage_90"].get<double>());
  }
}

TEST(Assumptions, OnlyWhatArmsTakeUp) {
  const auto scenario = nlohmann::json::parse(R"({
    "arms": {"a": {"title": "A", "adoption": []},
             "b": {"title": "B", "adoption": [{"service_model": "m", "only": ["used"]}]}},
    "service_models": {"m": {"title": "M", "components": {
      "used": {"title": "U", "effects": {"threshold.care": {"ratio": 1.2, "low": 0.9, "high": 1.6, "grade": "expert",
                                                            "source": "no such key"}}},
      "unused": {"title": "V", "effects": {"direct_time": {"ratio": 2.0, "low": 1.0, "high": 4.0, "grade": "expert",
                                                           "source": "no such key"}}}}}}})");
  const auto rows = effects_json(scenario, source_dir() / "scenarios/england");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["component"], "U");
  EXPECT_EQ(rows[0]["arms"].dump(), R"(["B"])");
  EXPECT_FALSE(rows[0].contains("evidence"));
  EXPECT_TRUE(effects_json(nlohmann::json(), source_dir() / "scenarios/england").empty());
}

TEST(Page, NoTextOfAResultBecomesMarkup) {
  if (assets::kCharts.empty()) {
    EXPECT_THROW(report_page({{"title", ""}}), DataError);
    GTEST_SKIP() << "built without Apache ECharts";
  }
  const std::string evil = "</script><script>alert('&')</script>";
  const std::string page = report_page({{"title", evil}, {"question", evil + " /*SCRIPT*/ @TITLE@"}});
  EXPECT_EQ(page.find(evil), std::string::npos);
  EXPECT_NE(page.find("<title>&lt;/script>"), std::string::npos);
  EXPECT_NE(page.find(R"(\u003c/script>\u003cscript>alert('&'))"), std::string::npos);
  EXPECT_EQ(page.find("http-equiv=\"Content-Security-Policy\""),
            page.rfind("http-equiv=\"Content-Security-Policy\""));
  for (const char* outside : {"src=\"http", "href=\"http", "@import"})
    EXPECT_EQ(page.find(outside), std::string::npos);
}

// The data that a page holds.
nlohmann::json data_of(const std::string& page) {
  const std::string_view open = R"(<script type="application/json" id="data">)";
  const auto start = page.find(open) + open.size();
  return nlohmann::json::parse(page.substr(start, page.find("</script>", start) - start));
}

TEST(Page, LeavesOutPartsOfAuthoritiesUntilItFits) {
  if (assets::kCharts.empty()) GTEST_SKIP() << "built without Apache ECharts";
  const std::string much(100000, 'x');
  nlohmann::ordered_json place = {{"kind", "authority"}, {"rates", "kept"},      {"mix", much},
                                  {"gains", much},       {"published", nullptr}, {"saving", nullptr}};
  place["yearly"] = {{"fidelity", much}, {"looked_after", "kept for longer"}};
  nlohmann::ordered_json everywhere = place;
  everywhere["kind"] = "all";
  nlohmann::ordered_json data = {{"title", "Made up"}};
  data["areas"] = nlohmann::ordered_json::array({everywhere, place});

  const std::string whole = report_page(data);
  EXPECT_TRUE(data_of(whole)["left_out"].empty());
  EXPECT_EQ(data_of(whole)["areas"][1]["mix"], much);

  const auto less = data_of(report_page(data, whole.size() - 1));
  EXPECT_EQ(less["left_out"].size(), 1U);
  EXPECT_FALSE(less["areas"][1].contains("mix"));
  EXPECT_EQ(less["areas"][1]["yearly"], data["areas"][1]["yearly"]);
  EXPECT_EQ(less["areas"][0], data["areas"][0]);  // all of England keeps everything

  const auto least = data_of(report_page(data, 1));  // cannot be reached: as short as it gets
  EXPECT_EQ(least["left_out"].size(), 3U);
  EXPECT_EQ(least["areas"][1].dump(), R"({"kind":"authority","rates":"kept"})");
  EXPECT_EQ(least["areas"][0], data["areas"][0]);
}

}  // namespace
}  // namespace hearth
