#include "cli/interface.hpp"

#include "cli/places.hpp"
#include "cli/questions.hpp"

namespace hearth {
namespace {

// "FORMAT:{text,json}" as CLI11 shows a value that is one of a list.
void split_type(const std::string& type, OptionInterface& out) {
  out.value = type.substr(0, type.find(':'));
  const auto open = type.find('{');
  if (open == std::string::npos) return;
  const auto close = type.find('}', open);
  for (const auto& choice : CLI::detail::split(type.substr(open + 1, close - open - 1), ','))
    out.choices.push_back(choice);
}

// What is known by name, besides files.
std::vector<std::string> names_of(const std::string& value) {
  if (value == "SCENARIO") return scenario_names();
  std::vector<std::string> out;
  if (value == "QUESTION")
    for (const auto& question : questions()) out.emplace_back(question.name);
  return out;
}

OptionInterface interface_of(const CLI::Option& option) {
  OptionInterface out;
  for (const auto& name : option.get_snames()) out.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) out.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0) split_type(option.get_type_name(), out);
  if (!option.nonpositional()) {
    out.names = {option.get_name(true)};
    out.value = out.names.front();
  }
  if (out.choices.empty()) out.choices = names_of(out.value);
  out.initial = option.get_default_str();
  out.description = option.get_description();
  out.required = option.get_required();
  out.repeated = option.get_expected_max() >= CLI::detail::expected_max_vector_size;
  return out;
}

}  // namespace

CommandInterface interface_of(const CLI::App& app) {
  CommandInterface out{app.get_name(), app.get_description(), app.get_footer(), {}, {}, {}};
  // CLI11 hands the program's footer down to commands without one.
  if (app.get_parent() != nullptr && out.footer == app.get_parent()->get_footer()) out.footer.clear();
  for (const CLI::Option* option : app.get_options())
    (option->nonpositional() ? out.options : out.arguments).push_back(interface_of(*option));
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    out.commands.push_back(interface_of(*command));
  return out;
}

}  // namespace hearth
