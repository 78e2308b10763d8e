// Broken scenarios and the messages they get, as readable text beside them: tests/scenario/broken/NAME.json
// and NAME.txt. HEARTH_UPDATE_GOLDEN=1 writes the texts anew; read the difference before committing it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "scenario/files/loader.hpp"
#include "source_dir.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = source_dir() / "tests" / "scenario" / "broken";

std::vector<std::string> broken_scenarios() {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(kFolder))
    if (entry.path().extension() == ".json" && entry.path().stem() != "sound")
      out.push_back(entry.path().stem());
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Diagnostic> mistakes_of(const std::string& name) {
  // From the folder, so that the messages name the file as a user there would.
  fs::current_path(kFolder);
  try {
    load_scenario(name + ".json");
  } catch (const ScenarioError& error) {
    return error.diagnostics();
  }
  return {};
}

class BrokenScenario : public testing::TestWithParam<std::string> {};

TEST_P(BrokenScenario, SaysWhatIsWrongAndHowToMendIt) {
  std::string messages;
  for (const auto& mistake : mistakes_of(GetParam())) messages += mistake.text() + "\n";
  const fs::path golden = kFolder / (GetParam() + ".txt");
  if (std::getenv("HEARTH_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << messages;
  std::ifstream stream(golden);
  const std::string expected{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_EQ(messages, expected) << "in " << golden;
}

TEST_P(BrokenScenario, NamesThePlaceOfEveryMistake) {
  const auto mistakes = mistakes_of(GetParam());
  ASSERT_FALSE(mistakes.empty());
  for (const auto& mistake : mistakes) {
    EXPECT_TRUE(fs::exists(kFolder / mistake.file)) << mistake.text();
    EXPECT_GE(mistake.line, 1) << mistake.text();
    EXPECT_GE(mistake.column, 1) << mistake.text();
    EXPECT_FALSE(mistake.found.empty()) << mistake.text();
    EXPECT_FALSE(mistake.allowed.empty() && mistake.hint.empty()) << mistake.text();
    EXPECT_EQ(mistake.text().find('\n'), std::string::npos) << mistake.text();
  }
}

INSTANTIATE_TEST_SUITE_P(All, BrokenScenario, testing::ValuesIn(broken_scenarios()),
                         [](const auto& each) { return each.param; });

TEST(BrokenScenarios, AreAtLeastTen) {
  EXPECT_GE(broken_scenarios().size(), 10U);
}

TEST(BrokenScenarios, TheSoundOneLoads) {
  fs::current_path(kFolder);
  EXPECT_NO_THROW(load_scenario("sound.json"));
}

}  // namespace
}  // namespace hearth
