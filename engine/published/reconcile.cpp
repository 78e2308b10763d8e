#include "published/reconcile.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

#include "core/error.hpp"

namespace hearth {

namespace {

constexpr int kMaximumSweeps = 2000;
constexpr double kFitTolerance = 1e-9;  // children
constexpr double kWholeCell = 1e-5;     // a fitted cell this near a whole number is that number
constexpr double kWholeSum = 1e-2;      // and a column's sum, where the fitting stops short of its total

double row_sum(const CountTable& table, std::size_t row) {
  double sum = 0.0;
  for (std::size_t c = 0; c < table.columns; ++c) sum += table(row, c);
  return sum;
}

double column_sum(const CountTable& table, std::size_t column) {
  double sum = 0.0;
  for (std::size_t r = 0; r < table.rows; ++r) sum += table(r, column);
  return sum;
}

// Gives whole units to cells: every row has a number to give, every column a number of places, and a cell
// takes at most one. A row without a free place makes another row move.
class UnitAssignment {
 public:
  UnitAssignment(const CountTable& fractions, std::vector<int> places)
      : rows_(fractions.rows),
        columns_(fractions.columns),
        places_(std::move(places)),
        taken_(rows_ * columns_, 0),
        preference_(rows_ * columns_),
        visited_(columns_) {
    for (std::size_t r = 0; r < rows_; ++r) {
      const auto first = preference_.begin() + static_cast<std::ptrdiff_t>(r * columns_);
      const auto last = first + static_cast<std::ptrdiff_t>(columns_);
      std::iota(first, last, std::size_t{0});
      std::stable_sort(first, last,
                       [&](std::size_t a, std::size_t b) { return fractions(r, a) > fractions(r, b); });
    }
    open_.reserve(fractions.cells.size());
    for (const double fraction : fractions.cells) open_.push_back(fraction > 0.0);
  }

  bool give(std::size_t row) {
    std::fill(visited_.begin(), visited_.end(), std::uint8_t{0});
    return try_row(row);
  }
  bool taken(std::size_t row, std::size_t column) const { return taken_[row * columns_ + column] != 0; }

 private:
  bool try_row(std::size_t row) {
    for (std::size_t rank = 0; rank < columns_; ++rank) {
      const std::size_t column = preference_[row * columns_ + rank];
      const std::size_t cell = row * columns_ + column;
      if (!open_[cell] || taken_[cell] || visited_[column]) continue;
      visited_[column] = 1;
      if (places_[column] > 0) {
        --places_[column];
        taken_[cell] = 1;
        return true;
      }
      for (std::size_t other = 0; other < rows_; ++other) {
        if (!taken_[other * columns_ + column] || !try_row(other)) continue;
        taken_[other * columns_ + column] = 0;
        taken_[cell] = 1;
        return true;
      }
    }
    return false;
  }

