// A service model: a bundle of practice components, each with effects on levers, reach, cost and evidence.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.hpp"
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
  bool operator==(const EvidenceFinding&) const = default;
};

// One effect of a practice component: what is claimed of it, and what else was found. Or nothing was found of
// the lever itself (`from_outcomes`): it has its prior, and what the outcomes of the model's studies say.
struct LeverEffect : EvidenceFinding {
  Lever lever = Lever::kDirectTime;
  std::vector<EvidenceFinding> besides;
  bool from_outcomes = false;  // ratio, low and high are 1, and there is no source
  double direction = 1.0;      // of such: which way the model is meant to move the lever, 1 more, -1 less

  // Which way more of what is claimed lies: part of the doubt goes that way for all effects of a model.
  double towards_claim() const { return from_outcomes ? direction : ratio < 1.0 ? -1.0 : 1.0; }
};

inline constexpr std::array<std::string_view, 2> kDirectionNames = {"more", "less"};

// What an outcome is compared with: the same places and months without the model, the same place before, or
// nothing (the figure is a level, such as a share).
enum class OutcomeComparison : std::uint8_t { kNoProgramme, kBefore, kNothing };
inline constexpr std::array<std::string_view, 3> kOutcomeComparisonNames = {"no_programme", "before",
                                                                            "nothing"};

struct MonthRange {
  MonthEnd first;  // the first month, as its end
  MonthEnd last;   // inclusive
  bool operator==(const MonthRange&) const = default;
};

// What was published of a study's places: `ratio` of a measure to what it is compared with.
struct StudyOutcome : EvidenceFinding {
  std::string title;
  std::string measure;  // as in targets, or a sum of outcome_sums.hpp
  std::string per;      // the measure is divided by this one; may be empty
  MonthRange months;
  OutcomeComparison comparison = OutcomeComparison::kNoProgramme;
  std::optional<MonthRange> before;  // of kBefore
  bool claimed = true;               // by those who made the model: what the mode claimed gives again
  bool operator==(const StudyOutcome&) const = default;
};

// Places that took the model up, and what was found there. Errors of its outcomes go together.
struct Study {
  std::string name;
  std::string title;
  std::vector<std::string> authorities;  // codes or names
  MonthEnd start;                        // the month in which the model starts
  std::optional<MonthEnd> grant_end;     // as in an adoption
  std::optional<MonthEnd> partners_agree;
  bool repetition = false;  // by others than those who make the claim: not used by the mode claimed
  std::vector<StudyOutcome> outcomes;
};

// How the model answers near a point: log outcomes of all studies, in order, to log effects at full dose.
struct OutcomeResponse {
  std::vector<double> point;     // by effect: components in order, their effects in order
  std::vector<double> outcomes;  // log, at the point
  std::vector<double> slopes;    // by outcome, an effect after the other
  bool operator==(const OutcomeResponse&) const = default;
};

// First and second derivative of log entries into care by the log of a lever.
struct EntriesResponse {
  double slope = 0.0;
  double curvature = 0.0;
};

// What simulations of a service model's studies gave (analysis/effects): where the believed effects are, and
// where the claimed ones are. The effects themselves follow from it and from what was published
// (scenario/beliefs.hpp).
struct MeasuredResponse {
  OutcomeResponse believed;
  OutcomeResponse claimed;
  std::vector<double> noise;  // by outcome: Monte Carlo standard error of its logarithm
};

// An effect of a model with a response, as a scenario has it.
struct InferredEffect {
  double claimed = 0.0;  // log, at full dose
  double mean = 0.0;     // believed, with its standard deviation
  double sd = 0.0;
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
  std::vector<Study> studies;
  std::shared_ptr<const MeasuredResponse> response;  // null: not measured, so studies say nothing
  // How log entries into care of ten years answer to the log of each lever; zeros where not measured.
  std::array<EntriesResponse, kLevers> entries_response{};
};

// The effects of a model in the order of responses and beliefs: component by component.
inline std::size_t effects_of(const ServiceModel& model) {
  std::size_t out = 0;
  for (const auto& component : model.components) out += component.effects.size();
  return out;
}
inline std::size_t outcomes_of(const ServiceModel& model) {
  std::size_t out = 0;
  for (const auto& study : model.studies) out += study.outcomes.size();
  return out;
}

}  // namespace hearth
