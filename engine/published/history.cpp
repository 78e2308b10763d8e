#include "published/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/csv.hpp"
#include "core/error.hpp"
#include "published/not_published.hpp"

namespace hearth {

History::History(const std::filesystem::path& file) : file_(file) {
  const CsvTable table(file);
  const std::size_t code_column = table.column("code");
  const std::size_t year_column = table.column("year");
  columns_ = table.columns().size();
  for (std::size_t column = 0; column < columns_; ++column) measures_[table.columns()[column]] = column;
  cells_.reserve(table.rows() * columns_);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto code = table.integer(row, code_column);
    const auto year = table.integer(row, year_column);
    if (!code || !year)
      throw DataError(fmt::format("{}: the cell is blank; expected a whole number",
                                  table.where(row, code ? year_column : code_column)));
    if (!rows_.emplace(std::pair(*code, *year), row).second)
      throw DataError(fmt::format("{}: authority {} in {} appears twice; expected one row for each",
                                  table.where(row, code_column), *code, *year));
    for (std::size_t column = 0; column < columns_; ++column)
      cells_.push_back(table.number(row, column).value_or(kNotPublished));
  }
}

std::size_t History::column(std::string_view measure) const {
  const auto found = measures_.find(std::string(measure));
  if (found != measures_.end()) return found->second;
  throw DataError(fmt::format("{}:1: there is no column '{}'", file_.string(), measure));
}

double History::value(int code, int year, std::string_view measure) const {
  const std::size_t at = column(measure);
  const auto row = rows_.find({code, year});
  return row == rows_.end() ? kNotPublished : cells_[row->second * columns_ + at];
}

bool History::published(std::string_view measure, int year) const {
  const std::size_t at = column(measure);
  return std::any_of(rows_.begin(), rows_.end(), [&](const auto& row) {
    return row.first.second == year && !std::isnan(cells_[row.second * columns_ + at]);
  });
}

std::optional<int> History::first_published(std::string_view measure) const {
  const std::size_t at = column(measure);
  std::optional<int> first;
  for (const auto& [key, row] : rows_)
    if (!std::isnan(cells_[row * columns_ + at])) first = std::min(first.value_or(key.second), key.second);
  return first;
}

std::vector<std::pair<int, int>> History::rows() const {
  std::vector<std::pair<int, int>> out;
  for (const auto& [key, row] : rows_) out.push_back(key);
  return out;
}

void History::share_workforces() {
  const std::size_t posts = column("sw_fte"), cases = column("sw_cases"), caseload = column("sw_caseload"),
                    children = column("population_0_17");
  constexpr double kSmallestSharedWorkforce = 10.0;  // smaller ones can agree by chance
  std::map<std::array<double, 4>, std::vector<std::size_t>> alike;
  for (const auto& [key, row] : rows_) {
    double* const cells = &cells_[row * columns_];
    if (cells[posts] < 1.0) {
      for (const auto measure :
           {"sw_fte", "sw_cases", "sw_caseload", "sw_vacancy_pct", "sw_turnover_pct", "sw_agency_pct"})
        cells[column(measure)] = kNotPublished;
    } else if (cells[posts] >= kSmallestSharedWorkforce && cells[cases] > 0.0 && cells[caseload] > 0.0) {
      alike[{static_cast<double>(key.second), cells[posts], cells[cases], cells[caseload]}].push_back(row);
    }
  }
  for (const auto& [what, rows] : alike) {
    if (rows.size() < 2) continue;
    double all = 0.0;
    for (const std::size_t row : rows) all += cells_[row * columns_ + children];
    for (const std::size_t row : rows) {
      const double share =
          std::isnan(all) ? 1.0 / static_cast<double>(rows.size()) : cells_[row * columns_ + children] / all;
      for (const std::size_t measure : {posts, cases}) cells_[row * columns_ + measure] *= share;
    }
  }
}

}  // namespace hearth
