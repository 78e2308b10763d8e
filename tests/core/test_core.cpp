// Text in any encoding, days in any form, and tables as people's programs save them.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bit>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/csv.hpp"
#include "core/day.hpp"
#include "core/error.hpp"
#include "core/from_chars.hpp"
#include "core/measures.hpp"
#include "core/text.hpp"

namespace hearth {
namespace {

using namespace std::string_literals;

// ---- Text ----

const std::string kWords = "caf\u00E9 \u20AC \u201Cso\u201D \U0001F600\n";

std::string utf16(const std::u16string& text, bool big_endian) {
  std::string out;
  for (const char16_t unit : text) {
    const char high = static_cast<char>(unit >> 8U);
    const char low = static_cast<char>(unit & 0xFFU);
    out += big_endian ? high : low;
    out += big_endian ? low : high;
  }
  return out;
}

TEST(Text, EveryEncodingIsReadAsTheSame) {
  const std::u16string wide = u"caf\u00E9 \u20AC \u201Cso\u201D \U0001F600\n";
  EXPECT_EQ(decode_text(kWords, "f"), kWords);
  EXPECT_EQ(decode_text("\xEF\xBB\xBF" + kWords, "f"), kWords);
  EXPECT_EQ(decode_text("\xFF\xFE" + utf16(wide, false), "f"), kWords);
  EXPECT_EQ(decode_text("\xFE\xFF" + utf16(wide, true), "f"), kWords);
  EXPECT_EQ(decode_text("caf\xE9 \x80 \x93so\x94\n", "f"), "caf\u00E9 \u20AC \u201Cso\u201D\n");
  EXPECT_EQ(decode_text(utf16(u"CHILD,DECOM\n1,2\n", false), "f"), "CHILD,DECOM\n1,2\n");
  EXPECT_EQ(decode_text(utf16(u"CHILD,DECOM\n1,2\n", true), "f"), "CHILD,DECOM\n1,2\n");
  EXPECT_EQ(decode_text("", "f"), "");
}

TEST(Text, EncodingsHaveNames) {
  const auto name = [](std::string_view bytes) { return name_of(kind_of(bytes).encoding.value()); };
  EXPECT_EQ(name("caf\u00E9"), "UTF-8");
  EXPECT_EQ(name("\xFF\xFE{"s + '\0'), "UTF-16 (little endian)");
  EXPECT_EQ(name("\xFE\xFF"s + '\0' + '{'), "UTF-16 (big endian)");
  EXPECT_EQ(name("caf\xE9"), "Windows-1252");
}

TEST(Text, WhatIsNoTextIsNamed) {
  const std::vector<std::pair<std::string, const char*>> cases = {
      {"PK\x03\x04...", "a workbook"},
      {"\xD0\xCF\x11\xE0...", "an old workbook"},
      {"%PDF-1.7", "a PDF"},
      {"\x1F\x8B...", "gzip"},
      {"\x89HDF\r\n", "HDF5"},
      {"  <!DOCTYPE html>", "a web page"},
      {"\xFF\xFE\0\0a\0\0\0"s, "UTF-32"},
      {"a\0b"s, "no text"},
      {"\xFF\xFE" + utf16(u"a", false) + "b", "damaged UTF-16"},
      {"\xFF\xFE\x00\xD8"s, "damaged UTF-16"},
      {"\xFF\xFE" + utf16(std::u16string(u"a\0b", 3), false), "no text"}};
  for (const auto& [bytes, what] : cases) {
    try {
      decode_text(bytes, "mine.csv");
      ADD_FAILURE() << what;
    } catch (const DataError& error) {
      const std::string text = error.what();
      EXPECT_EQ(text.find("mine.csv: found "), 0U) << text;
      EXPECT_NE(text.find(what), text.npos) << text;
    }
  }
}

TEST(Text, DecodedTextIsAlwaysUtf8) {
  rc::check([](const std::string& bytes) {
    try {
      const std::string text = decode_text(bytes, "f");
      RC_ASSERT(utf8_length(text) == text.size());
    } catch (const DataError&) {
      RC_ASSERT(!bytes.empty());
    }
    RC_ASSERT(utf8_length(printable(bytes)) == printable(bytes).size());
  });
}

TEST(Text, Utf8IsCheckedAsTheStandardSays) {
  for (const auto& bytes : {"\xC0\x80"s, "\xE0\x80\x80"s, "\xED\xA0\x80"s, "\xF4\x90\x80\x80"s, "\xF8"s,
                            "\x80"s, "\xE2\x82"s, "\xC3"s})
    EXPECT_EQ(utf8_length("ab" + bytes), 2U);
  for (const auto& text : {"\u0080"s, "\u07FF"s, "\u0800"s, "\uFFFD"s, "\U00010000"s, "\U0010FFFF"s})
    EXPECT_EQ(utf8_length(text), text.size());
}

TEST(Text, WhatCannotBeSeen) {
  EXPECT_EQ(invisible_character("North Yorkshire"), "");
  EXPECT_EQ(invisible_character("caf\u00E9"), "");
  EXPECT_EQ(invisible_character("North\u00A0Yorkshire"), "a no-break space (U+00A0)");
  EXPECT_EQ(invisible_character("a\u200Bb"), "a character without width (U+200B)");
  EXPECT_EQ(without_invisible("\uFEFFNorth\u00A0York\u200Bshire\u202F"), "North Yorkshire ");
  EXPECT_EQ(without_invisible("caf\xE9"), "caf\xE9");
  EXPECT_EQ(printable("caf\xE9\u00E9"), "caf\\xE9\u00E9");
  EXPECT_EQ(trimmed(" \ta b\r\n"), "a b");
}

// ---- Months ----

TEST(Months, ThatWereMeant) {
  const std::vector<std::pair<const char*, const char*>> cases = {{"Oct-22", "2022-10"},
                                                                  {"oct 2022", "2022-10"},
                                                                  {"October 2022", "2022-10"},
                                                                  {"2022 Oct", "2022-10"},
                                                                  {"10/2022", "2022-10"},
                                                                  {"2022/10", "2022-10"},
                                                                  {"2022-4", "2022-04"},
                                                                  {"202204", "2022-04"},
                                                                  {"01/04/2022", "2022-04"},
                                                                  {"2022-04-01", "2022-04"},
                                                                  {"1-Apr-22", "2022-04"},
                                                                  {"44652", "2022-04"},
                                                                  {"22-10", ""},
                                                                  {"22-Oct", ""},
                                                                  {"2022", ""},
                                                                  {"2022-13", ""},
                                                                  {"soon", ""},
                                                                  {"", ""},
                                                                  {"13/2022", ""},
                                                                  {"Octember 2022", ""}};
  for (const auto& [text, month] : cases) EXPECT_EQ(month_meant(text), month) << text;
}

// ---- Numbers ----

TEST(Numbers, AsPeopleWriteThem) {
  const std::vector<std::pair<const char*, double>> cases = {
      {"1110", 1110.0},    {"1110.0", 1110.0},  {"1,110", 1110.0},        {"1,234,567", 1234567.0},
      {"1,110.5", 1110.5}, {"1 110", 1110.0},   {"1\u00A0110,5", 1110.5}, {"0,5", 0.5},
      {"12,34", 12.34},    {"1.110,5", 1110.5}, {"\u00A35,400", 5400.0},  {"\u00A3 980.50", 980.5},
      {"-1,110", -1110.0}, {"1e3", 1000.0},     {"-0.5", -0.5},           {"1,1105", 1.1105}};
  for (const auto& [text, value] : cases) EXPECT_EQ(read_number(text), value) << text;
  EXPECT_EQ(read_number("0,500"), 0.5);
}

TEST(Numbers, ThatAreNoneOrTwoAreRefused) {
  for (const char* text : {"", " ", "x", "1,2,3", "1,,000", ",5", "1.2.3", "50%", "nan", "inf", "1e999",
                           "12 3", "1-2", "--1", "\u00A3", "1,110 children", "c"})
    EXPECT_EQ(read_number(text), std::nullopt) << text;
  // Where semicolons part fields, a comma may be a decimal sign.
  EXPECT_EQ(read_number("1,110", ';'), std::nullopt);
  EXPECT_EQ(read_number("1,11", ';'), 1.11);
  EXPECT_EQ(read_number("1,234,567", ';'), 1234567.0);
}

// ---- Tables ----

CsvTable table_of(const std::string& text, CsvRows rows = CsvRows::kWhole) {
  return {"t.csv", text, rows};
}

std::vector<std::vector<std::string>> cells_of(const CsvTable& table) {
  std::vector<std::vector<std::string>> out = {table.columns()};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    auto& cells = out.emplace_back();
    for (std::size_t column = 0; column < table.columns().size(); ++column)
      cells.push_back(table.text(row, column));
  }
  return out;
}

TEST(Csv, QuotedFieldsBlankCellsAndWindowsLines) {
  const CsvTable table =
      table_of("\xEF\xBB\xBFname,value\r\n\"Hull, City of\",1.5\r\n\"say \"\"so\"\"\",\r\n\n");
  ASSERT_EQ(table.rows(), 2u);
  EXPECT_EQ(table.text(0, "name"), "Hull, City of");
  EXPECT_EQ(table.number(0, "value"), 1.5);
  EXPECT_EQ(table.text(1, "name"), "say \"so\"");
  EXPECT_EQ(table.number(1, "value"), std::nullopt);
  EXPECT_THROW(table.required_number(1, "value"), DataError);
  EXPECT_THROW(table.integer(0, "value"), DataError);
  EXPECT_THROW(table.column("worth"), DataError);
}

TEST(Csv, TheSameTableInEveryDress) {
  const auto plain = cells_of(table_of("name,first year\nHull,2011\n\"a\nb\",\n"));
  for (const auto& text :
       {"name;first year\nHull;2011\n\"a\nb\";\n"s, "name\tfirst year\r\nHull\t2011\r\n\"a\nb\"\t\r\n"s,
        "name|first year\nHull|2011\n\"a\nb\"|\n"s, "name,first year\rHull,2011\r\"a\nb\",\r"s,
        "sep=;\nname;first year\nHull;2011\n\"a\nb\";\n"s,
        "\"sep=,\"\r\nname,first year\r\nHull,2011\r\n\"a\nb\",\r\n"s,
        "SEP=\t\nname\tfirst year\nHull\t2011\n\"a\nb\"\t\n"s,
        "\n\nname,first year\n\nHull,2011\n,,\n\"a\nb\",\n\n"s,
        "name,first year,,\nHull,2011,,\n\"a\nb\",,,\n"s,
        " name , first\u00A0year\u200B\n\u00A0Hull,\"2011\"\n \"a\nb\", \n"s,
        "name,first year\nHull,2011\n\"a\nb\""s})
    EXPECT_EQ(cells_of(table_of(text, CsvRows::kShort)), plain) << text;
}

TEST(Csv, LinesAreThoseOfTheFile) {
  const CsvTable table = table_of("sep=,\n\na\n\"x\ny\"\n\nz\n");
  EXPECT_EQ(table.line(0), 4U);
  EXPECT_EQ(table.line(1), 7U);
  EXPECT_EQ(table.where(1, 0), "t.csv:7, column 'a'");
  EXPECT_EQ(table_of("a\r1\r2\r").line(1), 3U);
  EXPECT_EQ(table_of("a\r\n1\r\n2\r\n").line(1), 3U);
}

TEST(Csv, ColumnsAreFoundByNameWhateverItsDress) {
  const CsvTable table = table_of("Service Model,LA-Code,first.year,x\n1,2,3,4\n");
  EXPECT_EQ(table.text(0, "service_model"), "1");
  EXPECT_EQ(table.text(0, "LA_CODE"), "2");
  EXPECT_EQ(table.text(0, "first_year"), "3");
  EXPECT_FALSE(table.has_column("y"));
  EXPECT_FALSE(table.has_column(""));
  EXPECT_EQ(column_key(" Financial  Year. "), "financial_year");
}

TEST(Csv, RowsOfOtherWidths) {
  EXPECT_THROW(table_of("a,b\n1\n"), DataError);
  EXPECT_THROW(table_of("a,b\n1,2,3\n"), DataError);
  EXPECT_EQ(table_of("a,b\n1\n", CsvRows::kShort).text(0, "b"), "");
  EXPECT_THROW(table_of("a,b\n1,2,3\n", CsvRows::kShort), DataError);
  const CsvTable any = table_of("a,b\n1\n1,2,3\n1,2,,\n", CsvRows::kAny);
  EXPECT_EQ(any.width(0), 1U);
  EXPECT_TRUE(any.extra(1));
  EXPECT_FALSE(any.extra(2));
}

TEST(Csv, DamageIsRefused) {
  EXPECT_THROW(table_of(""), DataError);
  EXPECT_THROW(table_of("\n,,\n"), DataError);
  EXPECT_THROW(table_of("a,a\n1,2\n"), DataError);
  EXPECT_THROW(table_of("a,A\n1,2\n", CsvRows::kShort).column("a"), DataError);
  EXPECT_NO_THROW(table_of("a,b,b\n1,2,3\n", CsvRows::kShort).column("a"));
  EXPECT_THROW(table_of("a\n\"open\n"), DataError);
  EXPECT_THROW(table_of("a\nnan\n").number(0, "a"), DataError);
  EXPECT_THROW(table_of("a\n1e999\n").number(0, "a"), DataError);
  EXPECT_THROW(table_of("a\n1 x\n").number(0, "a"), DataError);
  EXPECT_THROW(CsvTable(std::filesystem::path("/no/such/file.csv")), DataError);
  EXPECT_THROW(CsvTable(std::filesystem::path("/")), DataError);
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  rc::check([] {
    const auto text = rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc,;\"\t|1 \n")));
    const auto cells = *rc::gen::container<std::vector<std::string>>(4, text);
    std::string line;
    for (const auto& cell : cells) line += (line.empty() ? "" : ",") + csv_field("x" + cell + "x");
    CsvRecords records(line, ',');
    std::vector<std::string> fields;
    RC_ASSERT(records.next(fields));
    std::vector<std::string> wanted;
    for (const auto& cell : cells) wanted.push_back("x" + cell + "x");
    RC_ASSERT(fields == wanted);
  });
}

