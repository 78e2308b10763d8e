// Where scenarios are found and results go.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/write_file.hpp"  // how files are written

namespace hearth {

// Directories searched for a scenario given by name: scenarios/ here, then the one Hearth was installed or
// built with.
std::vector<std::filesystem::path> scenario_directories();

// Names that find_scenario knows, sorted.
std::vector<std::string> scenario_names();

// The file that `name` means: a path, or a name ("england") in scenario_directories() or in their
// folders known/. Throws DataError.
std::filesystem::path find_scenario(const std::string& name);

// The published tables of England. Throws DataError.
std::filesystem::path find_england_tables();
// The same; nothing where there is none.
std::optional<std::filesystem::path> england_tables_if_there();

// outputs/ of the project that `start` lies in (the nearest directory upwards with scenarios/ and outputs/);
// empty if none.
std::filesystem::path project_outputs(const std::filesystem::path& start);

// scenarios/ of the project of the current directory, else here.
std::filesystem::path own_scenarios();

// outputs/<name>.h5 in the project of the current directory, else that of the scenario file, else here.
std::filesystem::path default_result_file(const std::string& scenario_name,
                                          const std::filesystem::path& scenario_file);

// Throws DataError unless `file`, which `option` names, could be written.
void require_writable(const std::filesystem::path& file, const std::string& option = "-o");

}  // namespace hearth
