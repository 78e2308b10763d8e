// Numbers within their bounds that are probably of the wrong scale: 20 for 20%, a year's rate where a month's
// is asked for, thousands of pounds for pounds. They are warned of and never refused.
#pragma once

#include <string>
#include <string_view>

#include "parameters/registry.hpp"
#include "scenario/files/checker.hpp"

namespace hearth {

// What is usual of a number that is no parameter. Judgement, wide enough for all that comes with Hearth
// (docs/reference/scenario.md lists them).
struct Usual {
  double lower;
  double upper;
};
inline constexpr Usual kUsualMonths = {12, 600};  // of a horizon that a file sets
inline constexpr Usual kUsualShockRatio = {0.25, 4};
inline constexpr Usual kUsualShockStrength = {0, 3};
inline constexpr Usual kUsualEffect = {0.1, 10};
inline constexpr Usual kUsualPosts = {0.05, 30};  // for each 100 cases
inline constexpr Usual kUsualGbpPerPost = {10000, 200000};
inline constexpr Usual kUsualMonthsToRecruit = {0.5, 24};
inline constexpr Usual kUsualGbpPerCase = {5, 20000};
inline constexpr Usual kUsualMonthsToEmbed = {1, 120};
inline constexpr Usual kUsualTrainingMonths = {0, 36};

// Adds a warning where the value is far out in the parameter's prior and at least twice or half both of its
// default and `instead`, what it would be if it were not set.
void warn_of_scale(const Cursor& at, const ParameterInfo& parameter, double value, double instead,
                   Checker& checker);

// Adds a warning where the value is none of the usual ones. `does`: what the value would do, in words.
void warn_of_scale(const Cursor& at, std::string_view name, double value, Usual usual, std::string_view unit,
                   std::string does, Checker& checker);

// Likewise of what something is multiplied by; zero is never usual.
void warn_of_ratio(const Cursor& at, std::string_view name, double value, Usual usual,
                   std::string_view multiplies, Checker& checker);

// In three figures, as people write numbers: 0.0123, 5,200.
std::string short_number(double value);

}  // namespace hearth
