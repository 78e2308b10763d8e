// A validated, immutable scenario: what the simulation is asked to do. Made by load_scenario
// (files/loader.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/calendar.hpp"
#include "core/uncertainty.hpp"
#include "parameters/registry.hpp"
#include "published/england.hpp"
#include "scenario/service_model.hpp"
#include "scenario/targets.hpp"

namespace hearth {

// An authority adopts a service model.
struct Adoption {
  std::size_t service_model = 0;        // index into Scenario::service_models
  int start_month = 0;                  // months from the origin; the model starts at the start of this month
  std::vector<std::size_t> components;  // of the service model, ascending
  std::optional<int>
      grant_end_month;  // the first month without the grant; empty: the authority pays from the start
  std::optional<int> partners_agree_month;  // from which health and police pay their share; empty: never
  std::vector<int> authorities;             // authority codes; empty: all
};

// What happens to everyone, or to some authorities, for a while: one for each row of shocks.def.
enum class ShockKind : std::uint8_t {
#define HEARTH_SHOCK(id, ...) id,
#include "scenario/shocks.def"
#undef HEARTH_SHOCK
};
struct ShockInfo {
  ShockKind id;
  std::string_view name;  // as files write it
  bool is_ratio;          // else a strength
  std::string_view meaning;
};
inline constexpr auto kShockTable = std::to_array<ShockInfo>({
#define HEARTH_SHOCK(id, ...) {ShockKind::id, __VA_ARGS__},
#include "scenario/shocks.def"
#undef HEARTH_SHOCK
});
inline constexpr std::size_t kShockKinds = kShockTable.size();
struct Shock {
  ShockKind kind = ShockKind::kReferrals;
  int start_month = 0;
  int end_month = 0;  // exclusive
  double size = 1.0;
  std::vector<int> authorities;  // codes; empty: all
};

// Authorities that learn from each other.
struct PeerNetwork {
  std::vector<int> members;  // authority codes; empty: no peer learning
  int start_month = 0;       // first month of meetings
  int every_months = 2;
  bool leadership = true;  // leaders meet: leadership recovers sooner from change
  bool practice = true;    // practitioners meet: fidelity grows and drifts less
};

// A parameter that an arm sets, and what becomes of its draws.
struct OwnParameter {
  enum class Draws : std::uint8_t {
    kMoved,  // each draw moves as far as `value` is from `shared`
    kTimes,  // each draw is multiplied by `factor`
    kFixed,  // no draws: `value` in every replicate
  };
  Parameter parameter;
  Draws draws = Draws::kMoved;
  double shared = 0.0;  // the value in arms that do not set it
  double value = 0.0;   // the arm's, where nothing is drawn
  double factor = 1.0;  // kTimes

