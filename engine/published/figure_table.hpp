// The published figures that are forecast and scored: what each is, in the tables and in a simulation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.hpp"
#include "core/categories.hpp"
#include "core/measures.hpp"

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
  std::string_view column;   // of history.csv and england.csv; empty: worked out (figures.hpp)
  std::string_view entries;  // of a stock: the column of those who joined it in the year; empty: none
};
extern const std::array<FigureInfo, kFigures> kFigureTable;  // in the order of the enumeration

constexpr std::string_view name_of(Figure figure);
std::vector<Figure> all_figures();
// "Looked-after children, 30 June" of figures of that day.
std::string title_at(const FigureInfo& figure, const MonthEnd& day);
// By name. Throws UsageError naming the nearest.
Figure find_figure(std::string_view name);

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
