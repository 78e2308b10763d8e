#include "app/project.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <set>
#include <string_view>
#include <system_error>

#include "core/error.hpp"
#include "core/nearest.hpp"
#include "core/write_file.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

// The file that holds this code: Python's extension, or the program. Empty where it is not known.
fs::path own_file() {
  std::error_code error;
  Dl_info here{};
  if (dladdr(reinterpret_cast<const void*>(&scenario_directories), &here) != 0 &&
      std::string_view(here.dli_fname).ends_with(".so"))
    return fs::canonical(here.dli_fname, error);
  return fs::read_symlink("/proc/self/exe", error);
}

}  // namespace

std::vector<fs::path> scenario_directories() {
  std::vector<fs::path> found = {"scenarios"};
  std::error_code error;
  // Installed, the program is in prefix/bin and Python's extension somewhere in prefix/lib; built, both are
  // in build/ of the sources.
  for (fs::path folder = own_file().parent_path(); folder.has_relative_path();
       folder = folder.parent_path()) {
    found.push_back(folder / "share/hearth/scenarios");
    if (fs::is_regular_file(folder / "scenarios/england/authorities.csv", error))
      found.push_back(folder / "scenarios");
  }
  std::erase_if(found, [](const fs::path& directory) {
    std::error_code ignored;
    return !fs::is_directory(directory, ignored);
  });
  return found;
}

namespace {
std::vector<fs::path> folders_of_scenarios() {
  std::vector<fs::path> out;
  for (const auto& directory : scenario_directories())
    for (const auto& folder : {directory, directory / "known"}) out.push_back(folder);
  return out;
}
}  // namespace

std::vector<std::string> scenario_names() {
  std::error_code error;
  std::set<std::string> out;
  for (const auto& directory : folders_of_scenarios())
    for (const auto& entry : fs::directory_iterator(directory, error))
      if (entry.path().extension() == ".json") out.insert(entry.path().stem());
  return {out.begin(), out.end()};
}

fs::path find_scenario(const std::string& name) {
  std::error_code error;
  if (fs::is_regular_file(name, error)) return name;
  if (fs::is_directory(name, error))
    throw DataError(fmt::format("{} is a directory, not a scenario file", name));

  for (const auto& directory : folders_of_scenarios())
    for (const auto& file : {directory / name, directory / (name + ".json")})
      if (fs::is_regular_file(file, error)) return file;
  throw DataError(with_suggestion(fmt::format("there is no scenario file {}", name),
                                  fs::path(name).stem().string(), scenario_names()));
}

std::optional<fs::path> england_tables_if_there() {
  std::error_code error;
  for (const auto& directory : scenario_directories())
    if (fs::is_regular_file(directory / "england/authorities.csv", error)) return directory / "england";
  return std::nullopt;
}

fs::path find_england_tables() {
  if (auto found = england_tables_if_there()) return *found;
  throw DataError(
      "no tables of England: run in a directory with scenarios/england, or install Hearth with cmake "
      "--install");
}

fs::path project_outputs(const fs::path& start) {
  std::error_code error;
  for (fs::path directory = fs::absolute(start); !directory.empty(); directory = directory.parent_path()) {
    if (fs::is_directory(directory / "scenarios", error) && fs::is_directory(directory / "outputs", error))
      return directory / "outputs";
    if (directory == directory.root_path()) break;
  }
  return {};
}

fs::path own_scenarios() {
  const fs::path outputs = project_outputs(fs::current_path());
  return outputs.empty() ? fs::path() : fs::proximate(outputs.parent_path() / "scenarios");
}

fs::path default_result_file(const std::string& scenario_name, const fs::path& scenario_file) {
  const std::string name = scenario_name + ".h5";
  for (const auto& start : {fs::current_path(), fs::absolute(scenario_file).parent_path()}) {
    const fs::path outputs = project_outputs(start);
    if (outputs.empty()) continue;
    const fs::path shorter = fs::proximate(outputs / name);
    return shorter.begin() != shorter.end() && *shorter.begin() == ".." ? outputs / name : shorter;
  }
  return name;
}

void require_writable(const fs::path& file, const std::string& option) {
  check_target(file, option);
  const fs::path directory = file.has_parent_path() ? file.parent_path() : fs::path(".");
  if (!is_stream(file) && access(directory.c_str(), W_OK) != 0)
    throw DataError(
        fmt::format("cannot write {}: no permission to write in {}", file.string(), directory.string()));
}

}  // namespace hearth
