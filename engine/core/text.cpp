#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>

#include "core/error.hpp"

namespace hearth {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kLittleEndianMark = "\xFF\xFE";
constexpr std::string_view kBigEndianMark = "\xFE\xFF";

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// Bytes of the UTF-8 character that starts at `at`; 0 where none does.
std::size_t character_length(std::string_view text, std::size_t at) {
  const unsigned first = byte_at(text, at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte_at(text, at + i) & 0xC0U) != 0x80U) return 0;
  const unsigned second = byte_at(text, at + 1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool outside = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
  return overlong || outside ? 0 : length;
}

// Of the character of so many bytes that starts at `at`.
char32_t code_point(std::string_view text, std::size_t at, std::size_t length) {
  if (length == 1) return byte_at(text, at);
  char32_t code = byte_at(text, at) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) code = (code << 6U) | (byte_at(text, at + i) & 0x3FU);
  return code;
}

void append(std::string& out, char32_t code) {
  const auto put = [&](char32_t bits) { out += static_cast<char>(static_cast<unsigned char>(bits)); };
  const auto rest = [&](unsigned shift) { put(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    rest(0);
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    rest(6);
    rest(0);
  } else {
    put(0xF0U | (code >> 18U));
    rest(12);
    rest(6);
    rest(0);
  }
}

// Bytes 0x80 to 0x9F of Windows-1252; 0: no character. The others are those of Unicode.
constexpr std::array<char32_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

std::string from_windows_1252(std::string_view bytes) {
  constexpr char32_t kNoCharacter = 0xFFFD;
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const unsigned byte = byte_at(bytes, i);
    const char32_t code = byte >= 0x80 && byte < 0xA0 ? kWindows1252.at(byte - 0x80) : byte;
    append(out, code == 0 && byte != 0 ? kNoCharacter : code);
  }
  return out;
}

constexpr std::string_view kSaveUtf8 = "Save it again as UTF-8 (in Excel: \"CSV UTF-8\")";
constexpr ContentKind kNoText = {
    {}, "data that is no text", "Export it again as a text file, or leave it out"};
constexpr ContentKind kDamagedUtf16 = {{}, "damaged UTF-16 text", kSaveUtf8};

[[noreturn]] void refuse(std::string_view file, const ContentKind& kind) {
  throw DataError(fmt::format("{}: found {}; expected a text file. {}", file, kind.what, kind.advice));
}

std::string from_utf16(std::string_view bytes, bool big_endian, std::string_view file) {
  const auto unit = [&](std::size_t at) -> char32_t {
    const unsigned a = byte_at(bytes, at);
    const unsigned b = byte_at(bytes, at + 1);
    return big_endian ? (a << 8U) | b : (b << 8U) | a;
  };
  if (bytes.size() % 2 != 0) refuse(file, kDamagedUtf16);
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    char32_t code = unit(at);
    if (code == 0) refuse(file, kNoText);
    if (code >= 0xD800 && code < 0xE000) {
      if (code >= 0xDC00 || at + 2 >= bytes.size()) refuse(file, kDamagedUtf16);
      const char32_t low = unit(at += 2);
      if (low < 0xDC00 || low >= 0xE000) refuse(file, kDamagedUtf16);
      code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
    }
    append(out, code);
  }
  return out;
}

// Text without a mark of which every other byte is zero: UTF-16 of plain letters.
std::optional<Encoding> unmarked_utf16(std::string_view bytes) {
  constexpr std::size_t kLooked = 400;
  std::array<std::size_t, 2> zeros{};
  const std::size_t size = std::min(bytes.size(), kLooked) / 2 * 2;
  for (std::size_t i = 0; i < size; ++i)
    if (bytes[i] == '\0') ++zeros.at(i % 2);
  const std::size_t most = size / 2 - size / 20;
  if (size < 8) return std::nullopt;
  if (zeros[1] >= most && zeros[0] == 0) return Encoding::kUtf16LittleEndian;
  if (zeros[0] >= most && zeros[1] == 0) return Encoding::kUtf16BigEndian;
  return std::nullopt;
}

struct Kind {
  std::string_view start;
  std::string_view what;
  std::string_view advice;
};
constexpr std::string_view kSaveSheet = "Open it in the spreadsheet and save the sheet as \"CSV UTF-8\"";
constexpr std::string_view kUnpack = "Unpack it and give what is in it";
constexpr auto kKinds = std::to_array<Kind>({
    {"PK\x03\x04", "a workbook (xlsx, ods) or a zip", kSaveSheet},
    {"\xD0\xCF\x11\xE0", "an old workbook (xls)", kSaveSheet},
    {"\x89HDF", "an HDF5 file, such as a result of Hearth", "Give the table or scenario itself"},
    {"%PDF", "a PDF", "Get the table as a CSV file"},
    {"{\\rtf", "a document of a word processor (RTF)", "Save it as plain text"},
    {"\x1F\x8B", "a compressed file (gzip)", kUnpack},
});

// What starts like a web page, whatever its name says.
bool is_web_page(std::string_view bytes) {
  const std::size_t start = std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size());
  std::string head(bytes.substr(start, 10));
  std::ranges::transform(head, head.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return head.starts_with("<!doctype") || head.starts_with("<html") || head.starts_with("<table");
}

