// Forecasts from years that have passed, set beside what came and beside naive forecasts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/forecasting/baselines.hpp"
#include "analysis/forecasting/samples.hpp"
#include "analysis/forecasting/scores.hpp"
#include "published/figures.hpp"
#include "results/file/array_file.hpp"

namespace hearth {

// Gives the calibration file fitted to what was known at 31 March of `origin`.
using Calibrate = std::function<std::filesystem::path(int origin)>;

// Hearth, then the baselines in the order of kBaselineTable.
inline constexpr std::size_t kMethods = 1 + kBaselines;
inline constexpr std::size_t kHearth = 0;
std::string_view method_name(std::size_t method);

// What one method said, and how it did. Baselines say quantiles alone: their CRPS and PIT are not a number.
struct MethodForecast {
  Quantiles quantiles{};
  IntervalScore natural;  // in children
  IntervalScore log;      // of log(x + 1)
  double crps = 0.0;
  double log_crps = 0.0;
  double absolute_error = 0.0;  // of the median
  double bias = 0.0;            // log((median + 1) / (observed + 1)): above 0, the forecast was too high
  bool inside_50 = false;
  bool inside_90 = false;
  double pit = 0.0;
};

// Whether a forecast could be scored, and if not why not.
enum class Fate : std::uint8_t {
  kScored,
  kNotForecast,      // the place did not exist at the origin
  kBoundaryChange,   // the authority was replaced before the target year
  kNotYet,           // nothing has been published of the target year anywhere
  kNotPublished,     // no figure of the target year
  kUnknownAtOrigin,  // no figure of the origin year: no baseline to compare with
};

struct ForecastCell {
  Fate fate = Fate::kNotForecast;
  std::optional<double> observed;
  std::array<std::optional<MethodForecast>, kMethods> methods;  // scores only where kScored
};

// Summed up over cells. Means are over the scored forecasts.
struct ScoreRow {
  std::size_t method = kHearth;
  Figure figure = Figure::kLookedAfter;
  Level level = Level::kAuthority;
  std::string origins;  // "2017", kAllOrigins, kWithoutPandemic
  int horizon = 1;
  int forecasts = 0;
  int boundary_changes = 0;
  int not_published = 0;  // of the target year or the origin year
  MethodForecast mean;    // inside_*: see coverage
  double coverage_50 = 0.0;
  double coverage_90 = 0.0;
  std::array<std::optional<double>, kBaselines> relative;      // of WIS to each baseline's, same forecasts
  std::array<std::optional<double>, kBaselines> log_relative;  // on the log scale
  std::array<int, kPitBins> pit_histogram{};
};
inline constexpr std::string_view kAllOrigins = "all";
inline constexpr std::string_view kWithoutPandemic = "all_but_target_2021";
inline constexpr int kPandemicYear = 2021;

class Hindcast {
 public:
  // Years to 31 March; horizons in years, ascending.
  Hindcast(std::vector<int> origins, std::vector<int> horizons);

  // Scores the samples of an origin. `published` holds observations of any year; baselines see those to the
  // origin only. `seed` keys the randomised PIT.
  void add(int origin, const Samples& samples, const PublishedFigures& published, std::uint64_t seed);

  const std::vector<int>& origins() const { return origins_; }
  const std::vector<int>& horizons() const { return horizons_; }
  const std::vector<Location>& locations() const { return locations_; }  // of any origin, by first appearance
  // Positions in origins(), horizons(), locations().
  const ForecastCell& at(std::size_t origin, Figure figure, std::size_t horizon, std::size_t location) const;

  // Every method x figure x level x horizon, for each origin, for all, and for all forecasts but those of the
  // pandemic year.
  std::vector<ScoreRow> rows() const;

 private:
  std::size_t position(std::size_t origin, Figure figure, std::size_t horizon, std::size_t location) const;
  std::size_t location_position(const Location& location);

  std::vector<int> origins_;
  std::vector<int> horizons_;
  std::vector<Location> locations_;
  std::vector<ForecastCell> cells_;  // [location][origin][figure][horizon]: places are added as they come
};

std::string hindcast_scores_csv(const std::vector<ScoreRow>& rows);  // one row each, full precision
std::string hindcast_forecasts_csv(const Hindcast& hindcast);        // one row a forecast and method
std::string hindcast_text(const Hindcast& hindcast, const std::vector<ScoreRow>& rows);  // for people
ArrayFile hindcast_arrays(const Hindcast& hindcast);                                     // without provenance

}  // namespace hearth
