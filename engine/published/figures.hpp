// Published figures by place and year: those of the tables and those a user adds.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "published/england_tables.hpp"
#include "published/figure_table.hpp"
#include "published/locations.hpp"

namespace hearth {

// What a table that a user gives holds.
struct Added {
  std::map<std::pair<std::string, int>, std::set<Figure>> figures;  // by ONS code and year
  std::map<std::string, std::size_t> not_scored;                    // rows by measure
  std::size_t blank = 0;                                            // rows without a value: not published
};

// Years are years to 31 March. A figure of an authority exists only for years in which it was live: where a
// boundary change came in between, its successors' figures are not compared with a forecast for it.
//
// A region's figure is the sum of its authorities, known when all of them are; one that has less than
// kSmallShare of the region's children and publishes nothing counts as nil (City of London, Isles of Scilly,
// Rutland: their counts are so small that they are often suppressed). Entries under 16 that are not known for
// an authority count in its region's sum as entries_under_16_by_shares. England's figure is the published
// one. Figures that a user gives for a region or England themselves come before these sums.
class PublishedFigures {
 public:
  static constexpr double kSmallShare = 0.01;

  // Throws DataError where history has an authority that the tables do not know.
  explicit PublishedFigures(const EnglandTables& tables);

  // Adds a table with the columns location, year, measure, value (docs/reference/observed.md); its figures
  // replace those of the project's tables. Throws DataError naming line and column.
  Added add(const std::filesystem::path& file);

  // What was known at 31 March of `year`: no later figure.
  PublishedFigures until(int year) const;

  // Nothing where it is not published.
  std::optional<double> at(Figure figure, const Location& location, int year) const;
  // Those who joined a stock in the year; nothing for a flow.
  std::optional<double> entries(Figure stock, const Location& location, int year) const;
  // Children aged 0 to 17, in the year or the last before it, else the first after it.
  std::optional<double> children(const Location& location, int year) const;
  // Whether an authority still stands at 31 March of `year`; a region or England always does.
  bool live(const Location& location, int year) const;

  // Every authority that has ever been, or every region, or England.
  std::vector<Location> places(Level level) const;
  int first_year() const { return first_year_; }
  int last_year() const { return last_year_; }

 private:
  using Series = std::map<int, double>;                                 // by year
  using Table = std::map<std::pair<std::string, std::string>, Series>;  // by column and ONS code

  std::optional<double> value(const std::string& column, const Location& location, int year) const;
  std::optional<double> region_sum(const std::string& column, const std::string& region, int year) const;
  std::string location_code(const class CsvTable& table, std::size_t row, int year) const;
  bool live_in(const AuthorityIdentity& authority, int year) const;
  void note_year(int year);
  void add_entries_under_16(int year);

  std::vector<AuthorityIdentity> identities_;
  int last_table_year_ = 0;  // those live then are taken to live on
  Table table_;
  int first_year_ = 0;
  int last_year_ = 0;
};

}  // namespace hearth
