// Reading, cleaning and counting of a council's returns, file by file in memory. Children here are made up.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unistd.h>
#include <zip.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "core/error.hpp"
#include "returns/export.hpp"
#include "source_dir.hpp"

namespace hearth::returns {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;

Day day(const char* text) {
  return read_date(text).day.value();
}

// ---- Dates ----

TEST(ReturnDates, ReadsWhatCouncilsWrite) {
  const std::vector<std::pair<DateForm, std::vector<const char*>>> forms = {
      {DateForm::kDayFirst,
       {"01/04/2020", "1/4/2020", "01-04-2020", "01.04.2020", "01042020", "01/04/2020 00:00",
        "01/04/2020 12:00:00 AM", " 01/04/2020\u00A0", "\uFEFF01/04/2020"}},
      {DateForm::kYearFirst,
       {"2020-04-01", "2020/4/1", "20200401", "2020-04-01T00:00:00", "2020-04-01T00:00:00Z",
        "2020-04-01 00:00:00.000", "2020\u201304\u201301"}},
      {DateForm::kMonthNamed,
       {"01-Apr-2020", "1 April 2020", "1st April 2020", "APRIL 1, 2020", "Wed 01 Apr 2020", "1/apr/2020",
        "01-Apr-2020 00:00"}},
      {DateForm::kShortYear, {"01/04/20", "1.4.20", "01-Apr-20", "1 April 20"}},
      {DateForm::kDayNumber, {"43922", "43922.0", "43922.75"}}};
  for (const auto& [form, texts] : forms)
    for (const char* text : texts) {
      EXPECT_EQ(read_date(text).day, day("01/04/2020")) << text;
      EXPECT_EQ(read_date(text).form, form) << text;
    }
  EXPECT_EQ(read_date("01/04/70").day, day("01/04/1970"));
  EXPECT_EQ(read_date("01/04/69").day, day("01/04/2069"));
  EXPECT_TRUE(read_date("").blank);
  EXPECT_TRUE(read_date("\u00A0").blank);
  EXPECT_FALSE(read_date("soon").blank);
  EXPECT_TRUE(read_date("29/02/2020").day);
}

TEST(ReturnDates, RefusesWhatIsNoDay) {
  for (const char* text : {"31/02/2020",
                           "29/02/2021",
                           "00/01/2020",
                           "01/13/2020",
                           "20-04-01",
                           "12345",
                           "99999",
                           "1/4",
                           "01/04-2020",
                           "01/04/2020x",
                           "-1/04/2020",
                           "soon",
                           "01/04/20201",
                           "99999999999999999999/1/2020",
                           "/",
                           "01//2020",
                           "April 2020",
                           "Apr-20",
                           "01/04/2020 or 02/04/2020",
                           "31 Feb 2020",
                           "1 Aprl 2020",
                           "4.3922E+04",
                           "04/25/2020",
                           "########",
                           "20201301",
                           "1/2/3/4"})
    EXPECT_FALSE(read_date(text).day) << text;
}

TEST(ReturnDates, YearsEndOn31March) {
  EXPECT_EQ(return_year(day("31/03/2020")), 2020);
  EXPECT_EQ(return_year(day("01/04/2020")), 2021);
  EXPECT_EQ(year_end(2020), day("31/03/2020"));
}

TEST(ReturnDates, BirthdaysAndAges) {
  EXPECT_EQ(birthday(day("29/02/2004"), 18), day("01/03/2022"));
  EXPECT_EQ(birthday(day("29/02/2004"), 16), day("29/02/2020"));
  EXPECT_EQ(age_on(day("05/05/2010"), day("04/05/2020")), 9);
  EXPECT_EQ(age_on(day("05/05/2010"), day("05/05/2020")), 10);
  EXPECT_EQ(age_on(day("05/05/2010"), day("04/05/2010")), -1);
  EXPECT_EQ(age_band(day("05/05/2010"), day("05/05/2010")), AgeBand::kUnder1);
  EXPECT_EQ(age_band(day("05/05/2010"), day("05/05/2011")), AgeBand::k1To4);
  EXPECT_EQ(age_band(day("05/05/2010"), day("04/05/2026")), AgeBand::k10To15);
  EXPECT_EQ(age_band(day("05/05/2010"), day("05/05/2030")), AgeBand::k16Plus);
  EXPECT_EQ(plus_months(day("31/01/2020"), 1), day("29/02/2020"));
  EXPECT_EQ(plus_months(day("31/01/2020"), 12), day("31/01/2021"));
}

TEST(ReturnDates, TextIsReadBack) {
  rc::check([] {
    const Day at = day("01/01/1950") + days{*rc::gen::inRange(0, 50000)};
    RC_ASSERT(read_date(date_text(at)).day == at);
    RC_ASSERT(at <= year_end(return_year(at)) && year_end(return_year(at) - 1) < at);
  });
}

// ---- Names and codes ----

TEST(ReturnFiles, YearsInPaths) {
  const std::vector<std::pair<const char*, int>> cases = {
      {"2020/episodes.csv", 2020},           {"SSDA903_2020_episodes.csv", 2020},
      {"episodes_2020.csv", 2020},           {"2019-20/episodes.csv", 2020},
      {"2019_2020/Episodes.csv", 2020},      {"2019 20/e.csv", 2020},
      {"old 2018/903 for 2020/e.csv", 2020}, {"episodes.csv", 0},
      {"SSDA903/episodes.csv", 0},           {"episodes_2018_2020.csv", 0},
      {"1999-00/episodes.csv", 2000},        {"episodes_31032020.csv", 0},
      {"2020-03-31/episodes.csv", 2020},     {"", 0},
      {"ssda903_201920/episodes.csv", 2020}, {"ssda903_202012/episodes.csv", 0}};
  for (const auto& [path, year] : cases) EXPECT_EQ(year_in_path(path), year) << path;
}

TEST(ReturnCodes, EveryCodeOfTheGuideIsKnown) {
  for (const char* code : {"H1", "H2", "H3", "H4", "H5",  "K1",  "K2",  "K3",  "R1", "R2", "R3", "R5", "S1",
                           "P1", "P2", "P3", "Q1", "Q2",  "U1",  "U2",  "U3",  "U4", "U5", "U6", "T0", "T1",
                           "T2", "T3", "T4", "Z1", "Z11", "Z12", "Z13", "Z14", "A3", "A4", "A5", "A6"})
    EXPECT_TRUE(placement(code, Provider::kOwnAuthority)) << code;
  for (const char* code : {"C1", "C2", "D1", "E1", "J1", "J2", "J3", "L1", "L2", "L3", "V2", "V3", "V4"})
    EXPECT_TRUE(legal_status(code)) << code;
  for (const char* code : {"E11", "E12", "E2", "E3", "E4A", "E4B", "E13", "E41", "E43", "E44", "E45", "E46",
                           "E47", "E48", "E5", "E6", "E7",  "E8",  "E9",  "E14", "E15", "E16", "E17"})
    EXPECT_TRUE(exit_reason(code)) << code;
  EXPECT_FALSE(exit_reason("X1"));
  EXPECT_FALSE(placement("", Provider::kNotGiven));
  EXPECT_FALSE(legal_status(""));
  EXPECT_FALSE(is_reason_for_new_episode(""));
}

TEST(ReturnCodes, WhoFostersFollowsTheProvider) {
  EXPECT_EQ(placement("U6", Provider::kOwnAuthority), Placement::kAuthorityFoster);
  EXPECT_EQ(placement("U6", Provider::kPrivate), Placement::kAgencyFoster);
  EXPECT_EQ(placement("U6", Provider::kNotGiven), Placement::kAuthorityFoster);
  EXPECT_EQ(placement("U1", Provider::kPrivate), Placement::kKinFoster);
  EXPECT_EQ(placement("K2", Provider::kPrivate), Placement::kChildrensHome);
  EXPECT_EQ(placement("K3", Provider::kPrivate), placement("H5", Provider::kPrivate));
  EXPECT_EQ(placement("Z12", Provider::kNotGiven), Placement::kOther);
}

TEST(ReturnProblems, NumbersAndNamesAreNotShown) {
  EXPECT_EQ(redacted_cell("U9"), "U9");
  EXPECT_EQ(redacted_cell("WHIM"), "WHIM");
  EXPECT_EQ(redacted_cell("A name"), "A AAAA");
  EXPECT_EQ(redacted_cell("Surname"), "AAAAAAA");
  EXPECT_EQ(redacted_cell("7654321"), "9999999");
  EXPECT_EQ(redacted_cell("A123456789012"), "A999999999999");
  EXPECT_EQ(redacted_cell("AB123"), "AA999");
  EXPECT_EQ(redacted_cell("05/05/2010"), "99/99/9999");
  EXPECT_EQ(redacted_cell("a name, here"), "A AAAA? AAAA");
  EXPECT_LE(redacted_cell(std::string(10000, 'x')).size(), 30U);
}

TEST(ReturnProblems, EveryRuleIsDocumented) {
  std::ifstream stream(source_dir() / "docs/how-to/profile-your-own-data.md");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  for (std::size_t i = 0; i < kRules; ++i) {
    const std::string name = "| `" + std::string(text_of(static_cast<Rule>(i)).name) + "` |";
    EXPECT_NE(text.find(name), text.npos) << name;
  }
}

TEST(ReturnProfile, EveryMeasureIsDocumented) {
  std::ifstream stream(source_dir() / "docs/reference/profile.md");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  for (const auto& measure : profile_measures())
    EXPECT_NE(text.find("| `" + std::string(measure.name) + "` |"), text.npos) << measure.name;
}

// ---- From text to figures ----

constexpr const char* kHeader = "CHILD,DOB\n";
constexpr const char* kEpisodes = "CHILD,DECOM,RNE,LS,PLACE,PLACE_PROVIDER,DEC,REC\n";

ReturnFile file(const std::string& name, FileKind kind, int year, const std::string& content) {
  return {name, kind, year, CsvTable(name, content, CsvRows::kAny)};
}

struct Result {
  Ledger ledger;
  Histories histories;
  Profile profile;
};

Result read(const FoundFiles& found) {
  Result out;
  Rows rows = read_rows(found, out.ledger);
  const WeeklyCosts costs = rows.costs;
  out.histories = build_histories(std::move(rows), out.ledger);
  out.profile = build_profile(out.histories, costs);
  return out;
}

Result read(const std::string& header, const std::string& episodes) {
  FoundFiles found;
  found.files = {file("2020/episodes.csv", FileKind::kEpisodes, 2020, kEpisodes + episodes),
                 file("2020/header.csv", FileKind::kHeader, 2020, kHeader + header)};
  return read(found);
}

TEST(ReturnHistories, EpisodesThatFollowOnAreOnePeriod) {
  const auto result = read("1,05/05/2010\n",
                           "1,01/06/2019,S,C1,U6,PR1,01/07/2019,X1\n"
                           "1,01/07/2019,L,C2,U6,PR1,01/08/2019,X1\n"
                           "1,01/08/2019,P,C2,K2,PR4,01/03/2020,E4A\n");
  ASSERT_EQ(result.histories.periods.size(), 1U);
  const Period& period = result.histories.periods.front();
  EXPECT_EQ(period.start, day("01/06/2019"));
  EXPECT_EQ(period.end, day("01/03/2020"));
  EXPECT_EQ(period.reason, ExitReason::kReturnedHome);
  EXPECT_EQ(period.count, 3U);
  // Fostering for two months, over a change of legal status; then seven months in a home.
  EXPECT_EQ(result.profile.find(2020, "placements_ended_by_duration", "1_to_3_months")->value, 1.0);
  EXPECT_EQ(result.profile.find(2020, "placements_ended_by_duration", "6_to_12_months")->value, 1.0);
}

TEST(ReturnHistories, LeavingAndStartingOnOneDayAreTwoPeriods) {
  const auto result = read("1,05/05/2010\n",
                           "1,01/06/2019,S,C1,U6,PR1,01/07/2019,E4A\n"
                           "1,01/07/2019,S,C2,U6,PR1,,\n");
  EXPECT_EQ(result.histories.periods.size(), 2U);
  EXPECT_TRUE(result.ledger.sorted_problems().empty());
}

TEST(ReturnHistories, NobodyIsLookedAfterFromThe18thBirthday) {
  const auto result = read("1,01/07/2001\n", "1,01/06/2019,S,C1,U6,PR1,15/07/2019,E8\n");
  EXPECT_EQ(result.histories.periods.front().end, day("01/07/2019"));
  EXPECT_EQ(result.histories.periods.front().reason, ExitReason::kTurned18);
}

// ---- Whatever stands in the files ----

// A sound return of a few children.
std::pair<std::string, std::string> sound_return(std::mt19937& random) {
  std::string header = kHeader;
  std::string episodes = kEpisodes;
  std::uniform_int_distribution<int> any(0, 5000);
  for (int child = 0; child < 30; ++child) {
    const Day born = day("01/01/2004") + days{any(random)};
    header += std::to_string(child) + "," + date_text(born) + "\n";
    Day start = std::max(born, day("01/04/2019") + days{any(random) % 300});
    for (int i = 0; i < 3 && start < day("20/03/2020"); ++i) {
      const Day end = start + days{1 + any(random) % 90};
      const bool open = end > day("31/03/2020");
      episodes += std::to_string(child) + "," + date_text(start) + (i == 0 ? ",S" : ",P") + ",C1,U6,PR1," +
                  (open ? "," : date_text(end) + (i == 2 ? ",E8" : ",X1")) + "\n";
      start = end;
    }
  }
  return {header, episodes};
}

// Some bytes are replaced, dropped or put in.
std::string damaged(std::string text, std::mt19937& random) {
  constexpr std::string_view kBytes = "0123456789/,\n\"\r;-SLPXEUK \xEF\xBB\xBF\xFF";
  std::uniform_int_distribution<std::size_t> any(0, 1U << 20U);
  const std::size_t times = any(random) % 12;
  for (std::size_t i = 0; i < times && !text.empty(); ++i) {
    const std::size_t at = any(random) % text.size();
    const char byte = kBytes[any(random) % kBytes.size()];
    if (any(random) % 3 == 0)
      text.erase(at, 1 + any(random) % 30);
    else if (any(random) % 2 == 0)
      text.insert(at, 1, byte);
    else
      text[at] = byte;
  }
  return text;
}

void expect_accounted(const Result& result) {
  for (std::size_t k = 0; k < kFileKinds; ++k) {
    const RowAccount& account = result.ledger.of(static_cast<FileKind>(k));
    EXPECT_EQ(account.read, account.used + account.set_aside() + account.dropped())
        << name_of(static_cast<FileKind>(k));
  }
}

void expect_in_order(const Histories& histories) {
  for (std::size_t i = 0; i < histories.periods.size(); ++i) {
    const Period& period = histories.periods[i];
    EXPECT_GT(period.count, 0U);
    EXPECT_LE(period.start, period.end.value_or(period.start));
    if (i == 0 || histories.periods[i - 1].child != period.child) continue;
    ASSERT_TRUE(histories.periods[i - 1].end);
    EXPECT_LE(*histories.periods[i - 1].end, period.start);
  }
}

TEST(ReturnFuzz, EveryRowIsAccountedForWhateverStandsInIt) {
  std::mt19937 random(903);
  std::size_t read_through = 0;
  std::size_t with_problems = 0;
  for (int i = 0; i < 600; ++i) {
    const auto [header, episodes] = sound_return(random);
    FoundFiles found;
    try {
      found.files = {file("2020/episodes.csv", FileKind::kEpisodes, 2020, damaged(episodes, random)),
                     file("2020/header.csv", FileKind::kHeader, 2020, damaged(header, random)),
                     file("2020/uasc.csv", FileKind::kUnaccompanied, 2020,
                          damaged("CHILD,DOB,DUC\n3,01/01/2005,\n", random)),
                     file("2021/episodes.csv", FileKind::kEpisodes, 2021, damaged(episodes, random))};
      Result result = read(found);
      ++read_through;
      with_problems += result.ledger.sorted_problems().empty() ? 0 : 1;
      expect_accounted(result);
      expect_in_order(result.histories);
      hide_small_counts(result.profile);
      EXPECT_FALSE(profile_json(result.profile, result.ledger, {}).empty());
      EXPECT_FALSE(problems_csv(result.ledger, found).empty());
    } catch (const DataError& error) {
      EXPECT_NE(std::string(error.what()).find(".csv"), std::string::npos) << error.what();
    }
  }
  EXPECT_GT(read_through, 100U);
  EXPECT_GT(with_problems, 100U);
}

TEST(ReturnFuzz, TruncatedAnywhere) {
  std::mt19937 random(1);
  const auto [header, episodes] = sound_return(random);
  for (std::size_t size = 0; size <= episodes.size(); size += 7) {
    FoundFiles found;
    try {
      found.files = {file("2020/episodes.csv", FileKind::kEpisodes, 2020, episodes.substr(0, size)),
                     file("2020/header.csv", FileKind::kHeader, 2020, header)};
      expect_accounted(read(found));
    } catch (const DataError& error) {
      EXPECT_NE(std::string(error.what()).find("2020/episodes.csv"), std::string::npos);
    }
  }
}

class ZipFile : public testing::Test {
 protected:
  static constexpr unsigned kSeed = 2;

