#include "report/track_record.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "analysis/forecasting/hindcast.hpp"
#include "core/csv.hpp"
#include "core/error.hpp"
#include "report/assets.hpp"
#include "report/numbers.hpp"

namespace hearth {
namespace {

constexpr double kPerCent = 100.0;

std::size_t position(const std::vector<std::string>& columns, std::string_view name) {
  const auto found = std::ranges::find(columns, name);
  if (found == columns.end())
    throw InternalError("the scores of the hindcast have no column " + std::string(name));
  return static_cast<std::size_t>(found - columns.begin());
}

nlohmann::ordered_json rows_of_hearth() {
  CsvRecords records(assets::kHindcastScores);
  std::vector<std::string> columns;
  records.next(columns);
  std::vector<std::string> fields;
  auto out = nlohmann::ordered_json::array();
  while (records.next(fields)) {
    const auto text = [&](std::string_view name) { return fields.at(position(columns, name)); };
    const auto number = [&](std::string_view name) -> nlohmann::ordered_json {
      const std::string cell = text(name);
      if (cell.empty()) return nullptr;
      return std::strtod(cell.c_str(), nullptr);
    };
    if (text("method") != method_name(kHearth) || text("origin") != kAllOrigins) continue;
    out.push_back({{"level", text("level")},
                   {"figure", kFigureTable[index(find_figure(text("figure")))].title},
                   {"horizon", number("horizon")},
                   {"forecasts", number("forecasts")},
                   {"error", number("relative_wis.persistence")},
                   {"coverage_50", kPerCent * number("coverage_50").get<double>()},
                   {"coverage_90", kPerCent * number("coverage_90").get<double>()},
                   {"too_high_per_cent", kPerCent * std::expm1(number("bias").get<double>())}});
  }
  return out;
}

}  // namespace

nlohmann::ordered_json track_record() {
  auto rows = rows_of_hearth();
  std::size_t kinds = 0;
  std::size_t better = 0;
  double forecasts = 0.0;
  double inside = 0.0;
  for (const auto& row : rows) {
    if (row["level"] != "authority") continue;
    ++kinds;
    if (row["error"].get<double>() < 1.0) ++better;
    forecasts += row["forecasts"].get<double>();
    inside += row["forecasts"].get<double>() * row["coverage_90"].get<double>();
  }
  for (auto& row : rows) {
    row["error"] = number_json(row["error"], 2);
    for (const char* share : {"coverage_50", "coverage_90", "too_high_per_cent"})
      row[share] = number_json(row[share], 0);
  }
  return {{"rows", std::move(rows)},
          {"kinds", kinds},
          {"better", better},
          {"inside_90", number_json(inside / forecasts, 0)}};
}

}  // namespace hearth
