#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "folder.hpp"
#include "results/file/reading_process.hpp"
#include "results/file/result_reader.hpp"
#include "results/file/result_writer.hpp"
#include "results/split.hpp"
#include "results/summarised.hpp"
#include "results/summary.hpp"
#include "source_dir.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

class Results : public InFolder {};

ResultHeader header_of(std::size_t arms, int replicates, std::size_t authorities, int months) {
  ResultHeader header;
  header.title = "A small result";
  header.question = "What happens?";
  header.arms = {{"business_as_usual", "Business as usual"},
                 {"protection_only", "Protection only"},
                 {"family_safeguarding", "Support is protection"}};
  header.arms.resize(arms);
  header.replicates = replicates;
  const std::vector<ResultHeader::Authority> known = {
      {801, "E06000023", "Bristol, City of", "South West"},
      {840, "E06000047", "County Durham", "North East"},
      {841, "E06000005", "Darlington", "North East"},
      {919, "E10000015", "Hertfordshire", "East of England"},
  };
  for (std::size_t a = 0; a < authorities; ++a) {
    header.authorities.push_back(known.at(a % known.size()));
    if (a >= known.size()) header.authorities.back().code = 1000 + static_cast<int>(a);
  }
  header.origin = {2022, 3};
  header.months = months;
  header.seed = 0xfedcba9876543210U;  // needs all 64 bits
  header.scenario_json = R"({"name": "small"})";
  header.provenance = {{"commit", "abc123"}, {"compiler", "g++"}};
  header.inputs = {{"scenarios/small.json", "00ff"}, {"scenarios/england/history.csv", "11ee"}};
  return header;
}

// A value that no other cell of the block has, as far as its type allows.
std::int32_t cell(std::size_t row, std::size_t authority, std::size_t month) {
  return static_cast<std::int32_t>(row * 1'000'000 + authority * 10'000 + month);
}

std::vector<AuthoritySeries> distinct_block(std::size_t authorities, int months, std::size_t block) {
  std::vector<AuthoritySeries> out;
  for (std::size_t a = 0; a < authorities; ++a) {
    AuthoritySeries& series = out.emplace_back(months);
    for (const MeasureInfo& info : kMeasureTable) {
      const std::size_t row = slot(info.id).first;
      for (std::size_t m = 0; m < series.months(); ++m) {
        if (slot(info.id).real) {
          series.levels(info.id)[m] = static_cast<float>(cell(row, a, m)) / 3.0F + static_cast<float>(block);
          continue;
        }
        for (std::size_t c = 0; c < size_of(info.dimension); ++c)
          series.counts(info.id, c)[m] = cell(row + c, a, m) + static_cast<std::int32_t>(block * 100);
      }
    }
    for (std::size_t line = 0; line < kCostLines.size(); ++line)
      for (std::size_t m = 0; m < series.months(); ++m)
        series.cost(line)[m] = Pence{cell(line, a, m)} * 1001 + static_cast<Pence>(block);
  }
  return out;
}

void write_distinct(const fs::path& file, const ResultHeader& header, bool backwards = false) {
  ResultWriter writer(file, header);
  const auto replicates = static_cast<std::size_t>(header.replicates);
  const std::size_t blocks = header.arms.size() * replicates;
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::size_t block = backwards ? blocks - 1 - i : i;
    writer.write(block / replicates, block % replicates,
                 distinct_block(header.authorities.size(), header.months, block));
  }
  writer.commit(12.5, 2);
}

