// The targets of a scenario.
#pragma once

#include <string>
#include <vector>

#include "published/evidence.hpp"
#include "scenario/files/authority_choice.hpp"
#include "scenario/files/load_context.hpp"
#include "scenario/files/service_models.hpp"
#include "scenario/files/timeline.hpp"
#include "scenario/targets.hpp"

namespace hearth {

// What targets are checked against.
struct TargetSurroundings {
  const Timeline& timeline;
  const std::vector<std::string>& arms;  // in order; empty: they are missing, and reported
  const Evidence& evidence;              // empty: the tables are missing, and reported
  const AuthorityChoice& authorities;
};

// Mistakes are added to the context.
std::vector<Target> read_targets(const Cursor& list, const TargetSurroundings& around, LoadContext& context);

}  // namespace hearth
