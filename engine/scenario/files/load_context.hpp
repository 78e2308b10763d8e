// What the readers of the parts of a scenario share: where they note mistakes, values and files.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/files/checker.hpp"
#include "scenario/files/resolved_value.hpp"

namespace hearth {

struct LoadContext {
  Checker checker;
  std::vector<std::string> wrong_options;  // mistakes of the command line
  std::vector<ResolvedValue> values;
  std::vector<std::filesystem::path> files;  // every file read

  // Where a reader notes a mistake it returns what it can; nothing is resolved from that.
  bool any_mistake() const { return !checker.diagnostics.empty(); }
  // Throws ScenarioError with all mistakes, in the order of the files.
  void stop_on_mistakes();
  std::vector<Diagnostic> warnings() const;  // in the order of the files

  // Notes what a value is, and where it came from.
  void record(std::string pointer, const nlohmann::ordered_json& value, std::string unit, std::string origin);
  // Changes what was recorded, where it was.
  void replace(std::string_view pointer, const nlohmann::ordered_json& value,
               std::optional<std::string_view> origin = {});
};

// Where something stands, "file:line"; "default" where it is not given.
std::string origin_of(const std::optional<Cursor>& at);

}  // namespace hearth