void expect_distinct(const fs::path& file, const ResultHeader& header) {
  const ResultReader reader(file);
  const auto months = static_cast<std::size_t>(header.months);
  const std::size_t blocks = header.arms.size() * static_cast<std::size_t>(header.replicates);
  std::vector<std::vector<AuthoritySeries>> expected;
  for (std::size_t block = 0; block < blocks; ++block)
    expected.push_back(distinct_block(header.authorities.size(), header.months, block));
  for (std::size_t a = 0; a < header.authorities.size(); ++a) {
    for (const MeasureInfo& info : kMeasureTable)
      for (std::size_t c = 0; c < size_of(info.dimension); ++c) {
        const std::vector<double> got = reader.series(info.id, {a}, c);
        ASSERT_EQ(got.size(), blocks * months);
        for (std::size_t i = 0; i < got.size(); ++i) {
          const AuthoritySeries& series = expected[i / months][a];
          const double want = slot(info.id).real ? double{series.levels(info.id)[i % months]}
                                                 : double(series.counts(info.id, c)[i % months]);
          ASSERT_EQ(got[i], want) << info.name << " category " << c << " authority " << a << " cell " << i;
        }
      }
    for (std::size_t line = 0; line < kCostLines.size(); ++line) {
      const std::vector<double> got =
          reader.cost({a}, {index(kCostLines[line].payer)}, {index(kCostLines[line].category)});
      ASSERT_EQ(got.size(), blocks * months);
      for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_EQ(got[i], gbp_from_pence(expected[i / months][a].cost(line)[i % months]))
            << "cost line " << line << " authority " << a << " cell " << i;
    }
  }
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void write_text(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

// ---- round trips

TEST_F(Results, EveryMeasureAndCostLineComesBack) {
  const ResultHeader header = header_of(2, 3, 4, 14);
  write_distinct(path(), header);
  expect_distinct(path(), header);
}

TEST_F(Results, BlocksMayComeInAnyOrder) {
  const ResultHeader header = header_of(3, 2, 2, 5);
  write_distinct(path(), header, true);
  expect_distinct(path(), header);
}

TEST_F(Results, WithoutCompression) {
  ResultHeader header = header_of(2, 2, 3, 7);
  header.compression = 0;
  write_distinct(path(), header);
  expect_distinct(path(), header);
}

TEST_F(Results, PlanesAboveTheLargestChunkAreSplit) {
  constexpr std::size_t kMany = 300;
  constexpr std::size_t kMonths = 600;
  ResultHeader header = header_of(1, 1, kMany, kMonths);  // a plane of costs is 1.4 MB
  header.compression = 0;
  ResultWriter writer(path(), header);
  std::vector<AuthoritySeries> block(kMany, AuthoritySeries(header.months));
  for (std::size_t a = 0; a < kMany; ++a)
    for (std::size_t m = 0; m < kMonths; ++m) block[a].cost(1)[m] = Pence{cell(1, a, m)};
  writer.write(0, 0, block);
  writer.commit(1.0, 1);
  const ResultReader reader(path());
  std::vector<AuthorityGroup> each;
  for (std::size_t a = 0; a < kMany; ++a) each.push_back({a});
  const auto got = reader.cost_of_each(each);
  for (std::size_t a = 0; a < kMany; ++a)
    for (std::size_t m = 0; m < kMonths; ++m)
      ASSERT_EQ(got[a][m], gbp_from_pence(cell(1, a, m))) << a << ' ' << m;
}

TEST_F(Results, MoneyIsShownInThePoundsAskedFor) {
  ResultHeader header = header_of(2, 2, 2, 15);
  header.scenario_json =
      R"({"name": "small", "prices": {"first_year": 2021, "cash": [0.8, 1.0, 1.1, 1.21]}})";
  write_distinct(path(), header);
  const ResultReader plain(path());
  ResultReader reader(path());
  const auto expect = [&](const char* prices, double first_year, double second_year) {
    reader.show_money_in(parse_pounds(prices));
    const auto got = reader.cost({0, 1});
    const auto real = plain.cost({0, 1});
    for (std::size_t i = 0; i < got.size(); ++i)
      EXPECT_DOUBLE_EQ(got[i], real[i] * (i % 15 < 12 ? first_year : second_year)) << prices << ' ' << i;
    EXPECT_EQ(reader.series(Measure::kLookedAfter, {0}), plain.series(Measure::kLookedAfter, {0}));
    EXPECT_DOUBLE_EQ(reader.cost_by_authority(1, 1)[14], plain.cost_by_authority(1, 1)[14] * second_year);
  };
  expect("cash", 1.1, 1.21);
  expect("2020-21", 0.8, 0.8);
  expect("2022-23", 1.1, 1.1);
  expect("real", 1.0, 1.0);
  expect("2021-22", 1.0, 1.0);
  EXPECT_EQ(pounds_text(parse_pounds("real"), header), "pounds of 2021-22");
  EXPECT_EQ(pounds_unit(parse_pounds("2022-23")), "GBP of 2022-23");
  EXPECT_THROW(reader.show_money_in(parse_pounds("2030-31")), UsageError);
  EXPECT_THROW(parse_pounds("nominal"), UsageError);
}

TEST_F(Results, CashOfAYearThatEndsLaterLiesBetweenThatOfTwo) {
  ResultHeader header = header_of(1, 1, 1, 12);
  header.origin = {2022, 9};
  header.scenario_json = R"({"name": "small", "prices": {"first_year": 2022, "cash": [0.9, 1.1, 1.21]}})";
  write_distinct(path(), header);
  const ResultReader plain(path());
  ResultReader reader(path());
  reader.show_money_in(parse_pounds("cash"));
  EXPECT_DOUBLE_EQ(reader.cost({0})[3], plain.cost({0})[3] * std::sqrt(1.1 * 1.21));
  reader.show_money_in(parse_pounds("2021-22"));
  EXPECT_DOUBLE_EQ(reader.cost({0})[3], plain.cost({0})[3] * 0.9);
  EXPECT_EQ(pounds_text(parse_pounds("real"), header), "pounds of the year to 30 September 2022");
}

TEST_F(Results, MoneyStaysInRealTermsWhereInflationIsNotRecorded) {
  write_distinct(path(), header_of(1, 1, 1, 12));
  ResultReader reader(path());
  reader.show_money_in({});
  EXPECT_THROW(reader.show_money_in(parse_pounds("cash")), UsageError);
}

TEST_F(Results, HeaderAndProvenanceComeBack) {
  ResultHeader header = header_of(3, 2, 4, 3);
  header.title = "Familles, für alle: “£” 家族";
  header.question = "";
  header.baseline = 1;
  header.sampling_fraction = 0.125;
  header.scenario_json = "{\"long\": \"" + std::string(300'000, 'x') + "\"}";
  header.provenance["command"] = std::string(100'000, 'c');  // above the 64 KB of a fixed attribute
  header.provenance["build_type"] = "R";
  write_distinct(path(), header);
  const ResultReader reader(path());
  const ResultHeader& got = reader.header();
  EXPECT_EQ(got.title, header.title);
  EXPECT_EQ(got.question, "");
  EXPECT_EQ(got.baseline, 1U);
  EXPECT_EQ(got.replicates, 2);
  EXPECT_EQ(got.months, 3);
  EXPECT_EQ(got.origin, header.origin);
  EXPECT_EQ(got.seed, header.seed);
  EXPECT_EQ(got.sampling_fraction, 0.125);
  EXPECT_EQ(got.scenario_json, header.scenario_json);
  EXPECT_EQ(got.inputs, header.inputs);
  ASSERT_EQ(got.arms.size(), 3U);
  EXPECT_EQ(got.arms[2].name, "family_safeguarding");
  EXPECT_EQ(got.arms[2].title, "Support is protection");
  ASSERT_EQ(got.authorities.size(), 4U);
  EXPECT_EQ(got.authorities[3].code, 919);
  EXPECT_EQ(got.authorities[3].ons_code, "E10000015");
  EXPECT_EQ(got.authorities[3].name, "Hertfordshire");
  EXPECT_EQ(got.authorities[3].region, "East of England");
  auto provenance = header.provenance;
  provenance["wall_seconds"] = "12.5";
  provenance["threads"] = "2";
  EXPECT_EQ(got.provenance, provenance);
}

TEST_F(Results, WithoutInputs) {
  ResultHeader header = header_of(1, 1, 1, 1);
  header.inputs.clear();
  header.provenance.clear();
  write_distinct(path(), header);
  EXPECT_TRUE(ResultReader(path()).header().inputs.empty());
}

TEST_F(Results, CountsOfAFractionAreScaledUp) {
  ResultHeader header = header_of(1, 1, 1, 2);
  header.sampling_fraction = 0.3;
  ResultWriter writer(path(), header);
  std::vector<AuthoritySeries> block(1, AuthoritySeries(2));
  block[0].counts(Measure::kReferrals)[0] = 5;
  block[0].levels(Measure::kSocialWorkersFte)[0] = 5.5F;
  block[0].cost(0)[0] = 12345;
  writer.write(0, 0, block);
  writer.commit(1.0, 1);
  const ResultReader reader(path());
  EXPECT_EQ(reader.series(Measure::kReferrals, {0})[0], 17.0);  // 16.67
  EXPECT_EQ(reader.series(Measure::kSocialWorkersFte, {0})[0], 5.5);
  EXPECT_EQ(reader.cost({0})[0], 123.45);
}

TEST_F(Results, EqualResultsAreEqualFiles) {
  const ResultHeader header = header_of(2, 2, 2, 5);
  write_distinct(path("first.h5"), header);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5's times are in seconds
  write_distinct(path("second.h5"), header);
  EXPECT_TRUE(text_of(path("first.h5")) == text_of(path("second.h5")));
}

// ---- quarters and years instead of months

TEST(Steps, SumFlowsAndKeepTheEndOfTheRest) {
  const AuthoritySeries monthly = distinct_block(1, 14, 3)[0];
  EXPECT_EQ(in_steps(monthly, 1), monthly);
  const AuthoritySeries quarters = in_steps(monthly, 3);
  ASSERT_EQ(quarters.months(), 5U);  // the last of two months
  for (const MeasureInfo& info : kMeasureTable)
    for (std::size_t q = 0; q < 5; ++q) {
      const std::size_t end = std::min<std::size_t>(3 * q + 3, 14);
      if (slot(info.id).real) {
        EXPECT_EQ(quarters.levels(info.id)[q], monthly.levels(info.id)[end - 1]) << info.name;
        continue;
      }
      for (std::size_t c = 0; c < size_of(info.dimension); ++c) {
        const auto months = monthly.counts(info.id, c);
        std::int32_t expected = months[end - 1];
        if (info.kind == MeasureKind::kFlow)
          for (std::size_t m = 3 * q; m + 1 < end; ++m) expected += months[m];
        EXPECT_EQ(quarters.counts(info.id, c)[q], expected) << info.name;
      }
    }
  for (std::size_t line = 0; line < kCostLines.size(); ++line) {
    const auto sum = [&](const AuthoritySeries& of) {
      return std::accumulate(of.cost(line).begin(), of.cost(line).end(), Pence{0});
    };
    EXPECT_EQ(sum(quarters), sum(monthly));
    EXPECT_EQ(sum(in_steps(monthly, 12)), sum(monthly));
  }
}

// The summary of quarters and years is that of months, but for levels, whose months are not kept.
TEST_F(Results, QuartersAndYearsGiveTheSameYears) {
  const auto summary_of = [&](int step_months) {
    ResultHeader header = header_of(2, 3, 4, 29);
    header.step_months = step_months;
    {
      ResultWriter writer(path(), header);
      for (std::size_t block = 0; block < 6; ++block) {
        std::vector<AuthoritySeries> series;
        for (const auto& each : distinct_block(4, 29, block)) series.push_back(in_steps(each, step_months));
        writer.write(block / 3, block % 3, series);
      }
      writer.commit(1.0, 1);
    }
    const ResultReader reader(path());
    EXPECT_EQ(reader.header().months, 29);
    EXPECT_EQ(reader.header().step_months, step_months);
    return summarise(reader, find_area(reader.header(), "England"), summary_measures());
  };
  constexpr double kRounding = 1e-4;  // pounds of billions
  const Summary months = summary_of(1);
  for (const int step_months : {3, 12}) {
    const Summary steps = summary_of(step_months);
    ASSERT_EQ(steps.periods.size(), 3U);
    EXPECT_EQ(steps.periods.back().label(), "5 months to 31 August 2024");
    for (std::size_t m = 0; m < months.measures.size(); ++m) {
      if (months.measures[m].yearly == Yearly::kMean) {
        EXPECT_EQ(steps.measures[m].yearly, step_months == 12 ? Yearly::kEnd : Yearly::kMean);
        EXPECT_GT(steps.cell(m, 0, 0).median, months.cell(m, 0, 0).median)
            << "later months have larger numbers";
        continue;
      }
      for (std::size_t arm = 0; arm < 2; ++arm)
        for (std::size_t p = 0; p < 3; ++p) {
          EXPECT_NEAR(steps.cell(m, arm, p).median, months.cell(m, arm, p).median, kRounding)
              << months.measures[m].key;
          if (arm == 0) continue;
          EXPECT_NEAR(steps.cell(m, arm, p).difference->mean, months.cell(m, arm, p).difference->mean,
                      kRounding);
        }
    }
    const bool said = summary_text(steps).find("ends of its quarters") != std::string::npos;
    EXPECT_EQ(said, step_months == 3);
  }
}

TEST_F(Results, OlderReadersRefuseWhatTheyWouldMisread) {
  ResultHeader header = header_of(1, 1, 1, 12);
  const auto version = [&] {
    ResultWriter writer(path(), header);
    writer.write(0, 0, {AuthoritySeries(header.steps())});
    commit_result(writer, 1.0, 1);
    const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t attribute = H5Aopen(file, "hearth_format_version", H5P_DEFAULT);
    std::int32_t out = 0;
    H5Aread(attribute, H5T_NATIVE_INT32, &out);
    H5Aclose(attribute);
    H5Fclose(file);
    return out;
  };
  EXPECT_EQ(version(), 2);
  header.step_months = 3;
  EXPECT_EQ(version(), 3);
  header.to_summarise = true;
  EXPECT_EQ(version(), 5);
}

// ---- groups of authorities

TEST_F(Results, GroupsAreSumsAndWeightedMeans) {
  ResultWriter writer(path(), header_of(1, 1, 3, 1));
  std::vector<AuthoritySeries> block(3, AuthoritySeries(1));
  const std::vector<float> fte = {100.0F, 300.0F, 0.0F};
  const std::vector<float> vacancy = {0.5F, 0.25F, 0.0F};
  const std::vector<float> caseload = {10.0F, 20.0F, 99.0F};
  for (std::size_t a = 0; a < 3; ++a) {
    block[a].counts(Measure::kLookedAfter)[0] = static_cast<std::int32_t>(a + 1);
    block[a].levels(Measure::kSocialWorkersFte)[0] = fte[a];
    block[a].levels(Measure::kVacancyRate)[0] = vacancy[a];
    block[a].levels(Measure::kCaseload)[0] = caseload[a];
    block[a].levels(Measure::kFidelity)[0] = a == 1 ? 0.8F : 0.0F;
    block[a].levels(Measure::kPractitionersFte)[0] = 1.5F;
  }
  writer.write(0, 0, block);
  writer.commit(1.0, 1);
  const ResultReader reader(path());
  EXPECT_EQ(reader.series(Measure::kLookedAfter, {0, 1, 2})[0], 6.0);
  EXPECT_EQ(reader.series(Measure::kLookedAfter, {0, 2})[0], 4.0);
  EXPECT_EQ(reader.series(Measure::kSocialWorkersFte, {0, 1, 2})[0], 400.0);
  EXPECT_EQ(reader.series(Measure::kPractitionersFte, {0, 1, 2})[0], 4.5);
  EXPECT_DOUBLE_EQ(reader.series(Measure::kCaseload, {0, 1, 2})[0], (100.0 * 10 + 300.0 * 20) / 400.0);
  EXPECT_DOUBLE_EQ(reader.series(Measure::kFidelity, {0, 1})[0], 0.75 * double{0.8F});
  // 200 and 400 posts, 100 of each vacant.
  EXPECT_DOUBLE_EQ(reader.series(Measure::kVacancyRate, {0, 1})[0], 200.0 / 600.0);
  EXPECT_EQ(reader.series(Measure::kCaseload, {2})[0], 99.0);
  EXPECT_EQ(reader.series(Measure::kCaseload, {2, 2})[0], 99.0);  // nobody in post: the plain mean
}

TEST_F(Results, OneAuthoritysRatioIsItsOwnToTheBit) {
  ResultWriter writer(path(), header_of(1, 1, 1, 99));
  std::vector<AuthoritySeries> block(1, AuthoritySeries(99));
  for (std::size_t m = 0; m < 99; ++m) {
    block[0].levels(Measure::kSocialWorkersFte)[m] = 7.3F;
    block[0].levels(Measure::kVacancyRate)[m] = static_cast<float>(m) / 99.0F;
  }
  writer.write(0, 0, block);
  writer.commit(1.0, 1);
  const std::vector<double> got = ResultReader(path()).series(Measure::kVacancyRate, {0});
  for (std::size_t m = 0; m < 99; ++m) EXPECT_EQ(got[m], double{static_cast<float>(m) / 99.0F});
}

TEST_F(Results, CostsAreChosenByPayerAndCategory) {
  ResultWriter writer(path(), header_of(1, 1, 2, 1));
  std::vector<AuthoritySeries> block(2, AuthoritySeries(1));
  for (std::size_t line = 0; line < kCostLines.size(); ++line) {
    block[0].cost(line)[0] = Pence{1} << line;
    block[1].cost(line)[0] = Pence{1} << (line + 16);
  }
  writer.write(0, 0, block);
  writer.commit(1.0, 1);
  const ResultReader reader(path());
  const Pence first = (Pence{1} << kCostLines.size()) - 1;
  EXPECT_EQ(reader.cost({0})[0], gbp_from_pence(first));
  EXPECT_EQ(reader.cost({0, 1})[0], gbp_from_pence(first + (first << 16)));
  EXPECT_EQ(reader.cost({0}, {index(Payer::kAuthority)})[0], gbp_from_pence(0b1111111));
  EXPECT_EQ(reader.cost({0}, {}, {index(CostCategory::kServiceModel)})[0], gbp_from_pence(0b1100011000000));
  EXPECT_EQ(reader.cost({0}, {index(Payer::kCourts)}, {index(CostCategory::kLegal)})[0],
            gbp_from_pence(1 << 10));
  EXPECT_EQ(reader.cost({0}, {index(Payer::kNhs)}, {index(CostCategory::kLegal)})[0], 0.0);
}

TEST_F(Results, WhatTheResultDoesNotHaveIsABug) {
  write_distinct(path(), header_of(1, 1, 2, 1));
  const ResultReader reader(path());
  EXPECT_THROW(reader.series(Measure::kReferrals, {2}), InternalError);
  EXPECT_THROW(reader.series(Measure::kReferrals, {}), InternalError);
  EXPECT_THROW(reader.series(Measure::kReferrals, {0}, 1), InternalError);
  EXPECT_THROW(reader.series(Measure::kLookedAfterByPlacement, {0}, kPlacementKinds), InternalError);
  EXPECT_THROW(reader.cost({7}), InternalError);
}

// ---- from temporary to final name

TEST_F(Results, AnOlderResultStaysUntilCommit) {
  write_text(path(), "older");
  const ResultHeader header = header_of(1, 1, 1, 2);
  {
    ResultWriter writer(path(), header);
    writer.write(0, 0, distinct_block(1, 2, 0));
    EXPECT_EQ(text_of(path()), "older");
    EXPECT_EQ(files(), 2U);
  }
  EXPECT_EQ(text_of(path()), "older");
  EXPECT_EQ(files(), 1U);
  write_distinct(path(), header);
  EXPECT_EQ(files(), 1U);
  expect_distinct(path(), header);
}

TEST_F(Results, TwoWritersDoNotMeet) {
  const ResultHeader header = header_of(1, 1, 1, 2);
  ResultWriter first(path(), header);
  ResultWriter second(path(), header);
  first.write(0, 0, distinct_block(1, 2, 0));
  second.write(0, 0, distinct_block(1, 2, 0));
  first.commit(1.0, 1);
  second.commit(1.0, 1);
  EXPECT_EQ(files(), 1U);
  expect_distinct(path(), header);
}

TEST_F(Results, AnIncompleteResultIsNotCommitted) {
  {
    ResultWriter writer(path(), header_of(2, 2, 1, 2));
    writer.write(0, 0, distinct_block(1, 2, 0));
    expect_contains(message_of<InternalError>([&] { writer.commit(1.0, 1); }), "arm 0, replicate 1");
    EXPECT_THROW(writer.write(0, 0, distinct_block(1, 2, 0)), InternalError);  // twice
    EXPECT_THROW(writer.write(2, 0, distinct_block(1, 2, 0)), InternalError);
    EXPECT_THROW(writer.write(1, 0, distinct_block(2, 2, 0)), InternalError);
    EXPECT_THROW(writer.write(1, 0, distinct_block(1, 3, 0)), InternalError);
  }
  EXPECT_EQ(files(), 0U);
}

TEST_F(Results, WhereNothingCanBeWritten) {
  const ResultHeader header = header_of(1, 1, 1, 2);
  const auto writing = [&](const fs::path& file) {
    return message_of<DataError>([&] { ResultWriter writer(file, header); });
  };
  expect_contains(writing(path("missing/result.h5")), "there is no directory " + path("missing").string());
  fs::create_directory(path("taken.h5"));
  expect_contains(writing(path("taken.h5")), "it is a directory");
  expect_contains(writing("/proc/result.h5"), "cannot write /proc/result.h5: making the file: ");
}

// No file may grow above `bytes` while this lives: what a full disk is to a writer.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    const rlimit small{bytes, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

class ResultsOnAFullDisk : public Results, public testing::WithParamInterface<std::pair<rlim_t, int>> {};

TEST_P(ResultsOnAFullDisk, LeaveTheOlderResult) {
  write_text(path(), "older");
  const auto [bytes, months] = GetParam();
  ResultHeader header = header_of(1, 4, 4, months);
  header.compression = 0;
  std::string message;
  {
    const FullDisk full(bytes);
    message = message_of<DataError>([&] { write_distinct(path(), header); });
  }
  EXPECT_EQ(message, "cannot write " + path().string() + ": writing: File too large");
  EXPECT_EQ(text_of(path()), "older");
  EXPECT_EQ(files(), 1U);
  // HDF5 is still of use afterwards.
  header.months = 2;
  write_distinct(path(), header);
  expect_distinct(path(), header);
}

// Full from the start, in the middle of a block, and at commit, which writes what HDF5 has held back.
INSTANTIATE_TEST_SUITE_P(Sizes, ResultsOnAFullDisk,
                         testing::Values(std::pair<rlim_t, int>{0, 12}, std::pair<rlim_t, int>{300'000, 600},
                                         std::pair<rlim_t, int>{50'000, 12}));

// ---- files that are not results

std::string opening(const fs::path& file) {
  return message_of<DataError>([&] { ResultReader reader(file); });
}

TEST_F(Results, OtherFilesAreRefused) {
  expect_contains(opening(path()), "there is no such file");
  expect_contains(opening(directory_), "it is a directory");
  write_text(path("words.h5"), "not HDF5 at all");
  expect_contains(opening(path("words.h5")), "it is not an HDF5 file");
  const hid_t other = H5Fcreate(path("other.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(other);
  expect_contains(opening(path("other.h5")),
                  "is not a Hearth result: it has no attribute hearth_format_version");
}

TEST_F(Results, ATruncatedFileIsRefused) {
  write_distinct(path(), header_of(1, 1, 2, 12));
  fs::resize_file(path(), fs::file_size(path()) / 2);
  expect_contains(opening(path()), "truncated");
}

TEST_F(Results, AnotherFormatVersionIsRefused) {
  write_distinct(path(), header_of(1, 1, 1, 1));
  const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t attribute = H5Aopen(file, "hearth_format_version", H5P_DEFAULT);
  const int later = kResultFormatVersionOfSummaries + 1;
  H5Awrite(attribute, H5T_NATIVE_INT, &later);
  H5Aclose(attribute);
  H5Fclose(file);
  expect_contains(opening(path()), "has result format 6, this program reads formats 2, 3 and 5");
}

TEST_F(Results, AMissingVariableIsNamed) {
  write_distinct(path(), header_of(1, 1, 1, 1));
  const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  H5Ldelete(file, "referrals", H5P_DEFAULT);
  H5Fclose(file);
  const ResultReader reader(path());
  expect_contains(message_of<DataError>([&] { reader.series(Measure::kReferrals, {0}); }), "referrals");
}

TEST_F(Results, WhatCannotBeReadAgainIsNotWritten) {
  ResultHeader header = header_of(1, 1, 1, 1);
  header.title = "red \x1b[31m";
  expect_contains(message_of([&] { ResultWriter writer(path(), header); }),
                  "attribute title: found \"red ?[31m\"");
  header = header_of(2, 1, 1, 1);
  header.arms[1].name = header.arms[0].name;
  expect_contains(message_of([&] { ResultWriter writer(path(), header); }), "business_as_usual twice");
  EXPECT_EQ(files(), 0U);
}

TEST(ReadingProcess, EndsWithoutUs) {
  const auto failure_of = [](const ReadingProcess::Answer& answer) {
    ReadingProcess process(answer);
    return message_of<ReadingProcess::Failure>([&] { process.ask("?"); });
  };
  ReadingProcess echo([](std::string_view question) { return std::string(question) + "!"; });
  EXPECT_EQ(echo.ask("a"), "a!");
  EXPECT_EQ(echo.ask(std::string(3'000'000, 'x')).size(), 3'000'001U);
  EXPECT_EQ(failure_of([](std::string_view) -> std::string { throw std::runtime_error("no"); }), "no");
  expect_contains(failure_of([](std::string_view) -> std::string { ::_exit(3); }),
                  "the process that reads it has ended");
#ifndef __SANITIZE_ADDRESS__
  expect_contains(failure_of([](std::string_view) -> std::string {
                    std::raise(SIGSEGV);
                    return "";
                  }),
                  "the HDF5 library crashes on it (Segmentation fault)");
  expect_contains(failure_of([](std::string_view) { return std::string(std::size_t{3} << 30, 'x'); }),
                  "more than 1 GB of memory");
#endif
}

// ---- summary

TEST(Quantile, IsTypeSeven) {
  // numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], p)
  const std::vector<double> values = {3, 1, 4, 1, 5, 9, 2, 6};
  EXPECT_DOUBLE_EQ(quantile(values, 0.5), 3.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0.05), 1.0);
  EXPECT_DOUBLE_EQ(quantile(values, 0.95), 7.95);
  EXPECT_DOUBLE_EQ(quantile(values, 0.0), 1.0);
  EXPECT_DOUBLE_EQ(quantile(values, 1.0), 9.0);
  EXPECT_DOUBLE_EQ(quantile({7.0}, 0.3), 7.0);
}

// Three arms, the last equal to the first; 27 months. In month m of replicate r, authority a:
// care entries (a + 1) * (10 + r) + arm; looked after 100 (a + 1) + m + r arm; caseload m + 1; placements
// £1.25 million and courts £0.5 million, the second arm's placements £1 million more in replicate 1.
std::vector<AuthoritySeries> made_block(std::size_t arm, std::size_t replicate) {
  std::vector<AuthoritySeries> block(4, AuthoritySeries(27));
  const std::size_t effect = arm == 1 ? 1 : 0;
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t m = 0; m < 27; ++m) {
      block[a].counts(Measure::kCareEntries)[m] =
          static_cast<std::int32_t>((a + 1) * (10 + replicate) + effect);
      block[a].counts(Measure::kLookedAfter)[m] =
          static_cast<std::int32_t>(100 * (a + 1) + m + replicate * effect);
      block[a].levels(Measure::kCaseload)[m] = static_cast<float>(m + 1);
      block[a].levels(Measure::kSocialWorkersFte)[m] = 10.0F;
      block[a].cost(0)[m] =
          pence_from_gbp(1.25e6) + (replicate == 1 && effect == 1 ? pence_from_gbp(1e6) : 0);
      block[a].cost(10)[m] = pence_from_gbp(0.5e6);  // courts
    }
  return block;
}

void write_made(const fs::path& file, int replicates, double sampling_fraction = 1.0) {
  ResultHeader header = header_of(3, replicates, 4, 27);
  header.seed = 7;
  header.sampling_fraction = sampling_fraction;
  ResultWriter writer(file, header);
  for (std::size_t arm = 0; arm < 3; ++arm)
    for (std::size_t r = 0; r < static_cast<std::size_t>(replicates); ++r)
      writer.write(arm, r, made_block(arm, r));
  writer.commit(1.0, 1);
}

TEST_F(Results, SummaryOfHandMadeSeries) {
  write_made(path(), 3);
  const Summary summary = summarise(ResultReader(path()));
  ASSERT_EQ(summary.measures.size(), 7U);
  EXPECT_EQ(summary.measures[6].key, "cost_total");
  ASSERT_EQ(summary.periods.size(), 3U);
  EXPECT_EQ(summary.periods[0].label(), "year to 31 March 2023");
  EXPECT_EQ(summary.periods[1].label(), "year to 31 March 2024");
  EXPECT_EQ(summary.periods[2].label(), "3 months to 30 June 2024");

  // Entries: 12 months of (1 + 2 + 3 + 4) (10 + r).
  const SummaryCell& entries = summary.cell(0, 0, 0);
  EXPECT_EQ(entries.median, 12.0 * 10 * 11);
  ASSERT_TRUE(entries.range.has_value());
  EXPECT_DOUBLE_EQ(entries.range->low, 12.0 * 10 * 10.1);
  EXPECT_DOUBLE_EQ(entries.range->high, 12.0 * 10 * 11.9);
  EXPECT_FALSE(entries.difference.has_value());
  EXPECT_EQ(summary.cell(0, 0, 2).median, 3.0 * 10 * 11);
  // One more for each of 4 authorities and 12 months in every replicate: certain.
  const PairedDifference& more = summary.cell(0, 1, 0).difference.value();
  EXPECT_EQ(more.mean, 48.0);
  EXPECT_EQ(more.range.value().low, 48.0);
  EXPECT_EQ(more.monte_carlo_standard_error.value(), 0.0);

  // Looked after at the year's end; the difference is 4 r, r = 0, 1, 2: mean 4, standard deviation 4.
  EXPECT_EQ(summary.cell(1, 0, 0).median, 1000.0 + 4 * 11);
  EXPECT_EQ(summary.cell(1, 0, 2).median, 1000.0 + 4 * 26);
  const PairedDifference& stock = summary.cell(1, 1, 1).difference.value();
  EXPECT_DOUBLE_EQ(stock.mean, 4.0);
  EXPECT_DOUBLE_EQ(stock.range.value().low, 0.4);
  EXPECT_DOUBLE_EQ(stock.range.value().high, 7.6);
  EXPECT_DOUBLE_EQ(stock.monte_carlo_standard_error.value(), 4.0 / std::sqrt(3.0));

  EXPECT_DOUBLE_EQ(summary.cell(4, 0, 0).median, 6.5);  // mean of 1 to 12
  EXPECT_DOUBLE_EQ(summary.cell(5, 0, 0).median, 4 * 12 * 1.25e6);
  EXPECT_DOUBLE_EQ(summary.cell(6, 0, 0).median, 4 * 12 * 1.75e6);
  EXPECT_DOUBLE_EQ(summary.cell(6, 1, 0).difference.value().mean, 4 * 12 * 1e6 / 3);
}

// Read at once or one by one, areas have the same numbers.
TEST_F(Results, SeveralAreasAtOnceAreEachAlone) {
  write_made(path(), 3);
  const ResultReader reader(path());
  const std::vector<Area> areas = {{"all", {0, 1, 2, 3}}, {"one", {2}}, {"two", {1, 3}}};
  const auto measures = find_summary_measures({"care_entries", "caseload", "cost_total", "cost_courts"});
  const std::vector<Summary> together = summarise(reader, areas, measures);
  ASSERT_EQ(together.size(), areas.size());
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const Summary alone = summarise(reader, areas[i], measures);
    EXPECT_EQ(together[i].area.name, areas[i].name);
    EXPECT_EQ(summary_json(together[i]), summary_json(alone));
  }
  // Entries are 12 (a + 1) (10 + r) in the first year, r = 0, 1, 2: the middle half lies from r = 0.5 to 1.5.
  EXPECT_DOUBLE_EQ(together[1].cell(0, 0, 0).half.value().low, 12.0 * 3 * 10.5);
  EXPECT_DOUBLE_EQ(together[1].cell(0, 0, 0).half.value().high, 12.0 * 3 * 11.5);

  const std::vector<AuthorityGroup> groups = {{0, 1, 2, 3}, {2}};
  const auto costs = reader.cost_of_each(groups, {0});
  EXPECT_EQ(costs[0], reader.cost({0, 1, 2, 3}, {0}));
  EXPECT_EQ(costs[1], reader.cost({2}, {0}));
  EXPECT_NE(costs[0], costs[1]);
}

// The last twelve of 27 months; in the fifths 1000, 2000, ... children. Care entries in every month: 1, 2,
// ... under the baseline in replicate 0, twice that in replicate 1; the other arm takes off a half and a
// quarter in the most deprived fifth. No plans.
TEST_F(Results, WhoGainsIsByFifthAndPaired) {
  const ResultHeader header = header_of(2, 2, 2, 27);
  {
    ResultWriter writer(path(), header);
    for (std::size_t arm = 0; arm < 2; ++arm)
      for (std::size_t r = 0; r < 2; ++r) {
        std::vector<AuthoritySeries> block(2, AuthoritySeries(27));
        for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth)
          for (std::size_t m = 0; m < 27; ++m) {
            const auto n = static_cast<std::int32_t>(fifth + 1);
            block[0].counts(Measure::kChildrenByDeprivation, fifth)[m] = 1000 * n;
            const auto entries = static_cast<std::int32_t>(4 * (fifth + 1) * (r + 1));
            const bool less = arm == 1 && fifth == 4;
            block[0].counts(Measure::kCareEntriesByDeprivation, fifth)[m] =
                m < 15 ? 999
                : less ? entries * (r == 0 ? 2 : 3) / 4
                       : entries;
          }
        writer.write(arm, r, block);
      }
    writer.commit(1.0, 1);
  }
  const Summary summary = summarise(ResultReader(path()), "Bristol, City of");
  ASSERT_TRUE(summary.who_gains.has_value());
  const WhoGains& gains = *summary.who_gains;
  const auto& usual = gains.row(0, 0);
  for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth) {
    EXPECT_DOUBLE_EQ(usual.rate[fifth].median.value(), 1.5 * 4 * 12 * 10);  // of 480 and 960
    EXPECT_FALSE(usual.difference[fifth].median.has_value());
    EXPECT_DOUBLE_EQ(gains.row(0, 1).difference[fifth].median.value(), fifth == 4 ? -0.375 : 0.0);
  }
  EXPECT_DOUBLE_EQ(usual.rate[kDeprivationFifths].median.value(), 1.0);
  const auto& ratio = gains.row(0, 1).difference[kDeprivationFifths];
  EXPECT_DOUBLE_EQ(ratio.median.value(), -0.375);
  EXPECT_DOUBLE_EQ(ratio.low.value(), -0.4875);
  EXPECT_DOUBLE_EQ(ratio.high.value(), -0.2625);
  // Nothing over nothing is no ratio, and no difference.
  EXPECT_EQ(gains.row(1, 0).rate[0].median.value(), 0.0);
  EXPECT_FALSE(gains.row(1, 0).rate[kDeprivationFifths].median.has_value());
  EXPECT_FALSE(gains.row(1, 1).difference[0].median.has_value());

  const std::string text = summary_text(summary);
  for (const char* part : {"Who gains (12 months to 30 June 2024", "720.0", "-37.5%", "-48.8 to -26.2"})
    expect_contains(text, part);
  const auto json = nlohmann::json::parse(summary_json(summary))["who_gains"]["measures"][0]["arms"];
  EXPECT_EQ(json[1]["deprivation"]["most_over_least"]["relative_difference_from_baseline"]["median"], -0.375);
  EXPECT_FALSE(json[0]["deprivation"]["third"].contains("relative_difference_from_baseline"));
  EXPECT_FALSE(summarise(ResultReader(path()), "England", {"referrals"}).who_gains.has_value());
}

TEST_F(Results, AnArmEqualToTheBaselineDiffersByExactlyZero) {
  write_made(path(), 3);
  const Summary summary = summarise(ResultReader(path()));
  for (std::size_t m = 0; m < summary.measures.size(); ++m)
    for (std::size_t p = 0; p < summary.periods.size(); ++p) {
      const PairedDifference& none = summary.cell(m, 2, p).difference.value();
      EXPECT_EQ(none.mean, 0.0);
      EXPECT_EQ(none.range.value().low, 0.0);
      EXPECT_EQ(none.range.value().high, 0.0);
      EXPECT_EQ(none.monte_carlo_standard_error.value(), 0.0);
    }
}

TEST_F(Results, OneReplicateHasNoInterval) {
  write_made(path(), 1);
  const Summary summary = summarise(ResultReader(path()));
  EXPECT_FALSE(summary.cell(0, 1, 0).range.has_value());
  const PairedDifference& difference = summary.cell(0, 1, 0).difference.value();
  EXPECT_EQ(difference.mean, 48.0);
  EXPECT_FALSE(difference.range.has_value());
  EXPECT_FALSE(difference.monte_carlo_standard_error.has_value());
  expect_contains(summary_text(summary), "not available");
  expect_contains(summary_csv(summary),
                  "All in the result,protection_only,2023,year to 31 March "
                  "2023,care_entries,children,1248,,1248,,,48,,,,0,,\n");
  const auto json = nlohmann::json::parse(summary_json(summary));
  EXPECT_TRUE(json["measures"][0]["arms"][1]["years"][0]["interval"].is_null());
  EXPECT_TRUE(json["measures"][0]["arms"][1]["years"][0]["difference_from_baseline"]["interval"].is_null());
}

TEST_F(Results, SummaryJsonHasFullPrecisionAndCsvThatOfTheUnit) {
  write_made(path(), 3);
  const Summary summary =
      summarise(ResultReader(path()), "Bristol, City of", {"looked_after", "cost_courts"});
  const auto json = nlohmann::json::parse(summary_json(summary));
  EXPECT_EQ(json["area"], "Bristol, City of");
  EXPECT_EQ(json["baseline"], "business_as_usual");
  EXPECT_EQ(json["replicates"], 3);
  const auto& year = json["measures"][0]["arms"][1]["years"][0];
  EXPECT_EQ(year["end"], "2023-03-31");
  EXPECT_EQ(year["median"], 112.0);
  EXPECT_DOUBLE_EQ(year["difference_from_baseline"]["monte_carlo_standard_error"].get<double>(),
                   1.0 / std::sqrt(3.0));
  EXPECT_FALSE(json["measures"][0]["arms"][0]["years"][0].contains("difference_from_baseline"));

  std::istringstream csv(summary_csv(summary));
  std::string line;
  std::getline(csv, line);
  EXPECT_EQ(line,
            "area,arm,year,period,measure,unit,mean,mcse,median,low,high,difference_mean,difference_mcse,"
            "difference_low,difference_high,difference_share_below_zero,published_low,published_high");
  std::getline(csv, line);
  EXPECT_EQ(line,
            "\"Bristol, City of\",business_as_usual,2023,year to 31 March "
            "2023,looked_after,children,111,0,111,111,111,,,,,,,");
  std::vector<std::string> rest;
  while (std::getline(csv, line)) rest.push_back(line);
  ASSERT_EQ(rest.size() + 1, 2U * 3 * 3);
  EXPECT_EQ(
      rest.back(),
      "\"Bristol, City of\",family_safeguarding,2024,3 months to 30 June 2024,cost_courts,GBP,1500000,0,"
      "1500000,1500000,1500000,0,0,0,0,0,,");
}

TEST_F(Results, SummaryTextIsForPeople) {
  write_made(path(), 3, 0.5);
  const std::string text = summary_text(summarise(ResultReader(path())));
  for (const char* part :
       {"All in the result: 4 authorities, from 31 March 2022 to 30 June 2024; 3 replicates",
        "50% of families were simulated", "Business as usual (baseline)", "Support is protection",
        "31 March 2023", "30 June 2024*", "* Not a whole year: 3 months to 30 June 2024.", "2,640", "+96",
        "£ million", "60.00", "It covers chance", "3 replicates are too few", "Monte Carlo standard error",
        "Money is counted"})
    expect_contains(text, part);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto columns = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
    EXPECT_LE(columns, 100) << line;
    EXPECT_TRUE(line.empty() || line.back() != ' ') << "'" << line << "'";
  }
  EXPECT_EQ(text.find("-0 "), std::string::npos);
}

// What an interval covers is what the result's scenario had on; results of before the switches had chance and
// drift.
TEST_F(Results, SummarySaysWhatIntervalsCover) {
  ResultHeader header = header_of(2, 1, 1, 12);
  write_distinct(path(), header);
  EXPECT_EQ(summarise(ResultReader(path())).coverage.sources().to_ulong(), 0b0011U);
  header.scenario_json = R"({
    "uncertainty": {"process": false, "drift": true, "parameters": true, "effects": true},
    "not_in_intervals": {"process": "switched off"},
    "arms": {"a": {"effects": "sampled", "adoption": []}, "b": {"effects": "sampled", "adoption": [{"service_model": "x"}]}}})";
  write_distinct(path(), header);
  const Summary summary = summarise(ResultReader(path()));
  EXPECT_EQ(summary.coverage.sources().to_ulong(), 0b1110U);
  EXPECT_EQ(summary.coverage.left_out[0], "switched off");
  EXPECT_TRUE(summary.effects_drawn);
  EXPECT_FALSE(summary.effects_taken_as_given);
  const auto json = nlohmann::json::parse(summary_json(summary))["interval"];
  EXPECT_EQ(json["covers"].dump(), R"(["drift","parameters","effects"])");
  EXPECT_EQ(json["does_not_cover"].dump(), R"({"process":"switched off"})");
}

// The widest numbers there are: England's money, with differences that are not small.
TEST(SummaryText, EnglandFitsAHundredColumns) {
  Summary summary;
  summary.title = std::string("A very long title ") +
                  "that goes on and on and on and on and on and on and on and on and on"
                  " and on and on and on";
  summary.area = {"England", std::vector<std::size_t>(152)};
  summary.origin = {2022, 3};
  summary.replicates = 20;
  summary.arms = {{"a", "A"}, {"b", "B"}};
  summary.periods = {{{2022, 12}, 9}};
  summary.measures = find_summary_measures({"cost_total", "children"});
  for (int i = 0; i < 2; ++i) {
    const double size = i == 0 ? 1.2e10 : 1.2e7;
    summary.cells.push_back({size, size / 50, size, Range{size, size}, std::nullopt});
    summary.cells.push_back({size, size / 50, size, Range{size, size},
                             PairedDifference{-size / 10, Range{-size / 9, -size / 11}, size / 200}});
  }
  const std::string text = summary_text(summary);
  expect_contains(text, "12,000.0");
  expect_contains(text, "-1,200.0");
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto columns = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
    EXPECT_LE(columns, 100) << line;
  }
}

TEST(SummaryCsv, QuotesWhatNeedsIt) {
  Summary summary;
  summary.area.name = "The \"other\" one, too";
  summary.arms = {{"a", "A"}};
  summary.periods = {{{2023, 3}, 12}};
  summary.measures = find_summary_measures({"referrals"});
  summary.cells = {{0.1, std::nullopt, 0.1, std::nullopt, std::nullopt}};
  expect_contains(
      summary_csv(summary),
      "\n\"The \"\"other\"\" one, too\",a,2023,year to 31 March 2023,referrals,children,0.1,,0.1,,,,,,,,,\n");
}

TEST(SummaryArea, IsFoundByNameCodeAndRegion) {
  const ResultHeader header = header_of(1, 1, 4, 1);
  const auto authorities = [&](std::string_view name) { return find_area(header, name).authorities; };
  EXPECT_EQ(authorities("England"), (std::vector<std::size_t>{0, 1, 2, 3}));
  EXPECT_EQ(authorities("north east"), (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(authorities("919"), std::vector<std::size_t>{3});
  EXPECT_EQ(authorities("e10000015"), std::vector<std::size_t>{3});
  EXPECT_EQ(authorities("HERTFORDSHIRE"), std::vector<std::size_t>{3});
  EXPECT_EQ(find_area(header, "hertfordshire").name, "Hertfordshire");
  EXPECT_EQ(find_area(header, "NORTH EAST").name, "North East");
}

TEST(SummaryArea, NearestIsSuggested) {
  const ResultHeader header = header_of(1, 1, 4, 1);
  const auto asking = [&](std::string_view name) {
    return message_of<UsageError>([&] { find_area(header, name); });
  };
  expect_contains(asking("Hartfordshire"), "no area \"Hartfordshire\"; nearest: Hertfordshire,");
  expect_contains(asking("Bristol"), "nearest: Bristol, City of,");
  expect_contains(asking("Durham"), "nearest: County Durham,");
  expect_contains(asking("North Eest"), "nearest: North East,");
  expect_contains(asking("918"), "nearest: 919,");
  expect_contains(asking("E10000016"), "nearest: E10000015,");
}

TEST(SummaryMeasures, AreFoundByKey) {
  const auto found = find_summary_measures({"looked_after_by_age.16_plus", "cost_police", "re_entries"});
  EXPECT_EQ(found[0].measure, Measure::kLookedAfterByAge);
  EXPECT_EQ(found[0].category, index(AgeBand::k16Plus));
  EXPECT_EQ(found[0].yearly, Yearly::kEnd);
  EXPECT_EQ(found[1].measure, std::nullopt);
  EXPECT_EQ(found[1].payers, std::vector<std::size_t>{index(Payer::kPolice)});
  EXPECT_EQ(found[2].yearly, Yearly::kSum);
  expect_contains(message_of<UsageError>([] { find_summary_measures({"looked_aftr"}); }),
                  "nearest: looked_after");
}

// ---- documents

std::string measure_reference() {
  const auto quoted = [](const auto& names) {
    std::string out;
    for (const std::string_view name : names) out += (out.empty() ? "`" : ", `") + std::string(name) + '`';
    return out;
  };
  constexpr std::array<std::string_view, 6> kDimension = {
      "", "`placement`", "`age_band`", "`exit_reason`", "`deprivation`", "`poverty`"};
  constexpr std::array<std::string_view, 3> kWhen = {"in the month", "at its end", "at its end"};
  std::string out =
      "# Measures\n\n"
      "What a result holds for every arm, replicate, authority and month (file format: `outputs/README.md`). "
      "The table\n"
      "is made from `engine/core/measures.def`; after a change there, `HEARTH_UPDATE=1 "
      "build/release/tests/test_results`\n"
      "writes it again. Official statistics are the Department for Education's unless another publisher is "
      "named.\n\n"
      "| variable | meaning | unit | counted | by | official statistic |\n|---|---|---|---|---|---|\n";
  for (const MeasureInfo& info : kMeasureTable)
    out += "| `" + std::string(info.name) + "` | " + std::string(info.long_name) + " | " +
           std::string(info.units) + " | " + std::string(kWhen.at(index(info.kind))) + " | " +
           std::string(kDimension.at(index(info.dimension))) + " | " + std::string(info.published) + " |\n";
  out += "\nUnit 1 is a share. Categories:\n\n";
  out +=
      "- `placement`: " + quoted(kPlacementNames) + "\n- `age_band`, in years: " + quoted(kAgeBandNames) +
      "\n- `exit_reason`: " + quoted(kExitReasonNames) +
      "\n- `deprivation`, of the family's neighbourhood (IDACI 2019), in groups of about a fifth of "
      "England's children: " +
      quoted(kDeprivationFifthNames) +
      "\n- `poverty` of the family when it happens: " + quoted(kPovertyNames) +
      "\n\nUnaccompanied children have no family here: they are in no measure by deprivation or poverty.\n";
  out +=
      "\n## Followed families\n\n"
      "Measures of what became of families count those to whom something happened 12 (or 24) months before, "
      "in "
      "the month\n"
      "in which that time is over, and say of how many (`..._followed`); children who have turned 18 by then "
      "are left out.\n"
      "What happened before the origin is not followed, so they are zero for the first 12 (or 24) months. "
      "A family or child to\n"
      "whom it happens again is counted again. Call-outs and admissions before and after are a year's, at "
      "the "
      "needs on the two\n"
      "days: their ratio is what a before-and-after study of families taken on would find, with the return "
      "to "
      "the mean that\n"
      "such a study has without any effect.\n";
  out += "\n## Money\n\n`cost`, in pounds, is by `payer` (" + quoted(kPayerNames) +
         ")\nand `cost_category` (" + quoted(kCostCategoryNames) +
         ").\n`hearth summary` and `hearth export` have `cost_total`, `cost_<payer>`, and their parts by "
         "what they are for, as\n"
         "`cost_authority.placements` or `cost_total.service_model`; `cost` is all of them. These pairs can "
         "be other than "
         "zero:\n\n| payer | cost category |\n|---|---|\n";
  for (const CostLine& line : kCostLines)
    out += "| `" + std::string(kPayerNames.at(index(line.payer))) + "` | `" +
           std::string(kCostCategoryNames.at(index(line.category))) + "` |\n";
  return out;
}

TEST(MeasureReference, IsInStepWithTheTable) {
  const fs::path file = source_dir() / "docs/reference/measures.md";
  if (std::getenv("HEARTH_UPDATE") != nullptr) {
    fs::create_directories(file.parent_path());
    write_text(file, measure_reference());
  }
  EXPECT_EQ(text_of(file), measure_reference()) << "run with HEARTH_UPDATE=1 to write " << file;
}

TEST(MeasureTable, IsInTheOrderOfTheEnumerationWithDistinctNames) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kMeasures; ++i) {
    EXPECT_EQ(index(kMeasureTable[i].id), i);
    EXPECT_FALSE(kMeasureTable[i].published.empty());
    names.push_back(kMeasureTable[i].name);
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

// ---- Where the doubt comes from

// Uniform values about `centre`, the same on every machine.
std::vector<double> scattered(unsigned seed, std::size_t n, double centre, double size) {
  std::mt19937 engine(seed);
  std::vector<double> out(n);
  for (double& x : out) x = centre + size * (static_cast<double>(engine()) * 0x1p-32 - 0.5);
  return out;
}

// Law of total variance: sources that add up have shares that add up to one, in any sample, and each that of
// its variance in the long run.
TEST(SplitVariance, OfASumAddsUpToOne) {
  constexpr std::size_t kMany = 4000;
  const auto a = scattered(2, kMany, 0.0, 3.0);
  const auto b = scattered(3, kMany, 0.0, 1.0);
  for (const std::size_t n : {std::size_t{5}, kMany}) {
    std::vector<double> whole(n), first(n), second(n);
    for (std::size_t i = 0; i < n; ++i) {
      whole[i] = 100.0 + a[i] + b[i];
      first[i] = 100.0 + a[i];  // the other at its middle
      second[i] = 100.0 + b[i];
    }
    const SplitCell cell = split_variance(whole, {first, second});
    EXPECT_NEAR(*cell.shares[0].share + *cell.shares[1].share, 1.0, 1e-12);
    EXPECT_NEAR(*cell.together.share, 0.0, 1e-12);
    EXPECT_NEAR(*cell.together.error, 0.0, 1e-12);
    EXPECT_NEAR(*cell.shares[0].share, 0.9, n == kMany ? 0.01 : 0.3);
  }
}

// Of a product: first-order shares va/V and vb/V, and va vb/V together, V = va + vb + va vb.
TEST(SplitVariance, OfAProductLeavesItsInteraction) {
  constexpr std::size_t kMany = 20000;
  const double size = std::sqrt(12.0 * 0.5);  // variances of a half
  const auto a = scattered(2, kMany, 1.0, size);
  const auto b = scattered(3, kMany, 1.0, size);
  std::vector<double> whole(kMany);
  for (std::size_t i = 0; i < kMany; ++i) whole[i] = a[i] * b[i];
  const SplitCell cell = split_variance(whole, {a, b});
  EXPECT_NEAR(*cell.shares[0].share, 0.4, 0.01);
  EXPECT_NEAR(*cell.shares[1].share, 0.4, 0.01);
  EXPECT_NEAR(*cell.together.share, 0.2, 0.02);
}

TEST(SplitVariance, ErrorIsTheSpreadOfTheShareOverSamples) {
  constexpr std::size_t kSamples = 400, kSize = 50;
  const auto a = scattered(2, kSamples * kSize, 0.0, 2.0);
  const auto b = scattered(3, kSamples * kSize, 0.0, 1.0);
  double sum = 0.0, squares = 0.0, errors = 0.0;
  for (std::size_t s = 0; s < kSamples; ++s) {
    std::vector<double> whole(kSize), alone(kSize);
    for (std::size_t i = 0; i < kSize; ++i) {
      const std::size_t at = s * kSize + i;
      whole[i] = a[at] + b[at];
      alone[i] = a[at];
    }
    const SplitCell cell = split_variance(whole, {alone});
    sum += *cell.shares[0].share;
    squares += *cell.shares[0].share * *cell.shares[0].share;
    errors += *cell.shares[0].error;
  }
  const double mean = sum / kSamples;
  const double spread = std::sqrt(squares / kSamples - mean * mean);
  EXPECT_NEAR(mean, 0.8, 0.01);
  EXPECT_NEAR(errors / kSamples / spread, 1.0, 0.1);
}

TEST(SplitVariance, WhereNothingVariesThereIsNoShare) {
  const SplitCell cell = split_variance({5.0, 5.0, 5.0, 5.0}, {{5.0, 5.0, 5.0, 5.0}});
  EXPECT_FALSE(cell.shares[0].share);
  EXPECT_FALSE(cell.together.share);
  EXPECT_EQ(cell.whole.most.low, 5.0);
  const SplitCell few = split_variance({1.0, 2.0, 3.0}, {{1.0, 2.0, 3.0}});
  EXPECT_DOUBLE_EQ(*few.shares[0].share, 1.0);
  EXPECT_FALSE(few.shares[0].error);
}

// A result with two sources of its own: what is kept of them comes back, and is what the split is made of.
void write_with_split(const fs::path& file, ResultHeader header) {
  header.split = {UncertaintySource::kDrift, UncertaintySource::kParameters};
  ResultWriter writer(file, header);
  const auto replicates = static_cast<std::size_t>(header.replicates);
  const std::size_t blocks = header.arms.size() * replicates;
  for (std::size_t block = 0; block < blocks; ++block) {
    writer.write(block / replicates, block % replicates,
                 distinct_block(header.authorities.size(), header.months, block));
    for (std::size_t source = 0; source < 2; ++source)
      writer.write_alone(
          source, block / replicates, block % replicates,
          distinct_block(header.authorities.size(), header.months, block * (source + 1) + 7 * source));
  }
  writer.commit(12.5, 2);
}

TEST_F(Results, WhatIsKeptOfSourcesComesBack) {
  const ResultHeader header = header_of(2, 5, 4, 14);
  write_with_split(path(), header);
  const ResultReader reader(path());
  EXPECT_EQ(reader.header().split, (std::vector{UncertaintySource::kDrift, UncertaintySource::kParameters}));
  // Drift alone was written with the numbers of the whole, parameters with others.
  for (const Measure measure : kSplitMeasures) {
    const auto whole = reader.series(measure, {1, 3});
    EXPECT_EQ(reader.series_alone(0, measure, {1, 3}), whole);
    EXPECT_NE(reader.series_alone(1, measure, {1, 3}), whole);
  }
  const auto paid = reader.cost({0, 2}, {index(Payer::kAuthority)});
  const auto alone = reader.cost_alone(0, {0, 2});
  for (std::size_t i = 0; i < paid.size(); ++i) EXPECT_NEAR(alone[i], paid[i], 1e-6);

  const Summary summary = summarise(reader, "England", {"looked_after", "care_exits"});
  ASSERT_TRUE(summary.split);
  ASSERT_EQ(summary.split->measures.size(), 1U);  // of exits nothing is kept
  EXPECT_NEAR(*summary.split->levels[0].shares[0].share, 1.0, 1e-9);
  EXPECT_TRUE(nlohmann::json::parse(summary_json(summary)).contains("split"));
  std::istringstream lines(split_text(*summary.split, true) + split_text(*summary.split, false));
  for (std::string line; std::getline(lines, line);) {
    const auto columns = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
    EXPECT_LE(columns, 100) << line;
    EXPECT_TRUE(line.empty() || line.back() != ' ') << "'" << line << "'";
  }
  write_distinct(path(), header);
  EXPECT_FALSE(summarise(ResultReader(path())).split);
}

TEST_F(Results, WithoutTheBlocksOfASourceAResultIsIncomplete) {
  ResultHeader header = header_of(1, 1, 1, 2);
  header.split = {UncertaintySource::kProcess};
  ResultWriter writer(path(), header);
  writer.write(0, 0, distinct_block(1, 2, 0));
  EXPECT_THROW(writer.commit(1.0, 1), InternalError);
  EXPECT_THROW(writer.write_alone(1, 0, 0, distinct_block(1, 2, 0)), InternalError);
  writer.write_alone(0, 0, 0, distinct_block(1, 2, 0));
  EXPECT_THROW(writer.write_alone(0, 0, 0, distinct_block(1, 2, 0)), InternalError);
  writer.commit(1.0, 1);
}

// Leaves a result where test_results_xarray.py asks for it.
TEST_F(Results, AreWrittenForOtherReaders) {
  const char* asked = std::getenv("HEARTH_EXAMPLE_RESULT");
  const fs::path file = asked == nullptr ? path() : fs::path(asked);
  ResultHeader header = header_of(2, 3, 4, 14);
  header.title = "Familles, für alle";
  header.scenario_json = "{\"long\": \"" + std::string(300'000, 'x') + "\"}";
  if (std::getenv("HEARTH_EXAMPLE_SPLIT") != nullptr) return write_with_split(file, header);
  write_distinct(file, header);
  expect_distinct(file, header);
}

}  // namespace
}  // namespace hearth
