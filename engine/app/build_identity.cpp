#include "app/build_identity.hpp"

#include "build_info.hpp"

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

std::string build_value(std::string_view name) {
  for (auto& [key, value] : build_identity())
    if (key == name) return value;
  return {};
}

std::string python_interpreter() {
  return build_info::kPython;
}

}  // namespace hearth
