#include "published/own_year.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "core/csv.hpp"
#include "core/error.hpp"

namespace hearth {
namespace {
constexpr std::string_view kDate = "date";
constexpr std::string_view kCode = "code";
}  // namespace

std::optional<OwnYear> load_own_year(const std::filesystem::path& tables) {
  const auto file = tables / kOwnYearFile;
  if (!std::filesystem::exists(file)) return std::nullopt;
  const CsvTable table(file);
  const std::size_t column = table.column("column"), value = table.column("value");
  OwnYear out;
  bool dated = false;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& name = table.text(row, column);
    if (name == kDate) {
      try {
        out.date = parse_month_end(table.text(row, value));
        dated = true;
      } catch (const std::invalid_argument& error) {
        throw DataError(
            fmt::format("{}: found '{}': {}", table.where(row, value), table.text(row, value), error.what()));
      }
    } else if (name == kCode) {
      out.code = table.required_integer(row, "value");
    } else if (const auto figure = table.number(row, value)) {
      out.cells[name] = *figure;
    }
  }
  if (!dated || out.code == 0)
    throw DataError(fmt::format(
        "{}: no date, or no code of an authority; make the folder again with hearth new --figures",
        file.string()));
  return out;
}

std::string own_year_csv(const OwnYear& own) {
  std::string out = fmt::format("column,value\n{},{}\n{},{}\n", kDate, own.date.iso(), kCode, own.code);
  for (const auto& [column, value] : own.cells) out += fmt::format("{},{:.10g}\n", column, value);
  return out;
}

}  // namespace hearth
