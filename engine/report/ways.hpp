// The ways of working of a result, as its resolved scenario has them: which service models each arm adopts in
// a place, and which the place practised before.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.hpp"
#include "results/content/result_source.hpp"
#include "scenario/files/recorded.hpp"

namespace hearth {

class WaysOfWorking {
 public:
  // Where no scenario was recorded, arms have their titles alone.
  explicit WaysOfWorking(const ResultHeader& header);

  const RecordedScenario& scenario() const { return scenario_; }
  std::string title(std::size_t arm) const { return titles_.at(arm); }
  const std::string& description(std::size_t arm) const { return arms_.at(arm).description; }
  // "Support is protection (Family Safeguarding)": the title and the models that some of these authorities
  // adopt.
  std::string label(std::size_t arm, const std::vector<int>& codes) const;
  // "Family Safeguarding from April 2022, in every authority of England at once": one for each model and
  // start. A model that has the arm's title is not named again.
  std::vector<std::string> adoptions(std::size_t arm, const std::vector<int>& codes) const;
  // Whether the arm adopts models with effects that are not drawn: claimed, or weighted by the evidence.
  bool effects_given(std::size_t arm) const;
  // Models practised before the origin, with how many of these authorities practise each.
  struct Before {
    std::string title;
    std::size_t authorities = 0;
  };
  std::vector<Before> before(const std::vector<int>& codes) const;
  // What is practised already, in a sentence about the place; empty where nothing is.
  std::string before_text(const std::vector<int>& codes, std::string_view place) const;
  // Whether all these authorities practised every model of the arm before.
  bool is_practised_already(std::size_t arm, const std::vector<int>& codes) const;

 private:
  RecordedScenario scenario_;
  std::vector<std::string> titles_;  // by arm of the result, as the next
  std::vector<RecordedArm> arms_;
};

}  // namespace hearth
