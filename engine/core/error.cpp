#include "core/error.hpp"

#include <fmt/format.h>

namespace hearth {

std::string Diagnostic::text() const {
  std::string where = file;
  if (line > 0) where += fmt::format(":{}:{}", line, column);
  std::string out = fmt::format("{}: {}{}: {}", where, is_warning ? "warning: " : "",
                                pointer.empty() ? "/" : pointer, found);
  if (!allowed.empty()) out += fmt::format("; {}: {}", is_warning ? "usual" : "allowed", allowed);
  if (!hint.empty()) out += fmt::format("; {}", hint);
  return out;
}

namespace {
std::string join(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const auto& d : diagnostics) {
    if (!out.empty()) out += '\n';
    out += d.text();
  }
  return out;
}
}  // namespace

ScenarioError::ScenarioError(std::vector<Diagnostic> diagnostics)
    : Error(ExitCode::kInvalidScenario, join(diagnostics)), diagnostics_(std::move(diagnostics)) {}

}  // namespace hearth
