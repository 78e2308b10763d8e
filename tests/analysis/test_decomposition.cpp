#include "analysis/experiments/decomposition.hpp"
#include "threads/threads.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "trial.hpp"

namespace hearth {
namespace {

// One authority, one month: `applications` care applications and nothing else.
std::vector<AuthoritySeries> applied(int applications) {
  std::vector<AuthoritySeries> out(1, AuthoritySeries(1));
  out[0].counts(Measure::kCareApplications)[0] = applications;
  return out;
}

Attribution row_of(const Decomposition& parts, const std::string& arm, const std::string& measure) {
  for (const auto& row : parts.attributions())
    if (row.arm == arm && row.measure == measure) return row;
  ADD_FAILURE() << "no row for " << arm << " " << measure;
  return {};
}

Scenario two_arms(int replicates) {
  Scenario s = main_scenario({926}, 1, replicates);
  s.arms.resize(2);
  return s;
}

TEST(Decomposition, GivesEachLoopItsShapleyValue) {
  // Without loops the arm saves 10; each loop adds its own number, and the first two 6 more between them.
  const auto saved = [](std::size_t set) {
    int out = 10;
    if (set & 1U) out += 1;
    if (set & 2U) out += 2;
    if (set & 4U) out += 4;
    if ((set & 3U) == 3U) out += 6;
    return out;
  };
  Decomposition parts(two_arms(2));
  for (std::size_t replicate = 0; replicate < 2; ++replicate)
    for (std::size_t set = 0; set < kLoopSets; ++set) {
      const int level = 100 + static_cast<int>(replicate) * 50;  // what replicates share cancels
      parts.add(set, replicate, applied(level));
      parts.add(kLoopSets + set, replicate, applied(level - saved(set)));
    }
  const Attribution row = row_of(parts, "protection_only", "care_applications");
  EXPECT_EQ(row.baseline.mean, 125.0);
  EXPECT_EQ(row.difference.mean, -23.0);
  EXPECT_EQ(row.difference.error, 0.0);
  EXPECT_EQ(row.direct.mean, -10.0);
  EXPECT_DOUBLE_EQ(row.loops[0].mean, -1.0 - 3.0);
  EXPECT_DOUBLE_EQ(row.loops[1].mean, -2.0 - 3.0);
  EXPECT_DOUBLE_EQ(row.loops[2].mean, -4.0);
}

TEST(Decomposition, ErrorIsThatOfAMean) {
  Decomposition parts(two_arms(2));
  for (std::size_t replicate = 0; replicate < 2; ++replicate)
    for (std::size_t set = 0; set < kLoopSets; ++set) {
      parts.add(set, replicate, applied(100));
      parts.add(kLoopSets + set, replicate, applied(replicate == 0 ? 90 : 96));
    }
  const Attribution row = row_of(parts, "protection_only", "care_applications");
  EXPECT_EQ(row.difference.mean, -7.0);
  EXPECT_DOUBLE_EQ(row.difference.error, 3.0);  // standard deviation sqrt(18) over sqrt(2)
}

TEST(Decomposition, PartsOfARunAddUpAndALoopThatIsOffHasNone) {
  Scenario s = main_scenario({857}, 36, 2);  // Rutland
  s.arms.resize(3);
  for (auto& arm : s.arms) arm.parameters[Parameter::feedback_turnover] = 0.0;
  s.arms[2].effects = EffectsMode::kClaimed;
  Decomposition parts(s);
  RunOptions options;
  options.parallel = on_threads(2);
  run_ensemble(parts.expanded(), england(), options,
               [&](std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
                 parts.add(arm, replicate, series);
               });
  bool any_loop = false;
  for (const auto& row : parts.attributions()) {
    double sum = row.direct.mean;
    for (const auto& loop : row.loops) sum += loop.mean;
    EXPECT_NEAR(sum, row.difference.mean, 1e-6 * (1.0 + std::abs(row.difference.mean))) << row.measure;
    EXPECT_EQ(row.loops[1].mean, 0.0) << row.measure;
    any_loop = any_loop || row.loops[0].mean != 0.0;
  }
  EXPECT_TRUE(any_loop);
}

TEST(Decomposition, ArmsWithAllLoopsAreThoseOfTheScenario) {
  const Scenario s = main_scenario({857}, 12, 1);
  const Decomposition parts(s);
  const Results plain = results_of(s);
  const Results expanded = results_of(parts.expanded());
  for (std::size_t arm = 0; arm < s.arms.size(); ++arm)
    EXPECT_EQ(plain.at({s.arms[arm].name, 0}),
              expanded.at({parts.expanded().arms[parts.whole(arm)].name, 0}));
}

}  // namespace
}  // namespace hearth
