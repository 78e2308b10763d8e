// Filling and rounding tables of counts so that their totals hold.
#pragma once

#include <cstddef>
#include <vector>

namespace hearth {

// Rows x columns, row by row.
struct CountTable {
  CountTable(std::size_t row_count, std::size_t column_count)
      : rows(row_count), columns(column_count), cells(row_count * column_count, 0.0) {}
  double& operator()(std::size_t row, std::size_t column) { return cells[row * columns + column]; }
  double operator()(std::size_t row, std::size_t column) const { return cells[row * columns + column]; }

  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> cells;
};

// Iterative proportional fitting (Deming and Stephan 1940): scales rows and columns of `seed` in turn until
// both sums are met. The column totals are first scaled to the sum of the row totals. Rows are met exactly;
// columns as nearly as the zeros of the seed allow. A row or column whose seed is all zero stays zero.
CountTable fit_to_margins(CountTable seed, const std::vector<double>& row_totals,
                          const std::vector<double>& column_totals);

// Fills the unpublished cells (NaN) of `published`. Published cells stay as they are, and the filled ones
// take what is left of the row total, in proportion to `seed` (positive where a cell is unpublished) and
// fitted to what is left of the column totals. A row whose published cells contradict its total, because it
// was revised and they were not, is scaled to it: published cells keep their proportions and each unpublished
// one counts as one before scaling.
CountTable complete_table(const CountTable& published, const CountTable& seed,
                          const std::vector<double>& row_totals, const std::vector<double>& column_totals);

// Controlled rounding (Cox 1987, here by augmenting paths): every cell goes to the whole number below or
// above it so that each row sum, which must be whole, is kept and each column sum goes to the whole number
// below or above. Whole cells stay. Deterministic. Throws InternalError when a row sum is not whole.
CountTable round_to_margins(const CountTable& table);

}  // namespace hearth
