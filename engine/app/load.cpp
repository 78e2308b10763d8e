#include "app/load.hpp"

#include "app/project.hpp"
#include "core/words.hpp"

namespace hearth {

LoadedScenario load_named(const std::string& name, const ScenarioOverrides& overrides) {
  return load_scenario(find_scenario(name), overrides);
}

std::string name_of_result(const std::string& name, const LoadedScenario& loaded) {
  return loaded.is_part ? name + "_" + identifier_of(loaded.scenario.place) : name;
}

}  // namespace hearth
