// What `hearth new` can ask of a place, and the scenario file that asks it.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// A service model that a question can be about.
struct ModelChoice {
  struct Component {
    std::string name;
    std::string title;
    bool optional = false;
    bool staffed = false;  // it needs posts of its own
  };
  std::string name;
  std::string title;
  std::vector<Component> components;
};

// How much of a service model an authority takes on, and who pays: what each level writes is in
// adoption_keys().
struct EffortInfo {
  int level;
  std::string_view title;    // after the model's
  std::string_view meaning;  // for --help
};
inline constexpr int kUsualEffort = 3;
inline constexpr std::array<EffortInfo, 4> kEfforts = {{
    {1, "training alone", "training alone: the components that need no new posts; the authority pays"},
    {2, "with a grant", "the whole model with a grant of three years; nobody pays on when it ends"},
    {3, "paid for throughout", "the whole model; the authority pays throughout"},
    {4, "with everything", "the optional components too; health and police pay their share throughout"},
}};

// What a what-if question does to the world.
struct WhatIf {
  ShockKind kind = ShockKind::kReferrals;
  double ratio = 1.0;
  MonthEnd first;
  MonthEnd last;
};

// What it does unless it is asked otherwise: from the so many-th month after the origin on, for so long.
struct UsualWhatIf {
  ShockKind kind = ShockKind::kReferrals;
  double ratio = 1.0;
  int first = 1;
  int months = 12;
};

struct Question {
  std::string_view name;             // "what-if-money-ends"
  std::string_view title;            // after the place: "when the grant ends"
  std::string_view asks;             // the scenario's own question
  std::string_view comment;          // at the top of the file, for who will change it
  bool compares_models = false;      // of all models unless some are named, else of Family Safeguarding
  bool keeps_protection = false;     // the main scenario's arm protection_only stays, unless arms are named
  bool needs_more_than_one = false;  // authority
  bool sets_effort = false;          // its arms differ by it
  std::optional<UsualWhatIf> what_if{};
};

std::span<const Question> questions();

struct ScenarioDraft {
  const Question* question = nullptr;
  std::vector<ModelChoice> models;
  bool models_named = false;
  std::string name;
  std::string place;        // "Norfolk and Suffolk"
  std::string authorities;  // as JSON: "all", ["Norfolk"], [{"region": "London"}]
  std::string schema;       // paths as the file writes them
  std::string extends;
  std::string data;         // folder of the tables; empty: those of the main scenario
  MonthEnd origin;          // of these tables
  std::string about_own;    // what the council's own figures are, in words; empty: none are given
  int main_replicates = 0;  // of the main scenario
  int main_months = 0;
  std::optional<int> replicates;  // where they are to differ from those
  std::optional<int> months;
  MonthEnd start;
  MonthEnd later;  // of when-to-start: the second start
  std::optional<MonthEnd> grant_end;
  int effort = kUsualEffort;
  std::optional<WhatIf> what_if;  // of a what-if question
};

// A month as files and the command line write it: "2022-04".
std::string month_text(const MonthEnd& month);
// For people: "April 2022".
std::string month_words(const MonthEnd& month);

// Whether a model can be taken on at this effort: the first needs a component without posts.
bool has_effort(const ModelChoice& model, int effort);

// A scenario file with comments that extends the main scenario.
std::string scenario_text(const ScenarioDraft& draft);

}  // namespace hearth
