#include "core/plain_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace hearth {
namespace {

// Length of the character that starts the text, and its number; 0 where that is not UTF-8.
std::size_t character(std::string_view text, std::uint32_t& number) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length == 0 || length > text.size()) return 0;
  constexpr unsigned kFirstBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  number = first & kFirstBits[length];
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    number = number << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = number >= 0xD800 && number <= 0xDFFF;
  return number < kLeast[length] || number > 0x10FFFF || surrogate ? 0 : length;
}

bool is_control(std::uint32_t number) {
  return number < 0x20 || (number >= 0x7F && number < 0xA0) || number == 0x2028 || number == 0x2029;
}

}  // namespace

bool is_plain(std::string_view text, bool lines) {
  while (!text.empty()) {
    std::uint32_t number = 0;
    const std::size_t length = character(text, number);
    if (length == 0) return false;
    const bool welcome = lines && (number == '\n' || number == '\r' || number == '\t');
    if (is_control(number) && !welcome) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string plain_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::uint32_t number = 0;
    const std::size_t length = std::max<std::size_t>(character(text, number), 1);
    const std::string_view one = text.substr(0, length);
    for (const char byte : one)
      out +=
          is_plain(one) ? std::string(1, byte) : fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    text.remove_prefix(length);
  }
  return out;
}

std::string shown_text(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::string out;
  while (!text.empty() && out.size() < kLongest) {
    std::uint32_t number = 0;
    const std::size_t length = std::max<std::size_t>(character(text, number), 1);
    out += is_plain(text.substr(0, length)) ? std::string(text.substr(0, length)) : "?";
    text.remove_prefix(length);
  }
  return text.empty() ? out : out + "...";
}

}  // namespace hearth
