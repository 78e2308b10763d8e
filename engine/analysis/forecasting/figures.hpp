// The published figures that are forecast and scored: what each is, how a simulation gives it, and the places
// that it is forecast for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/categories.hpp"
#include "core/measures.hpp"
#include "published/england.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

enum class Figure : std::uint8_t {
  kLookedAfter,
  kCareEntries,
  kCareEntriesUnder16,
  kChildProtectionPlans,
  kChildProtectionPlansStarted,
  kChildrenInNeed,
  kReferrals
};
inline constexpr std::size_t kFigures = 7;

struct FigureInfo {
  Figure id;
  std::string_view name;     // in files
  std::string_view title;    // for people
  bool stock;                // at 31 March; else the sum of the year to it
  Measure measure;           // of the simulation
  std::size_t categories;    // the measure's first so many are summed; 1: it is one number
  std::string_view column;   // of history.csv and england.csv; empty: worked out (observed.hpp)
  std::string_view entries;  // of a stock: the column of those who joined it in the year; empty: none
};
extern const std::array<FigureInfo, kFigures> kFigureTable;  // in the order of the enumeration

constexpr std::string_view name_of(Figure figure);
std::vector<Figure> all_figures();
// By name. Throws UsageError naming the nearest.
Figure find_figure(std::string_view name);

enum class Level : std::uint8_t { kAuthority, kRegion, kEngland };
inline constexpr std::array<std::string_view, 3> kLevelNames = {"authority", "region", "england"};

// Where a figure is forecast.
struct Location {
  Level level = Level::kEngland;
  int code = 0;          // Department for Education code of an authority; else 0
  std::string ons_code;  // of an authority, region or England: unlike any other's
  std::string name;
  std::string region;                // of an authority
  std::vector<std::size_t> members;  // positions among the authorities that are simulated
};

struct Region {
  std::string_view name;
  std::string_view ons_code;
};
inline constexpr std::array<Region, 9> kRegions = {{{"North East", "E12000001"},
                                                    {"North West", "E12000002"},
                                                    {"Yorkshire and the Humber", "E12000003"},
                                                    {"East Midlands", "E12000004"},
                                                    {"West Midlands", "E12000005"},
                                                    {"East of England", "E12000006"},
                                                    {"London", "E12000007"},
                                                    {"South East", "E12000008"},
                                                    {"South West", "E12000009"}}};
inline constexpr std::string_view kEnglandOnsCode = "E92000001";

// The authorities `codes`, then the regions that they make up wholly, then England if they are all of it.
std::vector<Location> make_locations(const England& england, const std::vector<int>& codes);

// What recording and later correction add to a published figure and a simulation has not: the figure of an
// authority is multiplied by exp(log_sd z) with z standard normal, the same in every arm. Zero: none.
struct PublicationNoise {
  std::array<double, kFigures> log_sd{};  // by figure
  std::uint64_t seed = 0;
};

// That of a scenario: none, until its calibration says how large it is.
PublicationNoise publication_noise(const Scenario& scenario);

// Simulated figures: [figure][year from the origin][location][replicate]. Regions and England are sums of
// authorities within a replicate.
class Samples {
 public:
  Samples(std::vector<Location> locations, int years, int replicates);

  // All authorities of one replicate, in the order that the members of locations count by. Series shorter
  // than the years are an InternalError.
  void add(std::size_t replicate, const std::vector<AuthoritySeries>& series, double sampling_fraction = 1.0,
           const PublicationNoise& noise = {});
  // One value a replicate; `horizon` counts from 1.
  std::span<const double> at(Figure figure, int horizon, std::size_t location) const;

  const std::vector<Location>& locations() const { return locations_; }
  int years() const { return years_; }
  int replicates() const { return replicates_; }

 private:
  std::size_t first(Figure figure, int horizon, std::size_t location) const;

  std::vector<Location> locations_;
  int years_;
  int replicates_;
  std::vector<double> values_;
};

// The figure of year `horizon` (from 1) in one authority's series, of the families that are simulated.
double figure_of(const AuthoritySeries& series, Figure figure, int horizon);

// ---- implementation

constexpr std::string_view name_of(Figure figure) {
  constexpr std::array<std::string_view, kFigures> kNames = {"looked_after",
                                                             "care_entries",
                                                             "care_entries_under_16",
                                                             "child_protection_plans",
                                                             "child_protection_plans_started",
                                                             "children_in_need",
                                                             "referrals"};
  return kNames[index(figure)];
}

}  // namespace hearth
