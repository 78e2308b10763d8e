#include "cli/messages.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "cli/terminal.hpp"
#include "core/text.hpp"
#include "core/words.hpp"
#include "scenario/files/json_text.hpp"

namespace hearth {

void print_error(const std::string& message) {
  fmt::print(stderr, "{} {}\n", coloured(stderr, Colour::kRed, "hearth:"), printable(message));
}

void print_warning(const std::string& message) {
  fmt::print(stderr, "{} {}\n", coloured(stderr, Colour::kYellow, "hearth:"), printable(message));
}

void print_warnings(const LoadedScenario& loaded) {
  for (const auto& warning : loaded.warnings)
    fmt::print(stderr, "{}\n", coloured(stderr, Colour::kYellow, warning.text()));
}

void print_mistakes(const ScenarioError& error) {
  fmt::print(stderr, "{}\n", error.what());
  print_error(count_text(error.diagnostics().size(), "mistake", "mistakes") +
              " in the scenario; nothing was run");
}

void print_json(const nlohmann::ordered_json& json) {
  fmt::print("{}\n", json_text(json, 2));
}

nlohmann::ordered_json diagnostics_json(const std::vector<Diagnostic>& diagnostics) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const auto& d : diagnostics)
    out.push_back({{"file", d.file},
                   {"line", d.line},
                   {"column", d.column},
                   {"pointer", d.pointer},
                   {"found", d.found},
                   {d.is_warning ? "usual" : "allowed", d.allowed},
                   {d.is_warning ? "effect" : "hint", d.hint}});
  return out;
}

}  // namespace hearth
