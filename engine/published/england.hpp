// England at an origin: each authority's figures, whole and consistent. Plain values, which a program without
// files can fill in itself; england_reader.hpp makes them of the published tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.hpp"
#include "core/categories.hpp"

namespace hearth {

// Bands of time in a state, as the children in need census publishes them.
inline constexpr std::size_t kDurationBands = 5;
inline constexpr std::array<int, kDurationBands> kDurationBandStartMonths = {0, 3, 6, 12, 24};

inline constexpr std::size_t kChildAges = 18;  // 0 to 17
using ChildrenByAge = std::array<double, kChildAges>;

// How the number of children goes on after the origin.
enum class PopulationVariant : std::uint8_t {
  kPrincipal,  // the published projection
  kLow,        // fewer births and fewer families moving in
  kHigh,       // more of both
  kFlat,       // as many children of each age as at the origin
  kCohorts     // past ratios of cohorts go on, with as many births as in the last year
};
inline constexpr std::array<std::string_view, 5> kPopulationVariantNames = {"principal", "low", "high",
                                                                            "flat", "cohorts"};

constexpr std::string_view name_of(PopulationVariant variant) {
  return kPopulationVariantNames[static_cast<std::size_t>(variant)];
}

struct PopulationChoice {
  PopulationVariant variant = PopulationVariant::kPrincipal;
  std::string own;  // path of a table of one's own, for the authorities that it has; empty: none
  bool operator==(const PopulationChoice&) const = default;
};

// How good the projection of an authority is: whether it was made for its own area.
enum class ProjectionGrade : std::uint8_t { kA, kB, kC };

struct AuthorityOrigin {
  int code = 0;  // Department for Education code, e.g. 919
  std::string ons_code;
  std::string name;
  std::string region;
  double idaci = 0.0;                       // average score, 0 to 1 (2019)
  double low_income_share = 0.0;            // share of children in low-income families, 0 to 1
  std::vector<int> statistical_neighbours;  // codes, nearest first; none where none are published

  // Stocks at the origin, children.
  int children = 0;                 // aged 0 to 17
  ChildrenByAge children_by_age{};  // sums to children; all zero: as many of each age
  // By year after the origin; those after the last, or all where there is none: as many of each age as then.
  std::vector<ChildrenByAge> children_ahead;
  ProjectionGrade projection_grade = ProjectionGrade::kA;
  int looked_after = 0;  // = sum by age = sum by placement
  std::array<int, kAgeBands> looked_after_by_age{};
  // By published placement: fostering (one cell), children's home, supported accommodation, with parents,
  // adoption, other; joint with age. Rows: the six published groups in the order below; each column sums to
  // looked_after_by_age.
  enum PublishedPlacement { kFoster, kChildrensHome, kSupported, kWithParents, kAdoption, kOther };
  static constexpr std::size_t kPublishedPlacements = 6;
  std::array<std::array<int, kAgeBands>, kPublishedPlacements> looked_after_by_placement_and_age{};
  int looked_after_unaccompanied = 0;  // unaccompanied asylum-seeking children, part of looked_after
  int child_protection_plans = 0;
  int children_in_need = 0;  // all: with plans and looked-after children too
  std::array<double, kDurationBands> child_protection_plan_duration{};  // shares, sum 1
  std::array<double, kDurationBands> children_in_need_duration{};       // shares, sum 1

  // Flows of the year to the origin, children (suppressed cells filled).
  double referrals = 0.0;
  double re_referrals = 0.0;
  double section_47_enquiries = 0.0;
  double initial_child_protection_conferences = 0.0;
  double child_protection_plans_started = 0.0;
  double care_applications = 0.0;  // applications, not children
  double care_entries = 0.0;
  double care_entries_unaccompanied = 0.0;
  double care_exits = 0.0;
  std::array<double, kCareLeaverYears> turned_18_in_care{};  // by year to the origin, the latest first

  // Workforce at the origin.
  double social_workers_fte = 0.0;  // in post, permanent (full-time equivalent)
  double vacancy_rate = 0.0;        // vacancies / (vacancies + in post), 0 to 1
  double turnover_rate = 0.0;       // leavers a year / in post
  double agency_rate = 0.0;         // agency / (agency + in post)
  double caseload = 0.0;            // cases a case holder

  // Money, year to the origin.
  double looked_after_spend_gbp = 0.0;  // gross, section 251; with the next
  double care_leaver_spend_gbp = 0.0;
  double family_support_spend_gbp = 0.0;
  double foster_gbp_per_week = 0.0;
  double residential_gbp_per_week = 0.0;
  // What the council itself says a week costs; 0: it does not.
  double own_foster_gbp_per_week = 0.0;
  double own_residential_gbp_per_week = 0.0;
  double social_work_spend_gbp = 0.0;  // safeguarding children and young people, gross
};

// England's entries to care in a year, children.
struct EntriesOfYear {
  std::array<double, kAgeBands> by_age{};
  double unaccompanied = 0.0;  // among those of 10 and over
};

// England at the origin. Rules by which gaps are filled: scenarios/england/README.md.
struct England {
  MonthEnd origin;
  std::vector<AuthorityOrigin> authorities;  // ascending code; all that were live at the origin
  std::array<double, kDurationBands> children_in_need_duration{};  // shares, sum 1
  std::vector<EntriesOfYear> care_entries;  // of the year to the origin and those before, the latest first
  std::map<std::string, int>
      borrowed;  // measures not published for the origin, and the year they are taken from

  // Throws UsageError naming the nearest codes when there is no such authority.
  const AuthorityOrigin& at(int code) const;
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
// From 1, in the order of the list; 0: none of these regions.
std::uint32_t region_number(std::string_view name);

}  // namespace hearth
