// Children by single year of age: estimates by authority, projections, and what is made of them where a
// projection is missing.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "published/england.hpp"

namespace hearth {

// Authority x middle of a year x bands of age that cover 0 to 17. Columns: code, mid_year, and for each band
// age_3 or age_1_to_4; others are passed over.
class ChildrenTable {
 public:
  ChildrenTable() = default;  // without rows
  // Throws DataError.
  explicit ChildrenTable(const std::filesystem::path& file);
  explicit ChildrenTable(const class CsvTable& table);

  // Bands that are wider than a year are divided as `shape` is, an age that has nobody there as its
  // neighbours. Nothing where there is no row.
  std::optional<ChildrenByAge> at(int code, int mid_year, const ChildrenByAge& shape) const;
  bool has(int code) const;

 private:
  struct Band {
    std::size_t column;
    std::size_t first, last;  // ages, both within
  };
  std::vector<Band> bands_;
  std::map<std::pair<int, int>, std::vector<double>> rows_;  // by code and year: children by band
};

// The estimates and projections of a folder of tables, either of which may be missing.
class PopulationTables {
 public:
  // Throws DataError.
  PopulationTables(const std::filesystem::path& folder, PopulationChoice choice);

  // At 31 March: the estimate for the middle of the year before, which is what rates are published with,
  // scaled to `total`; at a later origin between that and the next. Without one, as many of each age.
  ChildrenByAge at_origin(int code, const MonthEnd& origin, double total) const;
  // By year after the origin, as far as is known; nothing where the number of each age stays as it is. Uses
  // only estimates up to the origin and, from the year of its publication on, the projection.
  std::vector<ChildrenByAge> ahead(int code, const MonthEnd& origin, const ChildrenByAge& at_origin) const;
  ProjectionGrade grade(int code) const;

 private:
  std::vector<ChildrenByAge> projected(const ChildrenTable& table, int code, const MonthEnd& origin,
                                       const ChildrenByAge& at_origin) const;
  std::vector<ChildrenByAge> cohorts(int code, int year, const ChildrenByAge& at_origin) const;

  PopulationChoice choice_;
  ChildrenTable estimates_;
  ChildrenTable projections_;
  ChildrenTable own_;
  std::map<int, ProjectionGrade> grades_;
};

}  // namespace hearth
