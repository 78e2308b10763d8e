// A service model: a bundle of practice components, each with effects on levers, reach, cost and evidence.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/levers.hpp"

namespace hearth {

// Study design behind an effect; low grades are shrunk towards no effect (effects mode evidence_weighted).
// A decision is no finding: money that whoever adopts the model gives or takes away, used as it is written.
enum class EvidenceGrade : std::uint8_t { kRandomised, kQuasiExperimental, kBeforeAfter, kExpert, kDecision };
inline constexpr std::array<std::string_view, 5> kEvidenceGradeNames = {"randomised", "quasi_experimental",
                                                                        "before_after", "expert", "decision"};

// How much of the claimed effects an arm uses (model/practice/practice.hpp).
enum class EffectsMode : std::uint8_t { kClaimed, kEvidenceWeighted, kSampled, kZero };
inline constexpr std::array<std::string_view, 4> kEffectsModeNames = {"claimed", "evidence_weighted",
                                                                      "sampled", "zero"};

// What was found of an effect: at full fidelity and full reach it multiplies the lever by `ratio`.
// Log-normal: `low` and `high` are its 5% and 95% quantiles.
struct EvidenceFinding {
  double ratio = 1.0;  // > 0
  double low = 1.0;
  double high = 1.0;
  EvidenceGrade grade = EvidenceGrade::kExpert;
  std::string source;  // key of the evidence table
};

// One effect of a practice component: what is claimed of it, and what else was found.
struct LeverEffect : EvidenceFinding {
  Lever lever = Lever::kDirectTime;
  std::vector<EvidenceFinding> besides;
};

// People a component cannot work without, who have to be recruited: adult practitioners, psychologists, ...
struct Staffing {
  double posts_per_100_cases = 0.0;  // full-time equivalents for each 100 open cases reached
  double gbp_per_post = 0.0;         // a year, with on-costs
  double months_to_recruit = 6.0;    // mean time to fill a post when few others recruit
  std::string source;
};

struct PracticeComponent {
  std::string name;
  std::string title;
  bool optional = false;                  // adopted only where an adoption asks for it
  double reach = 1.0;                     // share of open cases (or of staff) the component reaches, 0 to 1
  std::optional<double> months_to_embed;  // empty: the model's
  std::optional<Staffing> staffing;
  std::vector<LeverEffect> effects;
  double setup_gbp_per_case = 0.0;    // once, per case open at the start of adoption
  double running_gbp_per_case = 0.0;  // a year, per open case reached, not counting staffing
  std::string cost_source;
};

struct ServiceModel {
  std::string name;
  std::string
      same_draws_as;  // the model that it is a variant of, whose draws of effects it has; may be empty
  std::string title;
  std::string description;
  std::vector<PracticeComponent> components;
  double training_months = 0.0;   // from the start until practice begins to change
  double months_to_embed = 24.0;  // mean time for fidelity to grow from there, before turnover
};

}  // namespace hearth
