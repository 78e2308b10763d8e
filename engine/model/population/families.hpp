// Families and children of one authority over the whole horizon: composition is fixed, shared by all arms and
// replicates. Families who come within the horizon (with a first birth, or from elsewhere) and those who move
// away are listed in advance, so that children by single year of age follow the authority's figures.
#pragma once

#include <cstdint>
#include <vector>

#include "core/calendar.hpp"
#include "core/categories.hpp"
#include "model/population/births.hpp"
#include "parameters/registry.hpp"
#include "published/england.hpp"

namespace hearth {

inline constexpr std::size_t kDeprivationClasses = 10;
// Neighbourhood IDACI score that each class stands for; a grid for numbers, not an estimate.
inline constexpr std::array<double, kDeprivationClasses + 1> kDeprivationEdges = {
    0.0, 0.03, 0.05, 0.075, 0.10, 0.135, 0.175, 0.225, 0.29, 0.38, 1.0};
inline constexpr std::array<double, kDeprivationClasses> kDeprivationScores = {
    0.02, 0.04, 0.0625, 0.0875, 0.1175, 0.155, 0.20, 0.2575, 0.335, 0.45};
// Fifths for reporting: two classes each. With authorities' children of 2022 and the Beta distributions about
// their IDACI scores of 2019 they hold 20, 18, 22, 22 and 18% of England's children
// (tests/model/test_families.cpp).

// Families differ for life in how readily they come to notice and fall into need, beyond what deprivation and
// the needs of the day explain: their frailty, a log-normal distribution in four steps, of such shares of all
// families and at such scores (means of the steps of a standard normal, scaled to a standard deviation of 1).
// A grid for numbers, like the classes of deprivation; the spread is contact.frailty_spread.
inline constexpr std::size_t kFrailties = 4;
inline constexpr std::array<double, kFrailties> kFrailtyShares = {0.4, 0.3, 0.2, 0.1};
inline constexpr std::array<double, kFrailties> kFrailtyScores = {-1.058, 0.141, 0.943, 1.922};
// exp(spread x score), over its mean among families.
std::array<double, kFrailties> frailties(double spread);

// What rates of families without a case depend on besides needs: deprivation and frailty.
inline constexpr std::size_t kFamilyClasses = kDeprivationClasses * kFrailties;
constexpr std::size_t family_class(std::size_t deprivation_class, std::size_t frailty) {
  return deprivation_class * kFrailties + frailty;
}
constexpr std::size_t deprivation_class(std::size_t family_class) {
  return family_class / kFrailties;
}
constexpr std::size_t frailty_of(std::size_t family_class) {
  return family_class % kFrailties;
}
constexpr std::size_t deprivation_fifth(std::size_t family_class) {
  return deprivation_class(family_class) / 2;
}
inline constexpr double kAverageIdaci = 0.17;  // England, children-weighted, 2019 (authorities.csv)

// Families are ordered so that those alive in a month are one stretch: first the families of the origin by
// the month in which their youngest child turns 18, then those to come by the month in which they do.
struct Families {
  std::vector<Births> births;  // months from the origin
  std::vector<std::uint8_t> family_class;
  std::vector<std::uint32_t> alive_begin;  // by month: first family that may have a child under 18 ...
  std::vector<std::uint32_t> alive_end;    // ... and one past the last that has started
  // Families that move away at the start of a month, or came after the origin and have no child under 18 any
  // more; those of month m are departures[departures_from[m]] up to departures_from[m + 1].
  std::vector<std::uint32_t> departures;
  std::vector<std::uint32_t> departures_from;
  std::vector<std::int32_t> present;   // by month: families that live here in it
  std::vector<std::int32_t> children;  // by month: aged 0 to 17 at the end of the month
  std::array<std::vector<std::int32_t>, kDeprivationFifths> children_by_fifth;  // the same, by fifth
  std::array<double, kDeprivationClasses> deprivation_share{};

  std::size_t size() const { return family_class.size(); }
  double family_months() const;  // over the horizon
};

// Exactly `sampling_fraction` of the authority's published children at the origin, in all (rounded) and by
// single year of age (within one). A year later, and so on, as many as its figures for that year say, of each
// age within one or two. The first months do not depend on the horizon.
Families make_families(const AuthorityOrigin& authority, const Parameters& parameters, std::uint64_t seed,
                       double sampling_fraction, int horizon_months);

}  // namespace hearth
