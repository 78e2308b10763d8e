// Homes and places for looked-after children, by the authority in whose area they are
// (scenarios/england/places.csv).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace hearth {

// Foster care is that of the authority's own carers; the others' homes are anybody's, and take children of
// any authority.
enum class PlaceKind : std::uint8_t { kFosterCare, kChildrensHome, kSupportedAccommodation };
inline constexpr std::size_t kPlaceKinds = 3;

struct PlacesHeld {
  int year = 0;                  // at 31 March
  double own = 0.0;              // places, of the authorities' own
  double others = 0.0;           // of private and voluntary providers and the health service
  std::optional<double> filled;  // of its own; published of foster care alone
};

class PlacesTable {
 public:
  // Without anything.
  PlacesTable() = default;
  // Columns code, year, kind, sector, homes, places, filled. Throws DataError.
  explicit PlacesTable(const std::filesystem::path& file);

  // In the areas of these authorities together, in the last year in which any place of the kind is published
  // of anybody; nothing where none ever was. Authorities without a row have none.
  std::optional<PlacesHeld> held(PlaceKind kind, const std::vector<int>& codes) const;

 private:
  struct Row {
    int code = 0;
    int year = 0;
    bool own = false;
    double places = 0.0;
    std::optional<double> filled;
  };
  std::array<std::vector<Row>, kPlaceKinds> rows_;
};

// places.csv of England's tables; without anything where the folder has none. Throws DataError.
PlacesTable load_places(const std::filesystem::path& data_directory);

}  // namespace hearth