  void SetUp() override {
    file_ = fs::path(testing::TempDir()) / ("hearth_returns_" + std::to_string(getpid()) + ".zip");
    std::mt19937 random(kSeed);
    const auto [header, episodes] = sound_return(random);
    int code = 0;
    zip_t* const archive = zip_open(file_.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    for (const auto& [name, text] : {std::pair{"2020/header.csv", &header}, {"2020/episodes.csv", &episodes}})
      zip_file_add(archive, name, zip_source_buffer(archive, text->data(), text->size(), 0), 0);
    ASSERT_EQ(zip_close(archive), 0);
    std::ifstream stream(file_, std::ios::binary);
    content_.assign(std::istreambuf_iterator<char>(stream), {});
  }
  void TearDown() override { fs::remove(file_); }

  void write(const std::string& content) const { std::ofstream(file_, std::ios::binary) << content; }

  fs::path file_;
  std::string content_;
};

TEST_F(ZipFile, IsReadAsAFolderIs) {
  const FoundFiles found = find_returns(file_);
  ASSERT_EQ(found.files.size(), 2U);
  EXPECT_EQ(found.files[0].name, "2020/episodes.csv");
  EXPECT_EQ(found.files[0].year, 2020);
  std::mt19937 random(kSeed);
  const auto [header, episodes] = sound_return(random);
  FoundFiles folder;
  folder.files = {file("2020/episodes.csv", FileKind::kEpisodes, 2020, episodes),
                  file("2020/header.csv", FileKind::kHeader, 2020, header)};
  EXPECT_EQ(profile_csv(read(found).profile), profile_csv(read(folder).profile));
}

TEST_F(ZipFile, DamagedOnesAreRefusedOrRead) {
  std::mt19937 random(3);
  std::uniform_int_distribution<std::size_t> any(0, 1U << 20U);
  std::size_t refused = 0;
  for (int i = 0; i < 200; ++i) {
    std::string content = content_;
    if (i % 2 == 0) content.resize(any(random) % content.size());
    for (int j = 0; j < 3 && !content.empty(); ++j)
      content[any(random) % content.size()] = static_cast<char>(any(random));
    write(content);
    try {
      expect_accounted(read(find_returns(file_)));
    } catch (const DataError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100U);
}

// ---- Small counts ----

TEST(ReturnProfile, WhatIsHiddenCannotBeSubtracted) {
  rc::check([] {
    Profile profile;
    const auto parts = *rc::gen::container<std::vector<int>>(6, rc::gen::inRange(0, 12));
    profile.cells.push_back({2020, "x", "total", 0.0, false});
    SumGroup sum = {0};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      profile.cells.push_back({2020, "x", std::to_string(i), static_cast<double>(parts[i]), false});
      profile.cells[0].value += parts[i];
      sum.push_back(i + 1);
    }
    profile.sums = {sum, {1, 2}};
    hide_small_counts(profile);
    for (const auto& cell : profile.cells) RC_ASSERT(cell.hidden || cell.value == 0.0 || cell.value > 5.0);
    const auto hidden =
        std::count_if(profile.cells.begin(), profile.cells.end(), [](const Cell& c) { return c.hidden; });
    RC_ASSERT(hidden != 1);
  });
}

TEST(ReturnProfile, LargeCountsStay) {
  Profile profile;
  profile.cells = {{2020, "x", "total", 26.0, false},
                   {2020, "x", "a", 0.0, false},
                   {2020, "x", "b", 9.0, false},
                   {2020, "x", "c", 14.0, false},
                   {2020, "x", "d", 3.0, false}};
  profile.sums = {{0, 1, 2, 3, 4}};
  EXPECT_EQ(hide_small_counts(profile), 2U);
  EXPECT_TRUE(profile.cells[4].hidden);
  EXPECT_TRUE(profile.cells[2].hidden);  // the smallest other that is not nil
  EXPECT_FALSE(profile.cells[0].hidden);
}

}  // namespace
}  // namespace hearth::returns
