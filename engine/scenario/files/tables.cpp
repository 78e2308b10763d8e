#include "scenario/files/tables.hpp"
#include "scenario/files/effects_reader.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace hearth {
namespace {

namespace fs = std::filesystem;

// As it is where it lies outside.
fs::path relative_to_working_directory(const fs::path& absolute) {
  const fs::path relative = absolute.lexically_proximate(fs::current_path());
  return relative.begin() != relative.end() && *relative.begin() == ".." ? absolute : relative;
}

// Next to one of the files or in a folder above it, or above the working directory.
std::optional<fs::path> find_folder(const fs::path& scenario_file, const std::vector<fs::path>& files) {
  std::vector<fs::path> starts = {fs::absolute(scenario_file).lexically_normal().parent_path()};
  for (const auto& file : files) starts.push_back(fs::absolute(file).lexically_normal().parent_path());
  starts.push_back(fs::current_path());
  for (const auto& start : starts)
    for (fs::path folder = start;; folder = folder.parent_path()) {
      for (const char* name : {"england", "scenarios/england"})
        if (file_exists(folder / name / "authorities.csv"))
          return relative_to_working_directory(folder / name);
      if (folder == folder.parent_path()) break;
    }
  return std::nullopt;
}

// Nothing where there is none, which is reported.
std::optional<fs::path> read_folder(const Cursor& root, const fs::path& scenario_file, LoadContext& context) {
  const auto at = Checker::child(root, "data");
  if (!at) {
    const auto found = find_folder(scenario_file, context.files);
    if (!found)
      context.checker.wrong(root, "no tables of England next to the scenario",
                            "a folder england/ with authorities.csv beside the scenario or above it",
                            "add the key \"data\" with the path of the folder");
    return found;
  }
  const auto value = context.checker.text(*at, "the path of a folder of tables");
  if (!value) return std::nullopt;
  const fs::path folder = relative_to_file(*at->node, *value);
  if (file_exists(folder / "authorities.csv")) return folder;
  context.checker.wrong(
      *at,
      fmt::format("{}; there is no {}", at->node->described(), (folder / "authorities.csv").generic_string()),
      "a folder with authorities.csv, evidence.csv and the other tables of England, "
      "relative to this file",
      "leave the key out to use the tables next to the scenario");
  return std::nullopt;
}

// Service model files of the user's own.
std::vector<fs::path> own_model_paths(const Cursor& root, Checker& checker) {
  std::vector<fs::path> out;
  const auto own = Checker::child(root, "service_models");
  if (!own || !checker.list(*own, "paths")) return out;
  for (const auto& item : Checker::items(*own)) {
    if (!checker.text(item, "the path of a service model file")) continue;
    if (auto file = checker.existing_file(item, "the path of a service model file, relative to this one"))
      out.push_back(std::move(*file));
  }
  return out;
}

}  // namespace

Tables read_tables(const Cursor& root, const fs::path& scenario_file, LoadContext& context) {
  Tables out;
  const std::vector<fs::path> own_models = own_model_paths(root, context.checker);
  const auto folder = read_folder(root, scenario_file, context);
  if (!folder) return out;
  out.folder = *folder;
  out.identities = load_authority_identities(out.folder);
  context.files.push_back(out.folder / "authorities.csv");
  out.origin_years = origin_years(out.folder);
  context.files.push_back(out.folder / "england.csv");
  out.evidence = load_evidence(out.folder);
  context.files.push_back(out.folder / "evidence.csv");
  out.models = read_service_models(out.folder, own_models, out.evidence, context.checker);
  add_responses(out.folder, out.models, context.checker);
  return out;
}

}  // namespace hearth
