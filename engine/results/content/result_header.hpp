// Everything about a result that is not a number of the simulation. Format: outputs/README.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/calendar.hpp"
#include "core/effect_draws.hpp"
#include "core/measures.hpp"
#include "core/uncertainty.hpp"

namespace hearth {

inline constexpr int kResultFormatVersion = 2;
// Of results whose numbers are not of months, which a reader of the former would misread.
inline constexpr int kResultFormatVersionOfSteps = 3;
// Of results that keep no single replicates of authorities, whose variables have other dimensions.
inline constexpr int kResultFormatVersionOfSummaries = 5;

// What a result keeps of the ensembles in which one source of uncertainty is on alone, beside the cost to
// authorities. Social workers are the weights of caseload.
inline constexpr std::array kSplitMeasures = {
    Measure::kLookedAfter, Measure::kCareEntries, Measure::kChildProtectionPlans, Measure::kChildrenInNeed,
    Measure::kReferrals,   Measure::kCaseload,    Measure::kSocialWorkersFte};

// Everything about a result that is not a number of the simulation.
struct ResultHeader {
  struct Arm {
    std::string name;
    std::string title;

    bool operator==(const Arm&) const = default;
  };
  struct Authority {
    int code = 0;
    std::string ons_code;
    std::string name;
    std::string region;

    bool operator==(const Authority&) const = default;
  };
  std::string title;
  std::string question;
  std::vector<Arm> arms;
  std::size_t baseline = 0;
  int replicates = 0;       // in this file
  int first_replicate = 0;  // number of the first of them; above 0 in a part of a run only
  int run_replicates = 0;   // of the run that this file is a part of; 0: it is the whole
  bool may_end_early =
      false;  // written only: the result may have fewer replicates when it is written (ResultWriter::end_at)
  // The scenario wants no single replicates of authorities to be kept of the whole (results/summarised.hpp);
  // a part keeps them. `summarised`: this file has none; it is read, never set to write.
  bool to_summarise = false;
  bool summarised = false;
  std::vector<Authority> authorities;
  MonthEnd origin;
  int months = 0;       // simulated
  int step_months = 1;  // from one number to the next along time: 1, 3 or 12; the last may have fewer
  std::uint64_t seed = 0;
  double sampling_fraction = 1.0;
  int compression = 1;
  EffectDraws effects;                            // of the replicates in this file; none where none are drawn
  std::vector<UncertaintySource> split;           // sources with an ensemble of their own; mostly none
  std::string scenario_json;                      // resolved
  std::map<std::string, std::string> provenance;  // commit, compiler, versions, machine, command, ...
  std::map<std::string, std::string> inputs;      // file -> SHA-256

  bool is_to_become_summarised() const { return to_summarise && run_replicates == 0; }
  int steps() const { return (months + step_months - 1) / step_months; }
  int format_version() const {
    return summarised         ? kResultFormatVersionOfSummaries
           : step_months == 1 ? kResultFormatVersion
                              : kResultFormatVersionOfSteps;
  }
};

// Nothing where two files are parts of one run, or one run at two times: all but replicates, command, machine
// and times agree. Else what does not, in words: "the seed is 1 in one and 2 in the other".
std::optional<std::string> difference_of_runs(const ResultHeader& one, const ResultHeader& other);

// Positions of authorities in a result's header.
using AuthorityGroup = std::vector<std::size_t>;

// Ends a run's result with its first `replicates`: so many it has, of effects and in its scenario too.
void end_at(ResultHeader& header, int replicates);

}  // namespace hearth