enum class Invisible : std::uint8_t { kNo, kSpace, kNothing };
struct InvisibleCharacter {
  char32_t first;
  char32_t last;
  Invisible kind;
  std::string_view name;
};
constexpr auto kInvisible = std::to_array<InvisibleCharacter>({
    {0x00A0, 0x00A0, Invisible::kSpace, "a no-break space"},
    {0x00AD, 0x00AD, Invisible::kNothing, "a soft hyphen"},
    {0x1680, 0x1680, Invisible::kSpace, "a space of another kind"},
    {0x2000, 0x200A, Invisible::kSpace, "a space of another kind"},
    {0x200B, 0x200F, Invisible::kNothing, "a character without width"},
    {0x2028, 0x2029, Invisible::kSpace, "a line break of another kind"},
    {0x202A, 0x202E, Invisible::kNothing, "a mark of direction"},
    {0x202F, 0x202F, Invisible::kSpace, "a narrow no-break space"},
    {0x205F, 0x205F, Invisible::kSpace, "a space of another kind"},
    {0x2060, 0x2064, Invisible::kNothing, "a character without width"},
    {0x2066, 0x2069, Invisible::kNothing, "a mark of direction"},
    {0x3000, 0x3000, Invisible::kSpace, "a wide space"},
    {0xFEFF, 0xFEFF, Invisible::kNothing, "a byte order mark"},
});

const InvisibleCharacter* invisible(char32_t code) {
  const auto found = std::ranges::find_if(
      kInvisible, [&](const auto& row) { return row.first <= code && code <= row.last; });
  return found == kInvisible.end() ? nullptr : &*found;
}

bool has_others_than_ascii(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// Calls take(character, its code) for each character; bytes that are none are characters of their own,
// without a code.
template <typename Take>
void each_character(std::string_view text, const Take& take) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    const std::string_view character = text.substr(at, std::max<std::size_t>(length, 1));
    take(character, length == 0 ? std::optional<char32_t>() : code_point(text, at, length));
    at += character.size();
  }
}

}  // namespace

std::string_view name_of(Encoding encoding) {
  constexpr std::array<std::string_view, 4> kNames = {"UTF-8", "UTF-16 (little endian)",
                                                      "UTF-16 (big endian)", "Windows-1252"};
  return kNames.at(static_cast<std::size_t>(encoding));
}

std::string read_bytes(const std::filesystem::path& file, std::string_view expected) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  std::string out;
  if (stream && !std::filesystem::is_directory(file, ignored)) {
    out.assign(std::istreambuf_iterator<char>(stream), {});
    if (!stream.bad()) return out;
  }
  throw DataError(fmt::format("{}: cannot read this file; expected {}", path_text(file), expected));
}

std::size_t utf8_length(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t length = character_length(bytes, at);
    if (length == 0) break;
    at += length;
  }
  return at;
}

ContentKind kind_of(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFF\xFE\0\0"sv) || bytes.starts_with("\0\0\xFE\xFF"sv))
    return {{}, "UTF-32 text", kSaveUtf8};
  if (bytes.starts_with(kLittleEndianMark)) return {Encoding::kUtf16LittleEndian};
  if (bytes.starts_with(kBigEndianMark)) return {Encoding::kUtf16BigEndian};
  for (const auto& kind : kKinds)
    if (bytes.starts_with(kind.start)) return {{}, kind.what, kind.advice};
  if (is_web_page(bytes)) return {{}, "a web page", kSaveSheet};
  if (const auto found = unmarked_utf16(bytes)) return {found};
  if (bytes.find('\0') != bytes.npos) return kNoText;
  return {utf8_length(bytes) == bytes.size() ? Encoding::kUtf8 : Encoding::kWindows1252};
}

std::string decode_text(std::string_view bytes, std::string_view file) {
  const ContentKind kind = kind_of(bytes);
  if (!kind.encoding) refuse(file, kind);
  switch (*kind.encoding) {
    case Encoding::kUtf8:
      return std::string(bytes.substr(bytes.starts_with(kUtf8Mark) ? kUtf8Mark.size() : 0));
    case Encoding::kUtf16LittleEndian:
      return from_utf16(bytes.substr(bytes.starts_with(kLittleEndianMark) ? 2 : 0), false, file);
    case Encoding::kUtf16BigEndian:
      return from_utf16(bytes.substr(bytes.starts_with(kBigEndianMark) ? 2 : 0), true, file);
    case Encoding::kWindows1252:
      break;
  }
  return from_windows_1252(bytes);
}

std::string invisible_character(std::string_view text) {
  std::string out;
  if (!has_others_than_ascii(text)) return out;
  each_character(text, [&](std::string_view, std::optional<char32_t> code) {
    const auto* const found = code && out.empty() ? invisible(*code) : nullptr;
    if (found != nullptr) out = fmt::format("{} (U+{:04X})", found->name, static_cast<unsigned>(*code));
  });
  return out;
}

std::string without_invisible(std::string_view text) {
  if (!has_others_than_ascii(text)) return std::string(text);
  std::string out;
  each_character(text, [&](std::string_view character, std::optional<char32_t> code) {
    const auto* const found = code ? invisible(*code) : nullptr;
    if (found == nullptr)
      out += character;
    else if (found->kind == Invisible::kSpace)
      out += ' ';
  });
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(kSpaces);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

std::string printable(std::string_view text) {
  if (utf8_length(text) == text.size()) return std::string(text);
  std::string out;
  each_character(text, [&](std::string_view character, std::optional<char32_t> code) {
    if (code)
      out += character;
    else
      out += fmt::format("\\x{:02X}", static_cast<unsigned>(static_cast<unsigned char>(character.front())));
  });
  return out;
}

std::string path_text(const std::filesystem::path& path) {
  return printable(path.generic_string());
}

}  // namespace hearth
