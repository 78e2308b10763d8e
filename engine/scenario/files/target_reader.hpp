// Reads the targets of a scenario.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/calendar.hpp"
#include "scenario/files/checker.hpp"
#include "scenario/files/service_models.hpp"
#include "scenario/targets.hpp"

namespace hearth {

// What the rest of the scenario says.
struct TargetSurroundings {
  MonthEnd origin;
  int horizon_months = 0;
  std::vector<std::string> arms;  // in order; empty: they are missing, and reported
  const Evidence& evidence;       // empty: the tables are missing, and reported
  // The codes of a choice of authorities, empty for all; nothing where it is wrong, after reporting it.
  std::function<std::optional<std::vector<int>>(const Cursor& at)> authorities;
};

// Mistakes are added to the checker. Names of measures are not looked up.
std::vector<Target> read_targets(const Cursor& list, const TargetSurroundings& around, Checker& checker);

// As it would be written in a scenario, with every key.
nlohmann::ordered_json target_json(const Target& target, const MonthEnd& origin,
                                   const std::vector<std::string>& arms);

// "2015-04", or "2015-04 to 2016-03".
std::string months_text(const TargetSpan& span, const MonthEnd& origin);

}  // namespace hearth
