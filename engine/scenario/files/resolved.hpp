// The resolved scenario: every value filled in, as JSON. A result carries it, and RecordedScenario
// (recorded.hpp) is what others read of it.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/calendar.hpp"
#include "scenario/files/shared_parameters.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// `shared`: the parameters of arms that set none. Paths are written from the folder of the scenario's file.
std::string resolved_text(const Scenario& scenario, const SharedParameters& shared);

// Its parts, each as it would be written in a scenario with every key.
nlohmann::ordered_json adoption_json(const Adoption& adoption, const ServiceModel& model,
                                     const MonthEnd& origin);
nlohmann::ordered_json shock_json(const Shock& shock, const MonthEnd& origin);
nlohmann::ordered_json network_json(const PeerNetwork& network, const MonthEnd& origin);
// `arms`: the names of the scenario's.
nlohmann::ordered_json target_json(const Target& target, const MonthEnd& origin,
                                   const std::vector<std::string>& arms);

}  // namespace hearth
