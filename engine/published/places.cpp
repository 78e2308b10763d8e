#include "published/places.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "core/csv.hpp"
#include "core/error.hpp"

namespace hearth {
namespace {

struct KindName {
  std::string_view name;
  PlaceKind kind;
};
// Residential schools that are children's homes, secure homes and training centres are homes too.
constexpr auto kKinds = std::to_array<KindName>({
    {"foster_care", PlaceKind::kFosterCare},
    {"childrens_home", PlaceKind::kChildrensHome},
    {"rss_childrens_home", PlaceKind::kChildrensHome},
    {"secure_childrens_home", PlaceKind::kChildrensHome},
    {"secure_training_centre", PlaceKind::kChildrensHome},
    {"supported_accommodation", PlaceKind::kSupportedAccommodation},
});

}  // namespace

PlacesTable::PlacesTable(const std::filesystem::path& file) {
  const CsvTable table(file);
  const std::size_t kind = table.column("kind");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto found = std::ranges::find(kKinds, table.text(row, kind), &KindName::name);
    if (found == kKinds.end()) {
      std::vector<std::string_view> names;
      for (const auto& each : kKinds) names.push_back(each.name);
      throw DataError(fmt::format("{}: found '{}'; expected one of {}", table.where(row, kind),
                                  table.text(row, kind), fmt::join(names, ", ")));
    }
    const auto places = table.number(row, "places");
    if (!places) continue;  // homes whose places are not published
    rows_[static_cast<std::size_t>(found->kind)].push_back(
        {table.required_integer(row, "code"), table.required_integer(row, "year"),
         table.text(row, "sector") == "la", *places, table.number(row, "filled")});
  }
}

std::optional<PlacesHeld> PlacesTable::held(PlaceKind kind, const std::vector<int>& codes) const {
  const auto& rows = rows_[static_cast<std::size_t>(kind)];
  if (rows.empty()) return std::nullopt;
  PlacesHeld out;
  out.year = std::ranges::max_element(rows, {}, &Row::year)->year;
  for (const Row& row : rows) {
    if (row.year != out.year || std::ranges::find(codes, row.code) == codes.end()) continue;
    (row.own ? out.own : out.others) += row.places;
    if (row.filled) out.filled = out.filled.value_or(0.0) + *row.filled;
  }
  return out;
}

PlacesTable load_places(const std::filesystem::path& data_directory) {
  const std::filesystem::path file = data_directory / "places.csv";
  return std::filesystem::exists(file) ? PlacesTable(file) : PlacesTable();
}

}  // namespace hearth
