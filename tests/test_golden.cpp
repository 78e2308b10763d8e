// A tiny scenario whose results are written down, to see when and where a change moves them.
//
// tests/golden/tiny.txt is meant to be read: one line a measure and year, one column an arm. When a change is
// meant to move results, run this test with HEARTH_UPDATE_GOLDEN=1, look at what `git diff tests/golden`
// says, and commit the new values with the change that made them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "trial.hpp"

namespace hearth {
namespace {

const std::filesystem::path kGolden = kRoot / "tests" / "golden";

// "measure year" and a value for each arm, as text: sums over both authorities and both replicates.
struct Line {
  std::string key;
  std::vector<std::string> values;
};

std::vector<Line> table_of(const Scenario& scenario) {
  const Results results = results_of(scenario);
  std::vector<Line> out;
  // One line a year: `value(series, first month, last month)` summed.
  const auto add = [&](const std::string& measure, auto value, auto text) {
    for (int first = 0; first < scenario.horizon_months; first += kMonthsPerYear) {
      const int last = std::min(first + kMonthsPerYear, scenario.horizon_months) - 1;
      Line line{measure + " " + std::to_string(scenario.origin.plus_months(last + 1).year), {}};
      for (const Arm& arm : scenario.arms) {
        auto sum = decltype(value(std::declval<const AuthoritySeries&>(), 0, 0)){};
        for (const auto& [key, authorities] : results) {
          if (key.first != arm.name) continue;
          for (const auto& series : authorities)
            sum += value(series, static_cast<std::size_t>(first), static_cast<std::size_t>(last));
        }
        line.values.push_back(text(sum));
      }
      out.push_back(std::move(line));
    }
  };
  for (const auto& row : kMeasureTable) {
    if (row.kind == MeasureKind::kLevel) {
      const double runs =
          static_cast<double>(scenario.replicates) * static_cast<double>(scenario.authorities.size());
      add(
          std::string(row.name),
          [&](const AuthoritySeries& series, std::size_t, std::size_t last) {
            return static_cast<double>(series.levels(row.id)[last]) / runs;
          },
          [](double mean) { return fmt::format("{:.4f}", mean); });
      continue;
    }
    for (std::size_t c = 0; c < size_of(row.dimension); ++c) {
      const auto names = category_names(row.dimension);
      const std::string_view category = names.empty() ? std::string_view() : names[c];
      add(
          category.empty() ? std::string(row.name) : fmt::format("{}.{}", row.name, category),
          [&](const AuthoritySeries& series, std::size_t first, std::size_t last) {
            const auto counts = series.counts(row.id, c);
            long sum = counts[last];
            if (row.kind == MeasureKind::kFlow)
              for (std::size_t m = first; m < last; ++m) sum += counts[m];
            return sum;
          },
          [](long sum) { return std::to_string(sum); });
    }
  }
  for (std::size_t i = 0; i < kCostLines.size(); ++i)
    add(
        fmt::format("cost_gbp.{}.{}", kPayerNames[index(kCostLines[i].payer)],
                    kCostCategoryNames[index(kCostLines[i].category)]),
        [&](const AuthoritySeries& series, std::size_t first, std::size_t last) {
          Pence sum = 0;
          for (std::size_t m = first; m <= last; ++m) sum += series.cost(i)[m];
          return sum;
        },
        [](Pence sum) { return std::to_string(sum / 100); });
  return out;
}

void write(const std::filesystem::path& file, const Scenario& scenario, const std::vector<Line>& lines) {
  std::ofstream out(file);
  out << "# Results of tests/golden/tiny.json: sums over both authorities and both replicates, stocks at the "
         "year's end,\n# levels as means at the year's end. Written by test_golden with "
         "HEARTH_UPDATE_GOLDEN=1.\n";
  out << fmt::format("{:<58}{:>6}", "measure", "year");
  for (const Arm& arm : scenario.arms) out << fmt::format("{:>23}", arm.name);
  out << "\n";
  for (const auto& line : lines) {
    const auto space = line.key.find(' ');
    out << fmt::format("{:<58}{:>6}", line.key.substr(0, space), line.key.substr(space + 1));
    for (const auto& value : line.values) out << fmt::format("{:>23}", value);
    out << "\n";
  }
}

std::map<std::string, std::vector<std::string>> read(const std::filesystem::path& file) {
  std::map<std::string, std::vector<std::string>> out;
  std::ifstream in(file);
  for (std::string text; std::getline(in, text);) {
    std::istringstream words(text);
    std::string measure, year;
    words >> measure >> year;
    if (measure.empty() || measure.front() == '#') continue;
    auto& values = out[measure + " " + year];
    for (std::string value; words >> value;) values.push_back(value);
  }
  return out;
}

TEST(Golden, TinyScenarioGivesTheWrittenResults) {
  const Scenario scenario = load_scenario(kGolden / "tiny.json").scenario;
  const std::vector<Line> lines = table_of(scenario);
  const auto file = kGolden / "tiny.txt";
  if (const char* update = std::getenv("HEARTH_UPDATE_GOLDEN");
      update != nullptr && std::string(update) == "1") {
    write(file, scenario, lines);
    GTEST_SKIP() << "wrote " << file;
  }
  auto golden = read(file);
  ASSERT_FALSE(golden.empty()) << file << " is missing: run with HEARTH_UPDATE_GOLDEN=1";
  std::vector<std::string> arms;
  for (const Arm& arm : scenario.arms) arms.push_back(arm.name);
  EXPECT_EQ(golden["measure year"], arms);
  golden.erase("measure year");
  std::string differences;
  for (const auto& line : lines) {
    const auto found = golden.find(line.key);
    if (found == golden.end() || found->second.size() != arms.size()) {
      differences += "  " + line.key + ": not in the file\n";
      continue;
    }
    for (std::size_t a = 0; a < arms.size(); ++a)
      if (found->second[a] != line.values[a])
        differences +=
            fmt::format("  {}, {}: {} instead of {}\n", line.key, arms[a], line.values[a], found->second[a]);
    golden.erase(found);
  }
  for (const auto& [key, values] : golden) differences += "  " + key + ": no longer a result\n";
  EXPECT_TRUE(differences.empty())
      << "Results differ from " << file << ":\n"
      << differences << "If that is meant, run this test with HEARTH_UPDATE_GOLDEN=1 and commit the file.";
}

}  // namespace
}  // namespace hearth
