// What `hearth new` can ask of a place, and the scenario file that asks it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// A service model that a question can be about.
struct ModelChoice {
  struct Component {
    std::string name;
    std::string title;
  };
  std::string name;
  std::string title;
  std::vector<Component> components;
};

// An arm that takes up a model: the keys that differ from one such arm to the next, as JSON.
struct Variant {
  std::string name;   // empty: that of the model
  std::string title;  // {} stands for the model's
  std::string effects = "sampled";
  std::string start = "2022-04";
  std::string adoption{};  // more keys of the adoption: ", \"grant_end\": \"2025-03\""
  std::string arm{};       // more keys of the arm
};

struct Question {
  std::string_view name;     // "what-if-money-ends"
  std::string_view title;    // after the place: "when the grant ends"
  std::string_view asks;     // the scenario's own question
  std::string_view comment;  // at the top of the file, for who will change it
  std::vector<Variant> (*variants)(const ModelChoice& model);
  std::string_view shared{};         // keys for all arms, as JSON
  bool compares_models = false;      // of all models unless some are named, else of Family Safeguarding
  bool keeps_protection = false;     // the main scenario's arm protection_only stays
  bool needs_more_than_one = false;  // authority
};

std::span<const Question> questions();

struct ScenarioDraft {
  const Question* question = nullptr;
  std::vector<ModelChoice> models;
  std::string name;
  std::string place;        // "Norfolk and Suffolk"
  std::string authorities;  // as JSON: "all", ["Norfolk"], [{"region": "London"}]
  std::string schema;       // paths as the file writes them
  std::string extends;
  int main_replicates = 0;  // of the main scenario
  int main_months = 0;
  std::optional<int> replicates;  // where they are to differ from those
  std::optional<int> months;
};

// A scenario file with comments that extends the main scenario.
std::string scenario_text(const ScenarioDraft& draft);

}  // namespace hearth
