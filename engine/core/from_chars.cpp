#include "core/from_chars.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace hearth {
namespace {

bool is_decimal(const char* at, const char* last) {
  return at != last && *at >= '0' && *at <= '9';
}

// Powers of ten that a double holds exactly.
constexpr int kMostExact = 22;
constexpr std::array<double, kMostExact + 1> kPowers = [] {
  std::array<double, kMostExact + 1> out{};
  double power = 1.0;
  for (double& value : out) {
    value = power;
    power *= 10.0;
  }
  return out;
}();

}  // namespace

std::from_chars_result portable_from_chars(const char* first, const char* last, double& value) {
  const char* at = first;
  const bool negative = at != last && *at == '-';
  if (negative) ++at;
  std::uint64_t digits = 0;
  int count = 0;  // of digits from the first that is not zero
  int exponent = 0;
  bool any = false;
  const auto take = [&](int down) {
    for (; is_decimal(at, last); ++at) {
      any = true;
      if (count > 0 || *at != '0') ++count;
      if (count <= 18) digits = 10 * digits + static_cast<std::uint64_t>(*at - '0');
      exponent -= down;
    }
  };
  take(0);
  if (at != last && *at == '.') {
    ++at;
    take(1);
  }
  if (!any) return {first, std::errc::invalid_argument};
  if (at != last && (*at == 'e' || *at == 'E')) {
    const char* power = at + 1;
    const bool down = power != last && *power == '-';
    if (power != last && (*power == '-' || *power == '+')) ++power;
    if (is_decimal(power, last)) {
      int raised = 0;
      for (; is_decimal(power, last); ++power)
        if (raised < 100000) raised = 10 * raised + (*power - '0');
      exponent += down ? -raised : raised;
      at = power;
    }
  }
  // A whole number below 2^53 and an exact power of ten: one rounding (Clinger 1990, How to read floating
  // point numbers accurately).
  double found = 0.0;
  if (count <= 15 && std::abs(exponent) <= kMostExact) {
    const double power = kPowers[static_cast<std::size_t>(std::abs(exponent))];
    found = exponent < 0 ? static_cast<double>(digits) / power : static_cast<double>(digits) * power;
    if (negative) found = -found;
  } else {
    found = std::strtod(std::string(first, at).c_str(), nullptr);
    if (std::isinf(found) || (found == 0.0 && count > 0)) return {at, std::errc::result_out_of_range};
  }
  value = found;
  return {at, std::errc()};
}

}  // namespace hearth
