// What a run reports: the table of measures (measures.def), and the series of one authority.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/categories.hpp"
#include "core/money.hpp"

namespace hearth {

enum class MeasureKind : std::uint8_t {
  kFlow,   // events in the month
  kStock,  // children or families at the month's end
  kLevel,  // a real number at the month's end
};

// An extra dimension beside arm, replicate, authority, time.
enum class MeasureDimension : std::uint8_t {
  kNone,
  kPlacement,
  kAgeBand,
  kExitReason,
  kDeprivation,
  kPoverty
};

// One for each row of measures.def.
enum class Measure : std::uint8_t {
#define HEARTH_MEASURE(id, ...) id,
#include "core/measures.def"
#undef HEARTH_MEASURE
};

struct MeasureInfo {
  Measure id;
  std::string_view name;       // the HDF5 variable
  std::string_view long_name;  // for people
  std::string_view units;
  MeasureKind kind;
  MeasureDimension dimension;
  bool per_children;           // scaled up when only a fraction of families is simulated
  std::string_view published;  // the official statistic that it corresponds to, or what it is without one
};

inline constexpr std::size_t kMeasures = 0
#define HEARTH_MEASURE(...) +1
#include "core/measures.def"
#undef HEARTH_MEASURE
    ;
extern const std::array<MeasureInfo, kMeasures> kMeasureTable;  // in the order of the enumeration

struct DimensionInfo {
  std::string_view name;                         // in results
  std::string_view long_name;                    // for people
  std::span<const std::string_view> categories;  // none: the measure is one number
};
// In the order of MeasureDimension.
inline constexpr std::array kDimensionTable = {
    DimensionInfo{"", "", {}},
    DimensionInfo{"placement", "Placement", kPlacementNames},
    DimensionInfo{"age_band", "Age in years", kAgeBandNames},
    DimensionInfo{"exit_reason", "Reason for leaving care", kExitReasonNames},
    DimensionInfo{"deprivation", "Deprivation of the neighbourhood, in fifths of England's children",
                  kDeprivationFifthNames},
    DimensionInfo{"poverty", "Poverty of the family at the event", kPovertyNames}};
constexpr const DimensionInfo& dimension_info(MeasureDimension dimension) {
  return kDimensionTable[index(dimension)];
}

constexpr std::span<const std::string_view> category_names(MeasureDimension dimension) {
  return dimension_info(dimension).categories;
}
constexpr std::size_t size_of(MeasureDimension dimension) {
  return dimension == MeasureDimension::kNone ? 1 : category_names(dimension).size();
}

// Counts of one month by measure and category; a measure that is one number has the first.
inline constexpr std::size_t kMostCategories =
    std::ranges::max(kDimensionTable, {}, [](const DimensionInfo& each) {
      return each.categories.size();
    }).categories.size();
using MonthCounts = std::array<std::array<std::int32_t, kMostCategories>, kMeasures>;

// A ratio of several authorities is their weighted mean; counts, and staff in full-time equivalents, are
// their sum.
constexpr bool is_ratio(const MeasureInfo& measure) {
  return measure.kind == MeasureKind::kLevel && measure.units != "FTE";
}
// The weight of an authority in that mean: social workers in post (full-time equivalent) or, for the vacancy
// rate, the posts that they and the vacancies make up.
inline double ratio_weight(Measure measure, double ratio, double social_workers_fte) {
  if (measure != Measure::kVacancyRate) return social_workers_fte;
  return ratio < 1.0 ? social_workers_fte / (1.0 - ratio) : 0.0;
}

// What the name of a quantity stands for: a measure, or one of its categories; or some of the costs.
struct Quantity {
  std::optional<Measure> measure;  // nothing: a cost
  std::size_t category = 0;
  std::vector<std::size_t> cost_lines;  // positions in kCostLines

  bool operator==(const Quantity&) const = default;
};
// All of them by name: "care_entries", "care_exits_by_reason.adopted", "cost", "cost.authority",
// "cost.authority.placements".
const std::map<std::string, Quantity, std::less<>>& quantities_by_name();

// Where a measure lives in an AuthoritySeries: integer measures (flows, stocks) and real ones (levels) apart.
struct MeasureSlot {
  bool real = false;
  std::size_t first = 0;  // first row; a measure with an extra dimension has size_of() consecutive rows
};
MeasureSlot slot(Measure measure);
std::size_t integer_rows();
std::size_t real_rows();

// Results of one authority in one replicate of one arm: rows by months, row-major. Counts are of the families
// that are simulated (ResultWriter scales them up when that is a fraction); levels and costs are the whole
// authority's.
struct AuthoritySeries {
  explicit AuthoritySeries(int months);

  std::span<std::int32_t> counts(Measure measure, std::size_t category = 0);
  std::span<const std::int32_t> counts(Measure measure, std::size_t category = 0) const;
  void write_counts(std::size_t month, const MonthCounts& counts);
  std::span<float> levels(Measure measure);
  std::span<const float> levels(Measure measure) const;
  std::span<Pence> cost(std::size_t line) { return {costs_.data() + line * months(), months()}; }
  std::span<const Pence> cost(std::size_t line) const { return {costs_.data() + line * months(), months()}; }
  std::size_t months() const { return months_; }
  bool operator==(const AuthoritySeries&) const = default;

 private:
  std::size_t months_;
  std::vector<std::int32_t> counts_;
  std::vector<float> levels_;
  std::vector<Pence> costs_;
};

// One number for every `step_months` months: flows and costs are summed, stocks and levels are those at the
// end. The last step may be shorter.
AuthoritySeries in_steps(const AuthoritySeries& monthly, int step_months);
std::vector<AuthoritySeries> in_steps(const std::vector<AuthoritySeries>& monthly, int step_months);

}  // namespace hearth
