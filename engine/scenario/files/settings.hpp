// What a scenario says of itself: its name and question, how long and how often it is simulated, what makes
// replicates differ, and what the result keeps.
#pragma once

#include <optional>

#include "published/england_tables.hpp"
#include "scenario/files/authority_choice.hpp"
#include "scenario/files/bases.hpp"
#include "scenario/files/load_context.hpp"
#include "scenario/files/overrides.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// Also its origin, unless the command line gives one. `years`: of the tables; nothing where they were not
// found, which is reported. Throws UsageError where the command line gives a year that has none.
void read_settings(const Cursor& root, const ScenarioOverrides& overrides,
                   const std::optional<OriginYears>& years, Scenario& scenario, LoadContext& context);

// In a title or question {place} stands for the name of what is simulated. A title without it that was
// written for other authorities than these has the name put before it, and so has a name that stands for a
// title.
void name_place(const MergedDocument& document, const AuthorityChoice& choice, Scenario& scenario,
                LoadContext& context);

}  // namespace hearth
