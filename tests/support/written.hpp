// Scenarios for tests: files next to the small tables of tests/scenario/broken, and what is found in them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "scenario/files/loader.hpp"
#include "source_dir.hpp"

namespace hearth {

namespace fs = std::filesystem;

inline const fs::path kRoot = source_dir();
inline const fs::path kBroken = kRoot / "tests" / "scenario" / "broken";

inline std::string content(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// A file next to the small tables of tests/scenario/broken, removed at the end.
class Written {
 public:
  explicit Written(const std::string& text, const std::string& name = "scenario.json")
      : folder_(fs::temp_directory_path() /
                (std::string("hearth_scenario_") + std::to_string(::getpid()) + "_" +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder_);
    fs::copy(kBroken / "england", folder_ / "england",
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    fs::copy_file(kBroken / "sound.json", folder_ / "sound.json", fs::copy_options::overwrite_existing);
    write(text, name);
  }
  ~Written() { fs::remove_all(folder_); }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;

  fs::path write(const std::string& text, const std::string& name) {
    file_ = folder_ / name;
    fs::create_directories(file_.parent_path());
    std::ofstream(file_, std::ios::binary) << text;
    return file_;
  }
  const fs::path& file() const { return file_; }
  LoadedScenario load(const ScenarioOverrides& overrides = {}) const {
    return load_scenario(file_, overrides);
  }
  // All messages, or "" where there is no mistake.
  std::string mistakes() const {
    try {
      load();
    } catch (const ScenarioError& error) {
      return error.what();
    }
    return "";
  }

 private:
  fs::path folder_;
  fs::path file_;
};

inline const ResolvedValue& value_at(const LoadedScenario& loaded, std::string_view pointer) {
  const auto found = std::find_if(loaded.values.begin(), loaded.values.end(),
                                  [&](const ResolvedValue& row) { return row.pointer == pointer; });
  if (found == loaded.values.end()) throw std::out_of_range(std::string(pointer));
  return *found;
}

inline bool mentions(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

inline const Arm& arm(const Scenario& scenario, std::string_view name) {
  const auto found =
      std::find_if(scenario.arms.begin(), scenario.arms.end(), [&](const Arm& a) { return a.name == name; });
  if (found == scenario.arms.end()) throw std::out_of_range(std::string(name));
  return *found;
}

}  // namespace hearth
