// A new scenario for a place, written from a template.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/own_figures.hpp"
#include "app/scenario_templates.hpp"
#include "scenario/files/loader.hpp"

namespace hearth {

// What is asked for. As the options of hearth new (docs/reference/cli.md). Months are YYYY-MM; empty: as the
// question has them.
struct NewScenarioRequest {
  std::string name{};               // empty: made of place and question
  std::vector<std::string> places;  // England, regions, or authorities by name or code
  std::string question{questions().front().name};
  std::vector<std::string>
      models{};                   // service models, with business as usual; empty: as the question has them
  std::string start{};            // when service models start
  std::string later{};            // of when-to-start: the second start
  std::string grant_end{};        // last month of a grant
  std::optional<int> effort{};    // 1 to 4
  std::optional<double> ratio{};  // of a what-if question: 1.2 is 20% more
  std::string from{};             // of a what-if question: its first and last month
  std::string to{};
  std::filesystem::path figures{};  // a council's own of a year that is not published yet; empty: none
  std::filesystem::path output{};   // empty: scenarios/NAME.json
  std::optional<int> replicates{};
  std::optional<int> months{};
  bool force = false;  // replaces a file that exists

  // What the question does not set by itself, so that it may be why a scenario is not valid: "--months,
  // --start".
  std::string given() const;
};

struct NewScenario {
  std::filesystem::path file;
  LoadedScenario loaded;
  std::optional<OwnFigures> own{};       // where the council's own were given,
  std::vector<BesideForecast> beside{};  // and what was forecast of them
  std::filesystem::path tables{};        // with them
};

// Writes the scenario once it has been found valid. Throws UsageError, which says what may be asked;
// DataError where the file cannot be written.
NewScenario write_new_scenario(const NewScenarioRequest& request);

}  // namespace hearth
