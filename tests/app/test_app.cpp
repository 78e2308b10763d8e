// What a program that is no terminal asks of Hearth: engine/app, without a command line.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "app/check.hpp"
#include "app/levers.hpp"
#include "app/load.hpp"
#include "app/resolve.hpp"
#include "app/run.hpp"
#include "core/error.hpp"
#include "folder.hpp"
#include "results/file/result_reader.hpp"
#include "source_dir.hpp"

namespace hearth {
namespace {

// Two replicates of England's smallest authority, for half a year.
LoadedScenario small(int replicates = 2) {
  ScenarioOverrides overrides;
  overrides.authorities = {"857"};
  overrides.months = 6;
  overrides.replicates = replicates;
  return load_named((source_dir() / "scenarios/england.json").string(), overrides);
}

class Run : public InFolder {};

TEST_F(Run, GivesMemoryWhatItGivesTheFile) {
  constexpr std::size_t kReplicates = 4;
  const LoadedScenario loaded = small(kReplicates);
  const RunPlan plan = plan_run(loaded, {.output = path("both.h5"), .split = true});
  std::map<std::pair<std::size_t, std::size_t>, double> seen;
  const BlockSink count = [&](auto alone, std::size_t arm, std::size_t replicate, const auto& series) {
    if (!alone) seen[{arm, replicate}] = series.front().counts(Measure::kLookedAfter).back();
  };
  run_to_file(plan, {}, count);
  const auto written = seen;
  EXPECT_EQ(written.size(), loaded.scenario.arms.size() * kReplicates);
  seen.clear();
  run_in_memory(plan, {}, count);
  EXPECT_EQ(seen, written);
  const ResultReader reader(path("both.h5"));
  const auto looked_after = reader.series(Measure::kLookedAfter, {0});
  const std::size_t steps = reader.header().steps();
  for (const auto& [where, value] : written) {
    const auto& [arm, replicate] = where;
    EXPECT_EQ(looked_after[(arm * kReplicates + replicate + 1) * steps - 1], value);
  }
}

TEST_F(Run, TellsHowFarItIsAndStopsWhenTold) {
  const LoadedScenario loaded = small();
  const RunPlan plan = plan_run(loaded, {});
  double last = 0.0, all = 0.0;
  std::atomic<bool> stop = false;
  Listener listener;
  listener.progress = [&](double done, double total) {
    EXPECT_GE(done, last);
    last = done;
    all = total;
  };
  listener.stop = &stop;
  run_in_memory(plan, listener, [](auto, auto, auto, const auto&) {});
  EXPECT_EQ(last, all);
  EXPECT_GT(all, 0.0);
  stop = true;
  EXPECT_THROW(run_in_memory(plan, listener, [](auto, auto, auto, const auto&) {}), Interrupted);
}

TEST_F(Run, PlansNothingThatCannotBeAskedTogether) {
  const LoadedScenario loaded = small();
  EXPECT_EQ(message_of<UsageError>(
                [&] { plan_run(loaded, {.shard = "1/2", .until = "total(referrals).mcse < 1%"}); }),
            "--until: not with --shard; allowed: one of them");
  EXPECT_EQ(message_of<UsageError>([&] { plan_run(loaded, {.decompose = true, .split = true}); }),
            "--decompose: not with --split; allowed: one of them");
  EXPECT_NE(message_of<UsageError>([&] {
              plan_run(loaded, {.shard = "1/3"});
            }).find("at most one shard a replicate"),
            std::string::npos);
}

TEST_F(Run, AFileThatIsCompleteIsNotRunAgain) {
  const LoadedScenario loaded = small();
  const RunPlan plan = plan_run(loaded, {.output = path("done.h5"), .resume = true});
  EXPECT_FALSE(run_to_file(plan, {}).was_complete);
  const RunOutcome again = run_to_file(plan, {});
  EXPECT_TRUE(again.was_complete);
  EXPECT_EQ(again.statistics.family_months, 0.0);
}

TEST(Levers, EachModelWithTheSameComponentsOnce) {
  const LoadedScenario loaded = load_named((source_dir() / "scenarios/england.json").string());
  const auto all = adopted_models(loaded.scenario);
  ASSERT_FALSE(all.empty());
  std::set<std::string> arms;
  for (const auto& adopted : all) {
    arms.insert(adopted.arm.name);
    EXPECT_EQ(adopted.levers.size(), kLeverTable.size());
  }
  EXPECT_FALSE(arms.contains(loaded.scenario.arms[loaded.scenario.baseline].name));
  EXPECT_THROW(adopted_models(loaded.scenario, loaded.scenario.arms[loaded.scenario.baseline].name),
               UsageError);
  EXPECT_THROW(adopted_models(loaded.scenario, "nobody"), UsageError);
}

TEST(Resolve, APrefixChoosesAnyPartOfAName) {
  const LoadedScenario loaded = small();
  const auto needs = chosen_values(loaded, "needs.", "");
  ASSERT_FALSE(needs.empty());
  for (const auto& value : needs)
    EXPECT_NE(value.pointer.find("/needs."), std::string::npos) << value.pointer;
  EXPECT_THROW(chosen_values(loaded, "nothing_starts_so", ""), UsageError);
}

TEST(Check, AScenarioWithoutTargetsSaysHowToAddOne) {
  const LoadedScenario loaded = small();
  EXPECT_NE(message_of<ScenarioError>([&] { check_targets(loaded, 0, {}); }).find("add one, such as"),
            std::string::npos);
}

}  // namespace
}  // namespace hearth
