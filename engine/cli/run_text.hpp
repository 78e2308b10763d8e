// What hearth run says: of a run that is planned, and of one that is done.
#pragma once

#include <filesystem>
#include <string>

#include "app/run.hpp"

namespace hearth {

// "3 arms x 20 replicates x 149 authorities, 120 months".
std::string size_text(const Scenario& scenario, int replicates);

// What would run, how long it takes and how much room, on stdout.
void print_cost(const RunPlan& plan, bool json);

// What was written apart from the result; empty: it was not asked for.
struct Extras {
  std::filesystem::path page;
  std::filesystem::path workbook;
};

// The answer, where everything is and how long it took, on stdout. `summary`: the tables too.
void print_outcome(const RunPlan& plan, const RunOutcome& outcome, const Extras& extras, bool summary);
void print_outcome_as_json(const RunPlan& plan, const RunOutcome& outcome, const Extras& extras);

}  // namespace hearth