  double in_draw(double draw) const {
    if (draws == Draws::kFixed) return value;
    return draws == Draws::kTimes ? factor * draw : moved(info(parameter), draw, shared, value);
  }
};

struct Arm {
  std::string name;   // identifier
  std::string title;  // for people
  std::string description;
  Parameters parameters;                     // complete: registry, calibration, base, arm
  std::vector<OwnParameter> own_parameters;  // that the arm sets itself
  EffectsMode effects = EffectsMode::kEvidenceWeighted;
  std::vector<Adoption> adoption;
  std::vector<Shock> shocks;
  PeerNetwork peer_learning;
};

// Log-multipliers that make each authority differ from the national rates for reasons no mechanism explains,
// estimated from its own history with partial pooling (analysis/authority_history.hpp).
enum class Propensity : std::uint8_t {
  kReferral,
  kSection47,
  kProtectionPlan,
  kProtectionPlanEnd,
  kCareEntry,  // under 16
  kCareEntry16Plus,
  kCareExit,
  kCaseClosure
};
inline constexpr std::size_t kPropensities = 8;
inline constexpr std::array<std::string_view, kPropensities> kPropensityNames = {
    "referral",   "section_47",         "protection_plan", "protection_plan_end",
    "care_entry", "care_entry_16_plus", "care_exit",       "case_closure"};
// The published yearly rate that each propensity moves most: what is observed to differ and to drift.
inline constexpr std::array<std::string_view, kPropensities> kRateNames = {
    "referrals a child",
    "section 47 enquiries a child",
    "child protection plans started a child",
    "child protection plans a child",
    "care entries under 16 a child",
    "care entries at 16 and over a child",
    "care exits a looked-after child",
    "children in need a child"};
using PropensityVector = std::array<double, kPropensities>;  // log scale, of propensities or of their rates
// How log rates (rows) answer log propensities (columns), over the years that a forecast looks ahead.
using ResponseMatrix = std::array<PropensityVector, kPropensities>;
inline std::span<const double> by_rows(const ResponseMatrix& response) {
  return {response.front().data(), kPropensities * kPropensities};
}
constexpr ResponseMatrix identity_response() {
  ResponseMatrix out{};
  for (std::size_t k = 0; k < kPropensities; ++k) out[k][k] = 1.0;
  return out;
}
// Covariance of what is not known of an authority's eight log rates: first their long-run levels, then how
// far they were from them at the origin. Lower triangle by rows.
inline constexpr std::size_t kStateSize = 2 * kPropensities;
using StateCovariance = std::array<double, kStateSize*(kStateSize + 1) / 2>;

// Joint draws of national parameters from what the calibration leaves possible, for replicates to differ by:
// replicate r has draw r, and after the last draw the first comes again.
struct ParameterDraws {
  std::vector<Parameter> parameters;        // without those that the scenario fixes
  std::vector<std::vector<double>> values;  // [draw][parameter]
};

// Prices over the horizon, by year from that after the origin.
struct PricePaths {
  // What a pound of the origin's year is in cash in years from `first_year` (to 31 March) on, to the last
  // that is simulated or forecast. Nothing where no inflation is known.
  int first_year = 0;
  std::vector<double> cash;
  // How much a kind of price grows above inflation, by year from that after the origin, where the scenario's
  // own table says so; in other years, and those beyond, it grows as prices.real_growth.* does.
  std::array<std::vector<std::optional<double>>, kPriceKinds> own;
};

// How often the result has a number.
enum class OutputEvery { kMonth, kQuarter, kYear };
inline constexpr std::array<std::string_view, 3> kOutputEveryNames = {"month", "quarter", "year"};
inline constexpr std::array<int, 3> kOutputEveryMonths = {1, 3, 12};

// Which replicates the result keeps: all, or of single authorities a summary over them only.
enum class OutputReplicates { kAll, kSummary };
inline constexpr std::array<std::string_view, 2> kOutputReplicatesNames = {"all", "summary"};

struct OutputChoices {
  int compression = 1;  // gzip level, 0 to 9
  OutputEvery every = OutputEvery::kMonth;
  OutputReplicates replicates = OutputReplicates::kAll;

  std::string_view every_name() const { return kOutputEveryNames.at(static_cast<std::size_t>(every)); }
  std::string_view replicates_name() const {
    return kOutputReplicatesNames.at(static_cast<std::size_t>(replicates));
  }
  int every_months() const { return kOutputEveryMonths.at(static_cast<std::size_t>(every)); }
};

struct Scenario {
  std::string name;
  std::string title;
  std::string question;
  std::filesystem::path file;            // the scenario file
  std::filesystem::path data_directory;  // the tables of England (scenarios/england)
  MonthEnd origin;                       // 31 March of a year with tables
  int horizon_months = 120;
  int replicates = 100;
  std::uint64_t seed = 1;
  double sampling_fraction = 1.0;  // share of families simulated, in (0, 1]
  std::vector<int> authorities;    // codes, ascending, without repeats
  std::string place;               // what they are together: "Norfolk", "East of England", "England"
  // Authorities that adopt in some arm without being simulated: they recruit from the same practitioners.
  std::vector<int> adopting_elsewhere;
  std::vector<ServiceModel> service_models;
  std::vector<Adoption> history;  // what authorities took up before the origin (adoption.csv), in every arm
  std::vector<Arm> arms;          // the first that is named by `baseline` is what others are compared with
  std::size_t baseline = 0;       // index into arms
  std::map<int, PropensityVector> propensities;  // long-run levels by authority code; missing: zeros
  // Of log rates from the authority's level at the origin; missing: zeros.
  std::map<int, PropensityVector> deviations;
  std::map<int, StateCovariance> state_covariance;  // missing: levels and deviations are known exactly
  ResponseMatrix response = identity_response();
  // Log-sd of what recording adds to the published figure of each rate, beyond chance: of forecasts of
  // figures.
  PropensityVector recording_noise{};
  Parameters reference;  // registry and calibration, without what the scenario sets
  ParameterDraws draws;  // no values: the calibration has none
  PricePaths prices;
  PopulationChoice population;
  SourceSet uncertainty = kAllSources;  // the sources that are not switched off
  OutputChoices output;
  std::vector<Target> targets;
  std::string resolved_json;  // the scenario with every value filled in; stored in the result
};

}  // namespace hearth
