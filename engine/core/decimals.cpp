#include "core/decimals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hearth {

int decimals_of(std::string_view unit) {
  if (unit == "GBP") return 0;
  if (unit == "cases") return 3;
  if (unit == "1") return 5;
  return 2;
}

double carried(double value, std::string_view unit) {
  const double scale = std::pow(10.0, decimals_of(unit));
  const double out = std::round(value * scale) / scale;
  return out == 0.0 ? 0.0 : out;
}

namespace {
std::string without_zeros(double value, int decimals) {
  std::string out = fmt::format("{:.{}f}", value == 0.0 ? 0.0 : value, decimals);
  if (decimals > 0) {
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
  }
  return out == "-0" ? "0" : out;
}
}  // namespace

std::string plain_number(double value, std::string_view unit) {
  return without_zeros(carried(value, unit), decimals_of(unit));
}

std::string plain_number(double value) {
  constexpr int kFigures = 9;
  if (!std::isfinite(value)) return fmt::format("{}", value);
  const int before = value == 0.0 ? 1 : static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
  return without_zeros(value, std::clamp(kFigures - before, 0, 12));
}

}  // namespace hearth
