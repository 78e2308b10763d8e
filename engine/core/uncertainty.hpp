// The sources of uncertainty that make replicates differ, each of which can be switched off, and what is said
// of them.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hearth {

enum class UncertaintySource : std::uint8_t { kProcess, kDrift, kParameters, kEffects };
inline constexpr std::size_t kUncertaintySources = 4;

struct UncertaintySourceInfo {
  UncertaintySource id;
  std::string_view name;     // as scenarios and the command line write it
  std::string_view heading;  // of a column
  std::string_view meaning;  // for a sentence: "It covers ..."
};
inline constexpr std::array<UncertaintySourceInfo, kUncertaintySources> kUncertaintySourceTable = {{
    {UncertaintySource::kProcess, "process", "Chance", "chance (random events in each family)"},
    {UncertaintySource::kDrift, "drift", "Drift", "how practice and prices drift"},
    {UncertaintySource::kParameters, "parameters", "Parameters", "uncertainty about parameters"},
    {UncertaintySource::kEffects, "effects", "Effects", "uncertainty about the effects of service models"},
}};

constexpr std::size_t index(UncertaintySource source) {
  return static_cast<std::size_t>(source);
}

// Bit i: the source that is i-th in the table.
using SourceSet = std::bitset<kUncertaintySources>;
inline constexpr SourceSet kAllSources{(1U << kUncertaintySources) - 1U};
inline SourceSet only(UncertaintySource source) {
  return SourceSet{}.set(index(source));
}

// What an interval over replicates covers.
struct Coverage {
  std::array<std::string, kUncertaintySources> left_out;  // why not; empty: the source is covered

  bool covers(UncertaintySource source) const { return left_out[index(source)].empty(); }
  SourceSet sources() const;
};

// "It covers ...; it does not cover ... (not included: ...), nor what the model leaves out: true uncertainty
// is wider."
std::string coverage_sentence(const Coverage& coverage);

}  // namespace hearth
