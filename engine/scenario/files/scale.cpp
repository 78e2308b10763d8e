#include "scenario/files/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/words.hpp"

namespace hearth {
namespace {

constexpr double kFarOut = 3.0;  // prior standard deviations
constexpr double kNinetyFivePercent = 1.959963984540054;

// What a number may have been meant as: it times `factor` is what the unit asks for.
struct Mistake {
  std::string_view unit;  // asked for; empty: any
  double factor;
  std::string_view meant;
};
constexpr std::array kMistakes = std::to_array<Mistake>({
    {"share", 0.01, "a percentage"},
    {"ratio", 0.01, "a percentage"},
    {"1/month", 1.0 / 12.0, "a rate for a year"},
    {"1/year", 12.0, "a rate for a month"},
    {"months", 12.0, "years"},
    {"months", 1.0 / 30.4, "days"},
    {"GBP/week", 1.0 / 52.18, "pounds a year"},
    {"GBP/week", 12.0 / 52.18, "pounds a month"},
    {"GBP/week", 7.0, "pounds a day"},
    {"GBP/year", 52.18, "pounds a week"},
    {"GBP/year", 12.0, "pounds a month"},
    {"GBP", 1000.0, "thousands of pounds"},
    {"GBP/year", 1000.0, "thousands of pounds"},
    {"GBP/week", 1000.0, "thousands of pounds"},
});

// "; if you meant a rate for a year, write 0.06", where that would be usual.
std::string instead_write(double value, std::string_view unit, Usual usual) {
  for (const Mistake& mistake : kMistakes) {
    const double meant = value * mistake.factor;
    if (mistake.unit == unit && usual.lower <= meant && meant <= usual.upper)
      return fmt::format("; if you meant {}, write {}", mistake.meant, short_number(meant));
  }
  return "";
}

// "12 times", "a twelfth of" would be wrong of 11.7: "0.083 times".
std::string times(double ratio) {
  return fmt::format("{} times", short_number(ratio));
}

}  // namespace

std::string short_number(double value) {
  if (std::abs(value) < 999.5) return fmt::format("{:.3g}", value);
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 2.0);
  return grouped(std::round(value / unit) * unit);
}

void warn_of_scale(const Cursor& at, const ParameterInfo& parameter, double value, double instead,
                   Checker& checker) {
  const double usually = parameter.value;
  if (parameter.spread <= 0.0 || value == instead) return;
  const bool on_log_scale = parameter.lower >= 0.0;
  if (on_log_scale && (value <= 0.0 || usually <= 0.0))
    return;  // switched off, or off unless it is switched on
  const auto distance = [&](double from) {
    return (on_log_scale ? std::log(value / from) : value - from) / parameter.spread;
  };
  const auto is_far = [&](double from) {
    if (on_log_scale && from <= 0.0) return true;
    const bool doubled = !on_log_scale || std::abs(std::log2(value / from)) >= 1.0;
    return doubled && std::abs(distance(from)) > kFarOut;
  };
  if (!is_far(usually) || !is_far(instead)) return;
  const auto end = [&](double sign) {
    const double step = sign * kNinetyFivePercent * parameter.spread;
    return std::clamp(on_log_scale ? usually * std::exp(step) : usually + step, parameter.lower,
                      parameter.upper);
  };
  const Usual usual = {end(-1.0), end(1.0)};
  const double away = distance(usually);
  std::string does = on_log_scale ? fmt::format("that is {} the default", times(value / usually)) : "";
  if (!does.empty()) does += ": ";
  does += fmt::format("{}{}", parameter.meaning, instead_write(value, parameter.unit, usual));
  checker.warn(
      at,
      fmt::format("{} = {}, {:.1f} prior standard deviations {} its default {}", parameter.name,
                  number_text(value), std::abs(away), away > 0.0 ? "above" : "below", number_text(usually)),
      fmt::format("{} to {} (95% of the prior), {}", short_number(usual.lower), short_number(usual.upper),
                  parameter.unit),
      std::move(does));
}

void warn_of_scale(const Cursor& at, std::string_view name, double value, Usual usual, std::string_view unit,
                   std::string does, Checker& checker) {
  if (usual.lower <= value && value <= usual.upper) return;
  does += instead_write(value, unit, usual);
  checker.warn(at, fmt::format("{} = {}", name, number_text(value)),
               fmt::format("{} to {}, {}", short_number(usual.lower), short_number(usual.upper), unit),
               std::move(does));
}

void warn_of_ratio(const Cursor& at, std::string_view name, double value, Usual usual,
                   std::string_view multiplies, Checker& checker) {
  if (usual.lower <= value && value <= usual.upper) return;
  std::string does = fmt::format("it multiplies {} by {}", multiplies, short_number(value));
  if (value == 0.0)
    does += ", so that there is none of it; for no change write 1";
  else if (value < 1.0)
    does += fmt::format("; for {0}% less write {1}, for {0}% more {2}", short_number(100.0 * value),
                        short_number(1.0 - value), short_number(1.0 + value));
  else if (value <= 100.0)
    does += fmt::format("; for {}% more write {}", short_number(value), short_number(1.0 + value / 100.0));
  checker.warn(at, fmt::format("{} = {}", name, number_text(value)),
               fmt::format("{} to {}", short_number(usual.lower), short_number(usual.upper)),
               std::move(does));
}

}  // namespace hearth