  std::size_t rows_;
  std::size_t columns_;
  std::vector<int> places_;
  std::vector<std::uint8_t> taken_;
  std::vector<std::size_t> preference_;  // columns of each row, largest fraction first
  std::vector<std::uint8_t> visited_;
  std::vector<std::uint8_t> open_;
};

}  // namespace

CountTable fit_to_margins(CountTable table, const std::vector<double>& row_totals,
                          const std::vector<double>& column_totals) {
  const double rows_in_all = std::accumulate(row_totals.begin(), row_totals.end(), 0.0);
  const double columns_in_all = std::accumulate(column_totals.begin(), column_totals.end(), 0.0);
  const double to_rows = columns_in_all > 0.0 ? rows_in_all / columns_in_all : 0.0;

  for (int sweep = 0; sweep < kMaximumSweeps; ++sweep) {
    for (std::size_t c = 0; c < table.columns; ++c) {
      const double sum = column_sum(table, c);
      if (sum <= 0.0) continue;
      const double ratio = column_totals[c] * to_rows / sum;
      // A column that has nothing left may be the only one open to a row: keep it possible, however small.
      const double kept = std::max(ratio, 1e-12);
      for (std::size_t r = 0; r < table.rows; ++r) table(r, c) *= kept;
    }
    double largest_change = 0.0;
    for (std::size_t r = 0; r < table.rows; ++r) {
      const double sum = row_sum(table, r);
      if (sum <= 0.0) continue;
      largest_change = std::max(largest_change, std::abs(sum - row_totals[r]));
      for (std::size_t c = 0; c < table.columns; ++c) table(r, c) *= row_totals[r] / sum;
    }
    if (largest_change < kFitTolerance) break;
  }
  return table;
}

CountTable complete_table(const CountTable& published, const CountTable& seed,
                          const std::vector<double>& row_totals, const std::vector<double>& column_totals) {
  CountTable filled = published;
  CountTable open(published.rows, published.columns);  // the seed of the cells to be filled
  std::vector<double> rows_left(published.rows, 0.0);
  for (std::size_t r = 0; r < published.rows; ++r) {
    double known = 0.0;
    std::size_t unknown = 0;
    for (std::size_t c = 0; c < published.columns; ++c) {
      if (std::isnan(published(r, c)))
        ++unknown;
      else
        known += published(r, c);
    }
    const double left = row_totals[r] - known;
    if (left < 0.0 || (unknown == 0 && left > 0.0)) {
      const double sum = known + static_cast<double>(unknown);
      const double usual = row_sum(seed, r);
      for (std::size_t c = 0; c < published.columns; ++c) {
        const double part =
            sum > 0.0 ? (std::isnan(published(r, c)) ? 1.0 : published(r, c)) / sum : seed(r, c) / usual;
        filled(r, c) = part * row_totals[r];
      }
      continue;
    }
    for (std::size_t c = 0; c < published.columns; ++c) {
      if (!std::isnan(published(r, c))) continue;
      filled(r, c) = 0.0;
      if (left > 0.0) open(r, c) = seed(r, c);
    }
    rows_left[r] = left;
  }

  std::vector<double> columns_left(published.columns);
  for (std::size_t c = 0; c < published.columns; ++c)
    columns_left[c] = std::max(0.0, column_totals[c] - column_sum(filled, c));
  open = fit_to_margins(std::move(open), rows_left, columns_left);
  for (std::size_t cell = 0; cell < filled.cells.size(); ++cell) filled.cells[cell] += open.cells[cell];
  return filled;
}

CountTable round_to_margins(const CountTable& table) {
  // One more row completes every column to a whole number, so that a rounding that keeps all sums exists.
  CountTable fractions(table.rows + 1, table.columns);
  CountTable whole(table.rows, table.columns);
  std::vector<int> places(table.columns, 0);
  std::vector<int> units(table.rows + 1, 0);
  const auto split = [](double value, double tolerance, double& fraction) {
    const double nearest = std::nearbyint(value);
    const bool is_whole = std::abs(value - nearest) < tolerance;
    const double below = is_whole ? nearest : std::floor(value);
    fraction = is_whole ? 0.0 : value - below;
    return below;
  };
  double slack = 0.0;
  for (std::size_t c = 0; c < table.columns; ++c) {
    double sum = 0.0;
    for (std::size_t r = 0; r < table.rows; ++r) {
      whole(r, c) = split(table(r, c), kWholeCell, fractions(r, c));
      sum += fractions(r, c);
    }
    double part = 0.0;
    const double below = split(sum, kWholeSum, part);
    fractions(table.rows, c) = part > 0.0 ? 1.0 - part : 0.0;
    slack += fractions(table.rows, c);
    places[c] = static_cast<int>(below) + (part > 0.0 ? 1 : 0);
  }
  for (std::size_t r = 0; r < table.rows; ++r) {
    const double sum = row_sum(fractions, r);
    if (std::abs(sum - std::nearbyint(sum)) > 1e-3)
      throw InternalError(fmt::format("row {} of a table to be rounded sums to {}; expected a whole number",
                                      r, row_sum(table, r)));
    units[r] = static_cast<int>(std::nearbyint(sum));
  }
  units[table.rows] = static_cast<int>(std::nearbyint(slack));

  UnitAssignment assignment(fractions, places);
  for (std::size_t r = 0; r <= table.rows; ++r)
    for (int unit = 0; unit < units[r]; ++unit)
      if (!assignment.give(r)) throw InternalError("a table has no rounding that keeps its row sums");
  for (std::size_t r = 0; r < table.rows; ++r)
    for (std::size_t c = 0; c < table.columns; ++c)
      if (assignment.taken(r, c)) whole(r, c) += 1.0;
  return whole;
}

}  // namespace hearth
