#include "cli/version.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "build_info.hpp"
#include "scenario/files/json_text.hpp"

namespace hearth {

NamedValues library_versions() {
  namespace info = build_info;
  return {{"hdf5", info::kHdf5},          {"onetbb", info::kTbb},  {"fmt", info::kFmt},
          {"nlohmann_json", info::kJson}, {"cli11", info::kCli11}, {"boost", info::kBoost},
          {"openssl", info::kOpenSsl},    {"eigen", info::kEigen}, {"nlopt", info::kNlopt}};
}

NamedValues build_identity() {
  namespace info = build_info;
  NamedValues rows = {{"hearth", info::kVersion},
                      {"commit", info::kCommit},
                      {"build_type", info::kBuildType},
                      {"processor_target", info::kProcessorTarget},
                      {"compiler", info::kCompiler}};
  if (*info::kSanitize != '\0') rows.emplace_back("sanitizers", info::kSanitize);
  for (auto& library : library_versions()) rows.push_back(std::move(library));
  return rows;
}

std::string version_text(bool json) {
  const auto rows = build_identity();
  if (json) {
    nlohmann::ordered_json out;
    for (const auto& [name, value] : rows) out[name] = value;
    return json_text(out, 2) + "\n";
  }
  std::string out;
  for (const auto& [name, value] : rows) out += fmt::format("{:<17} {}\n", name, value);
  return out;
}

}  // namespace hearth
