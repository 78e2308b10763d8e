// The parameter registry: every number that enters the model, with its unit, bounds, source and how sure it
// is. The list itself is parameters.def; the schema, the tables in docs/ and `hearth resolve` are made from
// it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "core/categories.hpp"

namespace hearth {

// One enumerator a row of parameters.def.
enum class Parameter : std::uint16_t {
#define HEARTH_PARAMETER(id, name, unit, value, lower, upper, spread, certainty, source, meaning) id,
#include "parameters/parameters.def"
};

// Parameters that stand for one thing in several cases, such as one for each age band: consecutive rows of
// the registry, as parameters.def declares them. Of two lengths the last varies fastest.
template <std::size_t... kLengths>
struct ParameterArray {
  Parameter first;

  static constexpr std::size_t size() { return (kLengths * ...); }
  // Throws std::out_of_range beyond the lengths.
  template <typename... Index>
  requires(sizeof...(Index) == sizeof...(kLengths)) constexpr Parameter at(Index... indices) const {
    std::size_t row = 0;
    const auto take = [&row](std::size_t i, std::size_t length) {
      if (i >= length) throw std::out_of_range("an array of parameters ends before this index");
      row = row * length + i;
    };
    (take(static_cast<std::size_t>(indices), kLengths), ...);
    return static_cast<Parameter>(static_cast<std::size_t>(first) + row);
  }
};

// Rows from `first` to `last`: where these are more or fewer than the lengths say, it does not compile.
template <std::size_t... kLengths>
consteval ParameterArray<kLengths...> parameter_array(Parameter first, Parameter last) {
  if (static_cast<std::size_t>(last) - static_cast<std::size_t>(first) + 1 != (kLengths * ...))
    throw std::out_of_range("parameters.def: an array has other rows than its length says");
  return {first};
}

// What is known of one drifting quantity, in the order of the registry.
enum DriftColumn : std::size_t { kAuthoritySd, kAuthorityReversion, kNationalSd, kNationalReversion };
inline constexpr std::size_t kDriftColumns = 4;

namespace rows {
#define HEARTH_PARAMETER_ARRAY(name, first, last, ...) \
  inline constexpr auto name = parameter_array<__VA_ARGS__>(Parameter::first, Parameter::last);
#include "parameters/parameters.def"
}  // namespace rows

// How a default came about, from surest to least sure.
enum class Certainty : std::uint8_t {
  kPublished,  // read from a published table
  kDerived,    // our arithmetic on published tables
  kFitted,     // fitted so that published totals come out (docs/calibration.md)
  kAssumed,    // no source: a wide prior
  kSwitch,     // not a quantity: turns a mechanism on (1) or off (0)
};

struct ParameterInfo {
  Parameter id;
  std::string_view name;  // dotted, as scenario files write it: "needs.domestic_abuse.onset"
  std::string_view unit;  // "1/year", "share", "ratio", "months", "GBP/week", ...
  double value;           // default
  double lower;           // bounds, inclusive
  double upper;
  double spread;  // standard deviation of the prior, on the log scale for positive quantities
  Certainty certainty;
  std::string_view source;   // a key of evidence.csv, a measure of england.csv, or a sentence
  std::string_view meaning;  // one line
};

// All parameters in the order of the enumeration.
const std::vector<ParameterInfo>& parameter_registry();
const ParameterInfo& info(Parameter parameter);
// Nothing if there is no such name.
std::optional<Parameter> find_parameter(std::string_view name);
std::string_view name(Certainty certainty);

// Where `draw` goes when the value that it was drawn about moves from `from` to `to`: by the same step in log
// odds between the bounds, so that it stays within them. Exactly `draw` where `from` and `to` are the same;
// `to` where one of the three is a bound, from which there is no step.
double moved(const ParameterInfo& about, double draw, double from, double to);

inline constexpr std::size_t kParameterCount = 0
#define HEARTH_PARAMETER(id, name, unit, value, lower, upper, spread, certainty, source, meaning) +1
#include "parameters/parameters.def"
    ;

// A complete set of values, indexed by Parameter.
class Parameters {
 public:
  Parameters();  // the registry's defaults
  double operator[](Parameter p) const { return values_[static_cast<std::size_t>(p)]; }
  double& operator[](Parameter p) { return values_[static_cast<std::size_t>(p)]; }
  bool on(Parameter p) const { return (*this)[p] != 0.0; }
  bool operator==(const Parameters&) const = default;

 private:
  std::array<double, kParameterCount> values_;
};

}  // namespace hearth
