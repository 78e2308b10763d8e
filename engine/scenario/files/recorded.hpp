// What others read of the resolved scenario that a result carries (resolved.hpp): summaries, the page, the
// spreadsheet, forecasts. A result may be damaged or hostile and may be of an earlier version, which had
// fewer keys; reading is checking, so whoever has a RecordedScenario may trust all of it.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenario/files/overrides.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// Names are texts here: a result of another version may know other parameters, levers and models.

// In the order of the record.
template <typename T>
struct ByName : std::vector<std::pair<std::string, T>> {
  // Null where there is none of that name.
  const T* find(const std::string& name) const {
    for (const auto& [own, value] : *this)
      if (own == name) return &value;
    return nullptr;
  }
};

// A parameter that an arm or the command line sets: a value, or a factor of the shared value.
struct RecordedParameter {
  OwnParameter::Draws draws = OwnParameter::Draws::kMoved;
  double number = 0.0;  // the value; of kTimes the factor

  double value(double shared) const {
    return draws == OwnParameter::Draws::kTimes ? number * shared : number;
  }
};
using RecordedParameters = ByName<RecordedParameter>;

struct RecordedAdoption {
  std::string service_model;            // one of the scenario's, in an arm
  std::vector<std::string> components;  // of the model
  std::string start;                    // "2022-04"; may be empty, as may the next
  std::string grant_end;                // the last month with a grant
  std::vector<int> authorities;         // codes; empty: all
};

struct RecordedArm {
  std::string title;  // the name where it has none
  std::string description;
  std::optional<EffectsMode> effects;  // earlier versions do not say
  std::vector<RecordedAdoption> adoption;
  RecordedParameters parameters;  // that the arm sets
};

struct RecordedEffect : EvidenceFinding {
  std::vector<EvidenceFinding> besides;
  bool from_outcomes = false;  // nothing was found of the lever itself: ratio, low and high are 1
  std::optional<InferredEffect> inferred{};
};

struct RecordedComponent {
  std::string title;
  std::optional<double> reach;
  double setup_gbp_per_case = 0.0;
  double running_gbp_per_case = 0.0;
  std::string cost_source;
  std::optional<Staffing> staffing;
  ByName<RecordedEffect> effects;  // by lever
};

struct RecordedOutcome : EvidenceFinding {
  std::string title;
};
struct RecordedStudy {
  std::string title;
  bool repetition = false;
  std::vector<RecordedOutcome> outcomes;
};

struct RecordedModel {
  std::string title;
  ByName<RecordedComponent> components;
  std::vector<RecordedStudy> studies{};
};

struct RecordedScenario {
  std::string name;                // may be empty; without /
  std::optional<int> compression;  // of the result file, 0 to 9
  bool summarised = false;         // the result keeps a summary of single authorities
  // Whether each source of uncertainty was on, by name; nothing: it was before there were switches.
  std::optional<std::map<std::string, bool>> uncertainty;
  std::map<std::string, std::string> not_in_intervals;  // why a source is not, by name
  std::map<std::string, double> parameters;             // of arms that set none
  RecordedParameters set;                               // by the command line
  std::vector<int> adopting_elsewhere;                  // codes
  std::vector<std::string> drawn_parameters;
  std::vector<RecordedAdoption> history;  // before the origin
  ByName<RecordedModel> service_models;
  ByName<RecordedArm> arms;
  PropensityVector recording_noise{};
  // What a pound of the origin's year is in cash, from the year `first_year` to 31 March on; earlier versions
  // do not say.
  int first_cash_year = 0;
  std::vector<double> cash;

  // Of a service model; its name where the scenario does not describe it.
  std::string model_title(const std::string& model) const;
  // What the command line changed: parameters, who adopts elsewhere, sources of uncertainty.
  ScenarioOverrides overrides() const;
};

// An empty text is a scenario that was not recorded. Throws DataError with the first thing that is not as
// promised ("/arms/x/title is a number; a text is promised").
RecordedScenario read_recorded(const std::string& text);

// Every value of what the scenario asks for, with its pointer; without parameters, service models, history
// and the calibration's tables. Empty where nothing was recorded.
std::vector<std::pair<std::string, nlohmann::ordered_json>> recorded_settings(const std::string& text);

// The same scenario with so many replicates; unchanged where nothing was recorded.
std::string with_replicates(const std::string& text, int replicates);

// The first value that two recorded scenarios do not share, in words.
std::string difference_of_recorded(const std::string& one, const std::string& other);

}  // namespace hearth