TEST(Csv, AnyBytesAreATableOrRefused) {
  rc::check([](const std::string& bytes) {
    for (const CsvRows rows : {CsvRows::kWhole, CsvRows::kShort, CsvRows::kAny}) {
      try {
        const CsvTable table = table_of(bytes, rows);
        for (std::size_t row = 0; row < table.rows(); ++row) {
          RC_ASSERT(table.width(row) <= 1000000U);
          RC_ASSERT(rows == CsvRows::kAny || !table.extra(row));
        }
      } catch (const DataError& error) {
        RC_ASSERT(std::string(error.what()).starts_with("t.csv"));
      }
    }
  });
}

// ---- Names of measures and costs ----

TEST(Quantities, OfEveryMeasureCategoryAndCostHaveANameAndNoOthers) {
  const auto& known = quantities_by_name();
  for (const MeasureInfo& row : kMeasureTable) {
    const auto categories = category_names(row.dimension);
    EXPECT_EQ(known.contains(row.name), categories.empty()) << row.name;
    for (std::size_t c = 0; c < categories.size(); ++c)
      EXPECT_EQ(known.at(std::string(row.name) + "." + std::string(categories[c])),
                (Quantity{row.id, c, {}}));
  }
  EXPECT_EQ(known.at("cost").cost_lines.size(), kCostLines.size());
  for (const std::size_t line : known.at("cost.police").cost_lines)
    EXPECT_EQ(kCostLines[line].payer, Payer::kPolice);
  EXPECT_EQ(known.at("cost.programme.service_model").cost_lines.size(), 1U);
  EXPECT_FALSE(known.contains("cost.police.placements"));
}

