#include "cli/interface.hpp"

#include "app/project.hpp"
#include "app/scenario_templates.hpp"

namespace hearth {

std::vector<std::string> known_names(const std::string& value) {
  if (value == "SCENARIO") return scenario_names();
  std::vector<std::string> out;
  if (value == "QUESTION")
    for (const auto& question : questions()) out.emplace_back(question.name);
  return out;
}

}  // namespace hearth
