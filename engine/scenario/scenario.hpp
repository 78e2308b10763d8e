// A validated, immutable scenario: what the simulation is asked to do. Made by load_scenario (loader.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/calendar.hpp"
#include "parameters/registry.hpp"
#include "scenario/levers.hpp"
#include "scenario/targets.hpp"

namespace hearth {

// Study design behind an effect; low grades are shrunk towards no effect (effects mode evidence_weighted).
enum class EvidenceGrade : std::uint8_t { kRandomised, kQuasiExperimental, kBeforeAfter, kExpert };
inline constexpr std::array<std::string_view, 4> kEvidenceGradeNames = {"randomised", "quasi_experimental",
                                                                        "before_after", "expert"};

// How much of the claimed effects an arm uses.
enum class EffectsMode : std::uint8_t { kClaimed, kEvidenceWeighted, kZero };
inline constexpr std::array<std::string_view, 3> kEffectsModeNames = {"claimed", "evidence_weighted", "zero"};

// One effect of a practice component: at full fidelity and full reach it multiplies the lever by `ratio`.
struct LeverEffect {
  Lever lever = Lever::kDirectTime;
  double ratio = 1.0;  // > 0
  double low = 1.0;    // 90% interval
  double high = 1.0;
  EvidenceGrade grade = EvidenceGrade::kExpert;
  std::string source;  // key of the evidence table
};

struct PracticeComponent {
  std::string name;
  std::string title;
  double reach = 1.0;  // share of open cases (or of staff) the component reaches, 0 to 1
  std::vector<LeverEffect> effects;
  double setup_gbp_per_case = 0.0;    // once, per case open at the start of adoption
  double running_gbp_per_case = 0.0;  // a year, per open case reached
  std::string cost_source;
};

struct ServiceModel {
  std::string name;
  std::string title;
  std::string description;
  std::vector<PracticeComponent> components;
  double months_to_embed = 24.0;  // mean time for fidelity to grow, before turnover
};

// An authority takes up a service model.
struct Adoption {
  std::size_t service_model = 0;  // index into Scenario::service_models
  int start_month = 0;            // months from the origin; the model starts at the start of this month
  std::optional<int>
      grant_end_month;  // the first month without the grant; empty: the authority pays from the start
  std::vector<int> authorities;  // authority codes; empty: all
};

// What the world does to everyone, or to some authorities, for a while.
enum class ShockKind : std::uint8_t {
  kReferrals,
  kPoverty,
  kUnaccompaniedChildren,
  kRecruitment,
  kPlacementCosts
};
inline constexpr std::size_t kShockKinds = 5;
inline constexpr std::array<std::string_view, kShockKinds> kShockKindNames = {
    "referrals", "poverty", "unaccompanied_children", "recruitment", "placement_costs"};
struct Shock {
  ShockKind kind = ShockKind::kReferrals;
  int start_month = 0;
  int end_month = 0;             // exclusive
  double ratio = 1.0;            // multiplies the rate
  std::vector<int> authorities;  // codes; empty: all
};

struct Arm {
  std::string name;   // identifier
  std::string title;  // for people
  std::string description;
  Parameters parameters;  // complete: registry, calibration, base, arm
  EffectsMode effects = EffectsMode::kEvidenceWeighted;
  std::vector<Adoption> adoption;
  std::vector<Shock> shocks;
  std::vector<int> peer_network;  // authority codes that learn from each other; empty: peer learning is off
};

// Log-multipliers that make each authority differ from the national rates for reasons no mechanism explains,
// estimated from its own history with partial pooling (analysis/fit_england.py).
enum class Propensity : std::uint8_t {
  kReferral,
  kSection47,
  kProtectionPlan,
  kCareEntry,
  kCareExit,
  kCaseClosure
};
inline constexpr std::size_t kPropensities = 6;
inline constexpr std::array<std::string_view, kPropensities> kPropensityNames = {
    "referral", "section_47", "protection_plan", "care_entry", "care_exit", "case_closure"};
using PropensityVector = std::array<double, kPropensities>;  // log scale

struct OutputChoices {
  int compression = 1;  // gzip level, 0 to 9
};

struct Scenario {
  std::string name;
  std::string title;
  std::string question;
  std::filesystem::path file;            // the scenario file
  std::filesystem::path data_directory;  // the tables of England (scenarios/england)
  MonthEnd origin;                       // 31 March of a year with tables
  int horizon_months = 120;
  int replicates = 20;
  std::uint64_t seed = 1;
  double sampling_fraction = 1.0;  // share of families simulated, in (0, 1]
  std::vector<int> authorities;    // codes, ascending, without repeats
  std::vector<ServiceModel> service_models;
  std::vector<Arm> arms;     // the first that is named by `baseline` is what others are compared with
  std::size_t baseline = 0;  // index into arms
  std::map<int, PropensityVector> propensities;  // by authority code; missing: zeros
  OutputChoices output;
  std::vector<Target> targets;
  std::string resolved_json;  // the scenario with every value filled in; stored in the result
};

}  // namespace hearth