// ---- Numbers ----

#ifdef __cpp_lib_to_chars
// What was read, how far, and what went wrong; the number itself bit for bit.
void expect_as_the_library(const std::string& text) {
  const char* const last = text.data() + text.size();
  double expected = 77.0;
  double found = 77.0;
  const auto [stop, error] = std::from_chars(text.data(), last, expected);
  const auto [own_stop, own_error] = portable_from_chars(text.data(), last, found);
  EXPECT_EQ(own_stop - text.data(), stop - text.data()) << text;
  EXPECT_EQ(own_error, error) << text;
  EXPECT_EQ(std::bit_cast<std::uint64_t>(found), std::bit_cast<std::uint64_t>(expected)) << text;
}

TEST(Numbers, AreReadAsTheLibraryReadsThem) {
  for (const char* text : {"",
                           "-",
                           ".",
                           "-.",
                           "e5",
                           "0",
                           "-0",
                           "00",
                           "1",
                           "12",
                           "1.5",
                           ".5",
                           "5.",
                           "-2.75",
                           "1e3",
                           "1E-3",
                           "1e+3",
                           "1e",
                           "1e+",
                           "1e-x",
                           "1x",
                           "+1",
                           " 1",
                           "1 ",
                           "1,000",
                           "--1",
                           "1.2.3",
                           "0.1",
                           "123456789012345",
                           "1234567890123456",
                           "12345678901234567890",
                           "0.000000000000000000000000001",
                           "1e22",
                           "1e23",
                           "1e-22",
                           "9007199254740993",
                           "1e308",
                           "1e309",
                           "-1e309",
                           "1e400",
                           "4.9e-324",
                           "1e-400",
                           "0e999",
                           "1e99999999999",
                           "123456789012345e22",
                           "0.30000000000000004",
                           "000000000000000000000000012.5",
                           "1.7976931348623157e308"})
    expect_as_the_library(text);
}

TEST(Numbers, OfAnyLengthAreReadAsTheLibraryReadsThem) {
  EXPECT_TRUE(rc::check([](std::uint64_t digits, int cut, int power) {
    std::string text = std::to_string(digits);
    text.insert(static_cast<std::size_t>(cut & 0xF) % (text.size() + 1), ".");
    if (power % 3 == 0) text += "e" + std::to_string(power % 40);
    expect_as_the_library(text);
    expect_as_the_library('-' + text);
  }));
}
#endif

TEST(Numbers, InfinityIsNone) {
  for (const std::string text : {"inf", "nan", "infinity"}) {
    double value = 1.0;
    EXPECT_EQ(portable_from_chars(text.data(), text.data() + text.size(), value).ec,
              std::errc::invalid_argument);
  }
}

}  // namespace
}  // namespace hearth
