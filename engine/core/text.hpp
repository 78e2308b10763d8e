// Text as people's programs save it: encodings, invisible characters, and what is fit for a message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace hearth {

inline constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

enum class Encoding : std::uint8_t { kUtf8, kUtf16LittleEndian, kUtf16BigEndian, kWindows1252 };
std::string_view name_of(Encoding encoding);  // "UTF-16 (little endian)"

// The whole content of a file. Throws DataError that says `expected` ("a JSON file") where it cannot be read.
std::string read_bytes(const std::filesystem::path& file, std::string_view expected);

// Where `bytes` stop being UTF-8; their size where they are UTF-8 to the end.
std::size_t utf8_length(std::string_view bytes);

// What bytes are: text in an encoding (by its byte order mark; without one, UTF-16 where every other byte is
// zero, UTF-8 where it can be, else Windows-1252), or something else, with what to do about it.
struct ContentKind {
  std::optional<Encoding> encoding;
  std::string_view what{};    // "a workbook (xlsx, ods) or a zip"
  std::string_view advice{};  // a sentence without its full stop
};
ContentKind kind_of(std::string_view bytes);

// As UTF-8 without a byte order mark. Throws DataError naming `file`, what it is and what to do where it is
// no text.
std::string decode_text(std::string_view bytes, std::string_view file);

// The name of the first character that cannot be seen and is no plain space, "a no-break space (U+00A0)";
// empty where there is none.
std::string invisible_character(std::string_view text);
// With plain spaces for spaces of other kinds, and without what has no width.
std::string without_invisible(std::string_view text);
// Without plain spaces and line ends at both ends.
std::string_view trimmed(std::string_view text);

// Fit for a message or JSON: valid UTF-8. A byte that is none is written as \xE9.
std::string printable(std::string_view text);
std::string path_text(const std::filesystem::path& path);

}  // namespace hearth
